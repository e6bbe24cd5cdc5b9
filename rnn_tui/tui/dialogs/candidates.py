"""The examples that this one can be compared with, to choose from."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from rnn_tui.present.contexts import sentences as words
from rnn_tui.present.contexts.candidates import CandidatesTable
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.table.table import TableView


class CandidatesScreen(Modal[int]):
    """Gives the place of the example that was chosen, nothing if it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("o,q", "dismiss(None)", "leave")]

    def __init__(self, listed: CandidatesTable) -> None:
        super().__init__()
        self.listed = listed

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical(classes="dialog large") as dialog:
            dialog.border_title = words.CHOOSE
            dialog.border_subtitle = "⏎ compare with this one · esc leave"
            yield TableView(id="candidates")

    def begin(self) -> None:
        """Begin on the one that is compared with now."""
        table = self.query_one(TableView)
        table.styles.height = self.listed.row_count + 1
        table.table = self.listed
        table.focus()
        self.call_after_refresh(table.action_cursor, self.listed.current_row or 0, 0)

    @on(TableView.CellSelected)
    def _choose(self, event: TableView.CellSelected) -> None:
        self.dismiss(self.listed.candidates[event.row].place)
