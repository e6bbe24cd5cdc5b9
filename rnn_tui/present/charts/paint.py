"""A plot on a canvas: levels, curves, marks, and names where they cover nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnn_tui.present.charts.plot import Curve, Ink, Plot, Stroke
from rnn_tui.present.charts.raster import Canvas, Painter
from rnn_tui.present.charts.scale import AxisScale

LETTERS = 5  # times that a curve's letter stands on it
APART = 2  # columns between the letters of two curves
BEHIND = (Ink.RANGE, Ink.LEVEL)  # what a letter may cover
ON_LEVEL = (Ink.LEVEL, Ink.RANGE, Ink.ALERT)  # what the name of a level may cover
_SHORTER = (24, 12)  # to what a name is cut


Way = tuple[str, Sequence[tuple[int, tuple[Ink, ...]]], Sequence[int]]


def painted(plot: Plot, scale: AxisScale, columns: int, rows: int) -> Canvas:
    """All of a plot in so many cells, without axes."""
    painter = Painter(plot, scale, columns, rows)
    canvas = painter.canvas
    heights = {level.name: painter.level(level.y) for level in plot.levels}
    filled = [row for row in heights.values() if row is not None]
    for curve in plot.curves:
        if curve.stroke is Stroke.CROSSES:
            painter.crosses(curve, min(filled, default=0))
        else:
            painter.curve(curve)
    for curve in plot.curves:
        painter.band(curve)
        if len(curve.points) == 1:  # no line, and a dot of a line is hardly seen
            alone = "○" if curve.stroke is Stroke.DASHED else "●"
            painter.point(curve, curve.points.ends()[0], alone)
    _letters(plot, painter)
    for mark in plot.marks:
        painter.vertical(mark.x, "┊", Ink.EDIT)
    if plot.reading is not None:
        painter.vertical(plot.reading, "│", Ink.READING)
        for curve in plot.curves:
            if curve.stroke is not Stroke.CROSSES:
                painter.point(curve, plot.reading, "●")
    for name, row in heights.items():
        if row is not None and name:
            _name_level(canvas, name, row)
    for mark in plot.marks:
        _name_mark(canvas, mark.name, painter.cell(mark.x))
    return canvas


def _letters(plot: Plot, painter: Painter) -> None:
    """The letters of the curves, each at its end and where no other curve shares its cell.

    Of ends in one cell the curve which moved most has its letter there, the others theirs behind
    it.
    """
    canvas, lettered = painter.canvas, [curve for curve in plot.curves if curve.letter]
    if not lettered:
        return
    rows = np.array([painter.rows_of(curve) for curve in lettered])
    alone = (rows >= 0) & ((rows[:, None] == rows[None]).sum(axis=1) == 1)
    step, free = max(len(lettered), canvas.columns // LETTERS), np.ones(canvas.columns, bool)
    for place, curve in enumerate(lettered):
        first = step // 2 + place * step // len(lettered)
        for start in range(first, canvas.columns, step):
            found = np.flatnonzero((alone[place] & free)[start : start + step])
            if len(found):
                column = start + int(found[0])
                canvas.put(column, int(rows[place, column]), curve.letter, curve.ink)
                free[max(0, column - APART) : column + APART + 1] = False
    _end_letters(lettered, painter)


def _end_letters(lettered: list[Curve], painter: Painter) -> None:
    taken: set[tuple[int, int]] = set()
    for curve in sorted(lettered, key=lambda one: one.jump, reverse=True):
        end = curve.points.ends()[1] if len(curve.points) else np.nan
        if not painter.plot.first <= end <= painter.plot.last:
            continue
        if (row := painter.row(curve, end)) is None:
            continue
        first = column = painter.cell(end)
        while (column, row) in taken:
            column += 1
        taken.add((column, row))
        if column == first or painter.canvas.is_free(column, row, 1, over=BEHIND):
            painter.canvas.put(column, row, curve.letter, curve.ink)


def _name_level(canvas: Canvas, name: str, row: int) -> None:
    """A name on its line, else beside it, at the first place where it covers no curve.

    Beside it only where the line itself is seen along all of the name, or where a curve hides all
    of the line: elsewhere it would seem to name another height, and is left out.
    """
    spaced = f" {name} "
    columns, to_end = range(1, canvas.columns - len(spaced)), range(1, canvas.columns)
    seen = [one for one in columns if canvas.is_free(one, row, len(spaced), over=(Ink.LEVEL,))]
    is_seen = any(canvas.is_free(one, row, 1, over=(Ink.LEVEL,)) for one in to_end)
    on_it, beside = ((row, ON_LEVEL),), ((row + 1, ()), (row - 1, ()))
    ways: list[Way] = [
        (spaced, on_it, columns), (name, on_it, to_end), (spaced, beside, seen),
        (spaced, beside, () if is_seen else columns),
    ]  # fmt: skip
    for text, places, among in ways:
        for near, over in places:
            for column in among:
                if canvas.is_free(column, near, len(text), over=over):
                    canvas.put(column, near, text, Ink.LEVEL)
                    return


def _name_mark(canvas: Canvas, name: str, column: int) -> None:
    """A name beside its line, as high as it covers nothing; cut where there is no such place."""
    for text in (name, *(f"{name[: most - 1]}…" for most in _SHORTER if most < len(name))):
        for row in reversed(range(canvas.rows)):
            for start in (column + 1, column - len(text)):
                if canvas.is_free(start, row, len(text)):
                    canvas.put(start, row, text, Ink.EDIT)
                    return
