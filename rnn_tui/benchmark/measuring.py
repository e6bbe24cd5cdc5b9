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


class Bench:
    """Some sizes, each measured in so many rounds: `run` does it, `found` has the times."""

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
        return self._rounds * len(self._sizes)

    def run(self) -> Generator[None]:
        """Measure; yields after each round."""
        for size in self._sizes:
            made = {name: make(size) for name, make in self._rivals.items() if make.fits(size)}
            counts = {name: _count(rival) for name, rival in made.items()}
            rounds = []
            for _ in range(self._rounds):
                rounds.append([_time(rival, counts[name]) for name, rival in made.items()])
                yield
            self.found[size] = timings(tuple(made), rounds)


def timings(names: Sequence[str], rounds: Sequence[Sequence[float]]) -> tuple[Timing, ...]:
    """What rounds come to. Each has the seconds an update took every rival, in order."""
    times = np.array(rounds)
    ratios = np.median(times / times[:, [names.index(OURS)]], axis=0)
    low, median, high = 1000 * np.quantile(times, (0.25, 0.5, 0.75), axis=0)
    columns = zip(names, median.tolist(), low.tolist(), high.tolist(), ratios.tolist(), strict=True)
    return tuple(Timing(*column) for column in columns)


def _count(rival: Rival) -> int:
    """How many updates fill a turn; the first ones are for warming up."""
    rival.update()
    return max(1, round(TURN / max(_time(rival, 2), 1e-9)))


def _time(rival: Rival, count: int) -> float:
    """Seconds an update, over so many of them."""
    update = rival.update
    began = time.perf_counter()
    for _ in range(count):
        update()
    return (time.perf_counter() - began) / count
