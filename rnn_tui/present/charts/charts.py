"""Curves as text, with axes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.present.charts.eighths import EIGHTHS, block
from rnn_tui.present.charts.frame import frame
from rnn_tui.present.charts.paint import painted
from rnn_tui.present.charts.plot import Curve, Ink, Plot, Stroke
from rnn_tui.present.charts.points import ChartAxis, Even, Given, Points
from rnn_tui.present.charts.raster import Canvas
from rnn_tui.present.charts.scale import AxisScale, round_ticks, tick_labels
from rnn_tui.present.digits import size
from rnn_tui.session.runs.series import Series

_AXIS_LINES = re.compile(r"([─│└┤┬]+)")
_LEAST_COLUMNS = 10  # of a chart with axes
_GAPPED = 3  # cells of a point of a sparkline of which one is left free
FEWEST_TICKS, MORE_TICKS = 3, 3  # so many are wanted along an axis, and how many more are tried
_AXES = 2  # lines under the curves: the axis and its numbers

__all__ = [
    "ChartRow", "Inked", "draw", "line_chart", "round_ticks", "spark_scale", "sparkline", "thinned",
]  # fmt: skip


class Inked(NamedTuple):
    """A piece of a line."""

    text: str
    ink: Ink


ChartRow = tuple[Inked, ...]


def thinned(values: Sequence[Even], columns: int) -> Floats:
    """At most `columns` points: the first, the largest of each stretch between, the last.

    Of all curves one behind the other.
    """
    held = [one for one in values if len(one)]
    n = sum(map(len, held))
    if n <= columns:
        return np.concatenate([np.empty(0), *(one.y for one in held)])
    edges = np.arange(columns + 1) * n // columns
    most, before = np.full(columns, -np.inf), 0
    for one in held:
        own = np.clip(edges - before, 0, len(one)) + one.first
        most = np.maximum(most, one.series.over(own[:-1], own[1:]).most)
        before += len(one)
    most[0], most[-1] = held[0].series[held[0].first], held[-1].newest()
    return most


def sparkline(values: Sequence[Even], width: int, height: int, wide: int = 1) -> list[str]:
    """Curves one behind the other as `height` lines of blocks, from 0 up to their largest value.

    Each point is so `wide`, with a gap beside it where that leaves a bar. Points that aren't
    finite are left blank. Fewer points than `width` leave the right side empty.
    """
    if width < 1 or height < 1:
        return []
    points = thinned(values, width)
    scale = 8 * height / _top(points)
    levels = [max(1, round(scale * max(0.0, float(v)))) if np.isfinite(v) else 0 for v in points]
    gap = " " * (wide >= _GAPPED)
    bar = wide - len(gap)
    return [
        "".join(block(level, row) * bar + gap for level in levels).ljust(width)
        for row in reversed(range(height))
    ]


def spark_scale(values: Sequence[Even], width: int, height: int) -> list[str]:
    """What stands at the left of such lines: the largest value, and 0 where there are several."""
    top = f"{size(_top(thinned(values, width)), 3)}"
    if height < 2:
        return [f"{top} "] * height
    return [f"{top}┤", *[f"{'│':>{len(top) + 1}}"] * (height - 2), f"{'0┤':>{len(top) + 1}}"]


def _top(points: Floats) -> float:
    return float(points[np.isfinite(points)].max(initial=0.0)) or 1.0


def sparks(points: Points, width: int) -> str:
    """A curve as one line, from its least to its largest value, over the width.

    Where points share a column it is their largest, where a column has none the one
    before. The top eighth stays free, so that lines under each other stay apart.
    """
    ends = points.range(-np.inf, np.inf)
    if width < 1 or not len(ends):
        return " " * width
    low, high = ends.tolist()
    scale = AxisScale(low, high) if high > low else AxisScale(*_around(low))
    first, last = points.ends()
    span = last - first
    bins = points.binned(ChartAxis(first, last if span else first + 1.0, width - 1), scale)
    columns = range(width if span else 1)
    nearest = np.maximum(0, np.searchsorted(bins.column, columns, side="right") - 1)
    return "".join(EIGHTHS[1 + round(6 * bins.most[k])] for k in nearest.tolist()).ljust(width)


def _around(value: float) -> tuple[float, float]:
    """The ends of a scale on which a value stands a little below the middle."""
    reach, most = max(abs(value) / 1000, 1e-300), float(np.finfo(np.float64).max)
    return max(value - 0.4 * reach, -most), min(value + 0.6 * reach, most)


def line_chart(values: Series, width: int, height: int) -> list[str]:
    """One curve with axes, `width` × `height` characters; x counts from 0."""
    plot = Plot((Curve("", Even(values)),), unit="", last=max(1.0, len(values) - 1.0))
    return ["".join(piece.text for piece in row).rstrip() for row in draw(plot, width, height)]


def draw(plot: Plot, width: int, height: int) -> tuple[ChartRow, ...]:
    """A chart with axes, `height` lines of `width` cells; needs about 20 × 5 to be of use."""
    if width < 2 or height < 1:
        return ()
    scale, labels = _y_axis(plot, height)
    columns = _columns(labels, width)
    if not labels or columns < _LEAST_COLUMNS:
        return _rows(painted(plot, scale, width, height))
    lines = frame(width, height, _x_ticks(plot, columns), labels)
    if not lines:
        return _rows(painted(plot, scale, width, height))
    return _axes(painted(plot, scale, columns, height - _AXES), lines)


def x_at(plot: Plot, width: int, height: int, column: int) -> float | None:
    """The x that a column of a chart of this size stands for; None beside the curves."""
    _, labels = _y_axis(plot, height)
    columns = _columns(labels, width)
    if not labels or columns < _LEAST_COLUMNS:
        columns = width
    share = (column - (width - columns)) / max(1, columns - 1)
    return plot.first + share * (plot.last - plot.first) if 0 <= share <= 1 else None


def letter_at(plot: Plot, width: int, height: int, column: int, row: int) -> str:
    """The letter of the curve that is drawn at a cell, or next to it above or below; else nothing.

    Rows count from the top. Of several it is the nearest, of those as near the one drawn last.
    """
    x = x_at(plot, width, height, column)
    rows = height - _AXES
    if x is None or not 0 <= row < rows or rows < 2:
        return ""
    scale, nearest, letter = _y_axis(plot, height)[0], 1.5, ""
    for curve in plot.curves:
        place = float(scale.places(np.array([curve.at(x)]))[0])
        off = abs((1 - place) * (rows - 1) - row) if curve.letter else np.inf
        if off <= nearest:
            nearest, letter = off, curve.letter
    return letter


def _y_axis(plot: Plot, height: int) -> tuple[AxisScale, dict[int, str]]:
    """The axis of a chart of so many lines, and what is written at which of its rows.

    Rows count from the bottom; there are none without room for axes.
    """
    rows, scale = height - _AXES, _scale(plot)
    if rows < 2:
        return scale, {}
    scale, ticks = scale.on_rows(rows, max(2, min(6, (rows + 1) // 2)))
    heights = np.floor(scale.places(np.array(ticks)) * (rows - 1) + 0.5).astype(np.int64).tolist()
    return scale, dict(zip(heights, tick_labels(ticks, plot.percent), strict=True))


def _columns(labels: dict[int, str], width: int) -> int:
    """What the axis and its numbers leave to the curves."""
    return width - max(map(len, labels.values()), default=0) - 1


def _scale(plot: Plot) -> AxisScale:
    """An axis with room for all of a plot."""
    if plot.low is not None and plot.high is not None and not plot.log:
        return AxisScale(plot.low, plot.high)
    values = [
        part
        for curve in plot.curves
        if curve.stroke is not Stroke.CROSSES
        for part in _extremes(plot, curve)
    ]
    levels = np.array([level.y for level in plot.levels], dtype=float)
    return AxisScale.fit([*values, levels], from_zero=plot.from_zero, log=plot.log)


def _extremes(plot: Plot, curve: Curve) -> Iterator[Floats]:
    """What the scale has to have room for, between the ends of the x axis."""
    yield curve.points.range(plot.first, plot.last, plot.log)
    for end in curve.band or ():
        yield Given(curve.x, end).range(plot.first, plot.last, plot.log)


def _axes(canvas: Canvas, lines: tuple[str, ...]) -> tuple[ChartRow, ...]:
    """The canvas within the lines of its axes."""
    beside = len(lines[0]) - canvas.columns
    curves = [
        (*_axis_pieces(line[:beside]), *row)
        for line, row in zip(lines, _rows(canvas), strict=False)
    ]
    below = [tuple(_axis_pieces(line)) for line in lines[canvas.rows :]]
    return (*curves, *below)


def _axis_pieces(text: str) -> Iterator[Inked]:
    """The lines of the axes apart from their numbers."""
    for place, piece in enumerate(_AXIS_LINES.split(text)):
        if piece:
            yield Inked(piece, Ink.AXIS if place % 2 else Ink.NUMBER)


def _rows(canvas: Canvas) -> tuple[ChartRow, ...]:
    """A canvas without axes: what is of one ink together."""
    return tuple(
        tuple(
            Inked("".join(text for text, _ in cells), ink)
            for ink, cells in groupby(line, key=lambda cell: cell[1])
        )
        for line in canvas.lines()
    )


def _x_ticks(plot: Plot, columns: int) -> dict[int, str]:
    """Cells of the axis and what is written there; the last says what is counted."""
    scale = AxisScale(plot.first, max(plot.last, plot.first + 1e-9))
    usual = max(2, columns // 10)
    more, fewer = range(usual, usual + MORE_TICKS), range(usual, 1, -1)
    for wanted, counts in ((FEWEST_TICKS, more), (2, fewer)):
        for most in counts:
            if len(found := _apart(plot.unit, scale, most, columns)) >= wanted:
                return found
    return {columns - 1: f"{plot.unit} {plot.last:,.0f}".strip()}


def _apart(unit: str, scale: AxisScale, most: int, columns: int) -> dict[int, str]:
    """Cells and numbers of about `most` ticks; nothing where they would touch."""
    ticks = [x for x in scale.ticks(most) if x == round(x)]
    texts = [f"{x:,.0f}" for x in ticks[:-1]] + [f"{unit} {x:,.0f}".strip() for x in ticks[-1:]]
    cells = np.rint(scale.places(np.array(ticks)) * (columns - 1)).astype(np.int64).tolist()
    room = columns + 1
    for cell, text in zip(reversed(cells), reversed(texts), strict=True):
        start = min(max(0, cell - (len(text) - 1) // 2), columns - len(text))
        if start < 0 or start + len(text) >= room:
            return {}
        room = start
    return dict(zip(cells, texts, strict=True))
