"""In which notation the screen is shown."""

from __future__ import annotations

from textual.screen import Screen

from rnn_tui.present.notation import Speller, after
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.text import SPELLING


class Notating:
    """The notation of one screen; what is painted has that of the screen in front."""

    def __init__(self, face: Face, screen: Screen[None]) -> None:
        self._face = face
        self._screen = screen
        self._speller = Speller(network=face.session.experiment.network)
        self.spell()

    def spell(self) -> None:
        """Have all that is painted spelled as on this screen: another one may have lain over it."""
        SPELLING.speller = self._speller

    def take_over(self, before: Notating) -> None:
        """The notation that was chosen on another screen."""
        self._speller = Speller(before._speller.notation, self._speller.network)
        self.spell()

    def turn(self) -> None:
        """Show all in the next notation."""
        view = self._face.session.view
        chosen = after(self._speller.notation.name)
        self._speller = Speller(chosen, view.network)
        self.spell()
        self._face.draw(view)
        for pane in self._screen.query(Pane):
            pane.respell()
        for table in self._screen.query(TableView):
            table.measure_again()
        self._face.tell(f"Notation “{chosen.name}”: {chosen.about}.  {{notation}} next")
