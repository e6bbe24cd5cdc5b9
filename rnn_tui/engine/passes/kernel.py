"""The path that trains: BPTT in memory that is set aside once, for batches of one shape.

The numbers are those of `cell` and `bptt`, to rounding. What differs is where they are
put: the loops over time call three functions of NumPy a timestep and allocate nothing;
the output layer and the gradients of the weights are whole-sequence matrix products.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.arrays import Floats, Ints, Reals, add_rows
from rnn_tui.engine.network import Network
from rnn_tui.engine.parameters import Layout, Parameters
from rnn_tui.engine.passes.bptt import by_timestep, recur

Walk = Sequence[tuple[Reals, ...]]  # a timestep after the other, the arrays that it works on

VIEW = 120  # bytes that a view takes
WIDE = 256  # one-hot inputs from this size on are never written out


class Shape(NamedTuple):
    """B sequences of T tokens, with answers at the timesteps `outputs`, ascending.

    The timesteps before `encoder_length` are those of an encoder with its own weights.
    """

    length: int
    batch: int
    outputs: tuple[int, ...]
    encoder_length: int = 0


class Stretch(NamedTuple):
    """The timesteps of one cell: the encoder's, or all others.

    The arrays have a row a timestep and sequence. The walks go forward, and back over the
    gradients that this cell sends to the timesteps before.
    """

    encodes: bool
    rows: slice
    before: Reals
    x: Reals
    driven: Reals
    delta: Reals
    ahead: Walk
    behind: Walk


class Ran(NamedTuple):
    """What a batch came to: summed losses in nats, right answers, the last states (B, H).

    `total` is dL/dθ, flat, summed over answers and sequences. Both arrays are the
    kernel's own, which the next batch overwrites.
    """

    loss: float
    right: int
    answers: int
    last: Reals
    total: Reals


class Kernel:
    """Forward and backward for one shape of batch. Not for two threads at once.

    `table` (V, I) are the embeddings of the tokens, None where they are learned or
    one-hot. `dtype` is what is computed in, and what parameters are to be given in.
    """

    def __init__(
        self,
        layout: Layout,
        net: Network,
        shape: Shape,
        table: Floats | None = None,
        dtype: DTypeLike = np.float64,
    ) -> None:
        self.layout = layout
        self.net = net
        self.shape = shape
        self.dtype = np.dtype(dtype)
        T, B, K = shape.length, shape.batch, len(shape.outputs)
        I, H, O = layout.input_size, layout.hidden_size, layout.output_size  # noqa: E741
        self._everywhere = K == T
        self._read_at = np.array(shape.outputs) + 1
        self._learned = layout.learned_tokens > 0
        self._one_hot = table is None and not self._learned
        self._wide = self._one_hot and I >= WIDE
        self._table = self._as_given(table, I)
        self._states = self._zeros(T + 1, B, H)
        states, rows = self._states, T * B
        self._columns = self._zeros(I, H) if self._one_hot and rows >= I else None
        self._before, self._after = states[:-1].reshape(rows, H), states[1:].reshape(rows, H)
        self._x, self._driven = self._zeros(rows, 0 if self._wide else I), self._zeros(rows, H)
        self._slope, self._delta = self._zeros(rows, H), self._zeros(rows, H)
        self._local = self._zeros(rows, H)
        self._y = self._zeros(K * B, O)
        self._read = self._after if self._everywhere else self._zeros(K * B, H)
        self._sent = self._local if self._everywhere else self._zeros(K * B, H)
        self._now = by_timestep(self._zeros(B, H), B)[0]
        self._stretches, self._last = self._walks()
        self._ones = np.ones(max(rows, K * B), self.dtype)
        self._total = np.zeros(layout.size, self.dtype)
        self._grads = Parameters(layout, self._total)

    @property
    def nbytes(self) -> int:
        """Memory held, views of it included."""
        arrays = [array for array in vars(self).values() if isinstance(array, np.ndarray)]
        views = sum(len(walk) for one in self._stretches for walk in (*one.ahead, *one.behind))
        return sum(array.nbytes for array in arrays if array.base is None) + VIEW * views

    def _walks(self) -> tuple[tuple[Stretch, ...], tuple[Reals, ...]]:
        """What each timestep reads and writes, cell by cell; and the last one on the way back."""
        B = self.shape.batch
        delta, local, slope, before, driven, after = (
            by_timestep(rows, B)
            for rows in (self._delta, self._local, self._slope,
                         self._before, self._driven, self._after)
        )  # fmt: skip
        ahead = tuple(zip(before, driven, after, strict=True))
        back = tuple(zip(delta[:0:-1], local[-2::-1], slope[-2::-1], delta[-2::-1], strict=True))
        E, T = self.shape.encoder_length, self.shape.length
        made = []
        for encodes, first, end in [(True, 0, E), (False, E, T)]:
            if encodes and not self.layout.encoder:
                continue
            rows = slice(first * B, end * B)
            arrays = self._before[rows], self._x[rows], self._driven[rows], self._delta[rows]
            walks = ahead[first:end], back[T - end : T - first]
            made.append(Stretch(encodes, rows, *arrays, *walks))
        return tuple(made), (local[-1], slope[-1], delta[-1])

    def _as_given(self, table: Floats | None, size: int) -> Reals | None:
        """The embeddings that are not learned, one-hot ones written out unless they are wide."""
        if self._learned or self._wide:
            return None
        return (np.eye(size) if table is None else table).astype(self.dtype)

    def _zeros(self, *shape: int) -> Reals:
        return np.zeros(shape, self.dtype)

    def run(
        self,
        params: Parameters,
        ids: Ints,
        targets: Ints,
        start: Floats | None = None,
    ) -> Ran:
        """One batch: `ids` (T, B) are the tokens' rows, `targets` (K, B) the classes wanted.

        `start` (B, H) are the states that they begin with, or (H,) one for all; zero if left out.
        """
        self._states[0] = 0.0 if start is None else start
        self._drive(params, ids.reshape(-1))
        self._forward(params)
        loss, right = self._answer(params, targets.reshape(-1))
        self._backward(params)
        self._add_up(params, ids.reshape(-1))
        return Ran(loss, right, targets.size, self._states[-1], self._total)

    # Forward

    def _drive(self, theta: Parameters, ids: Ints) -> None:
        """W_xh x_t + b_h for all timesteps at once."""
        if not self._wide:
            np.take(theta.E if self._table is None else self._table, ids, 0, self._x, "clip")
        for one in self._stretches:
            own = theta.cell_at(one.encodes)
            if not self._one_hot:
                one.x.dot(own.W_xh.T, one.driven)
                np.add(one.driven, own.b_h, one.driven)
            elif self._columns is None:  # fewer tokens are read than there are
                np.add(own.W_xh.T[ids[one.rows]], own.b_h, one.driven)
            else:
                np.add(own.W_xh.T, own.b_h, self._columns)
                np.take(self._columns, ids[one.rows], 0, one.driven, "clip")

    def _forward(self, theta: Parameters) -> None:
        """h_t = f(W_xh x_t + W_hh h_t-1 + b_h)."""
        for one in self._stretches:
            recur(one.ahead, theta.cell_at(one.encodes).W_hh, self.net, self._now)

    def _answer(self, theta: Parameters, targets: Ints) -> tuple[float, int]:
        """Losses and right answers; leaves dL/dy in the place of y, and W_hyᵀ of it."""
        if not self._everywhere:
            read = self._read.reshape(-1, *self._states.shape[1:])
            np.take(self._states, self._read_at, 0, read, "clip")
        self._read.dot(theta.W_hy.T, self._y)
        np.add(self._y, theta.b_y, self._y)
        loss, right = self.net.head.answers(self._y, targets)
        self._y.dot(theta.W_hy, self._sent)
        if not self._everywhere:
            local = self._local.reshape(-1, *self._states.shape[1:])
            local[self._read_at - 1] = self._sent.reshape(-1, *self._states.shape[1:])
        return loss, right

    # Backward

    def _backward(self, theta: Parameters) -> None:
        """delta_t = (dh_local + W_hhᵀ delta_t+1) f′(pre_t), from the last timestep."""
        self.net.activation.slope_into(self._after, self._slope)
        dh, add, multiply = self._now, np.add, np.multiply
        multiply(*self._last)
        for one in reversed(self._stretches):
            carry = self.net.recurrence(theta.cell_at(one.encodes)).T
            for later, local, slope, delta in one.behind:
                later.dot(carry, dh)
                add(dh, local, dh)
                multiply(dh, slope, delta)

    def _add_up(self, theta: Parameters, ids: Ints) -> None:
        """dL/dθ from dL/dpre and dL/dy, each a product over all timesteps."""
        grads, dy, ones = self._grads, self._y, self._ones
        if self._learned:
            grads.E[...] = 0.0
        dy.T.dot(self._read, grads.W_hy)
        ones[: len(dy)].dot(dy, grads.b_y)
        for one in self._stretches:
            own, delta = grads.cell_at(one.encodes), one.delta
            delta.T.dot(one.before, own.W_hh)
            ones[: len(delta)].dot(delta, own.b_h)
            if self._wide:
                own.W_xh[...] = 0.0
                add_rows(own.W_xh.T, ids[one.rows], delta)
            else:
                delta.T.dot(one.x, own.W_xh)
            if self._learned:
                dx = delta @ theta.cell_at(one.encodes).W_xh
                add_rows(grads.E, ids[one.rows], dx)
