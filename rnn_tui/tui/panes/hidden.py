"""The hidden-state table."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from rnn_tui.present.tables.patched import mark_line
from rnn_tui.present.tables.states import StateTable
from rnn_tui.session.view import StepView
from rnn_tui.tui.explorer.layout import TITLES
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.table.table_layout import Layout


class HiddenPane(Pane):
    """A row a token, a column a unit; rows appear as the forward pass reaches them."""

    TITLE = TITLES["hidden"]
    HELP_TEXT = (
        "The network's memory after each token: h_t = f(W_xh x_t + W_hh h_t-1 + b_h). Row “start” "
        "is the empty memory before the first token. A dot is a number that has not been computed "
        "yet.\n\n"
        "Colour is the size of the number: blue below zero, orange above; the sign says the same "
        "without colour. The arrows choose a cell, and with it the unit that Why explains; enter "
        "shows how that cell came about.\n\n"
        "= puts another value in its place, to see what hangs on it. The value is marked ✎, and "
        "each later one that moves ▲ or ▼; the line below, or the cell where there is room, says "
        "by how much. It holds for this pass only: training goes on with what the network "
        "computes. Delete takes it back."
    )

    def compose(self) -> ComposeResult:
        """One table."""
        yield TableView(id="hidden-table")

    def watch_unit(self) -> None:
        """Name another unit."""
        self._tell()

    def show(self, view: StepView) -> None:
        """Draw a view."""
        table = StateTable(view)
        if view.patches:
            wide = StateTable(view, wide=True)
            fits = Layout.fit(wide.columns, wide.frozen_columns, 0).width <= self.content_size.width
            table = wide if fits else table
        self.query_one(TableView).table = table
        self._tell()

    def on_resize(self) -> None:
        """Another width may have room for how far patched values move others."""
        if self.view is not None and self.view.patches:
            self._redraw()

    @on(TableView.CellHighlighted)
    def _tell(self) -> None:
        """Say what the patches do to the state under the cursor; without any, which keys help."""
        table = self.query_one(TableView)
        moved = ""
        if self.view is not None:
            place = table.cursor_row - 1, max(0, table.cursor_column - table.frozen_columns)
            moved = mark_line(self.view, *place)
        self.write_below(moved or f"unit {self.unit} · enter: why · =: change")
