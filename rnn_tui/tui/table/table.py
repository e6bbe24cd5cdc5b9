"""A table with a cursor of the user's own, which follows the algorithm until it is moved."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from rnn_tui.present.glossary import entry
from rnn_tui.present.tables.cells import Table, address
from rnn_tui.tui.table.table_lines import TableLines
from rnn_tui.tui.text import SPELLING

TIP = "Click to choose it, again for why"


class TableView(TableLines):
    """Shows a `Table`, and says which of its cells is asked about.

    The row where the algorithm stands is marked and, when it changes, brought into sight.
    A cursor of the user's own moves over the columns that scroll (over the frozen ones where
    there are no others), or over whole rows where the table is chosen by row. It goes along
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
        Binding("enter", "select", "why", show=False, tooltip="How this was computed"),
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

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._along = True  # with the row where the algorithm stands
        self._rows_shown = 0  # at the last size; 0 before there was one

    @property
    def cursor_row(self) -> int:
        """Where the cursor is."""
        return self.cursor[0]

    @property
    def cursor_column(self) -> int:
        """Where the cursor is, counting the frozen columns."""
        return self.cursor[1]

    # Following the algorithm

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
        before, self._rows_shown = self._rows_shown, self.page
        self._measure()
        row = self.table.current_row if self.table else None
        top = self.scroll_offset.y
        if row is not None and (not before or top <= row < top + before):
            self._reveal(row)

    def respell(self) -> None:
        """Fit the columns to headings in another notation."""
        self._measure()
        self._look = None
        self.refresh()

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

    @property
    def ref(self) -> str:
        """The address of the number under the cursor; empty without one."""
        return address(self.table, *self.cursor) if self.table is not None else ""

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

    def on_click(self, event: events.Click) -> None:
        """A click goes to a cell; one on the cell that is chosen already asks about it.

        A row that is chosen as a whole is what is asked for, so one click does.
        """
        place = self._cell_at(event.x, event.y)
        if place is None or self.table is None:
            return
        event.stop()
        again = place == self.cursor and self.was_focused
        self._move_to(*place)
        if again or self.table.by_row:
            self.action_select()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Say beside the mouse which number it is on, and what a click does."""
        place = self._cell_at(event.x, event.y)
        ref = address(self.table, *place) if self.table is not None and place else ""
        view = getattr(self.table, "view", None)
        named = (entry(view, ref) if view is not None and ref else "") or ref
        told = f"{SPELLING.of(named)}\n{TIP}" if ref else None
        if told != self.tooltip:
            self.tooltip = told
