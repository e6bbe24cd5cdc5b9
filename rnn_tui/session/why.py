"""How each op made its number, for one chosen unit, at the moment that a view shows."""

from __future__ import annotations

import numpy as np

from rnn_tui.session.derivation import Derivation
from rnn_tui.session.view import StepView
from rnn_tui.session.why_step import STEPS
from rnn_tui.session.why_update import UPDATES


def derive(view: StepView, op: str, t: int | None, unit: int) -> Derivation | None:
    """How an op made its number for one unit; None while it hasn't run.

    `unit` is a hidden unit, or an output for y, p, dy and what hangs on them; it
    is taken modulo the number of outputs there.
    """
    if not view.known.has(op, t):
        return None
    with np.errstate(all="ignore"):
        if t is None:
            return UPDATES[op](view, unit)
        return STEPS[op](view, t, unit)


def derivations(view: StepView, unit: int) -> tuple[Derivation, ...]:
    """Those of the ops that have run in the timestep and direction under the cursor."""
    if view.op is None:
        return ()
    t = view.t
    names = view.program.update_ops if t is None else view.program.names_at(view.phase, t)
    found = (derive(view, name, view.t, unit) for name in names)
    return tuple(derivation for derivation in found if derivation is not None)
