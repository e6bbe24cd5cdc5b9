"""The derivations of what sums up a moment: losses, accuracies, norms of the recurrence."""

from __future__ import annotations

import numpy as np

from rnn_tui.characters import visible
from rnn_tui.engine.spectrum.spectrum import recurrent_matrix, spectral_radius
from rnn_tui.engine.training.evaluating import Evaluation
from rnn_tui.session.runs.history import RECENT
from rnn_tui.session.view import StepView
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import (
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    without_patch,
)
from rnn_tui.session.why.metrics.metric import Before, Metric, Of, Where
from rnn_tui.session.why.metrics.of_run import TABLE as OF_RUN
from rnn_tui.session.why.metrics.proving import TABLE as PROVING
from rnn_tui.session.why.spectra import rho
from rnn_tui.session.why.updates import update as why_update


def _train_loss(view: StepView) -> Derivation:
    found = _apart(view.training)
    losses = [Number(float(x), f"example_loss[{k + 1}]") for k, x in enumerate(found.losses)]
    if found.outputs.max() == 1:
        formula = f"the mean over {len(losses)} training examples"
        return Derivation("", "train_loss", formula, _mean(tuple(losses), "examples"), found.loss)
    counts = [Number(float(n), label="outputs") for n in found.outputs]
    parts = tuple(map(Product, zip(counts, losses, strict=True)))
    below = Number(float(found.outputs.sum()), label="outputs")
    formula = f"the mean over the {below.value:.0f} outputs of {len(losses)} training examples"
    return Derivation("", "train_loss", formula, Quotient(Sum(parts), below), found.loss)


def _accuracy(view: StepView) -> Derivation:
    return _share_right(_apart(view.training), "accuracy", "share of answers that are right")


def _share_right(found: Evaluation, ref: str, formula: str) -> Derivation:
    right, outputs = float(found.right.sum()), float(found.outputs.sum())
    expression = Quotient(Number(right, label="right"), Number(outputs, label="answers"))
    return Derivation("", ref, formula, expression, found.accuracy)


def _mae(view: StepView) -> Derivation:
    return _mean_error(_apart(view.training), "mae", "mean absolute error over all answers")


def _mean_error(found: Evaluation, ref: str, formula: str) -> Derivation:
    off, outputs = float(found.right.sum()), float(found.outputs.sum())
    expression = Quotient(Number(off, label="Σ |y − t|"), Number(outputs, label="answers"))
    return Derivation("", ref, formula, expression, found.mae)


def _r2(view: StepView) -> Derivation:
    return _told(_apart(view.training), "r2", "share of the targets' variance explained")


def _told(found: Evaluation, ref: str, formula: str) -> Derivation:
    squares = 0.0 if found.squares is None else float(found.squares.sum())
    share = Quotient(Number(squares, label="Σ (y − t)²"),
                     Number(found.varies, label="Σ (t − mean t)²"))  # fmt: skip
    expression = Sum((Number(1.0, label="1"), Negative(share)))
    return Derivation("", ref, formula, expression, found.r2)


def _apart(found: Evaluation | None) -> Evaluation:
    assert found is not None, "asked for only where there are such examples"
    return found


def _mean(parts: tuple[Expression, ...], of: str) -> Expression:
    return Quotient(Sum(parts), Number(float(len(parts)), label=of))


def _example_loss(view: StepView, place: int) -> Derivation:
    value = float(_apart(view.evaluation).losses[place - 1])
    patched = _is_patched(view, place)
    pass_ = view.as_computed() if patched else view.whole(view.in_force, place - 1)
    outputs, losses = pass_.current.outputs, pass_.known.trace.losses
    refs = [f"loss[{t}]#{place}@{view.in_force}" for t in outputs]
    parts = tuple(_of_example(float(x), ref, patched) for x, ref in zip(losses, refs, strict=True))
    formula = f"the loss of example {place}, with the current weights"
    return Derivation("", f"example_loss[{place}]", formula, _mean(parts, "outputs"), value)


def _example_p(view: StepView, place: int) -> Derivation:
    example, p = view.examples[place - 1], _apart(view.evaluation).p[place - 1]
    o = 0 if len(p) == 1 else example.targets[-1]
    ref = f"p[{example.outputs[-1]},{o}]#{place}@{view.in_force}"
    label = view.experiment.labels[1 if len(p) == 1 else o]
    formula = f"the probability of “{visible(label)}” in example {place}"
    value = float(p[o])
    number = _of_example(value, ref, _is_patched(view, place))
    return Derivation("", f"example_p[{place}]", formula, number, value)


def _is_patched(view: StepView, place: int) -> bool:
    """Whether refs to this example, with the weights now, speak of a pass changed by hand."""
    here = view.example == place - 1 and not view.updated
    return here and bool(view.patches)


def _of_example(value: float, ref: str, patched: bool) -> Number:
    """A number of an example's pass. Metrics are of the network, whatever is patched."""
    return without_patch(value, ref) if patched else Number(value, ref)


def _recent_loss(view: StepView) -> Derivation:
    newest = view.history.loss[-RECENT:]
    first = view.history.count - len(newest)
    parts = tuple(Number(float(x), f"past_loss[{first + i}]") for i, x in enumerate(newest))
    formula = f"the mean of the last {len(parts)} losses"
    value = view.history.recent_loss()
    return Derivation("", "recent_loss", formula, _mean(parts, "steps"), value)


def _test_loss(view: StepView) -> Derivation:
    found = _apart(view.unseen)
    parts = tuple(
        Number(float(loss) * int(n), label=f"loss of {int(n)} outputs")
        for loss, n in zip(found.losses, found.outputs, strict=True)
    )
    below = Number(float(found.outputs.sum()), label="outputs")
    return Derivation("", "test_loss", _held_back(view), Quotient(Sum(parts), below), found.loss)


def _test_accuracy(view: StepView) -> Derivation:
    return _share_right(_apart(view.unseen), "test_accuracy", _held_back(view))


def _test_mae(view: StepView) -> Derivation:
    return _mean_error(_apart(view.unseen), "test_mae", _held_back(view))


def _test_r2(view: StepView) -> Derivation:
    return _told(_apart(view.unseen), "test_r2", _held_back(view))


def _held_back(view: StepView) -> str:
    return f"of the data held back, with the weights before update {view.in_force}"


# The table


def _is_spoilt(before: Before) -> float:
    spoilt = before.update > 0 and not np.isfinite(before.recorded("loss"))
    return float(spoilt or not np.isfinite(before.state().params.flat).all())


_TABLE = (
    Metric(
        "loss", "the mean loss of an update's outputs", is_recorded=True, is_earlier=True,
        reading=lambda before: before.recorded("loss") / before.recorded("outputs"),
    ),
    Metric(
        "accuracy", "the share of training examples that is right", _accuracy,
        where=Where.EXAMPLES, value=lambda view: _apart(view.training).accuracy,
        is_recorded=True, is_earlier=True, answers=Of.CLASSES,
        reading=lambda before: before.recorded("right") / before.recorded("outputs"),
        also=("right",),
    ),
    Metric(
        "mae", "the mean absolute error of the training examples", _mae,
        where=Where.EXAMPLES, value=lambda view: _apart(view.training).mae,
        is_recorded=True, is_earlier=True, answers=Of.NUMBERS,
        reading=lambda before: before.recorded("right") / before.recorded("outputs"),
        also=("mean error",),
    ),
    Metric(
        "r2", "R² of the training examples", _r2, where=Where.EXAMPLES,
        value=lambda view: _apart(view.training).r2, answers=Of.NUMBERS,
    ),
    Metric(
        "grad_norm", "the norm of the batch's gradient", why_update.grad_norm, "update",
        is_recorded=True, reading=lambda before: before.recorded("grad_norm"), is_norm=True,
        also=("norm", "gradient norm", "‖g‖"),
    ),
    Metric(
        "learning_rate", "the learning rate of an update", why_update.learning_rate, "update",
        is_recorded=True, reading=lambda before: before.recorded("learning_rate"),
        also=("lr", "η", "learning rate"),
    ),
    Metric(
        "clipped", "whether an update's gradient was clipped", is_recorded=True, is_flag=True,
        reading=lambda before: before.recorded("clipped"),
    ),
    Metric(
        "test_loss", "the mean loss on data held back, an output", _test_loss,
        where=Where.HELD_BACK, value=lambda view: _apart(view.unseen).loss,
        reading=lambda before: before.unseen().loss,
        also=("test loss", "val loss", "val_loss", "validation loss"),
    ),
    Metric(
        "test_accuracy", "the share of data held back that is right", _test_accuracy,
        where=Where.HELD_BACK, value=lambda view: _apart(view.unseen).accuracy,
        reading=lambda before: before.unseen().accuracy, answers=Of.CLASSES,
        also=("test right",),
    ),
    Metric(
        "test_mae", "the mean absolute error on data held back", _test_mae,
        where=Where.HELD_BACK, value=lambda view: _apart(view.unseen).mae,
        reading=lambda before: before.unseen().mae, answers=Of.NUMBERS,
        also=("test mean error",),
    ),
    Metric(
        "test_r2", "R² on data held back", _test_r2,
        where=Where.HELD_BACK, value=lambda view: _apart(view.unseen).r2,
        reading=lambda before: before.unseen().r2, answers=Of.NUMBERS,
    ),
    Metric("epoch", "the epochs done", reading=lambda before: float(before.epoch)),
    Metric("step", "the updates done", reading=lambda before: float(before.update)),
    Metric(
        "rho", "the spectral radius of W_hh", rho, "weights",
        value=lambda view: view.radius,
        where=Where.RECURRENT_MATRIX,
        reading=lambda before: spectral_radius(recurrent_matrix(before.state().params)),
        also=("spectral radius", "ρ"),
    ),
    Metric(
        "nan", "whether a loss or a weight is inf or NaN", is_flag=True, reading=_is_spoilt,
        also=("NaN", "diverged"),
    ),
    Metric(
        "train_loss", "the mean loss of the training examples, an output", _train_loss,
        where=Where.EXAMPLES, value=lambda view: _apart(view.training).loss,
    ),
    Metric(
        "recent_loss", "the mean of the newest losses", _recent_loss, where=Where.STREAM,
        value=lambda view: view.history.recent_loss(),
    ),
    Metric(
        "example_loss", "the loss of an example now", _example_loss, axes=("example",),
        where=Where.EXAMPLES,
    ),
    Metric(
        "example_p", "the probability that the table shows", _example_p, axes=("example",),
        where=Where.EXAMPLES, answers=Of.CLASSES,
    ),
    *OF_RUN,
)  # fmt: skip

METRICS: dict[str, Metric] = {one.name: one for one in (*_TABLE, *PROVING)}
ALSO: dict[str, str] = {also: one.name for one in METRICS.values() for also in one.also}


def measured(view: StepView, name: str) -> float:
    """What the metric of this name comes to at the moment shown. It must have a `value`."""
    measure = METRICS[name].value
    assert measure is not None, f"{name} is not of a moment alone"
    return float(measure(view))
