"""What can be seen of a session's moment, as one value to compare."""

from __future__ import annotations

import numpy as np

from rnn_tui.engine.training import Evaluation, TrainingState
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView

Seen = tuple[object, ...]


def in_force(view: StepView) -> int:
    """The update before which the parameters in force stand: one on behind an update's last op."""
    return view.update + (view.program.trains and view.next_op is None)


def bits(state: TrainingState) -> bytes:
    """A training state to the bit; NaN equals NaN."""
    return state.params.flat.tobytes() + state.velocity.tobytes()


def evaluated(view: StepView) -> Evaluation:
    """How all examples fare, where there are any."""
    assert view.evaluation is not None
    return view.evaluation


def seen(session: Session) -> Seen:
    """The cursor, every number that is visible, the curves, and what the data is."""
    view = session.view
    known, history, evaluation = view.known, view.history, evaluated(view)
    names = [name for name in view.program.update_ops if known.has(name)]
    arrays = [
        view.before.flat, view.params.flat, view.velocity_before,
        known.trace.h[: known.states + 1], known.trace.dh[known.gradients_from :],
        evaluation.p, evaluation.losses, evaluation.right,
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
