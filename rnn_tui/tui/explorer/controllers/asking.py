"""Why: of the cell under the cursor, of the last op, of any address."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen

from rnn_tui.present.tables.cells import address, place_of
from rnn_tui.session.why.explain import ref_of_op
from rnn_tui.session.why.refs import read
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.table.table import TableView

if TYPE_CHECKING:
    from textual.geometry import Region

    from rnn_tui.present.why.explanation import Explanation
    from rnn_tui.tui.dialogs.why import Jump


class Asking:
    """Opens the derivation of a number."""

    def __init__(self, face: Face, screen: Screen[None]) -> None:
        self._face = face
        self._screen = screen
        self.asked: Callable[[str], object] = lambda _: None  # is told of each number gone to

    def explain(self, ref: str, asked_in: Region | None = None) -> None:
        """Show how a number came about, beside where it was asked, or say why not."""
        self._face.pause()
        session, view = self._face.session, self._face.session.view

        def go(jump: Jump) -> None:
            self._face.attempt(lambda: session.go_to_update(jump.update))

        def open_screen(found: Explanation | str) -> None:
            if isinstance(found, str):
                self._face.say(found)
                return
            screen = dialogs.WhyScreen(view, found, asked_in, lambda: self._face.uncovered)
            self._face.push(screen, go)
            self.asked(ref)

        explained = dialogs.explained
        self._face.act(lambda _: explained(view, ref), open_screen, asks=True)

    def explain_cell(self, view: TableView, row: int, column: int) -> None:
        """Show how the number in a cell came about, if it has an address."""
        ref = address(view.table, row, column) if view.table else ""
        if ref:
            self.explain(ref, view.region)
        elif view.id == "gradient-table":
            self._face.say("No gradient: this loss is earlier than that state")

    def ask(self) -> None:
        """Ask for any number by its address."""
        self._face.pause()

        def show(ref: str) -> None:
            self._point_at(ref)
            self.explain(ref)

        self._face.push(dialogs.AskScreen(self._face.session.view), show)

    def _point_at(self, ref: str) -> None:
        """Move the cursors of the tables that show a number to it."""
        for view in self._screen.query(TableView):
            place = view.table and place_of(view.table, read(ref))
            if place:
                view.go_to(*place)

    def explain_op(self) -> None:
        """Explain what the last op made, for the chosen unit."""
        ref = ref_of_op(self._face.session.view, self._face.unit)
        if ref:
            self.explain(ref)
        else:
            self._face.say("Nothing is computed yet · {forward} read the first token")
