"""Matrices of a layer one above the other, so that one product does for all of them."""

from __future__ import annotations

import weakref
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import LINE, Floats
from rnn_tui.equations.cells import Cell
from rnn_tui.equations.fast import Memory, Rows
from rnn_tui.equations.layer import Layer
from rnn_tui.equations.parameters import Layout, Parameters


class Part(NamedTuple):
    """Some rows of a stack: their matrix and biases by the layer's names, and the place in it."""

    name: str
    biases: tuple[str, ...]
    place: int


def biases_of(rows: Rows, cell: Cell) -> tuple[str, ...]:
    """The bias of some rows, and the second one where the cell has such a one beside it."""
    names = (rows.bias, cell.second_biases.get(rows.bias, ""))
    return tuple(name for name in names if name)


class Stack:
    """A product's matrix `W` (G, n) and bias `b` (G,), as `fill` takes them from parameters.

    A single matrix is not copied, where it stands at a line of memory if the parameters do.
    """

    def __init__(
        self, memory: Memory, layer: Layer, layout: Layout, rows: tuple[Rows, ...]
    ) -> None:
        names, cell = layer.names, layer.cell
        self.parts = tuple(
            Part(names[one.matrix], tuple(names[bias] for bias in biases_of(one, cell)), place)
            for place, one in enumerate(rows)
        )
        self._signs = tuple(one.sign for one in rows)
        self._whole = len(rows) == 1 and rows[0].sign == 1 and len(self.parts[0].biases) < 2
        first = self.parts[0].name
        H, n = layout.shapes[first]
        place = layout.slices[first].start * memory.dtype.itemsize
        self._stands = self._whole and place % LINE == 0
        shape = (0, 0) if self._stands else (len(rows) * H, n)
        self.W, self.b = memory.zeros(*shape), memory.zeros(shape[0])
        self._units = H
        self._taken: weakref.ref[Parameters] | None = None
        self._copies = [] if self._whole else [
            (part, self.W[at], self.b[at], np.positive if sign == 1 else np.negative)
            for part, sign in zip(self.parts, self._signs, strict=True)
            for at in (slice(part.place * H, (part.place + 1) * H),)
        ]  # fmt: skip

    def fill(self, params: Parameters) -> None:
        """Take the parameters, if they may have changed."""
        if self._whole:
            ((name, biases, _),) = self.parts
            if self._stands:
                self.W = getattr(params, name)
            else:
                np.copyto(self.W, getattr(params, name))
            self.b = getattr(params, biases[0]) if biases else self.b
            return
        if self._taken is not None and self._taken() is params and not params.flat.flags.writeable:
            return
        self._taken = weakref.ref(params)
        for (name, biases, _), W, b, signed in self._copies:
            signed(getattr(params, name), W)
            for place, bias in enumerate(biases):
                if place == 0:
                    signed(getattr(params, bias), b)
                else:
                    np.add(b, signed(getattr(params, bias)), b)

    def transposed(self, params: Parameters) -> Floats:
        """The same with each of its square matrices the wrong way round: a kernel's fault."""
        return np.concatenate([
            sign * getattr(params, part.name).T
            for part, sign in zip(self.parts, self._signs, strict=True)
        ])  # fmt: skip
