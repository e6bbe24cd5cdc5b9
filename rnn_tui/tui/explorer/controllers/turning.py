"""The pages: which of them is in front, and what only one of them does."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.screen import Screen

from rnn_tui.tui.bindings import ACT_OF_VERB
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.explorer.running.runs import ANSWER
from rnn_tui.tui.header import act_of
from rnn_tui.tui.learn.sizing import Sizing
from rnn_tui.tui.pages.step import StepPage
from rnn_tui.tui.pages.switcher import Pages
from rnn_tui.tui.widgets.bars import OpLine

if TYPE_CHECKING:
    from rnn_tui.tui.pages.weights import WeightsPage


class Turning:
    """Turns to pages."""

    def __init__(
        self, face: Face, screen: Screen[None], pages: Pages, op_line: OpLine, lessons: Sizing
    ) -> None:
        self._face = face
        self._screen = screen
        self._pages = pages
        self._op_line = op_line
        self._lessons = lessons

    async def turn_to(self, name: str) -> None:
        """Bring a page to the front; it is made now if there was no time for it before."""
        face, pages = self._face, self._pages
        if self._lessons.is_zoomed:
            face.perform("unzoom")
        if pages.current == name:
            pages.front.focus_first()
            return
        pages.front.zoom(None)
        await pages.make(name)
        pages.current = name
        pages.front.unit = face.unit
        self._op_line.set_class(name != StepPage.NAME, "-elsewhere")
        pages.front.focus_first()
        pages.front.progress = face.progress
        if pages.front.view is None or face.progress is None:
            face.show()
        else:  # first as it was left, which costs a paint and no drawing
            self._screen.set_timer(ANSWER, self._follow_run)

    async def show_weights(self, measure: str) -> None:
        """Bring the weights to the front, or what of each is measured so."""
        await self.turn_to("weights")
        page = cast("WeightsPage", self._pages.front)
        self._face.tell(page.show_way(measure))

    async def show_program(self) -> None:
        """Bring the code that runs to the front, on the page of passes."""
        await self.turn_to("step")
        page = cast("StepPage", self._pages.front)
        self._face.tell(page.show_program())

    def _follow_run(self) -> None:
        """Show how far a run is; one that has ended has been shown, and something said of it."""
        if self._face.progress is not None:
            self._face.show()

    def perform(self, verb: str) -> None:
        """Do an act of one page, or say which page it belongs to."""
        act, page = ACT_OF_VERB[verb], self._pages.front
        if page.NAME not in act.pages:
            first = act.pages[0]
            wanted, key = first.capitalize(), f"{{{act_of(first)}}}"
            self._face.say(f"{{{verb}}} is a key of the {wanted} screen: {key}")
        elif explained := page.perform(verb):
            self._face.tell(explained)
