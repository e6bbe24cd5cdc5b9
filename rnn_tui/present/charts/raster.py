"""Curves as dots, eight to a character: two columns and four rows of braille.

All of it is array arithmetic, so that a chart of 30,000 points costs a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_tui.arrays import Bools, Floats, Ints
from rnn_tui.characters import cell_width, clusters
from rnn_tui.present.charts.plot import LINES, Curve, Ink, Plot, Stroke
from rnn_tui.present.charts.points import Binned, ChartAxis
from rnn_tui.present.charts.scale import AxisScale

ACROSS, DOWN = 2, 4  # dots in a cell
BRAILLE = 0x2800
COVERED = -1  # the code of a cell that the wide character to its left takes too

_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
_DASH, _DASH_ON = 12, 6  # of so many dots along a line so many are drawn
_CURVES = (Ink.FIRST, Ink.SECOND, *LINES)
_DOT = 3  # of so many dots along a line one is drawn


class Canvas:
    """Cells of characters and inks; what is painted later covers what was there."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.codes = np.zeros((rows, columns), np.int64)  # 0 where a cell is empty
        self.inks = np.zeros((rows, columns), np.int64)
        self._clusters: dict[tuple[int, int], str] = {}  # characters with marks on them, by cell

    def dots(self, x: Ints, y: Ints, ink: Ink, *, under: bool = False) -> None:
        """Dots at columns x and rows y, rows counted from the bottom."""
        grid = np.zeros((DOWN * self.rows, ACROSS * self.columns), bool)
        inside = (x >= 0) & (x < grid.shape[1]) & (y >= 0) & (y < grid.shape[0])
        grid[grid.shape[0] - 1 - y[inside], x[inside]] = True
        cells = grid.reshape(self.rows, DOWN, self.columns, ACROSS).transpose(0, 2, 1, 3)
        codes = (cells * _BITS).sum(axis=(2, 3))
        place = (codes > 0) & (self.codes == 0) if under else codes > 0
        if ink in _CURVES:  # of two curves in a cell no dot is lost
            curves = (self.codes >= BRAILLE) & np.isin(self.inks, _CURVES)
            codes = np.where(place & curves, codes | (self.codes - BRAILLE), codes)
        self.codes[place] = BRAILLE + codes[place]
        self.inks[place] = ink

    def put(self, column: int, row: int, text: str, ink: Ink) -> None:
        """A shown text from a cell on, row 0 at the bottom; what is outside is cut."""
        at, line = column, self.rows - 1 - row
        for cluster, cells in clusters(text):
            if 0 <= at <= self.columns - cells and 0 <= row < self.rows:
                self.codes[line, at : at + cells] = [ord(cluster[0]), COVERED][:cells]
                self.inks[line, at : at + cells] = ink
                if len(cluster) > 1:
                    self._clusters[line, at] = cluster
            at += cells

    def lines(self) -> Iterator[list[tuple[str, Ink]]]:
        """From the top, what each cell of a line shows, nothing where it is covered, in its ink."""
        for line, (codes, inks) in enumerate(
            zip(self.codes.tolist(), self.inks.tolist(), strict=True)
        ):
            yield list(zip(self._texts(line, codes), map(Ink, inks), strict=True))

    def _texts(self, line: int, codes: list[int]) -> Iterator[str]:
        """Of a wide character one half of which was painted over, the other is blank."""
        before, behind = [0, *codes[:-1]], [*codes[1:], 0]
        for column, (code, left, right) in enumerate(zip(codes, before, behind, strict=True)):
            if code == COVERED:
                yield "" if left > 0 and cell_width(chr(left)) == 2 else " "
            elif code == 0 or (right != COVERED and cell_width(chr(code)) == 2):
                yield " "
            else:
                cluster = self._clusters.get((line, column), "")
                yield cluster if cluster[:1] == chr(code) else chr(code)

    def is_free(self, column: int, row: int, width: int, *, over: tuple[Ink, ...] = ()) -> bool:
        """Whether text of this width would cover nothing but these inks."""
        if column < 0 or column + width > self.columns or not 0 <= row < self.rows:
            return False
        place = self.rows - 1 - row, slice(column, column + width)
        return bool(((self.codes[place] == 0) | np.isin(self.inks[place], over)).all())


class Painter:
    """Paints a plot on a canvas, a part at a time."""

    def __init__(self, plot: Plot, scale: AxisScale, columns: int, rows: int) -> None:
        self.plot, self.scale = plot, scale
        self.canvas = Canvas(columns, rows)
        self.across, self.down = ACROSS * columns - 1, DOWN * rows - 1
        self._axis = ChartAxis(plot.first, plot.last, self.across)

    def x(self, values: Floats) -> Floats:
        """Dot columns, not rounded."""
        return self._axis.columns(values)

    def y(self, values: Floats) -> Floats:
        """Dot rows from the bottom, not rounded; NaN where there is none."""
        shares = self.scale.places(values)
        return self._up(np.where((shares > -0.02) & (shares < 1.02), shares, np.nan))

    def _up(self, shares: Floats) -> Floats:
        """Dot rows of shares of the axis, whose ends are in the middles of the end rows of cells.

        There the numbers beside the axis stand. A single row has no other than its own ends.
        """
        rows = self.canvas.rows
        if rows == 1:
            return shares * self.down
        up: Floats = shares * (DOWN * (rows - 1)) + (DOWN - 1) / 2
        return up

    def curve(self, curve: Curve) -> None:
        """A line through the points, or through the means where they share columns."""
        bins = curve.points.binned(self._axis, self.scale)
        if bins.thinned and curve.ink is not Ink.PIN:
            self._range(bins)
        column, up, joined = bins.column, self._up(bins.mean), bins.joined
        if curve.steps and not bins.thinned:
            column, up, joined = _in_steps(column, up, joined)
        at, along = _path(column, up, joined)
        kept = _drawn(len(at), curve.stroke)
        self.canvas.dots(at[kept], along[kept], curve.ink)

    def _range(self, bins: Binned) -> None:
        ends = self._up(bins.least), self._up(bins.most)
        self.canvas.dots(*_filled(bins.column, *ends), Ink.RANGE, under=True)

    def band(self, curve: Curve) -> None:
        """Every other dot of a curve's range, where nothing is yet."""
        if curve.band is None:
            return
        low, high = map(self.y, curve.band)
        kept = np.isfinite(low) & np.isfinite(high)
        if not kept.any():
            return
        x = self.x(curve.x[kept])
        first, last = max(0, int(np.ceil(x[0]))), min(self.across, int(x[-1]))
        columns = np.arange(first, last + 1)
        ends = (np.interp(columns, x, end[kept]) for end in (low, high))
        across, up = _filled(columns, *ends)
        sparse = (across + up) % 2 == 0
        self.canvas.dots(across[sparse], up[sparse], Ink.RANGE, under=True)

    def rows_of(self, curve: Curve) -> Ints:
        """In which row of cells the line is in each column of them; -1 where it is not."""
        bins = curve.points.binned(self._axis, self.scale)
        if not len(bins.column):
            return np.full(self.canvas.columns, -1)
        dots = np.arange(self.canvas.columns) * ACROSS
        up = np.interp(dots, bins.column, self._up(bins.mean))
        there = (bins.column[0] <= dots + ACROSS - 1) & (dots <= bins.column[-1])
        rows: Ints = np.where(there, np.rint(up).astype(np.int64) // DOWN, -1)
        return rows

    def crosses(self, curve: Curve, row: int) -> None:
        """A cross in a row of cells for every column where the curve is above 0."""
        ends = curve.points.range(self.plot.first, self.plot.last)
        bins = curve.points.binned(self._axis, AxisScale(0.0, max(1.0, *ends, 1.0)))
        for column in np.unique(bins.column[bins.most > 0] // ACROSS).tolist():
            self.canvas.put(column, row, Stroke.CROSSES.sample, curve.ink)

    def level(self, y: float) -> int | None:
        """A dot in each cell at a height; the row of cells it is in, None where it is outside."""
        height = float(self.y(np.array([y]))[0])
        if np.isnan(height):
            return None
        row = min(self.down, max(0, round(height)))
        columns = np.arange(0, self.across + 1, ACROSS)
        self.canvas.dots(columns, np.full(len(columns), row), Ink.LEVEL)
        return row // DOWN

    def cell(self, x: float) -> int:
        """The column of cells where x is."""
        return round(float(self.x(np.array([x]))[0])) // ACROSS

    def vertical(self, x: float, character: str, ink: Ink) -> None:
        """A line from top to bottom, behind what is there."""
        column = self.cell(x)
        for row in range(self.canvas.rows):
            if self.canvas.is_free(column, row, 1, over=(Ink.RANGE, Ink.LEVEL)):
                self.canvas.put(column, row, character, ink)

    def point(self, curve: Curve, x: float, character: str) -> None:
        """The point of a curve nearest to x, as one character."""
        if (row := self.row(curve, x)) is not None:
            self.canvas.put(self.cell(x), row, character, curve.ink)

    def row(self, curve: Curve, x: float) -> int | None:
        """The row of cells with the point nearest to x; None where it is in none."""
        height = float(self.y(np.array([curve.at(x)]))[0])
        return None if np.isnan(height) else round(height) // DOWN


def _filled(columns: Ints, low: Floats, high: Floats) -> tuple[Ints, Ints]:
    """All dots of some columns from a height to another, as columns and rows."""
    least, most = np.rint(low).astype(np.int64), np.rint(high).astype(np.int64)
    heights = most - least + 1
    up = np.arange(heights.sum()) - np.repeat(np.cumsum(heights) - heights, heights)
    return np.repeat(columns, heights), np.repeat(least, heights) + up


def _path(column: Ints, row: Floats, joined: Bools) -> tuple[Ints, Ints]:
    """The dots of the lines from point to point, in their order."""
    if not len(column):
        return column, column
    x, y = column.astype(float), row
    dx, dy = np.diff(x), np.diff(y)
    steps = np.maximum(1, np.ceil(np.maximum(np.abs(dx), np.abs(dy)))).astype(np.int64)
    steps = np.append(np.where(joined, steps, 1), 1)
    share = (np.arange(steps.sum()) - np.repeat(np.cumsum(steps) - steps, steps)) / np.repeat(
        steps, steps
    )
    dx, dy = np.append(dx, 0.0), np.append(dy, 0.0)
    at = np.repeat(x, steps) + share * np.repeat(dx, steps)
    along = np.repeat(y, steps) + share * np.repeat(dy, steps)
    return np.rint(at).astype(np.int64), np.rint(along).astype(np.int64)


def _in_steps(column: Ints, row: Floats, joined: Bools) -> tuple[Ints, Floats, Bools]:
    """Between each two points another, as high as the first and where the second is."""
    kept = np.ones(max(0, 2 * len(column) - 1), bool)
    kept[1::2] = joined
    at, along = np.repeat(column, 2)[1:], np.repeat(row, 2)[:-1]
    # A little above halves, which are rounded to even: a vertical line would miss the odd dots.
    return at[kept], along[kept] + 1e-6, np.repeat(joined, 1 + joined)


def _drawn(count: int, stroke: Stroke) -> Bools:
    """Which dots of a line are drawn."""
    along = np.arange(count)
    if stroke is Stroke.DASHED:
        kept: Bools = along % _DASH < _DASH_ON
    else:
        kept = along % _DOT == 0 if stroke is Stroke.DOTTED else along >= 0
    return kept
