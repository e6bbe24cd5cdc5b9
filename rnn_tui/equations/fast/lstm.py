"""The LSTM over whole sequences: gates in the order o i f g, so that those of one kind touch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.activations import Activation
from rnn_tui.equations.fast.fast import Fast, gates_and_slopes
from rnn_tui.equations.fast.memory import Memory
from rnn_tui.equations.fast.rows import Rows


class FastLSTM(Fast):
    """See `Fast`; nine calls a timestep forward, six back.

    Of o, i and f the denominators are kept, 1 + e^-a, by which g, c and tanh(c) are divided.
    """

    driven = (
        Rows("W_xo", "b_o", -1), Rows("W_xi", "b_i", -1), Rows("W_xf", "b_f", -1),
        Rows("W_xg", "b_g"),
    )  # fmt: skip
    products = ((Rows("W_ho", sign=-1), Rows("W_hi", sign=-1), Rows("W_hf", sign=-1),
                 Rows("W_hg")),)  # fmt: skip

    def __init__(self, activation: Activation, shape: tuple[int, int, int], memory: Memory) -> None:
        super().__init__(activation, shape, memory)
        T, B, H = shape
        # o i f g and, beside g, the c before the timestep: what i and f divide stands together
        rows = memory.zeros((T + 1) * B, 5 * H)
        self._c_rows = rows[:, 4 * H :]
        self.states = {"h": self.h, "c": self._c_rows.reshape(T + 1, B, H)}
        self.sources = (self.before,)
        self._rows = rows[: T * B]
        self._squashed = memory.zeros(T * B, H)  # tanh(c_t)
        self._now, self._both = self.room(4), self.room(2)
        self._one = self.ones(3)
        self._ahead = list(
            zip(
                *(self.views(one, n)[0] for one, n in ((self.before, 1), (self.drive, 4))),
                *(self.views(self._rows, n)[0] for n in (4, 3)),
                self.views(self._rows, 3, 1)[1], self.views(self._rows, 3, 2)[1],
                self.views(self._rows, 1, 2)[1],
                self.views(self._c_rows[B:], 1)[0], self.views(self._squashed, 1)[0],
                self.views(self._rows, 1)[0], self.views(self.after, 1)[0], strict=True,
            )
        )  # fmt: skip

    def forward(
        self, first: int, end: int, matrices: Sequence[Floats], biases: Sequence[Floats]
    ) -> None:
        """See `Fast`."""
        W, now, both, one, H = matrices[0].T, self._now, self._both, self._one, self.H
        written, kept = both[..., :H], both[..., H:]
        add, divide, exp, tanh = np.add, np.divide, np.exp, np.tanh
        for h, drive, oifg, oif, g, g_c, i_f, c, squashed, o, after in self._ahead[first:end]:
            h.dot(W, now)
            add(now, drive, oifg)
            exp(oif, oif)
            add(oif, one, oif)
            tanh(g, g)
            divide(g_c, i_f, both)
            add(written, kept, c)
            tanh(c, squashed)
            divide(squashed, o, after)

    def prepare(self, local: Floats) -> None:
        """See `Fast`."""
        super().prepare(local)
        H, B, rows = self.H, self.B, len(local)
        self._gates = self._memory.zeros(rows, 3 * H)
        # what dh is multiplied by for dc and delta_o, and dc for delta_i, f, g and dc_next
        self._factors = self._memory.zeros(rows, 6 * H)
        made = self._memory.zeros(rows + B, 6 * H)  # the products, and a dc_next for the last
        self.delta, self.signed = made[:rows, H : 5 * H], made[:rows, H : 4 * H]
        self.deltas = (self.delta,)
        to_c, to_o, to_rest = self.views(self._factors, 1, 1, 4)
        dc, delta_o, rest = self.views(made[:rows], 1, 1, 4)
        self._along = self.views(made, 5, 1)[1]
        self._back = list(
            zip(
                to_c, dc, self._along[1:], to_o, delta_o, self.tall(dc), self.tall(to_rest),
                self.tall(rest), self.views(self.delta, 4)[0], self.before_each(), strict=True,
            )
        )  # fmt: skip

    def before_backward(self) -> None:
        """The factors of all timesteps, with the signs that the rows have."""
        H, factors, gates, squashed = self.H, self._factors, self._gates, self._squashed
        to_c, to_o, to_i, to_f, to_g, along = (factors[:, n * H : (n + 1) * H] for n in range(6))
        o, i, f = (gates[:, n * H : (n + 1) * H] for n in range(3))
        g, slopes = self._rows[:, 3 * H : 4 * H], factors[:, H : 4 * H]
        gates_and_slopes(self._rows[:, : 3 * H], gates, slopes)
        np.multiply(to_o, squashed, to_o)
        np.multiply(to_i, g, to_i)
        np.multiply(to_f, self._rows[:, 4 * H :], to_f)
        for slope, value, gate in ((to_c, squashed, o), (to_g, g, i)):
            np.multiply(value, value, slope)
            np.subtract(1.0, slope, slope)
            np.multiply(slope, gate, slope)
        np.copyto(along, f)

    def begin(self, t: int) -> None:
        """See `Fast`."""
        super().begin(t)
        self._along[t + 1][...] = 0.0

    def backward(self, first: int, end: int, matrices: Sequence[Floats]) -> None:
        """See `Fast`."""
        W, dh, add, multiply = matrices[0], self._dh, np.add, np.multiply
        for (
            to_c, dc, dc_next, to_o, delta_o, dc_tall, to_rest, rest, delta, local_before,
        ) in reversed(self._back[first:end]):  # fmt: skip
            multiply(dh, to_o, delta_o)
            multiply(dh, to_c, dc)
            add(dc, dc_next, dc)
            multiply(dc_tall, to_rest, rest)
            delta.dot(W, dh)
            add(dh, local_before, dh)

    def close(self, t: int, matrices: Sequence[Floats]) -> None:
        """See `Fast`."""
        to_c, dc, dc_next, to_o, delta_o, dc_tall, to_rest, rest, *_ = self._back[t]
        np.multiply(self._dh, to_o, delta_o)
        np.multiply(self._dh, to_c, dc)
        np.add(dc, dc_next, dc)
        np.multiply(dc_tall, to_rest, rest)

    def sent(self, matrices: Sequence[Floats]) -> list[Floats]:
        """See `Fast`."""
        return [self._back[0][-2].dot(matrices[0]), self._along[0]]
