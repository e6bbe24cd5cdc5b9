"""What the data says by itself: each number that proves something of it, with its derivation."""

from __future__ import annotations

import numpy as np

from rnn_tui.characters import visible
from rnn_tui.engine.checks import folds, material, splits, telling, twins, vectors
from rnn_tui.engine.checks.classes import class_counts
from rnn_tui.session.view import StepView
from rnn_tui.session.why.derivation import Derivation, plain
from rnn_tui.session.why.expressions import Expression, Number, Quotient
from rnn_tui.session.why.metrics.metric import Metric, Of, Where

MOST_NAMED = 8  # tokens


def _chance(view: StepView) -> Derivation:
    value, outputs = material.chance_loss(view.experiment), view.experiment.output_size
    formula = "the mean loss of an answer whose logits are all 0"
    note = f"ln {outputs} for {outputs} classes." if outputs > 1 else ""
    return plain("chance_loss", formula, value, "over the training data", note)


def _constant(view: StepView) -> Derivation:
    formula = "the mean loss of the best answer that is always the same"
    value = material.constant_loss(view.experiment)
    note = "The best loss without reading any input."
    return plain("constant_loss", formula, value, "over the training data", note)


def _constant_unseen(view: StepView) -> Derivation:
    formula = "the mean loss of the constant answer that is best for the training data"
    value = material.constant_test_loss(view.experiment)
    return plain("constant_test_loss", formula, value, "over the data held back")


def _floor_of(view: StepView) -> float:
    known = view.experiment.floor
    assert known is not None, "asked for only where it is known"
    return known


def _floor(view: StepView) -> Derivation:
    formula = "the entropy of the text's source, in nats a token"
    note = "No model has a smaller loss on text that it reads for the first time."
    return plain("floor", formula, _floor_of(view), "from the rules that it was made by", note)


def _label_fit(view: StepView, offset: int) -> Derivation:
    where = ("before", "itself", "after")[offset + 1]
    formula = f"how often the token {where} predicts an answer, by all other answers"
    value = material.label_fit(view.experiment, offset)
    return plain(f"label_fit[{offset}]", formula, value, "predicted, of all inner timesteps")


def _seen_share(view: StepView) -> Derivation:
    found, total = splits.seen(view.experiment), len(view.experiment.test)
    expression: Expression = Quotient(
        Number(float(len(found)), label="trained on too"), Number(float(total), label="held back")
    )
    value = splits.seen_share(view.experiment)
    return Derivation("", "seen_share", "held back and trained on too", expression, value)


def _commonest_share(view: StepView) -> Derivation:
    value, answers = folds.commonest_share(view.experiment)
    formula = "the share of all answers that are the commonest one"
    return plain("commonest_share", formula, value, f"of {answers:,} answers")


def _seen_fit(view: StepView) -> Derivation:
    formula = "how often an answer held back is the one trained on to the same"
    count = len(splits.seen(view.experiment))
    note = f"Of the {count:,} examples held back that are trained on too."
    return plain("seen_fit", formula, splits.seen_fit(view.experiment), "alike, of these", note)


def _repeated_share(view: StepView) -> Derivation:
    formula = "the share of training examples that read the same as another one"
    value = splits.repeated_share(view.experiment)
    return plain("repeated_share", formula, value, "repeated, of all")


def _class_share(view: StepView, label: int) -> Derivation:
    counts = class_counts(view.experiment)
    name, count, total = visible(view.experiment.labels[label]), counts[label], counts.sum()
    expression = Quotient(
        Number(float(count), label=f"“{name}”"), Number(float(total), label="answers")
    )
    formula = f"the share of the answers that are “{name}”"
    return Derivation("", f"class_share[{label}]", formula, expression, float(count / total))


def _twin_fit(view: StepView) -> Derivation:
    found = twins.twins(view.experiment)
    formula = "how often an answer is that of other examples that read the same"
    note = f"Over the {found.answers:,} answers to what is read more than once."
    return plain("twin_fit", formula, found.fit, "predicted, of these", note)


def _twin_chance(view: StepView) -> Derivation:
    formula = "how often an answer to what is read more than once is the commonest of all"
    return plain("twin_chance", formula, twins.twins(view.experiment).chance, "of these")


def _rule_fit(view: StepView, offset: int) -> Derivation:
    whose = {-1: "the example before", 0: "an example", 1: "the example after"}.get(offset)
    whose = whose or f"the example {offset} places on"
    formula = f"how often what this one reads predicts the answer of {whose}, by a simple rule"
    note = "The token at one place, or all tokens; chosen by other examples than it is judged by."
    value = telling.rule_fit(view.experiment, offset)
    return plain(f"rule_fit[{offset}]", formula, value, "", note)


def _doubted_share(view: StepView) -> Derivation:
    formula = "of the labels that a simple rule predicts most surely, the share that contradicts it"
    found = telling.doubted(view.experiment)
    if found is None:
        return plain("doubted_share", formula, np.nan, "", "No simple rule predicts any.")
    expression = Quotient(
        Number(float(len(found.wrong)), label="contradict"), Number(float(found.sure), label="told")
    )
    return Derivation("", "doubted_share", formula, expression, len(found.wrong) / found.sure)


def _fold_rule_fit(view: StepView) -> Derivation:
    formula = "how often a simple rule of the other texts predicts an answer that is left out"
    value = telling.fold_rule_fit(view.experiment)
    note = "The token at one place, or all tokens; of all answers, those held back too."
    return plain("fold_rule_fit", formula, value, "", note)


def _test_rule_fit(view: StepView, offset: int) -> Derivation:
    whose = f"the example {offset} places on" if offset else "itself"
    formula = f"how often what an example held back reads predicts the answer of {whose}"
    note = "By the simple rule that is best in the training data."
    value = telling.held_rule_fit(view.experiment, offset)
    return plain(f"test_rule_fit[{offset}]", formula, value, "", note)


def _told_at(view: StepView, place: int) -> Derivation:
    formula = f"how often the token {_placed(place)} predicts a training answer"
    value = telling.told_by_place(view.experiment).get(place, np.nan)
    back = telling.steps_back(view.experiment, place)
    note = f"Each by all other examples. It stands {back:.4g} timesteps before the answer."
    return plain(f"told_at[{place}]", formula, value, "predicted, of all", note)


def _test_told_at(view: StepView, place: int) -> Derivation:
    formula = f"how often the token {_placed(place)} predicts an answer held back"
    value = telling.held_told_by_place(view.experiment, place)
    return plain(
        f"test_told_at[{place}]", formula, value, "predicted, of all", "By training examples."
    )


def _placed(place: int) -> str:
    return f"{place} places from the beginning" if place >= 0 else f"{-1 - place} before the last"


def _vector_distance(view: StepView, i: int, j: int) -> Derivation:
    tokens = view.experiment.vocabulary.tokens
    value = vectors.distance(view.experiment, i, j)
    formula = f"‖x − x′‖ of the vectors of “{visible(tokens[i])}” and “{visible(tokens[j])}”"
    return plain(f"vector_distance[{i},{j}]", formula, value, "√ of the sum of squares")


def _vector_size(view: StepView) -> Derivation:
    formula = "the mean length ‖x‖ of the tokens' vectors"
    return plain("vector_size", formula, vectors.mean_size(view.experiment), "over all tokens")


def _echo_share(view: StepView) -> Derivation:
    formula = "how often an answer is just the token at its timestep"
    return plain("echo_share", formula, twins.echo_share(view.experiment), "alike, of all answers")


def _told_by_input(view: StepView, o: int, i: int) -> Derivation:
    value = float(twins.told_by_inputs(view.experiment)[o, i])
    formula = f"R² of answer {o} by a line through input {i} at its own timestep"
    return plain(f"told_by_input[{o},{i}]", formula, value, "of its variance")


def _neighbour_fit(view: StepView) -> Derivation:
    found = twins.neighbours(view.experiment)
    formula = "how often an example has the answer of the one before it"
    note = f"In another order that would be {found.chance:.4g} of the time."
    return plain("neighbour_fit", formula, found.same, "alike, of all pairs", note)


def _new_token_share(view: StepView) -> Derivation:
    found = splits.new_tokens(view.experiment)
    formula = "the share of tokens held back that never occur in the training data"
    named = ", ".join(visible(token) for token, _ in found.most_common(MOST_NAMED))
    value = splits.new_token_share(view.experiment)
    return plain(
        "new_token_share", formula, value, "new, of all", f"Such as {named}." * bool(found)
    )


def _input_shift(view: StepView, i: int) -> Derivation:
    value = float(splits.input_shifts(view.experiment)[i])
    formula = f"(mean of input {i} held back − its mean in training) / its deviation in training"
    return plain(f"input_shift[{i}]", formula, value, "standard deviations")


def _input_scale(view: StepView, i: int) -> Derivation:
    value = float(material.input_scales(view.experiment)[i])
    formula = f"the root mean square of input {i} over the training data"
    return plain(f"input_scale[{i}]", formula, value, "√ of the mean of x²")


def _input_outlier(view: StepView, i: int) -> Derivation:
    found = material.outliers(view.experiment)
    value = found[i].z if i < len(found) else np.nan
    formula = f"how far the farthest number of input {i} lies from their median"
    note = f"At {view.experiment.vocabulary.places[found[i].row]}." if found else ""
    return plain(f"input_outlier[{i}]", formula, value, "robust z: ÷ 1.4826 median distances", note)


def _target_scale(view: StepView, o: int) -> Derivation:
    value = float(material.target_scales(view.experiment)[o])
    formula = f"the root mean square of what is wanted of output {o}"
    return plain(f"target_scale[{o}]", formula, value, "√ of the mean of t²")


TABLE = (
    Metric("chance_loss", "the loss of an answer that knows nothing", _chance),
    Metric("constant_loss", "the loss of the best answer that is always the same", _constant),
    Metric(
        "constant_test_loss", "the loss on data held back of the same answer to everything",
        _constant_unseen, where=Where.HELD_BACK,
    ),
    Metric(
        "floor", "the entropy of the text's source: the least loss on unseen text", _floor,
        value=_floor_of, where=Where.SOURCE,
    ),
    Metric(
        "label_fit", "how well a token predicts the answer before, at or after it", _label_fit,
        axes=("offset",), where=Where.EXAMPLES, answers=Of.CLASSES,
    ),
    Metric(
        "seen_share", "the share of data held back that is trained on too", _seen_share,
        where=Where.HELD_BACK,
    ),
    Metric(
        "commonest_share", "how often the commonest answer is right", _commonest_share,
        where=Where.EXAMPLES, answers=Of.CLASSES,
    ),
    Metric(
        "seen_fit", "how often data held back has the answers that are trained on", _seen_fit,
        where=Where.HELD_BACK, answers=Of.CLASSES,
    ),
    Metric(
        "repeated_share", "the share of training examples that read as another one does",
        _repeated_share, where=Where.EXAMPLES,
    ),
    Metric(
        "class_share", "the share of the answers that a class is", _class_share,
        axes=("class",), answers=Of.CLASSES,
    ),
    Metric(
        "twin_fit", "how often examples that read the same have the same answer", _twin_fit,
        where=Where.EXAMPLES, answers=Of.CLASSES,
    ),
    Metric(
        "twin_chance", "how often these have the commonest answer", _twin_chance,
        where=Where.EXAMPLES, answers=Of.CLASSES,
    ),
    Metric(
        "rule_fit", "how often a simple rule predicts an answer, or that of the next example",
        _rule_fit, axes=("neighbour",), where=Where.EXAMPLES, answers=Of.CLASSES,
    ),
    Metric(
        "fold_rule_fit", "how often a simple rule predicts an answer that is left out",
        _fold_rule_fit, where=Where.EXAMPLES, answers=Of.CLASSES,
    ),
    Metric(
        "test_rule_fit", "how often the rule predicts an answer held back, or the one beside it",
        _test_rule_fit, axes=("neighbour",), where=Where.HELD_BACK, answers=Of.CLASSES,
    ),
    Metric(
        "doubted_share", "the share of labels that contradict the surest predictions",
        _doubted_share, where=Where.EXAMPLES, answers=Of.CLASSES,
    ),
    Metric(
        "told_at", "how often the token at a place predicts a training answer", _told_at,
        axes=("place",), where=Where.EXAMPLES, answers=Of.CLASSES,
    ),
    Metric(
        "test_told_at", "how often the token at a place predicts an answer held back",
        _test_told_at,
        axes=("place",), where=Where.HELD_BACK, answers=Of.CLASSES,
    ),
    Metric(
        "vector_distance", "how far the vectors of two tokens lie apart", _vector_distance,
        axes=("vector row", "vector row"), where=Where.VECTORS,
    ),
    Metric("vector_size", "the mean length of a token's vector", _vector_size, where=Where.VECTORS),
    Metric(
        "echo_share", "the share of answers that are the token read there", _echo_share,
        where=Where.EXAMPLES, answers=Of.CLASSES,
    ),
    Metric(
        "told_by_input", "how much of an answer an input of its timestep predicts", _told_by_input,
        axes=("output", "input"), answers=Of.NUMBERS,
    ),
    Metric(
        "neighbour_fit", "how often an example has the answer of the one before it",
        _neighbour_fit, where=Where.EXAMPLES, answers=Of.CLASSES,
    ),
    Metric(
        "new_token_share", "the share of tokens held back that are never trained on",
        _new_token_share, where=Where.HELD_BACK,
    ),
    Metric(
        "input_shift", "how far an input held back lies from training", _input_shift,
        axes=("input",), where=Where.HELD_BACK,
    ),
    Metric("input_scale", "the root mean square of an input", _input_scale, axes=("input",)),
    Metric(
        "input_outlier", "how far the farthest number of an input lies from their median",
        _input_outlier, axes=("input",),
    ),
    Metric(
        "target_scale", "the root mean square of what is wanted", _target_scale, axes=("output",),
        answers=Of.NUMBERS,
    ),
)  # fmt: skip
