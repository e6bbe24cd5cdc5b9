"""The pages: which of them is in front, and what only one of them does."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.screen import Screen

from rnn_tui.tui.bindings import ACT_OF_VERB
from rnn_tui.tui.explorer.controllers.viewing import tell_zoomed
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.explorer.running.runs import ANSWER
from rnn_tui.tui.header import act_of
from rnn_tui.tui.learn.sizing import Sizing
from rnn_tui.tui.pages.step import StepPage
from rnn_tui.tui.pages.switcher import Pages
from rnn_tui.tui.panes.network import NetworkPane, NetworkView
from rnn_tui.tui.panes.tokens import TokensPane
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.widgets.bars import OpLine

if TYPE_CHECKING:
    from rnn_tui.tui.pages.weights import WeightsPage

OTHER_EXAMPLES = "{previous_example} previous example · {next_example} next example"


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
        self._face.tell_here(page.show_way(measure))

    async def show_network(self) -> None:
        """Let the picture of the network fill the screen, though it may have no room beside others.

        The same key leads back.
        """
        await self.turn_to(StepPage.NAME)
        page = self._pages.front
        pane = page.query_one(NetworkPane)
        if page.zoomed is pane:
            self._face.perform("unzoom")
            return
        page.zoom(pane)
        pane.query_one(NetworkView).focus()  # after that of the page, which comes later, too
        tell_zoomed(self._face, self._screen, pane)

    async def show_examples(self) -> None:
        """Go to the pane that has the examples, or the one that is read."""
        await self.turn_to(StepPage.NAME)
        pane = self._pages.front.query_one(TokensPane)
        inside = next((one for one in pane.query(TableView) if one.region.area), None)
        if inside is not None:
            self._screen.set_focus(inside)
        keys = OTHER_EXAMPLES if inside is None else f"↑↓ ⏎ choose an example · {OTHER_EXAMPLES}"
        self._face.tell_here(keys)

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
            self._face.tell_here(explained)
        else:
            self._face.unsay()
