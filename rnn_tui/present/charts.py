"""Curves as text. The only user of plotext, which keeps one figure for the whole process."""

from __future__ import annotations

import re
import threading

import numpy as np

from rnn_tui.arrays import Floats

_BLOCKS = " ▁▂▃▄▅▆▇█"
_FIGURE = threading.Lock()
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def thinned(values: Floats, columns: int) -> Floats:
    """At most `columns` points, evenly spaced from the first to the last."""
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
    scale = 8 * height / top
    levels = [max(1, round(scale * max(0.0, float(v)))) if np.isfinite(v) else 0 for v in points]
    return [
        "".join(_BLOCKS[min(8, max(0, level - 8 * row))] for level in levels).ljust(width)
        for row in reversed(range(height))
    ]


def round_ticks(last: int, most: int) -> list[int]:
    """Multiples of 1, 2 or 5 times a power of ten from 0 to `last`, about `most` of them."""
    step = 1
    while last / step > max(1, most):
        step = next(s for s in (2 * step, 5 * step, 10 * step) if str(s).strip("0") in "125")
    return list(range(0, last + 1, step))


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
            ticks = round_ticks(max(1, n - 1), width // 15)
            plotext.xticks(ticks, [f"{x}" for x in ticks])
            marks = max(2, min(4, (height + 1) // 3))
            steps = np.linspace(bottom, top if top > bottom else bottom + 1, marks)
            plotext.yticks(steps.tolist(), [f"{y:.3g}" for y in steps])
        text = plotext.build()
        plotext.clear_figure()
    return [_ANSI.sub("", line).rstrip() for line in text.splitlines()][:height]
