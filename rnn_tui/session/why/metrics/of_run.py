"""What a run came to by an epoch or step: losses, accuracies, norms, each with its derivation."""

from __future__ import annotations

from collections.abc import Callable

from rnn_tui.arrays import Floats
from rnn_tui.characters import visible
from rnn_tui.engine.checks import folds, renaming
from rnn_tui.engine.checks.classes import by_class
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.parameters import Parameters
from rnn_tui.session.runs.records import Records
from rnn_tui.session.unseen import unseen
from rnn_tui.session.view import StepView
from rnn_tui.session.why.derivation import Derivation, plain
from rnn_tui.session.why.expressions import Largest, Number, Quotient, Sum
from rnn_tui.session.why.metrics.metric import Metric, Of, Where

MEASURED = {"loss": ("the mean loss", "outputs"), "accuracy": ("the share right", "answers")}
READ_ANEW = "Read anew: that of the epoch is of each batch before its own update."


def _past(view: StepView, point: int) -> dict[str, Floats]:
    """What the updates of an epoch or step reported, a column a figure."""
    updates = view.history.updates
    rows = view.timeline.records.rows((point + 1) * updates)[point * updates :]
    return dict(zip(Records.COLUMNS, rows.T, strict=True))


def _past_share(name: str, column: str, what: str) -> Callable[[StepView, int], Derivation]:
    def derivation(view: StepView, point: int) -> Derivation:
        rows, first = _past(view, point), point * view.history.updates
        parts = tuple(
            Number(float(x), label=f"update {first + i}") for i, x in enumerate(rows[column])
        )
        outputs = float(rows["outputs"].sum())
        expression = Quotient(Sum(parts), Number(outputs, label="answers"))
        formula = f"{what} of {view.history.unit} {point}, over its {outputs:.0f} answers"
        value = float(rows[column].sum() / outputs)
        return Derivation("", f"{name}[{point}]", formula, expression, value)

    return derivation


def _after(view: StepView, point: int) -> tuple[Trainer, Parameters]:
    """What trained an epoch or step, and the parameters that it left."""
    k = (point + 1) * view.history.updates
    return view.timeline.owner(k).trainer, view.timeline.state(k).params


def _measured(split: str, figure: str) -> Callable[[StepView, int], Derivation]:
    """A figure of the "train" or "test" examples under what an epoch or step has left."""
    what, counted = MEASURED[figure]
    name, held = f"past_{split}_{figure}", split == "test"
    whose = "on data held back" if held else "of all training examples"

    def derivation(view: StepView, point: int) -> Derivation:
        trainer, params = _after(view, point)
        one = trainer.experiment
        found = (
            unseen(params, trainer.net, one) if held else evaluate(params, trainer.net, one.train)
        )
        assert found is not None, "asked for only where there are such examples"
        formula = f"{what} {whose} after {view.history.unit} {point}"
        over = f"over {int(found.outputs.sum())} {counted}"
        value: float = getattr(found, figure)
        return plain(f"{name}[{point}]", formula, value, over, "" if held else READ_ANEW)

    return derivation


def _past_class_loss(view: StepView, point: int, label: int) -> Derivation:
    trainer, params = _after(view, point)
    found = by_class(params, trainer.net, trainer.experiment)
    name = visible(view.experiment.labels[label])
    formula = f"the mean loss of the answers “{name}” after {view.history.unit} {point}"
    over = f"over {int(found.counts[label]):,} of them, {found.right[label]:,} right"
    return plain(f"past_class_loss[{point},{label}]", formula, float(found.losses[label]), over)


def _fold_accuracy(view: StepView, point: int) -> Derivation:
    updates = (point + 1) * view.history.updates
    value = folds.fold_accuracy(view.timeline.trainer.experiment, updates)
    formula = f"the share right of examples left out, trained on the others for {updates:,} updates"
    note = f"In {folds.FOLDS} parts, each left out once, from the first weights on."
    return plain(f"fold_accuracy[{point}]", formula, value, "of all answers", note)


def _train_fold_accuracy(view: StepView, point: int) -> Derivation:
    updates = (point + 1) * view.history.updates
    value = folds.fold_accuracy(folds.train_alone(view.timeline.trainer.experiment), updates)
    formula = f"the same of the training examples alone, trained for {updates:,} updates"
    note = f"In {folds.FOLDS} parts, each left out once, from the first weights on."
    return plain(f"train_fold_accuracy[{point}]", formula, value, "of their answers", note)


def _renamed_accuracy(view: StepView, point: int) -> Derivation:
    trainer, params = _after(view, point)
    names = renaming.renamed(params, trainer.net, trainer.experiment)
    formula = (
        f"the share right on data held back after {view.history.unit} {point}, its labels renamed"
    )
    labels = trainer.experiment.labels
    swaps = [f"“{visible(labels[a])}” is “{visible(labels[b])}”" for a, b in names.pairs]
    return plain(
        f"renamed_accuracy[{point}]", formula, names.accuracy, "of all answers", ", ".join(swaps)
    )


def _past_norm(view: StepView, point: int) -> Derivation:
    norms, first = _past(view, point)["grad_norm"], point * view.history.updates
    parts = tuple(Number(float(x), f"grad_norm@{first + i}") for i, x in enumerate(norms))
    formula = f"the largest ‖g‖ of {view.history.unit} {point}"
    return Derivation("", f"past_norm[{point}]", formula, Largest(parts), float(norms.max()))


TABLE = (
    Metric(
        "past_loss", "the loss of an epoch or step",
        _past_share("past_loss", "loss", "the losses"), axes=("point",),
    ),
    Metric(
        "past_accuracy", "the accuracy of an epoch or step",
        _past_share("past_accuracy", "right", "right answers"), axes=("point",),
        answers=Of.CLASSES,
    ),
    Metric(
        "past_mae", "the mean absolute error of an epoch or step",
        _past_share("past_mae", "right", "absolute errors"), axes=("point",), answers=Of.NUMBERS,
    ),
    Metric(
        "past_train_loss", "the loss of all training examples after an epoch",
        _measured("train", "loss"),
        axes=("point",), where=Where.EXAMPLES,
    ),
    Metric(
        "past_class_loss", "the loss of the answers of a class after an epoch or step",
        _past_class_loss, axes=("point", "class"), answers=Of.CLASSES,
    ),
    Metric(
        "fold_accuracy", "the share right of examples that are left out", _fold_accuracy,
        axes=("point",), where=Where.EXAMPLES, answers=Of.CLASSES,
    ),
    Metric(
        "train_fold_accuracy", "the share right of training examples that are left out",
        _train_fold_accuracy, axes=("point",), where=Where.HELD_BACK, answers=Of.CLASSES,
    ),
    Metric(
        "past_test_loss", "the loss on data held back after an epoch or step",
        _measured("test", "loss"),
        axes=("point",), where=Where.HELD_BACK,
    ),
    Metric(
        "past_test_accuracy", "the share right on data held back after an epoch or step",
        _measured("test", "accuracy"),
        axes=("point",), where=Where.HELD_BACK, answers=Of.CLASSES,
    ),
    Metric(
        "past_train_accuracy", "the share right of all training examples after an epoch",
        _measured("train", "accuracy"),
        axes=("point",), where=Where.EXAMPLES, answers=Of.CLASSES,
    ),
    Metric(
        "renamed_accuracy", "the share right on data held back if labels changed their names",
        _renamed_accuracy, axes=("point",), where=Where.HELD_BACK, answers=Of.CLASSES,
    ),
    Metric(
        "past_norm", "the largest ‖g‖ of an epoch or step", _past_norm, axes=("point",),
        is_norm=True,
    ),
)  # fmt: skip
