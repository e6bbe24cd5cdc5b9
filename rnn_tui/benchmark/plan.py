"""Which sizes are measured: a small and a large model of each cell, and how cost grows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rnn_tui.benchmark.size import Dimension, Size

SEED = Size()  # the model of the book (grammar), and of the bundled grammar
LARGE = (Size(hidden=512, length=100), Size(hidden=512, length=100, dtype="float32"))
GATED = tuple(replace(SEED, cell=cell) for cell in ("lstm", "gru"))
LARGE_GATED = tuple(replace(size, cell=one.cell) for one in GATED for size in LARGE)


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


def models(*, quick: bool) -> tuple[Size, ...]:
    """The sizes that stand for themselves: of the cells with gates the large ones take long."""
    return (SEED, *LARGE, *GATED, *(() if quick else LARGE_GATED))


def sizes_of(*, quick: bool) -> Iterator[Size]:
    """All sizes that are measured; some of them come twice."""
    yield from models(quick=quick)
    if not quick:
        for sweep in SWEEPS:
            yield from sweep.sizes
