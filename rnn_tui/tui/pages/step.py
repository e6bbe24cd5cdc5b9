"""The Step page: one pass of the network, forward and back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from textual.app import ComposeResult
from textual.reactive import var

from rnn_tui.equations.gates import gates
from rnn_tui.experiments import Example
from rnn_tui.present.sentences.hints import hint
from rnn_tui.present.sentences.states import ONE_LAYER, layer_in_words
from rnn_tui.session.view import StepView
from rnn_tui.tui.explorer.layout import give_heights, step_panes
from rnn_tui.tui.pages.page import Page
from rnn_tui.tui.panes.charts.loss import LossPane
from rnn_tui.tui.panes.gradient import GradientPane
from rnn_tui.tui.panes.hidden import HiddenPane
from rnn_tui.tui.panes.network import NetworkPane
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.panes.program import ProgramPane
from rnn_tui.tui.panes.timeline import TimelinePane
from rnn_tui.tui.panes.tokens import TokensPane
from rnn_tui.tui.panes.why import WhyPane
from rnn_tui.tui.sizes import Contents

PANES: dict[str, type[Pane]] = {
    "tokens": TokensPane,
    "network": NetworkPane,
    "hidden": HiddenPane,
    "gradient": GradientPane,
    "why": WhyPane,
    "program": ProgramPane,
    "loss": LossPane,
    "timeline": TimelinePane,
}
OF_A_LAYER = "hidden", "gradient"
OF_A_RUN = "loss", "timeline"  # what shows how far a run is


GOING = "↑↓ choose a line, ⏎ goes to its values, ⏎ again asks why · {program} back"


class StepPage(Page):
    """Tokens, hidden states, gradients, Why and Program, over the loss."""

    NAME = "step"
    FIRST = "#hidden-table"

    depth: var[int] = var(-1, init=False)
    offered: var[bool] = var(False, init=False)  # whether the tour is

    # for which height of the screen, whether code has Why's place, and for what contents
    _shared_for: tuple[int, bool, Contents] | None = None

    def compose(self) -> ComposeResult:
        """The panes, each where the layout has it."""
        yield from step_panes(self._pane)

    def _pane(self, name: str) -> Pane:
        pane = self.bound(PANES[name](id=name))
        if name in OF_A_LAYER:
            pane.data_bind(StepPage.depth)
        if name == "why":
            pane.data_bind(StepPage.offered)
        return pane.data_bind(Page.progress) if name in OF_A_RUN else pane

    # Room

    def on_mount(self) -> None:
        """Give the panes their room before they are first painted."""
        self.share_room()

    def on_resize(self) -> None:
        """Another size of the screen, with other lines for each pane."""
        self.share_room()

    def watch_view(self) -> None:
        """Another moment, which may have more to show."""
        if self.view is not None:
            back = self.view.known.gradients_from < self.view.current.length
            self.set_class(back, "-back")
        if self.view is not None and self._shared_for != self._room_for(self.view):
            self.share_room()

    def share_room(self) -> None:
        """Give each pane its lines, as soon as it is known what they have to show."""
        session = self.face.session
        view = self.view or (session.view if session.is_at_hand else None)
        if self.zoomed is None and view is not None:
            self._shared_for = self._room_for(view)
            height, code, contents = self._shared_for
            give_heights(self, height, contents, code=code)

    def _room_for(self, view: StepView) -> tuple[int, bool, Contents]:
        code = self.has_class("-program") and self._takes_turns
        width, height = self.face.room
        return height, code, _contents(view, width)

    @property
    def _takes_turns(self) -> bool:
        """Whether Why and Program have one place."""
        return not self.screen.has_class("-w160")

    # Acts

    def hint(self, view: StepView) -> str:
        """The next step of the algorithm."""
        return hint(view)

    def perform(self, verb: str) -> str:
        """Look at the gradients, the states or the layers in the next way."""
        turns = {
            "gradient_view": self.query_one(GradientPane).turn,
            "log": self.query_one(GradientPane).turn_scale,
            "state_view": self.query_one(HiddenPane).turn,
            "program": self._turn_to_program,
            "layer": self._turn_to_layer,
        }
        return turns[verb]()

    def _turn_to_layer(self) -> str:
        """Show the next layer; what is shown then, in words."""
        if self.view is None:
            return ""
        depth = self.view.network.depth
        if depth == 1:
            return ONE_LAYER
        self.depth = (self.depth + 1) % depth
        return f"States and gradients of {layer_in_words(self.view, self.depth)}.  {{layer}} more"

    def show_program(self) -> str:
        """Go into the code, wherever the focus is; what can be done there, in words."""
        if self.has_class("-program"):
            self.query_one(ProgramPane).code.focus()
            return GOING
        return self._turn_to_program()

    def _turn_to_program(self) -> str:
        """Go into the code, or back out of it; without room for both in turns with Why."""
        program = self.query_one(ProgramPane)
        inside = program.has_focus_within
        leaving = inside or (self._takes_turns and self.has_class("-program"))
        self.set_class(not leaving, "-program")
        if self.zoomed is not program:
            self.zoom(None)  # which shares the room anew
        if not leaving:
            self.screen.set_focus(program.code)  # at once, as the words are of that pane
            return GOING
        if inside:
            self.screen.set_focus(self.query_one(self.FIRST))
        return ""


def _contents(view: StepView, width: int) -> Contents:
    """What the panes have to show; of all examples, so that another one has the same room."""
    cell = view.network.layers[-1].cell
    return Contents(
        examples=len(view.experiment.train) if view.experiment.answers_once else None,
        timesteps=_longest(view.examples),
        units=view.experiment.model.hidden_size,
        begun=view.op is not None,
        curve=view.history.count > 2,  # two losses stand as numbers
        states=len(cell.states),
        layers=view.network.depth,
        width=width,
        tables=len(cell.states) + bool(gates(cell)),
    )


@lru_cache(maxsize=4)
def _longest(examples: Sequence[Example]) -> int:
    return max(example.length for example in examples)
