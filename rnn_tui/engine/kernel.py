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

from rnn_tui.arrays import Floats, Ints, Reals
from rnn_tui.engine.network import Network
from rnn_tui.engine.parameters import Layout, Parameters

Walk = Sequence[tuple[Reals, ...]]  # a timestep after the other, the arrays that it works on

VIEW = 120  # bytes that a view takes
WIDE = 512  # one-hot inputs from this size on are never written out


class Shape(NamedTuple):
    """B sequences of T tokens, with answers at the timesteps `outputs`, ascending."""

    length: int
    batch: int
    outputs: tuple[int, ...]


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
    one-hot. `dtype` is what is computed in; parameters are always given in float64.
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
        self._wide = table is None and not self._learned and I >= WIDE
        self._table = self._as_given(table, I)
        self._states = self._zeros(T + 1, B, H)
        states, rows = self._states, T * B
        self._before, self._after = states[:-1].reshape(rows, H), states[1:].reshape(rows, H)
        self._x, self._driven = self._zeros(rows, 0 if self._wide else I), self._zeros(rows, H)
        self._slope, self._delta = self._zeros(rows, H), self._zeros(rows, H)
        self._local = self._zeros(rows, H)
        self._y = self._zeros(K * B, O)
        self._read = self._after if self._everywhere else self._zeros(K * B, H)
        self._sent = self._local if self._everywhere else self._zeros(K * B, H)
        self._now = self._by_timestep(self._zeros(B, H))[0]
        self._ahead, self._last, self._behind = self._walks()
        self._ones = np.ones(max(rows, K * B), self.dtype)
        self._total = np.zeros(layout.size, self.dtype)
        self._grads = Parameters(layout, self._total)
        self._params = Parameters(layout, np.zeros(layout.size, self.dtype))

    @property
    def nbytes(self) -> int:
        """Memory held, views of it included."""
        arrays = [array for array in vars(self).values() if isinstance(array, np.ndarray)]
        views = sum(map(len, (*self._ahead, *self._behind)))
        return sum(array.nbytes for array in arrays if array.base is None) + VIEW * views

    def _walks(self) -> tuple[Walk, tuple[Reals, ...], Walk]:
        """What each timestep reads and writes: forward, the last one back, the others back."""
        before, driven = self._by_timestep(self._before), self._by_timestep(self._driven)
        after, delta = self._by_timestep(self._after), self._by_timestep(self._delta)
        local, slope = self._by_timestep(self._local), self._by_timestep(self._slope)
        back = zip(delta[:0:-1], local[-2::-1], slope[-2::-1], delta[-2::-1], strict=True)
        last = local[-1], slope[-1], delta[-1]
        return tuple(zip(before, driven, after, strict=True)), last, tuple(back)

    def _by_timestep(self, rows: Reals) -> Sequence[Reals]:
        """A view a timestep; of a single sequence, vectors, whose products are faster."""
        B = self.shape.batch
        return list(rows if B == 1 else rows.reshape(-1, B, rows.shape[1]))

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

        `start` (H,) is the state that each sequence begins with, zero if left out.
        """
        theta = self._in_dtype(params)
        self._states[0] = 0.0 if start is None else start
        self._drive(theta, ids.reshape(-1))
        self._forward(theta)
        loss, right = self._answer(theta, targets.reshape(-1))
        self._backward(theta)
        self._add_up(theta, ids.reshape(-1))
        return Ran(loss, right, targets.size, self._states[-1], self._total)

    def _in_dtype(self, params: Parameters) -> Parameters:
        if self.dtype == params.flat.dtype:
            return params
        self._params.flat[...] = params.flat
        return self._params

    # Forward

    def _drive(self, theta: Parameters, ids: Ints) -> None:
        """W_xh x_t + b_h for all timesteps at once."""
        if self._wide:
            np.take(theta.W_xh.T, ids, 0, self._driven, "clip")
        else:
            np.take(theta.E if self._table is None else self._table, ids, 0, self._x, "clip")
            self._x.dot(theta.W_xh.T, self._driven)
        np.add(self._driven, theta.b_h, self._driven)

    def _forward(self, theta: Parameters) -> None:
        """h_t = f(W_xh x_t + W_hh h_t-1 + b_h)."""
        recurrence, now = theta.W_hh.T, self._now
        add, squash = np.add, self.net.activation.into
        for before, drive, after in self._ahead:
            before.dot(recurrence, now)
            add(now, drive, now)
            squash(now, after)

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
        carry, dh = self.net.recurrence(theta).T, self._now
        add, multiply = np.add, np.multiply
        multiply(*self._last)
        for later, local, slope, delta in self._behind:
            later.dot(carry, dh)
            add(dh, local, dh)
            multiply(dh, slope, delta)

    def _add_up(self, theta: Parameters, ids: Ints) -> None:
        """dL/dθ from dL/dpre and dL/dy, each a product over all timesteps."""
        grads, delta, dy, ones = self._grads, self._delta, self._y, self._ones
        dy.T.dot(self._read, grads.W_hy)
        ones[: len(dy)].dot(dy, grads.b_y)
        delta.T.dot(self._before, grads.W_hh)
        ones[: len(delta)].dot(delta, grads.b_h)
        if self._wide:
            grads.W_xh[...] = 0.0
            np.add.at(grads.W_xh.T, ids, delta)
        else:
            delta.T.dot(self._x, grads.W_xh)
        if self._learned:
            grads.E[...] = 0.0
            np.add.at(grads.E, ids, delta @ theta.W_xh)
