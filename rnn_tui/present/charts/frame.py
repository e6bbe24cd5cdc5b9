"""The axes of a chart, with their ticks and numbers. The only user of plotext.

What is between them is drawn by ourselves: plotext walks through every dot of a curve, which
takes tenths of a second where a curve has thousands.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import lru_cache

FRAMES_KEPT = 64  # charts have few sizes, and ticks that rarely move

_FIGURE = threading.Lock()  # plotext has one figure for the whole process


def frame(
    width: int, height: int, x_ticks: Mapping[int, str], y_ticks: Mapping[int, str]
) -> tuple[str, ...]:
    """`height` lines of `width` characters: the axes, blanks where the curves belong.

    The x axis is the last line but one, its numbers are the last. The y axis stands right of its
    numbers, the longest of which begins at the left. Ticks are cells of the axes, those of y
    counted from the bottom, with what is written there.

    No lines at all where the compiled part of plotext can't be loaded: there are systems for
    which none is published.
    """
    try:
        return _frame(width, height, tuple(x_ticks.items()), tuple(y_ticks.items()))
    except ImportError:
        return ()


def prepare() -> None:
    """Load what draws, a tenth of a second, while nobody waits for it."""
    frame(20, 5, {0: "0"}, {0: "0"})


Ticks = tuple[tuple[int, str], ...]


@lru_cache(maxsize=FRAMES_KEPT)
def _frame(width: int, height: int, x_ticks: Ticks, y_ticks: Ticks) -> tuple[str, ...]:
    import plotext  # noqa: PLC0415 - it takes a while, and not every screen draws a chart

    columns, rows = width - max(len(text) for _, text in y_ticks) - 1, height - 2
    with _FIGURE:
        plotext.terminal.limit(False, False)
        figure = plotext.figure.plot_size(width, height)
        figure.axes(True, side=0).axes(False, side=1)
        for axis, cells, ticks in (("x", columns, x_ticks), ("y", rows, y_ticks)):
            places, texts = zip(*ticks, strict=True)
            ruler = figure.ruler(axis, 0).lim(0, cells - 1)
            ruler.ticks(list(places), list(texts))
        matrix = figure.build()
        return tuple(matrix.string(colorless=True).split("\n")[:height])
