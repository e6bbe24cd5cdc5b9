"""Whether an update left anything that is inf or NaN, without looking at every number."""

from __future__ import annotations

from math import isfinite

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.training.training import Record, Trainer, TrainingState

SAFE = 1e300  # a number that can be no larger is finite
SLACK = 1 + 1e-9  # for what rounding adds to a bound, some 1e-13 of it


class Soundness:
    """Follows a run from a state on, update by update.

    An update moves no parameter by more than the velocity, |v| ≤ μ |v| + lr ‖g‖, so how
    large parameters can have become is known without a look at them. Only when that is
    no longer safe, or the update is not the one of the book, are they looked at.
    """

    def __init__(self, trainer: Trainer, state: TrainingState) -> None:
        self._momentum = abs(trainer.settings.momentum)
        self._as_in_book = trainer.net.fault is None
        self._measure(state)

    def _measure(self, state: TrainingState) -> None:
        self._theta = _largest(state.params.flat)
        self._velocity = _largest(state.velocity)

    def after(self, record: Record, state: TrainingState) -> bool:
        """Whether the next update reported and left nothing but finite numbers."""
        if not (isfinite(record.loss) and isfinite(record.grad_norm)):
            return False
        step = abs(record.learning_rate) * record.grad_norm
        self._velocity = SLACK * (self._momentum * self._velocity + step)
        self._theta = SLACK * (self._theta + self._velocity)
        if not (self._as_in_book and self._theta < SAFE):
            self._measure(state)
        carry = state.carry
        return isfinite(self._theta) and (carry is None or _all_finite(carry))


def _largest(array: Floats) -> float:
    """The largest size; inf or NaN where there is such a number."""
    return float(np.abs(array).max(initial=0.0))


def _all_finite(array: Floats) -> bool:
    """A sum of squares is finite only if all of them are; one that overflows says nothing."""
    return isfinite(np.vdot(array, array)) or bool(np.isfinite(array).all())
