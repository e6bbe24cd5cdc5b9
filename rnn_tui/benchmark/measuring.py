"""Times side by side: rivals take turns in short rounds, so that all meet the same noise."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnn_tui.benchmark.rivals import OURS, RIVALS, Entry, Rival
from rnn_tui.benchmark.size import Size

TURN = 0.02  # seconds that a rival runs for in a round, at least one update


@dataclass(frozen=True)
class Timing:
    """How long an update takes, in milliseconds: the median of the rounds and their quartiles.

    `ratio` is how many times as long as ours it takes: the median of what it took in a
    round by what ours took in the same one.
    """

    rival: str
    ms: float
    low: float
    high: float
    ratio: float


class Benchmark:
    """Some sizes, measured in so many rounds: `run` does it, and then `found` has the times."""

    def __init__(
        self, sizes: Sequence[Size], rounds: int, rivals: Mapping[str, Entry] = RIVALS
    ) -> None:
        """`rivals` hold ours, and whichever others."""
        self._sizes = tuple(dict.fromkeys(sizes))
        self._rounds = rounds
        self._rivals = rivals
        self.found: dict[Size, tuple[Timing, ...]] = {}

    @property
    def ticks(self) -> int:
        """How many times `run` yields."""
        return (1 + self._rounds) * len(self._sizes)

    def run(self) -> Generator[None]:
        """Measure; yields after each size is made ready, and after each in each round.

        A round goes through all sizes, so that what one costs can be held against
        another, too.
        """
        turns: dict[Size, list[_Turn]] = {}
        for size in self._sizes:
            fitting = {name: make for name, make in self._rivals.items() if make.fits(size)}
            turns[size] = [_Turn(name, make(size)) for name, make in fitting.items()]
            yield
        times: dict[Size, list[list[float]]] = {size: [] for size in self._sizes}
        for _ in range(self._rounds):
            for size in self._sizes:
                times[size].append([turn.take() for turn in turns[size]])
                yield
        for size, rounds in times.items():
            self.found[size] = timings([turn.name for turn in turns[size]], rounds)


class _Turn:
    """What a rival does when it is its turn: as many updates as fill the time."""

    def __init__(self, name: str, rival: Rival) -> None:
        self.name = name
        self._rival = rival
        rival.update()  # the first one warms up
        self._count = max(1, round(TURN / max(self._seconds(2), 1e-9)))

    def take(self) -> float:
        """Seconds an update."""
        return self._seconds(self._count)

    def _seconds(self, count: int) -> float:
        update = self._rival.update
        began = time.perf_counter()
        for _ in range(count):
            update()
        return (time.perf_counter() - began) / count


def timings(names: Sequence[str], rounds: Sequence[Sequence[float]]) -> tuple[Timing, ...]:
    """What rounds come to. Each has the seconds an update took every rival, in order."""
    times = np.array(rounds)
    ratios = np.median(times / times[:, [names.index(OURS)]], axis=0)
    low, median, high = 1000 * np.quantile(times, (0.25, 0.5, 0.75), axis=0)
    columns = zip(names, median.tolist(), low.tolist(), high.tolist(), ratios.tolist(), strict=True)
    return tuple(Timing(*column) for column in columns)
