"""What a lesson speaks of lights up: the frames of panes, and numbers in tables."""

from __future__ import annotations

from textual.screen import Screen

from rnn_tui.present.learning.spoken import Spoken
from rnn_tui.present.tables.cells import place_of
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.panes.program import ProgramPane
from rnn_tui.tui.table.table import TableView

SPOKEN = "-spoken"
# The panes by the names that `show` takes; what has no name here is a page of its own.
IDS = {
    "tokens": "tokens", "hidden": "hidden", "gates": "hidden", "gradients": "gradient",
    "ledger": "gradient", "factors": "gradient", "loss": "loss", "program": "program",
    "output": "output", "weights": "eigen",
}  # fmt: skip


class Marking:
    """Marks on one screen what is spoken of, and no longer what was."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen

    def mark(self, spoken: Spoken) -> None:
        """Mark these panes and numbers, and the panes that have them."""
        named = {IDS[name] for name in spoken.panes if name in IDS}
        lit = {pane for pane in self._screen.query(Pane) if pane.id in named}
        for view in self._screen.query(TableView):
            table = view.table
            found = (place_of(table, ref) for ref in spoken.refs) if table is not None else ()
            places = frozenset(place for place in found if place is not None)
            view.spoken = places
            if places:
                lit |= {one for one in view.ancestors if isinstance(one, Pane)}
        for program in self._screen.query(ProgramPane):
            program.blank = spoken.blank
        for pane in self._screen.query(Pane):
            pane.set_class(pane in lit, SPOKEN)

    def in_sight(self) -> frozenset[str]:
        """What is looked at on the page in front, by the names that `show` takes."""
        seen = (pane for pane in self._screen.query(Pane) if pane.region.area)
        return frozenset(name for pane in seen for name in pane.shows)

    def enter(self, name: str) -> None:
        """Have the keys in the table of the pane that `show` calls so, where that is in sight."""
        for pane in self._screen.query(Pane):
            if pane.id == IDS.get(name):
                table = next((one for one in pane.query(TableView) if one.focusable), None)
                if table is not None:
                    table.focus()
