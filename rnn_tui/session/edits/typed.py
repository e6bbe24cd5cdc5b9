"""A text of the user's as an example: with the label that was given, or without any."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rnn_tui.engine.passes.batches import batches_of
from rnn_tui.engine.passes.reading import read_batch
from rnn_tui.engine.passes.sampling import likeliest_answers
from rnn_tui.experiments import Example, Experiment, ExperimentError, encode
from rnn_tui.experiments.data.labelled import classes, form_of
from rnn_tui.experiments.data.real_targets import numbers_written
from rnn_tui.experiments.errors import nearest, shown
from rnn_tui.session.edits.typed_rows import names_rows, reads_rows, rows_typed
from rnn_tui.session.view import StepView


def wanted_in(experiment: Experiment, example: Example) -> str:
    """The answers to an example as they would be typed."""
    if not experiment.has_classes:
        rows = np.asarray(example.targets)
        text = " ; ".join(" ".join(repr(float(one)) for one in row) for row in rows)
        return text if experiment.answers_once else f"{text} ;"
    end = None if experiment.answering is None else experiment.answering.end
    words = [experiment.labels[c] for c in example.targets if c != end]
    return " ".join(words) if experiment.answering is None else experiment.vocabulary.join(words)


def typed_example(view: StepView, text: str, wanted: str | None = None) -> Example:
    """A text with the label or the answers `wanted`; without them it has no label.

    Two texts have one all the same: of a stream, where each token is the answer to those
    before it, and one whose several answers the data has. Of any other text with several
    answers the network reads its own, each the likeliest. Raises ExperimentError.
    """
    experiment = view.experiment
    if reads_rows(experiment) and not names_rows(experiment, text):
        return _with_answers(experiment, rows_typed(experiment, text), wanted)
    if not experiment.has_classes:
        return typed_numbers(experiment, text, wanted)
    if experiment.stream is not None or experiment.answers_once:
        return encode(experiment, text, None if wanted is None else _class_of(experiment, wanted))
    if wanted is not None:
        return encode(experiment, text, answers=answers_of(experiment, wanted))
    example = known(experiment, text)
    if example is not None:
        return example
    return replace(encode(experiment, text, answers=_own(view, text)), labelled=False)


def typed_numbers(experiment: Experiment, text: str, wanted: str | None) -> Example:
    """A text whose answers are numbers, those that are `wanted` as a file would have them."""
    example = encode(experiment, text)
    if wanted is None:
        return known(experiment, text) or example
    return _with_numbers(experiment, example, wanted)


def _with_answers(experiment: Experiment, example: Example, wanted: str | None) -> Example:
    """Rows with the answers that are wanted of them, if any are."""
    if wanted is None:
        return example
    if not experiment.has_classes:
        return _with_numbers(experiment, example, wanted)
    if experiment.answers_once:
        return replace(example, targets=(_class_of(experiment, wanted),), labelled=True)
    targets = answers_of(experiment, wanted)
    if len(targets) != len(example.outputs):
        each = f"a label for each of {len(example.outputs)} rows"
        raise ExperimentError(f"expected {each}, found {len(targets)}")
    return replace(example, targets=targets, labelled=True)


def _with_numbers(experiment: Experiment, example: Example, wanted: str) -> Example:
    targets = numbers_written(wanted, experiment.task)
    if targets.shape != np.asarray(example.targets).shape:
        K, O = np.asarray(example.targets).shape  # noqa: E741
        each = f" for each of {K} tokens" if K > 1 else ""
        raise ExperimentError(f"expected {O} number{'s' * (O > 1)}{each}, found {shown(wanted)}")
    return replace(example, targets=targets, labelled=True)


def _class_of(experiment: Experiment, label: str) -> int:
    """The class of a label. Raises ExperimentError."""
    labels = experiment.labels
    if experiment.stream is not None:
        raise ExperimentError("a text of a stream has no label: each token answers the last")
    if label not in labels:
        named = ", ".join(map(shown, labels))
        raise ExperimentError(f"labels are {named}{nearest(label, labels)}")
    return labels.index(label)


def answers_of(experiment: Experiment, wanted: str) -> tuple[int, ...]:
    """The classes of answers as they are typed. Raises ExperimentError."""
    split = form_of(experiment.task, experiment.vocabulary.tokenizer, experiment.labels).split
    return classes(experiment.labels, experiment.answering, split(wanted))


def known(experiment: Experiment, text: str) -> Example | None:
    """The example of the data that has this text, if there is one."""
    tokens = experiment.vocabulary.tokenize(text)
    for one in (*experiment.train, *experiment.test):
        if experiment.vocabulary.tokenize(one.text) == tokens:
            return one
    return None


def _own(view: StepView, text: str) -> tuple[int, ...]:
    experiment, params, net = view.experiment, view.params, view.network
    vocabulary = experiment.vocabulary
    ids = vocabulary.ids(vocabulary.tokenize(text))
    if experiment.answering is None:
        example = encode(experiment, text, answers=(0,) * len(ids))
        with np.errstate(all="ignore"):
            reader = read_batch(params, net, batches_of([example])[0])
            p = net.head.probabilities(reader.logits(params))
        own = tuple(int(c) for c in net.head.predict(p))
        if min(own) < 0:
            raise ExperimentError("p is no number here: say which answers are wanted")
        return own
    try:
        own = likeliest_answers(params, net, vocabulary, experiment.answering, ids)
    except FloatingPointError as error:
        raise ExperimentError(f"{error}: say which answers are wanted") from None
    end = experiment.answering.end
    return own if end is None or own[-1] == end else (*own, end)
