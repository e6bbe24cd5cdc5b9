"""In which notation the screen is shown."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from textual.screen import Screen
from textual.widget import Widget

from rnn_tui.present.capitals import sentence_case
from rnn_tui.present.notation import Notation, Speller, after
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.text import SPELLING


@runtime_checkable
class Respelled(Protocol):
    """A widget that has to draw again what it shows where the screen has another notation."""

    def respell(self) -> None:
        """Draw it again."""


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

    @property
    def notation(self) -> Notation:
        """That which was chosen on this screen."""
        return self._speller.notation

    def begin_with(self, notation: Notation) -> None:
        """Show this screen in the notation that was chosen on another one."""
        self._speller = Speller(notation, self._speller.network)
        self.spell()

    def turn(self) -> None:
        """Show all in the next notation."""
        view = self._face.session.view
        chosen = after(self.notation.name)
        self._speller = Speller(chosen, view.network)
        self.spell()
        self._face.draw(view)
        for widget in self._screen.query(Widget):
            if isinstance(widget, Respelled):
                widget.respell()
        self._face.tell(f"{sentence_case(chosen.about)} · {{notation}} next notation")
