"""The vanilla cell over whole sequences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.activations import Activation
from rnn_tui.equations.fast.fast import Fast
from rnn_tui.equations.fast.memory import Memory
from rnn_tui.equations.fast.rows import Rows


class FastVanilla(Fast):
    """See `Fast`; three calls a timestep each way."""

    driven = (Rows("W_xh", "b_h"),)
    products = ((Rows("W_hh"),),)

    def __init__(self, activation: Activation, shape: tuple[int, int, int], memory: Memory) -> None:
        super().__init__(activation, shape, memory)
        self.states, self.sources = {"h": self.h}, (self.before,)
        self._now = self.room(1)
        # views are bound beforehand, which costs half of what naming them each time does
        rows = (self.before, self.drive, self.after)
        self._ahead = list(zip(*(self.views(one, 1)[0] for one in rows), strict=True))

    def forward(
        self, first: int, end: int, matrices: Sequence[Floats], biases: Sequence[Floats]
    ) -> None:
        """See `Fast`."""
        W, now, add, squash = matrices[0].T, self._now, np.add, self._activation.into
        for h, drive, after in self._ahead[first:end]:
            h.dot(W, now)
            add(now, drive, now)
            squash(now, after)

    def prepare(self, local: Floats) -> None:
        """See `Fast`."""
        super().prepare(local)
        self.delta = self._memory.zeros(*local.shape)
        self.deltas = (self.delta,)
        self._slope = self._memory.zeros(*local.shape)
        (slopes,), (deltas,) = self.views(self._slope, 1), self.views(self.delta, 1)
        self._back = list(zip(slopes, deltas, self.before_each(), strict=True))

    def before_backward(self) -> None:
        """The slopes of all states."""
        self._activation.slope_into(self.after, self._slope)

    def backward(self, first: int, end: int, matrices: Sequence[Floats]) -> None:
        """See `Fast`."""
        W, dh, add, multiply = matrices[0], self._dh, np.add, np.multiply
        for slope, delta, local_before in reversed(self._back[first:end]):
            multiply(dh, slope, delta)
            delta.dot(W, dh)
            add(dh, local_before, dh)

    def close(self, t: int, matrices: Sequence[Floats]) -> None:
        """See `Fast`."""
        slope, delta, _ = self._back[t]
        np.multiply(self._dh, slope, delta)

    def sent(self, matrices: Sequence[Floats]) -> list[Floats]:
        """See `Fast`."""
        return [self._back[0][1].dot(matrices[0])]
