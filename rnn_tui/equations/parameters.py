"""The arrays that training moves, held as one vector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.arrays import Floats, frozen

ENCODER = "_enc"  # what the names of an encoder's parameters end with


class Array(NamedTuple):
    """A parameter: its axes by letters, as its layer has them, and its shape."""

    name: str
    axes: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Layout:
    """Where each parameter stands in the flat vector.

    `sizes` has the number of inputs I, units H, outputs O and learned tokens V of the whole
    network, by their letters; a layer above another has the other's units for inputs.
    """

    arrays: tuple[Array, ...]
    sizes: tuple[tuple[str, int], ...] = ()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.arrays, self.sizes))

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Each parameter's shape, in the order in which they stand."""
        return {array.name: array.shape for array in self.arrays}

    @cached_property
    def axes(self) -> dict[str, str]:
        """Each parameter's axes by letters: "HI" for W_xh (H, I)."""
        return {array.name: array.axes for array in self.arrays}

    @cached_property
    def slices(self) -> dict[str, slice]:
        """Each parameter's place in the flat vector."""
        places, start = {}, 0
        for name, shape in self.shapes.items():
            places[name] = slice(start, start + prod(shape))
            start += prod(shape)
        return places

    @cached_property
    def places(self) -> tuple[tuple[str, slice, tuple[int, ...]], ...]:
        """Name, place and shape of each."""
        return tuple((name, self.slices[name], shape) for name, shape in self.shapes.items())

    @cached_property
    def size(self) -> int:
        """How many numbers there are in all."""
        return sum(prod(shape) for shape in self.shapes.values())

    def weight_at(self, place: int) -> tuple[str, tuple[int, ...]]:
        """The name and index of the number that stands at a place of the flat vector."""
        name, part = next(both for both in self.slices.items() if place < both[1].stop)
        return name, tuple(map(int, np.unravel_index(place - part.start, self.shapes[name])))

    def _count(self, letter: str) -> int:
        return dict(self.sizes).get(letter, 0)

    @property
    def input_size(self) -> int:
        """I, the width of an embedding."""
        return self._count("I")

    @property
    def hidden_size(self) -> int:
        """H, the units of a layer."""
        return self._count("H")

    @property
    def output_size(self) -> int:
        """O, the logits."""
        return self._count("O")

    @property
    def learned_tokens(self) -> int:
        """V, the rows of a learned embedding; 0 where there is none."""
        return self._count("V")


class Parameters:
    """Each parameter by its name, `params.W_xh` or `params["W_xh"]`: views of one vector.

    A gradient has the same layout, so it is a `Parameters` too. Whether one may be
    written to is up to its `flat` vector; those that a session hands out are
    read-only. The numbers are float64, but while a `Trainer` trains in float32.
    """

    layout: Layout
    flat: Floats

    def __init__(self, layout: Layout, flat: Floats) -> None:
        self.layout = layout
        self.flat = flat
        mine = self.__dict__
        for name, place, shape in layout.places:
            mine[name] = flat[place].reshape(shape)

    @classmethod
    def zeros(cls, layout: Layout) -> Parameters:
        """All zero and writable: a gradient to add to."""
        return cls(layout, np.zeros(layout.size))

    @classmethod
    def of(cls, arrays: Mapping[str, Floats], layout: Layout | None = None) -> Parameters:
        """Read-only parameters with copies of these arrays; in their order without a layout."""
        if layout is None:
            layout = Layout(tuple(Array(name, "", a.shape) for name, a in arrays.items()))
        flat = np.concatenate([np.ravel(arrays[name]) for name in layout.shapes])
        return cls(layout, frozen(flat))

    if TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None: ...

    def __getattr__(self, name: str) -> Floats:
        raise AttributeError(f"no parameter {name}")

    def __getitem__(self, name: str) -> Floats:
        if name in self.layout.shapes:
            array: Floats = self.__dict__[name]
            return array
        raise KeyError(name)

    def items(self) -> Iterator[tuple[str, Floats]]:
        """Name and array of each, in the order of the flat vector."""
        return ((name, self[name]) for name in self.layout.shapes)

    def in_type(self, dtype: DTypeLike) -> Parameters:
        """The same numbers in another float type; itself where they are of this one."""
        if self.flat.dtype == dtype:
            return self
        return self.with_flat(self.flat.astype(dtype))

    def with_flat(self, flat: Floats) -> Parameters:
        """Read-only parameters of the same layout over another vector."""
        return Parameters(self.layout, frozen(flat))

    def with_value(self, name: str, index: tuple[int, ...], value: float) -> Parameters:
        """A copy in which one number differs."""
        copy = Parameters(self.layout, self.flat.copy())
        copy[name][index] = value
        return self.with_flat(copy.flat)
