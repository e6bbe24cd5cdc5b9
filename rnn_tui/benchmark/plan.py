"""Which sizes are measured: two that stand for a small and a large model, and how cost grows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rnn_tui.benchmark.size import Dimension, Size

SEED = Size()  # the model of document 003, and of the bundled grammar
LARGE = (Size(hidden=512, length=100), Size(hidden=512, length=100, dtype="float32"))


@dataclass(frozen=True)
class Sweep:
    """Sizes that differ from `SEED` in one thing, whose letter is `symbol`; ascending."""

    field: Dimension
    symbol: str
    about: str
    values: tuple[int, ...]

    @property
    def sizes(self) -> tuple[Size, ...]:
        """One for each value."""
        return tuple(SEED.but(self.field, value) for value in self.values)


SWEEPS = (
    Sweep("hidden", "H", "hidden units", (16, 32, 64, 128, 256, 512)),
    Sweep("length", "T", "timesteps", (5, 25, 100, 400)),
    Sweep("batch", "B", "sequences side by side", (1, 4, 16, 64)),
)


def sizes_of(*, quick: bool) -> Iterator[Size]:
    """All sizes that are measured; some of them come twice."""
    yield SEED
    yield from LARGE
    if not quick:
        for sweep in SWEEPS:
            yield from sweep.sizes
