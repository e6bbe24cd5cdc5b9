"""The arrays that training moves, held as one vector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.arrays import Floats, frozen
from rnn_tui.experiments import EMBEDDING, ENCODER_OF, PARAMETER_NAMES


@dataclass(frozen=True)
class Layout:
    """Where each parameter stands in the flat vector, for I inputs, H units, O outputs.

    `learned_tokens` is the number of rows of a learned embedding, 0 where there is none;
    with `encoder` there is a second cell, which reads what the first one answers to.
    """

    input_size: int
    hidden_size: int
    output_size: int
    learned_tokens: int = 0
    encoder: bool = False

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Each parameter's shape, in the order in which they stand."""
        I, H, O = self.input_size, self.hidden_size, self.output_size  # noqa: E741
        shapes = dict(zip(PARAMETER_NAMES, ((H, I), (H, H), (H,), (O, H), (O,)), strict=True))
        if self.encoder:
            shapes |= {ENCODER_OF[name]: shapes[name] for name in ENCODER_OF}
        return shapes | ({EMBEDDING: (self.learned_tokens, I)} if self.learned_tokens else {})

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


class Parameters:
    """W_xh (H, I), W_hh (H, H), b_h (H,), W_hy (O, H), b_y (O,): views of one vector.

    Where the embedding is learned there is E (V, I) as well: row i is token i. An encoder
    has a W_xh_enc, a W_hh_enc and a b_h_enc, of the same shapes as the decoder's. A
    gradient has the same layout, so it is a `Parameters` too. Whether one may be
    written to is up to its `flat` vector; those that a session hands out are
    read-only. The numbers are float64, but while a `Trainer` trains in float32.
    """

    __slots__ = (
        "E", "W_hh", "W_hh_enc", "W_hy", "W_xh", "W_xh_enc", "_encoding", "b_h", "b_h_enc",
        "b_y", "flat", "layout",
    )  # fmt: skip

    W_xh: Floats
    W_hh: Floats
    b_h: Floats
    W_hy: Floats
    b_y: Floats
    E: Floats
    W_xh_enc: Floats
    W_hh_enc: Floats
    b_h_enc: Floats

    def __init__(self, layout: Layout, flat: Floats) -> None:
        self.layout = layout
        self.flat = flat
        self._encoding: Parameters | None = None
        for name, place, shape in layout.places:
            setattr(self, name, flat[place].reshape(shape))

    @classmethod
    def zeros(cls, layout: Layout) -> Parameters:
        """All zero and writable: a gradient to add to."""
        return cls(layout, np.zeros(layout.size))

    @classmethod
    def of(cls, arrays: Mapping[str, Floats]) -> Parameters:
        """Read-only parameters with copies of these arrays."""
        W_xh, W_hy = arrays["W_xh"], arrays["W_hy"]
        learned_tokens = len(arrays[EMBEDDING]) if EMBEDDING in arrays else 0
        encoder = ENCODER_OF["W_hh"] in arrays
        layout = Layout(W_xh.shape[1], W_xh.shape[0], W_hy.shape[0], learned_tokens, encoder)
        flat = np.concatenate([np.ravel(arrays[name]) for name in layout.shapes])
        return cls(layout, frozen(flat))

    def __getitem__(self, name: str) -> Floats:
        if name not in self.layout.shapes:
            raise KeyError(name)
        array: Floats = getattr(self, name)
        return array

    def cell_at(self, encodes: bool) -> Parameters:
        """The same numbers as the cell is to use them at a timestep.

        Where it is the encoder's, W_xh, W_hh and b_h are the arrays of the encoder, so
        that one and the same code runs at all timesteps. They are views: a gradient may
        be added to them.
        """
        if not (encodes and self.layout.encoder):
            return self
        if self._encoding is None:
            made = Parameters(self.layout, self.flat)
            for name, own in ENCODER_OF.items():
                setattr(made, name, self[own])
            self._encoding = made
        return self._encoding

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
