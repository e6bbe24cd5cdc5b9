"""A plot on a canvas: levels, curves, marks, and names where they cover nothing."""

from __future__ import annotations

from rnn_tui.present.charts.plot import Ink, Plot, Stroke
from rnn_tui.present.charts.raster import Canvas, Painter
from rnn_tui.present.charts.scale import AxisScale

LETTERS = 5  # times that a curve's letter stands on it
_SHORTER = (24, 12)  # to what a name is cut


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
            _name_level(canvas, f" {name} ", row)
    for mark in plot.marks:
        _name_mark(canvas, mark.name, painter.cell(mark.x))
    return canvas


def _letters(plot: Plot, painter: Painter) -> None:
    """The letters of the curves, each at columns of its own and at its end.

    Of ends in one cell it is that of the curve which moved most.
    """
    lettered = [curve for curve in plot.curves if curve.letter]
    step = max(len(lettered), painter.canvas.columns // LETTERS)
    for place, curve in enumerate(lettered):
        painter.letters(curve, step // 2 + place * step // len(lettered), step)
    for curve in sorted(lettered, key=lambda one: one.jump):
        if len(curve.points):
            painter.point(curve, curve.points.ends()[1], curve.letter)


def _name_level(canvas: Canvas, name: str, row: int) -> None:
    """A name on its line, else beside it, at the first place where it covers no curve.

    Beside it only where the line itself is seen along all of the name, or where a curve hides all
    of the line: elsewhere it would seem to name another height, and is left out.
    """
    width, beside = len(name), ((row + 1, ()), (row - 1, ()))
    columns = range(1, canvas.columns - width)
    seen = [one for one in columns if canvas.is_free(one, row, width, over=(Ink.LEVEL,))]
    on_it = ((row, (Ink.LEVEL, Ink.RANGE, Ink.ALERT)),)
    is_seen = any(canvas.is_free(one, row, 1, over=(Ink.LEVEL,)) for one in columns)
    for places, among in ((on_it, columns), (beside, seen), (beside, () if is_seen else columns)):
        for near, over in places:
            for column in among:
                if canvas.is_free(column, near, width, over=over):
                    canvas.put(column, near, name, Ink.LEVEL)
                    return


def _name_mark(canvas: Canvas, name: str, column: int) -> None:
    """A name beside its line, as high as it covers nothing; cut where there is no such place."""
    for text in (name, *(f"{name[: most - 1]}…" for most in _SHORTER if most < len(name))):
        for row in reversed(range(canvas.rows)):
            for start in (column + 1, column - len(text)):
                if canvas.is_free(start, row, len(text)):
                    canvas.put(start, row, text, Ink.EDIT)
                    return
