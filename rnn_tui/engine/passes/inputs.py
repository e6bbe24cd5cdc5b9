"""What the first layer reads, as fast as its kind allows: given vectors, learned or one-hot ones.

Rows go through the B sequences of a timestep first, and through the timesteps then.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from rnn_tui.arrays import Floats, Ints, add_rows
from rnn_tui.equations.fast import Memory
from rnn_tui.equations.parameters import Parameters

WIDE = 256  # one-hot inputs from this size on are never written out


class Inputs:
    """Vectors as rows of `x` (T·B, I): those of a table (V, I), or put in by the caller."""

    sends_down = False  # whether anything wants dL/dx

    def __init__(self, memory: Memory, rows: int, size: int, table: Floats | None = None) -> None:
        self.x = memory.zeros(rows, size)
        self._table = None if table is None else table.astype(memory.dtype)

    def look_up(self, params: Parameters, ids: Ints) -> None:
        """Take the rows of tokens (T·B,)."""
        if self._table is not None:
            self._table.take(ids, 0, self.x, "clip")

    def project(self, part: slice, W: Floats, b: Floats, out: Floats) -> None:
        """W x + b of some rows."""
        self.x[part].dot(W.T, out)
        np.add(out, b, out)

    def summing(self, part: slice, delta: Floats, gradient: Floats) -> Callable[[], object]:
        """A call that makes dL/dW of dL/d(W x), in some rows."""
        return partial(delta.T.dot, self.x[part], gradient)

    def send(self, part: slice, dx: Floats, grads: Parameters) -> None:
        """Hand on dL/dx of some rows."""


class Below(Inputs):
    """The states of the layer below, and where its own gradients are collected."""

    sends_down = True

    def __init__(self, states: Floats, local: Floats | None) -> None:
        self.x = states
        self._local = local

    def look_up(self, params: Parameters, ids: Ints) -> None:
        """They are there."""

    def send(self, part: slice, dx: Floats, grads: Parameters) -> None:
        """As what its states get from above."""
        assert self._local is not None
        self._local[part] = dx


class Learned(Inputs):
    """The rows of E that belong to the tokens."""

    sends_down = True

    def look_up(self, params: Parameters, ids: Ints) -> None:
        """Take them from the parameters."""
        self._ids = ids
        params["E"].take(ids, 0, self.x, "clip")

    def send(self, part: slice, dx: Floats, grads: Parameters) -> None:
        """To the tokens' own rows."""
        add_rows(grads["E"], self._ids[part], dx)


class OneHot(Inputs):
    """Unit vectors: a product with a matrix is one of its columns."""

    def __init__(self, memory: Memory, rows: int, size: int, *, trains: bool = True) -> None:
        self._wide = size >= WIDE
        written = trains and not self._wide
        super().__init__(memory, rows, size if written else 0, np.eye(size) if written else None)
        self._columns = memory.zeros(size, 0)
        self._all_columns = rows >= size  # else fewer tokens are read than there are
        self._memory = memory

    def look_up(self, params: Parameters, ids: Ints) -> None:
        """Note which."""
        self._ids = ids
        super().look_up(params, ids)

    def project(self, part: slice, W: Floats, b: Floats, out: Floats) -> None:
        """The columns of W, plus b."""
        if not self._all_columns:
            np.add(W.T[self._ids[part]], b, out)
            return
        if self._columns.shape[1] != len(W):
            self._columns = self._memory.zeros(W.shape[1], len(W))
        np.add(W.T, b, self._columns)
        self._columns.take(self._ids[part], 0, out, "clip")

    def summing(self, part: slice, delta: Floats, gradient: Floats) -> Callable[[], object]:
        """As a product, or where that is wide row by row."""
        if not self._wide:
            return super().summing(part, delta, gradient)
        return partial(self._add_rows, part, delta, gradient)

    def _add_rows(self, part: slice, delta: Floats, gradient: Floats) -> None:
        gradient[...] = 0.0
        add_rows(gradient.T, self._ids[part], delta)


def inputs_of(
    memory: Memory, rows: int, size: int, *, learned: bool, table: Floats | None,
    given: bool = False, trains: bool = True,
) -> Inputs:  # fmt: skip
    """What fits: `given` vectors are put into `x`, those of a `table` looked up."""
    if learned and not given:
        return Learned(memory, rows, size)
    if given or table is not None:
        return Inputs(memory, rows, size, table)
    return OneHot(memory, rows, size, trains=trains)
