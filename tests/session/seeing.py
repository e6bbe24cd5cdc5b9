"""What can be seen of a session's moment, as one value to compare."""

from __future__ import annotations

import numpy as np

from rnn_tui.engine.training.evaluating import Evaluation
from rnn_tui.engine.training.training import TrainingState
from rnn_tui.session.program.code import code, row_of
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.line_now import LineNow

Seen = tuple[object, ...]


def in_force(view: StepView) -> int:
    """The update before which the parameters in force stand: one on behind an update's last op."""
    return view.update + (view.program.trains and view.next_op is None)


def bits(state: TrainingState) -> bytes:
    """A training state to the bit; NaN equals NaN."""
    slots = (slot.tobytes() for slot in state.slots.values())
    carry = b"" if state.carry is None else state.carry.tobytes()
    return state.params.flat.tobytes() + b"".join(slots) + carry


def evaluated(view: StepView) -> Evaluation:
    """How all examples fare, where there are any."""
    assert view.evaluation is not None
    return view.evaluation


def seen(session: Session) -> Seen:
    """The cursor, every number that is visible, the curves, and what the data is."""
    view = session.view
    known, history = view.known, view.history
    fates = (
        ()
        if view.evaluation is None
        else (view.evaluation.p, view.evaluation.losses, view.evaluation.right)
    )
    names = [kind.name for kind in view.program.update_ops if known.has(kind.name)]
    arrays = [
        view.before.flat, view.params.flat, *view.slots_before.values(),
        known.trace.h[: known.states + 1], known.trace.dh[known.gradients_from :],
        known.trace.x, *fates,
        *(curve for curve in vars(history).values() if isinstance(curve, np.ndarray)),
    ]  # fmt: skip
    values = [str(view.update_value(name)) for name in names]
    latest = None
    if view.op is not None and view.t is not None:
        value = known.get(view.op.name, view.t)
        latest = None if value is None else value.tobytes()
    return (
        session.moment.cursor, session.epoch, view.example, view.members, view.program,
        view.op, view.next_op, *(array.tobytes() for array in arrays), *names, *values, latest,
        repr(view.radius), repr(history.observed), view.experiment.training, *(one.text for one in view.examples),
        view.current.targets,
    )  # fmt: skip


def line_of_op(view: StepView, unit: int = 0) -> LineNow | None:
    """The line that ran last; None before the first."""
    rows = code(view.program)
    place = row_of(rows, view.op)
    return None if place is None else LineNow(view, rows[place], unit)
