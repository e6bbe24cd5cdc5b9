"""Examples of one length with outputs at the same timesteps, side by side."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats, Ints, frozen
from rnn_tui.experiments import Example


class Shape(NamedTuple):
    """B sequences of T tokens, with answers at the timesteps `outputs`, ascending.

    The timesteps before `encoder_length` are those of an encoder with its own weights.
    """

    length: int
    batch: int
    outputs: tuple[int, ...]
    encoder_length: int = 0


@dataclass(frozen=True, eq=False)
class Batch:
    """B examples of T tokens and K outputs each.

    `members` are their places in the sequence they were taken from; `ids` is (T, B),
    `inputs` (T, B, I) or None where no example has them, `targets` (K, B) classes or
    (K, B, O) numbers. The
    timesteps before `encoder_length` are the encoder's.
    """

    members: tuple[int, ...]
    ids: Ints
    inputs: Floats | None
    outputs: tuple[int, ...]
    targets: Ints | Floats
    encoder_length: int = 0

    @property
    def shape(self) -> Shape:
        """What a kernel has to be made for."""
        T, B = self.ids.shape
        return Shape(T, B, self.outputs, self.encoder_length)

    def cut(self, first: int, end: int) -> Batch:
        """The timesteps from `first` to before `end`, as a batch that may have no output."""
        low, high = bisect_left(self.outputs, first), bisect_left(self.outputs, end)
        return Batch(
            self.members,
            self.ids[first:end],
            None if self.inputs is None else self.inputs[first:end],
            tuple(t - first for t in self.outputs[low:high]),
            self.targets[low:high],
            min(max(0, self.encoder_length - first), end - first),
        )


def alike(examples: Sequence[Example]) -> Iterable[list[int]]:
    """The places of examples of one length with outputs at the same timesteps, so unpadded."""
    groups: dict[tuple[int, tuple[int, ...], int], list[int]] = {}
    for place, one in enumerate(examples):
        groups.setdefault((one.length, one.outputs, one.encoder_length), []).append(place)
    return groups.values()


def batches_of(examples: Sequence[Example]) -> tuple[Batch, ...]:
    """All examples, in as few batches as there are shapes."""
    return tuple(batch_of(examples, places) for places in alike(examples))


def batch_of(examples: Sequence[Example], places: Sequence[int]) -> Batch:
    """The examples at some places, which have one shape."""
    first = examples[places[0]]
    return Batch(
        tuple(places),
        np.stack([examples[place].ids for place in places], axis=1),
        _stacked([examples[place].inputs for place in places]),
        first.outputs,
        stacked_targets([examples[place] for place in places]),
        first.encoder_length,
    )


def stacked_targets(examples: Sequence[Example]) -> Ints | Floats:
    """What is wanted of examples with as many outputs: classes (K, B), or numbers (K, B, O)."""
    stacked: Ints | Floats = np.stack([np.asarray(one.targets) for one in examples], axis=1)
    return stacked


def by_output(targets: Ints | Floats) -> Ints | Floats:
    """The same as (K·B,) or (K·B, O): an output's B sequences one after the other."""
    flat: Ints | Floats = targets.reshape(-1, *targets.shape[2:])
    return flat


def _stacked(inputs: Sequence[Floats | None]) -> Floats | None:
    known = [one for one in inputs if one is not None]
    if len(known) == 1:
        return known[0][:, None]
    return frozen(np.stack(known, axis=1)) if known else None
