"""Curves as text. The only user of plotext, which keeps one figure for the whole process."""

from __future__ import annotations

import threading

import numpy as np

from rnn_tui.arrays import Floats

_BLOCKS = " ▁▂▃▄▅▆▇█"
_FIGURE = threading.Lock()


def thinned(values: Floats, columns: int) -> Floats:
    """At most `columns` points: the last of each of as many even stretches.

    The first point stays too, so a curve keeps both its ends.
    """
    n = len(values)
    if n <= columns:
        return values
    places = np.linspace(0, n - 1, columns).round().astype(np.int64)
    return values[places]


def sparkline(values: Floats, width: int, height: int) -> list[str]:
    """A curve as `height` lines of block characters, from 0 up to its largest value.

    Points that aren't finite are left blank. Fewer points than `width` leave the
    right side empty.
    """
    if width < 1 or height < 1:
        return []
    points = thinned(values, width)
    finite = points[np.isfinite(points)]
    top = float(finite.max(initial=0.0)) or 1.0
    levels = [
        max(1, round(8 * height * max(0.0, float(v)) / top)) if np.isfinite(v) else 0
        for v in points
    ]
    rows = []
    for row in range(height - 1, -1, -1):
        rows.append("".join(_BLOCKS[min(8, max(0, level - 8 * row))] for level in levels))
    return [row.ljust(width) for row in rows]


def line_chart(values: Floats, width: int, height: int, label: str = "epoch") -> list[str]:
    """A curve with axes, `width` × `height` characters; x counts from 0.

    Needs about 20 × 5 to be of use; points that aren't finite are left out.
    """
    import plotext  # noqa: PLC0415 - it takes a while, and not every screen draws a chart

    n = len(values)
    places = np.linspace(0, n - 1, min(n, 2 * width)).round().astype(np.int64)
    places = places[np.isfinite(values[places])]
    with _FIGURE:
        plotext.clear_figure()
        plotext.theme("clear")
        plotext.plotsize(width, height)
        plotext.frame(False)
        plotext.xaxes(True, False)
        plotext.yaxes(True, False)
        if len(places):
            ys = values[places]
            plotext.plot(places.tolist(), ys.tolist(), marker="braille")
            top, bottom = float(ys.max()), min(0.0, float(ys.min()))
            plotext.ylim(bottom, top if top > bottom else bottom + 1)
            plotext.xlim(0, max(1, n - 1))
            ticks = sorted({round(x) for x in np.linspace(0, max(1, n - 1), max(2, width // 20))})
            plotext.xticks(ticks, [f"{x}" for x in ticks])
            steps = np.linspace(
                bottom, top if top > bottom else bottom + 1, max(2, min(4, height // 2))
            )
            plotext.yticks(steps.tolist(), [f"{y:.3g}" for y in steps])
        text = plotext.build()
        plotext.clear_figure()
    return [line.rstrip() for line in text.splitlines()][:height]
