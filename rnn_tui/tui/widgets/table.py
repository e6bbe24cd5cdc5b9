"""A table drawn line by line, straight from its rows: its size costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from rnn_tui.present.cells import Cell, Column, Role, Table
from rnn_tui.tui.palette import heat
from rnn_tui.tui.widgets.fitting import bar, fitted

GUTTER = 2  # for the mark of the current row
LEAST = 8  # a column that takes what is left is never narrower


class TableView(ScrollView, can_focus=True):
    """Shows a `Table`; asks it only for the cells that are on the screen.

    The header and the table's frozen columns stay in place. The row where the
    algorithm stands is marked and, when it changes, brought into sight. A cursor
    of the user's own moves over the other columns, or over whole rows where the
    table is chosen by row.
    """

    class CellHighlighted(Message):
        """The cursor has moved to a cell."""

        def __init__(self, table_view: TableView, row: int, column: int) -> None:
            super().__init__()
            self.table_view = table_view
            self.row = row
            self.column = column

        @property
        def control(self) -> TableView:
            """The table, for `on` with a selector."""
            return self.table_view

    class CellSelected(CellHighlighted):
        """A cell was asked about: enter, or a click."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "why", show=False, tooltip="How this came about"),
        Binding("up", "cursor(-1, 0)", show=False),
        Binding("down", "cursor(1, 0)", show=False),
        Binding("left", "cursor(0, -1)", show=False),
        Binding("right", "cursor(0, 1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "cursor(0, -1_000_000)", show=False),
        Binding("end", "cursor(0, 1_000_000)", show=False),
        Binding("ctrl+home", "cursor(-1_000_000, 0)", show=False),
        Binding("ctrl+end", "cursor(1_000_000, 0)", show=False),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--header",
        "table--cursor",
        "table--current",
        *(f"table--{role}" for role in Role),
    }

    table: reactive[Table | None] = reactive(None, init=False, layout=False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cursor_row = 0
        self.cursor_column = 0
        self._widths: tuple[int, ...] = ()
        self._starts: tuple[int, ...] = ()

    # What is where

    @property
    def frozen_columns(self) -> int:
        """How many columns stay in place."""
        return self.table.frozen_columns if self.table else 0

    @property
    def _frozen_width(self) -> int:
        return GUTTER + sum(width + 1 for width in self._widths[: self.frozen_columns])

    def watch_table(self, old: Table | None, new: Table | None) -> None:
        """Take a new table of the same or another size."""
        self._measure()
        if new is None:
            return
        self.cursor_row = min(self.cursor_row, max(0, new.row_count - 1))
        self.cursor_column = self._clamped(self.cursor_column)
        if old is None or old.row_count != new.row_count:
            self.refresh(layout=True)
        if new.current_row is not None and (old is None or new.current_row != old.current_row):
            self._reveal(new.current_row)
        self.refresh()

    def on_resize(self) -> None:
        """Columns that take what is left have another width; the current row stays in sight."""
        self._measure()
        if self.table is not None and self.table.current_row is not None:
            self._reveal(self.table.current_row)

    def _measure(self) -> None:
        columns: Sequence[Column] = self.table.columns if self.table else ()
        fixed = GUTTER + sum(column.width + 1 for column in columns)
        spare = self.scrollable_content_region.width - fixed
        self._widths = tuple(column.width or max(LEAST, spare) for column in columns)
        self._starts = tuple(accumulate((width + 1 for width in self._widths), initial=0))
        rows = self.table.row_count if self.table else 0
        self.virtual_size = Size(GUTTER + self._starts[-1] - bool(columns), rows + 1)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """All rows and the header."""
        return (self.table.row_count if self.table else 0) + 1

    # Drawing

    def render_line(self, y: int) -> Strip:
        """The header, or a row."""
        width = self.scrollable_content_region.width or self.size.width
        if self.table is None:
            return Strip.blank(width, self.rich_style)
        if y == 0:
            return self._header(width)
        row = y - 1 + self.scroll_offset.y
        if row >= self.table.row_count:
            return Strip.blank(width, self.rich_style)
        return self._row(row, width)

    def _visible(self, width: int) -> tuple[int, int]:
        """The scrolling columns in sight, first and last + 1."""
        frozen, x = self.frozen_columns, self.scroll_offset.x
        offset = self._starts[frozen] + x
        edge = offset + max(0, width - self._frozen_width)
        columns = range(frozen, len(self._widths))
        inside = [c for c in columns if self._starts[c + 1] > offset and self._starts[c] < edge]
        return (inside[0], inside[-1] + 1) if inside else (frozen, frozen)

    def _joined(
        self, frozen: list[Segment], scrolling: list[Segment], first: int, width: int, base: Style
    ) -> Strip:
        """Frozen columns, then what is in sight of the rest."""
        room = width - self._frozen_width
        strip = Strip(frozen)
        if room > 0 and scrolling:
            before = self._starts[first] - self._starts[self.frozen_columns]
            hidden = self.scroll_offset.x - before
            strip = Strip.join([strip, Strip(scrolling).crop(hidden, hidden + room)])
        return strip.adjust_cell_length(width, base).simplify()

    def _header(self, width: int) -> Strip:
        assert self.table is not None
        style = self.get_component_rich_style("table--header")
        columns, frozen = self.table.columns, self.frozen_columns
        first, last = self._visible(width)

        def titles(start: int, stop: int) -> list[Segment]:
            return [
                Segment(fitted(columns[c].title, self._widths[c], columns[c].align) + " ", style)
                for c in range(start, stop)
            ]

        strip = self._joined(
            [Segment(" " * GUTTER, style), *titles(0, frozen)],
            titles(first, last),
            first,
            width,
            style,
        )
        return self._edges(strip, width, style)

    def _edges(self, strip: Strip, width: int, style: Style) -> Strip:
        """Marks in the header where there are more columns to either side."""
        room = width - self._frozen_width
        total = self._starts[-1] - self._starts[self.frozen_columns] - 1
        if self.scroll_offset.x + room < total and room > 0:
            strip = Strip.join([strip.crop(0, width - 1), Strip([Segment("›", style)])])
        if self.scroll_offset.x > 0 and room > 0:
            place = self._frozen_width - 1
            mark = Strip([Segment("‹", style)])
            strip = Strip.join([strip.crop(0, place), mark, strip.crop(place + 1, width)])
        return strip

    def _row(self, row: int, width: int) -> Strip:
        assert self.table is not None
        current = row == self.table.current_row
        base = self.get_component_rich_style("table--current") if current else self.rich_style
        first, last = self._visible(width)
        frozen = self.frozen_columns
        mark = Segment("▸ " if current else " " * GUTTER, base)
        return self._joined(
            [mark, *self._cells(row, 0, frozen, base)],
            self._cells(row, first, last, base),
            first,
            width,
            base,
        )

    def _cells(self, row: int, first: int, last: int, base: Style) -> list[Segment]:
        assert self.table is not None
        segments = []
        columns = self.table.columns
        for c, cell in zip(range(first, last), self.table.cells(row, first, last), strict=True):
            width = self._widths[c]
            text = bar(cell.bar, width) if cell.bar is not None else cell.text
            text = fitted(text, width, columns[c].align)
            segments.append(Segment(text, self._style(cell, row, c, base)))
            segments.append(Segment(" ", base))
        return segments

    def _style(self, cell: Cell, row: int, column: int, base: Style) -> Style:
        if self.has_focus and row == self.cursor_row:
            by_row = self.table is not None and self.table.by_row
            if by_row or column == self.cursor_column:
                return self.get_component_rich_style("table--cursor")
        if cell.heat is not None:
            _, background = self.background_colors
            foreground = self.styles.color
            return heat(cell.heat, background, foreground, self.app.native_ansi_color)
        if cell.role is Role.TEXT:
            return base
        part = self.get_component_rich_style(f"table--{cell.role}")
        return base + Style(color=part.color, bold=part.bold)

    # The user's cursor

    def _clamped(self, column: int) -> int:
        return max(self.frozen_columns, min(column, max(0, len(self._widths) - 1)))

    def action_cursor(self, rows: int, columns: int) -> None:
        """Move the cursor, as far as there are cells."""
        if self.table is None or self.table.row_count == 0:
            return
        row = max(0, min(self.cursor_row + rows, self.table.row_count - 1))
        self._move_to(row, self._clamped(self.cursor_column + columns))

    def action_page(self, pages: int) -> None:
        """A screenful up or down."""
        self.action_cursor(pages * max(1, self.size.height - 2), 0)

    def action_select(self) -> None:
        """Ask about the cell under the cursor."""
        if self.table is not None and self.table.row_count:
            self.post_message(self.CellSelected(self, self.cursor_row, self.cursor_column))

    def _move_to(self, row: int, column: int) -> None:
        if (row, column) == (self.cursor_row, self.cursor_column):
            return
        self.cursor_row, self.cursor_column = row, column
        self._reveal(row, column)
        self.refresh()
        self.post_message(self.CellHighlighted(self, row, column))

    def _reveal(self, row: int, column: int | None = None) -> None:
        """Scroll so that a row, and a column if one is given, can be seen."""
        height = max(1, self.scrollable_content_region.height - 1)
        top = self.scroll_offset.y
        y = min(max(top, row - height + 1), row)
        x = self.scroll_offset.x
        if column is not None and column >= self.frozen_columns:
            # one cell less, which the mark of more columns may cover
            room = max(1, self.scrollable_content_region.width - self._frozen_width - 1)
            start = self._starts[column] - self._starts[self.frozen_columns]
            x = min(max(x, start + self._widths[column] - room), start)
        self.scroll_to(x, y, animate=False, immediate=True)

    def on_click(self, event: events.Click) -> None:
        """A click goes to a cell and asks about it."""
        place = self._cell_at(event.x, event.y)
        if place is None:
            return
        event.stop()
        self._move_to(*place)
        self.action_select()

    def _cell_at(self, x: int, y: int) -> tuple[int, int] | None:
        if self.table is None or y < 1:
            return None
        row = y - 1 + self.scroll_offset.y
        if row >= self.table.row_count:
            return None
        inner = x - self._frozen_width + self._starts[self.frozen_columns] + self.scroll_offset.x
        columns = range(self.frozen_columns, len(self._widths))
        hit = [c for c in columns if self._starts[c] <= inner < self._starts[c + 1]]
        return row, hit[0] if hit and x >= self._frozen_width else self.cursor_column
