"""What one pass of the network reads and has to answer."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from rnn_tui.arrays import Floats, Ints
from rnn_tui.characters import cell_width, visible

Targets = tuple[int, ...] | Floats  # a class an output, or a row of numbers


@dataclass(frozen=True, eq=False)
class Example:
    """One sequence of T tokens with the answers wanted.

    `ids` (T,) are the tokens' rows in the vocabulary, `inputs` (T, I) their
    embeddings: None where those are learned, as only the parameters know them, and
    where they are the unit vectors of a long text kept for validation.
    `outputs` are the timesteps at which the network must answer, ascending;
    `targets[k]` is the class wanted at timestep `outputs[k]`, or, where answers are numbers,
    `targets` (K, O) has a row of them. The timesteps before
    `encoder_length` are read by an encoder that has its own weights, if there is one.
    An example that is not `labelled` is only predicted: nobody has said what is wanted, so
    its `targets` are there for their number alone (a decoder reads them) and judge nothing.
    """

    text: str
    tokens: tuple[str, ...]
    ids: Ints
    inputs: Floats | None
    outputs: tuple[int, ...]
    targets: Targets
    encoder_length: int = 0
    labelled: bool = True

    @property
    def length(self) -> int:
        """T, the number of timesteps; at least 1."""
        return len(self.tokens)

    @cached_property
    def longest(self) -> int:
        """The terminal cells of the longest token as it is shown."""
        return max((cell_width(visible(token)) for token in self.tokens), default=0)

    def encodes(self, t: int) -> bool:
        """Whether timestep t is the encoder's."""
        return t < self.encoder_length

    def output_at(self, t: int) -> int | None:
        """Which output stands at timestep t; None where there is none."""
        k = bisect_left(self.outputs, t)
        return k if k < len(self.outputs) and self.outputs[k] == t else None


class Examples(Sequence[Example]):
    """Examples that are made when they are asked for, by `make`."""

    @abstractmethod
    def make(self, place: int) -> Example:
        """The example at a place, 0 ≤ place < len."""

    @overload
    def __getitem__(self, place: int) -> Example: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Example]: ...
    def __getitem__(self, place: int | slice) -> Example | Sequence[Example]:
        places = range(len(self))[place]
        return self.make(places) if isinstance(places, int) else [self.make(i) for i in places]
