"""The Step page: one pass of the network, forward and back."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.reactive import var

from rnn_tui.present.sentences.hints import hint
from rnn_tui.present.sentences.states import layer_in_words
from rnn_tui.session.view import StepView
from rnn_tui.tui.explorer.layout import step_panes
from rnn_tui.tui.pages.page import Page
from rnn_tui.tui.panes.gradient import GradientPane
from rnn_tui.tui.panes.hidden import HiddenPane
from rnn_tui.tui.panes.loss import LossPane
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.panes.program import ProgramPane
from rnn_tui.tui.panes.timeline import TimelinePane
from rnn_tui.tui.panes.tokens import TokensPane
from rnn_tui.tui.panes.why import WhyPane

PANES: dict[str, type[Pane]] = {
    "tokens": TokensPane,
    "hidden": HiddenPane,
    "gradient": GradientPane,
    "why": WhyPane,
    "program": ProgramPane,
    "loss": LossPane,
    "timeline": TimelinePane,
}
OF_A_LAYER = "hidden", "gradient"
OF_A_RUN = "loss", "timeline"  # what shows how far a run is


GOING = "↑↓ choose a line, enter goes to its values, enter again asks why.  {program} back"


class StepPage(Page):
    """Tokens, hidden states, gradients, Why and Program, over the loss."""

    NAME = "step"
    FIRST = "#hidden-table"

    def compose(self) -> ComposeResult:
        """The panes, each where the layout has it."""
        yield from step_panes(self._pane)

    depth: var[int] = var(-1, init=False)

    def _pane(self, name: str) -> Pane:
        pane = self.bound(PANES[name](id=name))
        if name in OF_A_LAYER:
            pane.data_bind(StepPage.depth)
        return pane.data_bind(Page.progress) if name in OF_A_RUN else pane

    def hint(self, view: StepView) -> str:
        """The next step of the algorithm."""
        return hint(view)

    def perform(self, verb: str) -> str:
        """Look at the gradients, the states or the layers in the next way."""
        if verb == "gradient_view":
            return self.query_one(GradientPane).turn()
        if verb == "state_view":
            return self.query_one(HiddenPane).turn()
        if verb == "program":
            return self._turn_to_program()
        if self.view is None:
            return ""
        depth = self.view.network.depth
        if depth == 1:
            return "This network has one layer"
        self.depth = (self.depth + 1) % depth
        return f"States and gradients of {layer_in_words(self.view, self.depth)}.  {{layer}} more"

    def _turn_to_program(self) -> str:
        """Go into the code, or back out of it: where there is little room, in turns with Why."""
        program = self.query_one(ProgramPane)
        inside, taking_turns = program.has_focus_within, not self.screen.has_class("-w160")
        leaving = inside or (taking_turns and self.has_class("-program"))
        self.set_class(not leaving, "-program")
        if not leaving:
            program.code.focus()
            return GOING
        if inside:
            self.query_one(self.FIRST).focus()
        return ""
