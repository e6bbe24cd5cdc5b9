"""A table whose first rows stay in place while the others scroll under them."""

from __future__ import annotations

from typing import Protocol, cast

from textual.geometry import Region
from textual.strip import Strip

from rnn_tui.tui.table.table import TableView

LEAST = 2  # rows that scroll, or all do


class Staying(Protocol):
    """What a table says of its rows that stay."""

    @property
    def frozen_rows(self) -> int:
        """How many of the first rows stay in place."""


class StayingRows(TableView):
    """Shows a `Table` that is `Staying`; where its first rows leave no room, all rows scroll."""

    MOST_TALL = 1

    @property
    def staying(self) -> int:
        """The rows that stay now."""
        if self.table is None:
            return 0
        rows = cast("Staying", self.table).frozen_rows
        return rows if rows + LEAST <= self.page else 0

    def _line_of(self, row: int) -> Region:
        if row < self.staying:
            return Region(0, row + self.STAYING, self.size.width, 1)
        return super()._line_of(row)

    def _row_at(self, y: int) -> int:
        return y - self.STAYING if y - self.STAYING < self.staying else super()._row_at(y)

    def _reveal(self, row: int, column: int | None = None) -> None:
        """Where all rows scroll, the first ones are not left for the algorithm's."""
        if column is not None or self.staying:
            super()._reveal(row, column)

    def reveal(self, first: int, count: int = 1, x: int | None = None) -> None:
        """Scroll as little as shows these lines, under those that stay."""
        y = self.scroll_offset.y
        if first >= self.staying:
            y = min(max(y, first + count - self.page), first - self.staying)
        self.scroll_to(x, y, animate=False, immediate=True, force=True)

    def render_line(self, y: int) -> Strip:
        """The header, a row that stays, or one of the others."""
        painter = self._painter or self._new_painter()
        if painter is None:
            return super().render_line(y)
        scrolled = self.scroll_offset.y if y > self.staying else 0
        return painter.line(y, scrolled)
