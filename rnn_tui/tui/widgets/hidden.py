"""The hidden-state table."""

from __future__ import annotations

from textual.app import ComposeResult

from rnn_tui.present.tables import HiddenTable
from rnn_tui.session.view import StepView
from rnn_tui.tui.widgets.pane import Pane
from rnn_tui.tui.widgets.table import TableView


class HiddenPane(Pane):
    """A row a token, a column a unit; rows appear as the forward pass reaches them."""

    TITLE = "Hidden state"
    HELP_TEXT = (
        "The network's memory after each token: h_t = f(W_xh x_t + W_hh h_t-1 + b_h). Row “start” "
        "is the empty memory before the first token. A dot is a number that has not been computed "
        "yet.\n\n"
        "Colour is the size of the number: blue below zero, orange above; the sign says the same "
        "without colour. The arrows choose a cell, and with it the unit that Why explains; enter "
        "shows how that cell came about."
    )

    def compose(self) -> ComposeResult:
        """One table."""
        yield TableView(id="hidden-table")

    def show(self, view: StepView) -> None:
        """Draw a view."""
        self.query_one(TableView).table = HiddenTable(view)
        self.border_subtitle = f"unit {self.unit} · enter: why"
