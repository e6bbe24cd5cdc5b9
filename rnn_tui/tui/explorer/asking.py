"""A screen whose numbers can be asked why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.reactive import var

from rnn_tui.present.tables.cells import address, place_of
from rnn_tui.session.moment import Refused
from rnn_tui.session.why.explain import ref_of_op
from rnn_tui.session.why.refs import RefError, read
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.running import RunningScreen
from rnn_tui.tui.table.table import TableView

if TYPE_CHECKING:
    from rnn_tui.tui.dialogs.why import Jump


class AskingScreen(RunningScreen):
    """Why: of the cell under the cursor, of the last op, of any address."""

    unit: var[int] = var(0, init=False)

    def explain(self, ref: str) -> None:
        """Show how a number came about, or say why not."""
        self.pause()

        def go(jump: Jump | None) -> None:
            if jump is not None:
                self.attempt(lambda: self.session.go_to_update(jump.update))

        try:
            screen = dialogs.WhyScreen(self.session.view, ref)
        except RefError as error:
            self.say(str(error))
        except Refused as refused:
            self.refuse(refused)
        else:
            self.app.push_screen(screen, go)

    @on(TableView.CellSelected)
    def _why_cell(self, event: TableView.CellSelected) -> None:
        table = event.table_view.table
        ref = address(table, event.row, event.column) if table else ""
        if ref:
            self.explain(ref)
        elif event.table_view.id == "gradient-table":
            self.say("This loss comes before that state, so nothing of it gets there")

    def action_explain(self, ref: str) -> None:
        """A number in a line of text was clicked."""
        self.explain(ref)

    def action_ask(self) -> None:
        """Ask for any number by its address."""
        self.pause()

        def show(ref: str | None) -> None:
            if ref is not None:
                self._point_at(ref)
                self.explain(ref)

        self.app.push_screen(dialogs.AskScreen(self.session.view), show)

    def _point_at(self, ref: str) -> None:
        """Move the cursors of the tables that show a number to it."""
        for view in self.query(TableView):
            place = view.table and place_of(view.table, read(ref))
            if place:
                view.go_to(*place)

    def action_why_op(self) -> None:
        """Explain what the last op made, for the chosen unit."""
        ref = ref_of_op(self.session.view, self.unit)
        if ref:
            self.explain(ref)
        else:
            self.say("Nothing has been computed yet. {forward} feeds the first token")
