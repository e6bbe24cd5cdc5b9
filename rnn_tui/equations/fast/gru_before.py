"""The GRU over whole sequences, its reset gate before the product: two products a timestep."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.activations import Activation
from rnn_tui.equations.fast.fast import Fast, gates_and_slopes
from rnn_tui.equations.fast.memory import Memory
from rnn_tui.equations.fast.rows import Rows


class FastGRUBefore(Fast):
    """See `Fast`; eleven calls a timestep forward, eight back, as in `gru` but for r."""

    driven = (Rows("W_xn", "b_n"), Rows("W_xz", "b_z", -1), Rows("W_xr", "b_r", -1))
    products = ((Rows("W_hz", sign=-1), Rows("W_hr", sign=-1)), (Rows("W_hn"),))

    signed: Floats

    def __init__(self, activation: Activation, shape: tuple[int, int, int], memory: Memory) -> None:
        super().__init__(activation, shape, memory)
        self.states, self._reset = {"h": self.h}, memory.zeros(len(self.drive), self.H)
        self.sources = (self.before, self._reset)
        self._now, self._part = self.room(2), self.room(1)
        self._one = self.ones(2)
        n, gates = self.views(self.drive, 1, 2)
        _, z, r = self.views(self.drive, 1, 1, 1)
        (reset,), (before,), (after,) = (
            self.views(one, 1) for one in (self._reset, self.before, self.after)
        )
        self._ahead = list(zip(before, gates, z, r, reset, n, after, strict=True))

    def forward(
        self, first: int, end: int, matrices: Sequence[Floats], biases: Sequence[Floats]
    ) -> None:
        """See `Fast`."""
        W, W_n, now, some, one = matrices[0].T, matrices[1].T, self._now, self._part, self._one
        add, subtract, divide, exp, tanh = np.add, np.subtract, np.divide, np.exp, np.tanh
        for h, gates, z, r, reset, n, after in self._ahead[first:end]:
            h.dot(W, now)
            add(now, gates, gates)
            exp(gates, gates)
            add(gates, one, gates)
            divide(h, r, reset)
            reset.dot(W_n, some)
            add(n, some, n)
            tanh(n, n)
            subtract(h, n, some)
            divide(some, z, some)
            add(n, some, after)

    def prepare(self, local: Floats) -> None:
        """See `Fast`."""
        super().prepare(local)
        H, rows = self.H, len(local)
        self._gates = self._memory.zeros(rows, 2 * H)
        # what dh is multiplied by for what z keeps of it and the deltas of n and z, and what
        # comes to r ⊙ h for r's delta and what r leaves of it
        self._factors, made = (self._memory.zeros(rows, 5 * H) for _ in range(2))
        self.delta = made[:, H : 4 * H]
        self.signed = made[:, 2 * H : 4 * H]
        self.deltas = (self.signed, made[:, H : 2 * H])
        self._dreset = self.room(1)
        (to_three, to_two), (three, two) = (self.views(one, 3, 2) for one in (self._factors, made))
        kept, n, delta, left = self.views(made, 1, 1, 2, 1)
        self._back = list(
            zip(
                *(self.tall(one) for one in (to_three, three, to_two, two)),
                n, delta, kept, left, self.before_each(), strict=True,
            )
        )  # fmt: skip

    def before_backward(self) -> None:
        """The factors of all timesteps, with the signs that the rows have."""
        H, factors, gates, n = self.H, self._factors, self._gates, self.drive[:, : self.H]
        kept, to_n, to_z, to_r, left = (factors[:, k * H : (k + 1) * H] for k in range(5))
        (z, r), slopes = (gates[:, :H], gates[:, H:]), factors[:, 2 * H : 4 * H]
        gates_and_slopes(self.drive[:, H:], gates, slopes)
        np.subtract(self.before, n, kept)
        np.multiply(to_z, kept, to_z)
        np.multiply(to_r, self.before, to_r)
        np.multiply(n, n, to_n)
        np.subtract(1.0, to_n, to_n)
        np.subtract(1.0, z, kept)
        np.multiply(to_n, kept, to_n)
        np.copyto(kept, z)
        np.copyto(left, r)

    def backward(self, first: int, end: int, matrices: Sequence[Floats]) -> None:
        """See `Fast`."""
        (W, W_n), dh, dreset, add, multiply = matrices, self._dh, self._dreset, np.add, np.multiply
        tall, dreset_tall = dh[..., None, :], dreset[..., None, :]
        for (
            to_three, three, to_two, two, n, delta, kept, left, local_before,
        ) in reversed(self._back[first:end]):  # fmt: skip
            multiply(tall, to_three, three)
            n.dot(W_n, dreset)
            multiply(dreset_tall, to_two, two)
            delta.dot(W, dh)
            add(dh, local_before, dh)
            add(dh, kept, dh)
            add(dh, left, dh)

    def close(self, t: int, matrices: Sequence[Floats]) -> None:
        """See `Fast`."""
        to_three, three, to_two, two, n, *_ = self._back[t]
        np.multiply(self._dh[..., None, :], to_three, three)
        n.dot(matrices[1], self._dreset)
        np.multiply(self._dreset[..., None, :], to_two, two)

    def sent(self, matrices: Sequence[Floats]) -> list[Floats]:
        """See `Fast`."""
        *_, delta, kept, left, _ = self._back[0]
        return [delta.dot(matrices[0]) + kept + left]


class FastReplacingGRUBefore(FastGRUBefore):
    """That in which z replaces the old state: it is 1 − z that keeps it, which is σ(−a)."""

    driven = (FastGRUBefore.driven[0], Rows("W_xz", "b_z"), FastGRUBefore.driven[2])
    products = ((Rows("W_hz"), FastGRUBefore.products[0][1]), FastGRUBefore.products[1])

    def prepare(self, local: Floats) -> None:
        """See `Fast`."""
        super().prepare(local)
        self.signed = self.signed[:, self.H :]
