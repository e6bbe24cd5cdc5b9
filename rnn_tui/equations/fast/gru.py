"""The GRU over whole sequences, its reset gate after the product."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.activations import Activation
from rnn_tui.equations.fast.fast import Fast, gates_and_slopes
from rnn_tui.equations.fast.memory import Memory
from rnn_tui.equations.fast.rows import Rows


class FastGRU(Fast):
    """See `Fast`; ten calls a timestep forward, four back.

    Of r and z the denominators are kept, 1 + e^-a. All that goes back from a timestep is dh
    times a factor, so it is one call; its columns are in such an order that those of what
    the inputs make, n r z, and those of what the state makes, r z hn, each stand together.
    """

    driven = (Rows("W_xn", "b_n"), Rows("W_xr", "b_r", -1), Rows("W_xz", "b_z", -1))
    products = ((Rows("W_hr", sign=-1), Rows("W_hz", sign=-1), Rows("W_hn", "b_hn")),)

    signed: Floats

    def __init__(self, activation: Activation, shape: tuple[int, int, int], memory: Memory) -> None:
        super().__init__(activation, shape, memory)
        self.states, self.sources = {"h": self.h}, (self.before,)
        self._rows = memory.zeros(len(self.drive), 3 * self.H)  # r z hn
        self._now, self._part = self.room(3), self.room(1)
        self._one = self.ones(2)
        self._ahead = list(
            zip(
                self.views(self.before, 1)[0], self.views(self._rows, 3)[0],
                self.views(self._rows, 2)[0], *self.views(self._rows, 1, 1, 1),
                self.views(self.drive, 1)[0], self.views(self.after, 1)[0], strict=True,
            )
        )  # fmt: skip

    def forward(
        self, first: int, end: int, matrices: Sequence[Floats], biases: Sequence[Floats]
    ) -> None:
        """See `Fast`."""
        H, part = self.H, slice(first * self.B, end * self.B)
        np.copyto(self._rows[part, : 2 * H], self.drive[part, H:])
        np.copyto(self._rows[part, 2 * H :], biases[0][2 * H :])
        W, now, some, one = matrices[0].T, self._now, self._part, self._one
        add, subtract, divide, exp, tanh = np.add, np.subtract, np.divide, np.exp, np.tanh
        for h, rows, rz, r, z, hn, n, after in self._ahead[first:end]:
            h.dot(W, now)
            add(now, rows, rows)
            exp(rz, rz)
            add(rz, one, rz)
            divide(hn, r, some)
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
        # what dh is multiplied by for what z keeps of it, and for the deltas of n, r, z, hn
        self._factors, made = (self._memory.zeros(rows, 5 * H) for _ in range(2))
        self.delta, self.deltas = made[:, H : 4 * H], (made[:, 2 * H :],)
        self.signed = made[:, 2 * H : 4 * H]
        (factors,), (all_,) = self.views(self._factors, 5), self.views(made, 5)
        kept, _, delta = self.views(made, 1, 1, 3)
        self._back = list(
            zip(self.tall(factors), self.tall(all_), delta, kept, self.before_each(), strict=True)
        )

    def before_backward(self) -> None:
        """The factors of all timesteps, with the signs that the rows have."""
        H, factors, gates, n = self.H, self._factors, self._gates, self.drive[:, : self.H]
        kept, to_n, to_r, to_z, to_hn = (factors[:, k * H : (k + 1) * H] for k in range(5))
        (r, z), slopes = (gates[:, :H], gates[:, H:]), factors[:, 2 * H : 4 * H]
        gates_and_slopes(self._rows[:, : 2 * H], gates, slopes)
        np.copyto(kept, z)
        np.subtract(self.before, n, to_hn)
        np.multiply(to_z, to_hn, to_z)
        np.multiply(n, n, to_n)
        np.subtract(1.0, to_n, to_n)
        np.subtract(1.0, z, to_hn)
        np.multiply(to_n, to_hn, to_n)
        np.multiply(to_r, self._rows[:, 2 * H :], to_r)
        np.multiply(to_r, to_n, to_r)
        np.multiply(to_n, r, to_hn)

    def backward(self, first: int, end: int, matrices: Sequence[Floats]) -> None:
        """See `Fast`."""
        W, dh, add, multiply = matrices[0], self._dh, np.add, np.multiply
        tall = dh[..., None, :]
        for factors, made, delta, kept, local_before in reversed(self._back[first:end]):
            multiply(tall, factors, made)
            delta.dot(W, dh)
            add(dh, local_before, dh)
            add(dh, kept, dh)

    def close(self, t: int, matrices: Sequence[Floats]) -> None:
        """See `Fast`."""
        factors, made, *_ = self._back[t]
        np.multiply(self._dh[..., None, :], factors, made)

    def sent(self, matrices: Sequence[Floats]) -> list[Floats]:
        """See `Fast`."""
        _, _, delta, kept, _ = self._back[0]
        return [delta.dot(matrices[0]) + kept]


class FastReplacingGRU(FastGRU):
    """That in which z replaces the old state: it is 1 − z that keeps it, which is σ(−a)."""

    driven = (*FastGRU.driven[:2], Rows("W_xz", "b_z"))
    products = ((FastGRU.products[0][0], Rows("W_hz"), FastGRU.products[0][2]),)

    def prepare(self, local: Floats) -> None:
        """See `Fast`."""
        super().prepare(local)
        self.signed = self.signed[:, : self.H]
