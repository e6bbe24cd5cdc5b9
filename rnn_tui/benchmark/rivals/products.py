"""The matrix products of an update and nothing else: what no arrangement of the rest can beat."""

from __future__ import annotations

import numpy as np

from rnn_tui.arrays import Reals
from rnn_tui.benchmark.size import Size


class Products:
    """Two products a timestep with W_hh, a block of it for each gate; the others once.

    Nothing is trained: the numbers are random, the same in each update.
    """

    def __init__(self, size: Size) -> None:
        T, B, H, V = size.length, size.batch, size.hidden, size.tokens
        G = H * len(size.experiment.network.layers[0].cell.fast.driven)
        rng, dtype = np.random.default_rng(0), np.dtype(size.dtype)

        def some(*shape: int) -> Reals:
            return rng.standard_normal(shape).astype(dtype)

        self._W_xh, self._W_hh, self._W_hy = some(G, V), some(G, H), some(V, H)
        self._x, self._h, self._y = some(T * B, V), some(T * B, H), some(T * B, V)
        self._wide, self._local, self._out = some(T * B, G), some(T * B, H), some(T * B, V)
        self._dW_xh, self._dW_hh, self._dW_hy = some(G, V), some(G, H), some(V, H)
        self._states, self._gates = (
            list(rows.reshape(T, -1) if B == 1 else rows.reshape(T, B, -1))
            for rows in (self._h, self._wide)
        )
        self._state, self._gate = np.zeros_like(self._states[0]), np.zeros_like(self._gates[0])

    @staticmethod
    def fits(size: Size) -> bool:
        """Always."""
        return True

    def update(self) -> None:
        """Forward, backward, and the gradients."""
        dot, W_hh, wide, state, gate = np.dot, self._W_hh, self._wide, self._state, self._gate
        dot(self._x, self._W_xh.T, out=wide)
        for h in self._states:
            dot(h, W_hh.T, out=gate)
        dot(self._h, self._W_hy.T, out=self._out)
        dot(self._y, self._W_hy, out=self._local)
        for delta in self._gates:
            dot(delta, W_hh, out=state)
        dot(self._y.T, self._h, out=self._dW_hy)
        dot(wide.T, self._x, out=self._dW_xh)
        dot(wide.T, self._h, out=self._dW_hh)
