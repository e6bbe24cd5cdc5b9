"""Where the columns of a table are: worked out once, then only looked up."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from rnn_tui.present.tables.cells import Column

GUTTER = 2  # for the mark of the current row
TWICE = 2
LEAST = 8  # a column that takes what is left is never narrower
LEAST_BAR = 3  # nor one of bars, which are drawn to an eighth of a cell


@dataclass(frozen=True, eq=False)
class TableLayout:
    """Columns side by side, each with its gap after it.

    `starts` counts from the end of the gutter, and has the end of the last column
    and its gap as one more entry; so it is never empty.
    """

    columns: Sequence[Column]
    widths: Sequence[int]
    starts: Sequence[int]
    frozen: int

    @classmethod
    def fit(
        cls, columns: Sequence[Column], frozen: int, room: int, *, spread: int = 0
    ) -> TableLayout:
        """Columns in `room` cells: those without a width share evenly what is left.

        Bars at the end are left out where they would have what is beside them scroll. With
        `spread`, the columns with a width are wider first, as far as there is room and up to that.
        """
        columns = tuple(columns)
        if columns and columns[-1].bars and _least(columns) > room:
            columns = columns[:-1]
        flexible = sum(not column.width for column in columns)
        if spread:
            columns = _spread(columns, min(frozen, len(columns)), room, spread)
        spare = room - GUTTER - sum(column.width + column.gap for column in columns)
        share, rest = divmod(max(0, spare), max(1, flexible))
        shares = iter(share + (i < rest) for i in range(flexible))
        widths = tuple(c.width or max(_narrowest(c), next(shares)) for c in columns)
        wholes = (width + column.gap for width, column in zip(widths, columns, strict=True))
        starts = tuple(accumulate(wholes, initial=0))
        return cls(columns, widths, starts, min(frozen, len(columns)))

    @property
    def has_bars(self) -> bool:
        """Whether there is a column of bars, and room for it."""
        return any(column.bars for column in self.columns)

    @property
    def width(self) -> int:
        """Of the gutter and all columns, without the gap after the last."""
        return GUTTER + self.starts[-1] - bool(self.columns)

    @property
    def frozen_width(self) -> int:
        """Of the gutter and the columns that stay in place."""
        return GUTTER + self.starts[self.frozen]

    @property
    def scrolling_width(self) -> int:
        """Of the columns that scroll; 0 or less where none do."""
        return self.width - self.frozen_width

    @property
    def first_choice(self) -> int:
        """The first column the user may choose: of those that scroll, if any do."""
        return self.frozen if self.frozen < len(self.columns) else 0

    def clamped(self, column: int) -> int:
        """The nearest column the user may choose."""
        return max(self.first_choice, min(column, len(self.columns) - 1))

    def offset(self, column: int) -> int:
        """Where a column starts, counted from the first of those that scroll."""
        return self.starts[column] - self.starts[self.frozen]

    def in_sight(self, scroll: int, room: int) -> range:
        """The scrolling columns of which something shows in `room` cells."""
        if room <= 0:
            return range(self.frozen, self.frozen)
        left = self.starts[self.frozen] + scroll
        first = bisect_right(self.starts, left, lo=self.frozen + 1) - 1
        stop = bisect_left(self.starts, left + room, lo=self.frozen, hi=len(self.columns))
        return range(first, max(first, stop))

    def column_at(self, x: int, scroll: int) -> int | None:
        """The column seen at `x`: -1 is the gutter, None the empty space after the last."""
        place = x - GUTTER + (scroll if x >= self.frozen_width else 0)
        if place >= self.width - GUTTER or not self.columns:
            return None
        return bisect_right(self.starts, place) - 1


def _least(columns: Sequence[Column]) -> int:
    """Cells that columns need, without the gap after the last."""
    return GUTTER + sum(_narrowest(column) + column.gap for column in columns) - 1


def _narrowest(column: Column) -> int:
    """Cells that a column needs."""
    return column.width or (LEAST_BAR if column.bars else LEAST)


def _spread(columns: tuple[Column, ...], frozen: int, room: int, widest: int) -> tuple[Column, ...]:
    """Columns wider than they need to be: as wide as there is room, twice that beside bars.

    The frozen ones only name what stands beside them, and never get more than that.
    """
    fixed = [column for column in columns if column.width]
    spare = room - GUTTER - sum(_narrowest(column) + column.gap for column in columns)
    has_bars = len(fixed) < len(columns)
    if spare <= 0 or not fixed:
        return columns
    share = (spare // 2 if has_bars else spare) // len(fixed)
    most = [TWICE * c.width if has_bars or i < frozen else widest for i, c in enumerate(columns)]
    return tuple(
        replace(column, width=max(column.width, min(column.width + share, most[i])))
        if column.width
        else column
        for i, column in enumerate(columns)
    )


NO_COLUMNS = TableLayout.fit((), 0, 0)
