"""The path that trains: BPTT in memory that is set aside once, for batches of one shape.

The numbers are those of `cell` and `bptt`, to rounding. What differs is where they are
put: the loops over time call three functions of NumPy a timestep and allocate nothing;
the output layer and the gradients of the weights are whole-sequence matrix products.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.arrays import Floats, Ints, Reals
from rnn_tui.engine.network import Network
from rnn_tui.engine.parameters import Layout, Parameters

WIDE = 512  # one-hot inputs from this size on are never written out


@dataclass(frozen=True)
class Shape:
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
        self._x = self._zeros(T, B, 0 if self._wide else I)
        self._driven = self._zeros(T, B, H)
        self._h = self._zeros(T + 1, B, H)
        self._read = self._h[1:] if self._everywhere else self._zeros(K, B, H)
        self._y = self._zeros(K, B, O)
        self._slope, self._delta = self._zeros(T, B, H), self._zeros(T, B, H)
        self._local = self._zeros(T, B, H)
        self._sent = self._local if self._everywhere else self._zeros(K, B, H)
        self._now, self._back = self._zeros(B, H), self._zeros(B, H)
        self._total = np.zeros(layout.size, self.dtype)
        self._grads = Parameters(layout, self._total)
        self._params = Parameters(layout, np.zeros(layout.size, self.dtype))

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
        self._h[0] = 0.0 if start is None else start
        self._drive(theta, ids)
        self._forward(theta)
        loss, right = self._answer(theta, targets)
        self._backward(theta)
        self._add_up(theta, ids)
        return Ran(loss, right, targets.size, self._h[-1], self._total)

    def _in_dtype(self, params: Parameters) -> Parameters:
        if self.dtype == params.flat.dtype:
            return params
        self._params.flat[...] = params.flat
        return self._params

    # Forward

    def _drive(self, theta: Parameters, ids: Ints) -> None:
        """W_xh x_t + b_h for all timesteps at once."""
        driven = self._driven.reshape(-1, self.layout.hidden_size)
        if self._wide:
            np.take(theta.W_xh.T, ids.reshape(-1), axis=0, out=driven, mode="clip")
        else:
            table = theta.E if self._table is None else self._table
            np.take(table, ids, axis=0, out=self._x, mode="clip")
            np.dot(self._x.reshape(len(driven), -1), theta.W_xh.T, out=driven)
        np.add(driven, theta.b_h, out=driven)

    def _forward(self, theta: Parameters) -> None:
        """h_t = f(W_xh x_t + W_hh h_t-1 + b_h)."""
        states, driven, now = self._steps(self._h), self._steps(self._driven), self._now
        now = now[0] if self.shape.batch == 1 else now
        recurrence, dot, add, squash = theta.W_hh.T, np.dot, np.add, self.net.activation.into
        for t, drive in enumerate(driven):
            dot(states[t], recurrence, out=now)
            add(now, drive, out=now)
            squash(now, states[t + 1])

    def _steps(self, array: Reals) -> list[Reals]:
        """A view a timestep; of a single sequence, vectors, whose products are faster."""
        return list(array[:, 0] if self.shape.batch == 1 else array)

    def _answer(self, theta: Parameters, targets: Ints) -> tuple[float, int]:
        """Losses and right answers; leaves dL/dy in the place of y."""
        H, O = self.layout.hidden_size, self.layout.output_size  # noqa: E741
        if not self._everywhere:
            np.take(self._h, self._read_at, axis=0, out=self._read, mode="clip")
        y = self._y.reshape(-1, O)
        np.dot(self._read.reshape(-1, H), theta.W_hy.T, out=y)
        np.add(y, theta.b_y, out=y)
        loss, right = self.net.head.answers(y, targets.reshape(-1))
        np.dot(y, theta.W_hy, out=self._sent.reshape(-1, H))
        if not self._everywhere:
            self._local[list(self.shape.outputs)] = self._sent
        return loss, right

    # Backward

    def _backward(self, theta: Parameters) -> None:
        """delta_t = (dh_local + W_hhᵀ delta_t+1) f′(pre_t), from the last timestep."""
        self.net.activation.slope_into(self._h[1:], self._slope)
        local, slope = self._steps(self._local), self._steps(self._slope)
        delta, dh = self._steps(self._delta), self._back
        dh = dh[0] if self.shape.batch == 1 else dh
        carry, dot, add, multiply = self.net.recurrence(theta).T, np.dot, np.add, np.multiply
        last = self.shape.length - 1
        multiply(local[last], slope[last], out=delta[last])
        for t in range(last - 1, -1, -1):
            dot(delta[t + 1], carry, out=dh)
            add(dh, local[t], out=dh)
            multiply(dh, slope[t], out=delta[t])

    def _add_up(self, theta: Parameters, ids: Ints) -> None:
        """dL/dθ from dL/dpre and dL/dy, each a product over all timesteps."""
        H, grads = self.layout.hidden_size, self._grads
        delta, dy = self._delta.reshape(-1, H), self._y.reshape(-1, self.layout.output_size)
        np.dot(dy.T, self._read.reshape(-1, H), out=grads.W_hy)
        dy.sum(axis=0, out=grads.b_y)
        np.dot(delta.T, self._h[:-1].reshape(-1, H), out=grads.W_hh)
        delta.sum(axis=0, out=grads.b_h)
        if self._wide:
            grads.W_xh[...] = 0.0
            np.add.at(grads.W_xh.T, ids.reshape(-1), delta)
        else:
            np.dot(delta.T, self._x.reshape(len(delta), -1), out=grads.W_xh)
        if self._learned:
            grads.E[...] = 0.0
            np.add.at(grads.E, ids.reshape(-1), delta @ theta.W_xh)
