"""A table drawn line by line, straight from its rows: its size costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive, var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from rnn_tui.present.cells import Column, Table
from rnn_tui.tui.widgets.focus import Unchanged
from rnn_tui.tui.widgets.table_layout import NO_COLUMNS, Layout
from rnn_tui.tui.widgets.table_painter import CSS, PARTS, Look, Painter


class TableView(Unchanged, ScrollView, can_focus=True):
    """Shows a `Table`; asks it only for the cells that are on the screen.

    The header and the table's frozen columns stay in place. The row where the
    algorithm stands is marked and, when it changes, brought into sight. A cursor
    of the user's own moves over the other columns (over the frozen ones where there
    are no others), or over whole rows where the table is chosen by row. It goes along
    with the marked row until it is moved off it, and again once it is back on it.
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

    COMPONENT_CLASSES: ClassVar[set[str]] = PARTS
    DEFAULT_CSS = CSS

    table: reactive[Table | None] = reactive(None, init=False, layout=False)
    cursor: var[tuple[int, int]] = var((0, 0), init=False)  # its row and column

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._has_cursor = False
        self._along = True  # with the row where the algorithm stands
        self._fit = NO_COLUMNS
        self._fitted_to: tuple[Sequence[Column], int, int] = ((), 0, 0)
        self._rows_shown = 0  # at the last size; 0 before there was one
        self._look: Look | None = None  # until it is styled anew
        self._painter: Painter | None = None  # only during a paint

    # What is where

    @property
    def cursor_row(self) -> int:
        """Where the cursor is."""
        return self.cursor[0]

    @property
    def cursor_column(self) -> int:
        """Where the cursor is, counting the frozen columns."""
        return self.cursor[1]

    @property
    def frozen_columns(self) -> int:
        """How many columns stay in place."""
        return self.table.frozen_columns if self.table else 0

    def watch_table(self, old: Table | None, new: Table | None) -> None:
        """Take a new table of the same or another size."""
        self._measure()
        if new is None:
            return
        row, column = self.cursor
        if self._along and new.current_row is not None:
            row = new.current_row
        self.cursor = min(row, max(0, new.row_count - 1)), self._fit.clamped(column)
        if new.current_row is not None and (old is None or new.current_row != old.current_row):
            self._reveal(new.current_row)
        self.refresh()

    def on_resize(self) -> None:
        """Fit the columns; a current row that was in sight stays so, another is let be."""
        before, self._rows_shown = self._rows_shown, self._page
        self._measure()
        row = self.table.current_row if self.table else None
        top = self.scroll_offset.y
        if row is not None and (not before or top <= row < top + before):
            self._reveal(row)

    def watch_show_vertical_scrollbar(self) -> None:
        """A scrollbar takes from what is left to the columns."""
        self._measure()

    def _measure(self) -> None:
        """Look at every column, only here, and only if they or their room are others."""
        columns = self.table.columns if self.table else ()
        room = self.scrollable_content_region.width
        if self._fitted_to[0] is not columns or self._fitted_to[1:] != (self.frozen_columns, room):
            self._fitted_to = columns, self.frozen_columns, room
            self._fit = Layout.fit(*self._fitted_to)
        rows = self.table.row_count if self.table else 0
        self._extend_to(Size(self._fit.width, rows + 1))

    def _extend_to(self, size: Size) -> None:
        """Be as large as all rows and columns: only a scrollbar that comes or goes is a layout."""
        if size == self.virtual_size:
            return
        if self.styles.auto_dimensions or not self.container_size:
            self.virtual_size = size
        else:
            self.set_reactive(ScrollView.virtual_size, size)
            self._scroll_update(size)
            self.refresh()

    @property
    def _page(self) -> int:
        """How many rows can be seen at once."""
        return max(1, self.scrollable_content_region.height - 1)

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """One paint: what is in sight, and in which styles, is found out once for all lines."""
        self._painter = self._new_painter()
        try:
            return super().render_lines(crop)
        finally:
            self._painter = None

    def render_line(self, y: int) -> Strip:
        """The header, or a row."""
        painter = self._painter or self._new_painter()
        if painter is None:
            return Strip.blank(self._drawn_width, self.rich_style)
        return painter.line(y, self.scroll_offset.y)

    @property
    def _drawn_width(self) -> int:
        return self.scrollable_content_region.width or self.size.width

    def _new_painter(self) -> Painter | None:
        if self.table is None:
            return None
        self._look = self._look or Look.of(self)
        cursor = self.cursor if self._has_cursor else None
        scroll, width = self.scroll_offset.x, self._drawn_width
        return Painter(self.table, self._fit, self._look, cursor, scroll, width)

    def notify_style_update(self) -> None:
        """Other colours."""
        self._look = None
        super().notify_style_update()

    # The focus

    def on_mount(self) -> None:
        """Show the cursor while the keys come here."""
        self.watch(self.screen, "focused", self._show_cursor)

    def _show_cursor(self) -> None:
        shown = self.screen.focused is self
        if shown != self._has_cursor:
            self._has_cursor = shown
            self.refresh(self._line_of(self.cursor_row))

    # The user's cursor

    def action_cursor(self, rows: int, columns: int) -> None:
        """Move the cursor, as far as there are cells."""
        if self.table is None or self.table.row_count == 0 or not self._fit.columns:
            return
        row = max(0, min(self.cursor_row + rows, self.table.row_count - 1))
        self._move_to(row, self._fit.clamped(self.cursor_column + columns))

    def go_to(self, row: int, column: int) -> None:
        """Move the cursor to a cell, however far away."""
        self.action_cursor(row - self.cursor_row, column - self.cursor_column)

    def action_page(self, pages: int) -> None:
        """A screenful up or down."""
        self.action_cursor(pages * max(1, self.size.height - 2), 0)

    def action_select(self) -> None:
        """Ask about the cell under the cursor."""
        if self.table is not None and self.table.row_count and self._fit.columns:
            self.post_message(self.CellSelected(self, self.cursor_row, self.cursor_column))

    def _move_to(self, row: int, column: int) -> None:
        if (row, column) == self.cursor:
            return
        before, self.cursor = self.cursor_row, (row, column)
        self._along = self.table is not None and row == self.table.current_row
        self._reveal(row, column)
        self.refresh(*(self._line_of(moved) for moved in {before, row}))
        self.post_message(self.CellHighlighted(self, row, column))

    def _line_of(self, row: int) -> Region:
        """Where a row is drawn."""
        return Region(0, row + 1 - self.scroll_offset.y, self.size.width, 1)

    def _reveal(self, row: int, column: int | None = None) -> None:
        """Scroll so that a row, and a column if one is given, can be seen."""
        if not self._rows_shown:
            return  # the first resize sees to it
        y = min(max(self.scroll_offset.y, row - self._page + 1), row)
        x = self.scroll_offset.x
        if column is not None and column >= self._fit.frozen:
            # one cell less, which the mark of more columns may cover
            room = self.scrollable_content_region.width - self._fit.frozen_width - 1
            start = self._fit.offset(column)
            x = min(max(x, start + self._fit.widths[column] - max(1, room)), start)
        # forced, as the scrollbars of a table that has just grown are yet to come
        self.scroll_to(x, y, animate=False, immediate=True, force=True)

    def on_click(self, event: events.Click) -> None:
        """A click goes to a cell and asks about it."""
        place = self._cell_at(event.x, event.y)
        if place is None:
            return
        event.stop()
        self._move_to(*place)
        self.action_select()

    def _cell_at(self, x: int, y: int) -> tuple[int, int] | None:
        """Beside the columns that may be chosen, the row in the cursor's column."""
        row = y - 1 + self.scroll_offset.y
        column = self._fit.column_at(x, self.scroll_offset.x)
        if self.table is None or y < 1 or row >= self.table.row_count or column is None:
            return None  # the header, or empty space
        return row, column if column >= self._fit.first_choice else self.cursor_column
