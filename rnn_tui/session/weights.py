"""What belongs to each weight at a moment: gradients, what its optimizer keeps, how far it came."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.session.moved import newest_from
from rnn_tui.session.view import StepView

Values = Floats | None  # None while the algorithm has not computed them


def weights(view: StepView, name: str) -> Values:
    """The weights in force."""
    return view.params[name]


def example_gradient(view: StepView, name: str) -> Values:
    """This example's gradient, summed from the last timestep down to where BPTT has come."""
    known, op = view.known, f"d{name}"
    T, first = view.current.length, max(0, known.gradients_from - 1)  # W_hy's comes before dh
    reached = next((t for t in range(first, T) if known.has(op, t)), None)
    return None if reached is None else known.get(op, reached)


def batch_gradient(view: StepView, name: str) -> Values:
    """The gradient of the whole batch, before clipping."""
    op = "freeze" if view.program.freezes else "reduce"
    return _of_update(view, op, name)


def of_optimizer(view: StepView, vector: str, name: str) -> Values:
    """What a line of the optimizer makes of each weight.

    While the update has not come to it, that is what the one before it left, if anything.
    """
    new = _of_update(view, vector, name)
    if new is None and vector in view.slots_before:
        return view.before.with_flat(view.slots_before[vector])[name]
    return new


def way_come(view: StepView, name: str) -> Values:
    """How far the weights are from those before the first update, edits on the way included."""
    if view.update + view.updated == 0:
        return None
    beginning = view.timeline.state(0).params[name]
    with np.errstate(all="ignore"):
        moved: Floats = view.params[name] - beginning
    return moved


def newest_change(view: StepView, name: str) -> Values:
    """How far the newest epoch moved the weights, or the newest step of a text."""
    if view.update + view.updated == 0:
        return None
    with np.errstate(all="ignore"):
        moved: Floats = view.params[name] - view.timeline.state(newest_from(view)).params[name]
    return moved


def _of_update(view: StepView, op: str, name: str) -> Values:
    flat = view.update_value(op)
    if flat is None:
        return None
    return view.before.with_flat(np.asarray(flat))[name]


MEASURES: dict[str, Callable[[StepView, str], Values]] = {
    "weights": weights,
    "example": example_gradient,
    "batch": batch_gradient,
    "change": way_come,
    "newest": newest_change,
}


def measured(view: StepView, measure: str, name: str) -> Values:
    """What one of MEASURES, or of the vectors of the optimizer, is of each weight of an array."""
    if measure in MEASURES:
        return MEASURES[measure](view, name)
    return of_optimizer(view, measure, name)
