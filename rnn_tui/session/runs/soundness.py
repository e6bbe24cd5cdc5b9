"""Whether an update left anything that is inf or NaN, without looking at every number."""

from __future__ import annotations

from math import isfinite

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.training.training import Record, Trainer, TrainingState
from rnn_tui.equations.optimizers import Reach

SAFE = 1e300  # a number that can be no larger is finite
SAFE_SQUARED = 1e140  # and so are sums of the squares of these, over more updates than can be
SLACK = 1 + 1e-9  # for what rounding adds to a bound, some 1e-13 of it


class Soundness:
    """Follows a run from a state on, update by update.

    Its optimizer says how far an update can move a parameter, so how large parameters can have
    become is known without a look at them. Only when that is no longer safe, or the optimizer
    can't tell, or the update is not the one of the book, are they looked at, and its vectors.
    """

    def __init__(self, trainer: Trainer, state: TrainingState) -> None:
        self._settings, self._farthest = trainer.settings, trainer.net.optimizer.farthest
        self._as_in_book = trainer.net.fault is None
        self._measure(state)

    def _measure(self, state: TrainingState) -> None:
        self._theta = _largest(state.params.flat)
        self._slots = max((_largest(slot) for slot in state.slots.values()), default=0.0)
        self._moved = self._slots

    def after(self, record: Record, state: TrainingState, k: int) -> bool:
        """Whether update k = 0, 1, … reported and left nothing but finite numbers."""
        if not (isfinite(record.loss) and isfinite(record.grad_norm)):
            return False
        if not self._is_surely_sound(record, k):
            self._measure(state)
        carry = state.carry
        finite = isfinite(self._theta) and isfinite(self._slots)
        return finite and (carry is None or _all_finite(carry))

    def _is_surely_sound(self, record: Record, k: int) -> bool:
        if self._farthest is None or not self._as_in_book:
            return False
        step = record.grad_norm + self._settings.weight_decay * self._theta
        reach = Reach(abs(record.learning_rate), k + 1, step, self._moved)
        self._moved = SLACK * self._farthest(self._settings, reach)
        self._theta = SLACK * (self._theta + self._moved)
        squares = step < SAFE_SQUARED and self._slots < SAFE_SQUARED**2
        return self._theta < SAFE and squares and reach.learning_rate * step < SAFE


def _largest(array: Floats) -> float:
    """The largest size; inf or NaN where there is such a number."""
    return float(np.abs(array).max(initial=0.0))


def _all_finite(array: Floats) -> bool:
    """A sum of squares is finite only if all of them are; one that overflows says nothing."""
    return isfinite(np.vdot(array, array)) or bool(np.isfinite(array).all())
