"""Which examples each update trains on, and whether it goes on from the state of the last."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

import numpy as np

from rnn_tui.experiments import Experiment, Stream

_SHUFFLE_STREAM = 1  # the seed's stream for orders; initial weights have their own


class Schedule(Protocol):
    """The order of training, by arithmetic: update k needs none before it."""

    updates_per_epoch: int

    def members(self, k: int) -> tuple[int, ...]:
        """Which training examples update k = 0, 1, … trains on, as indices."""
        ...

    def carries(self, k: int) -> bool:
        """Whether update k starts from the hidden state that the one before ended with."""
        ...


class FullBatch:
    """All examples in one update, which is an epoch."""

    updates_per_epoch = 1

    def __init__(self, count: int) -> None:
        self._all = tuple(range(count))

    def members(self, k: int) -> tuple[int, ...]:
        """All of them."""
        return self._all

    def carries(self, k: int) -> bool:
        """Never: examples stand apart."""
        return False


class Batches:
    """Some examples an update, in their order or in a new shuffled one each epoch.

    The last update of an epoch has those that are left over.
    """

    def __init__(self, count: int, size: int, seed: int | None) -> None:
        self.updates_per_epoch = -(-count // size)
        self._count, self._size, self._seed = count, size, seed

    def members(self, k: int) -> tuple[int, ...]:
        """The examples at their places in the epoch."""
        epoch, batch = divmod(k, self.updates_per_epoch)
        first, end = batch * self._size, min(self._count, (batch + 1) * self._size)
        if self._seed is None:
            return tuple(range(first, end))
        return _shuffled(self._seed, epoch, self._count)[first:end]

    def carries(self, k: int) -> bool:
        """Never: examples stand apart."""
        return False


class ChunkByChunk:
    """A stream's chunks in their order, one of each part of the text at a time.

    The states are carried until the parts start again.
    """

    def __init__(self, stream: Stream) -> None:
        self.updates_per_epoch = stream.chunks
        self._firsts = range(0, len(stream), stream.chunks)

    def members(self, k: int) -> tuple[int, ...]:
        """The next chunk of each part."""
        c = k % self.updates_per_epoch
        return tuple(first + c for first in self._firsts)

    def carries(self, k: int) -> bool:
        """Always, but at the start of the parts."""
        return k % self.updates_per_epoch != 0


def schedule_of(experiment: Experiment) -> Schedule:
    """The schedule that an experiment asks for."""
    count, settings = len(experiment.train), experiment.training
    if experiment.stream is not None:
        return ChunkByChunk(experiment.stream)
    if settings.batch == "full":
        return FullBatch(count)
    size = 1 if isinstance(settings.batch, str) else settings.batch
    return Batches(count, size, experiment.model.seed if settings.shuffle else None)


@lru_cache(maxsize=64)
def _shuffled(seed: int, epoch: int, count: int) -> tuple[int, ...]:
    rng = np.random.default_rng([seed, _SHUFFLE_STREAM, epoch])
    return tuple(int(place) for place in rng.permutation(count))
