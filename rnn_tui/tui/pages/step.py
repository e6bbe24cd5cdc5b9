"""The Step page: one pass of the network, forward and back."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from rnn_tui.present.sentences.hints import hint
from rnn_tui.present.tables.gradient_views import GRADIENT_VIEWS
from rnn_tui.session.view import StepView
from rnn_tui.tui.pages.page import Page
from rnn_tui.tui.panes.gradient import GradientPane
from rnn_tui.tui.panes.hidden import HiddenPane
from rnn_tui.tui.panes.loss import LossPane
from rnn_tui.tui.panes.program import ProgramPane
from rnn_tui.tui.panes.timeline import TimelinePane
from rnn_tui.tui.panes.tokens import TokensPane
from rnn_tui.tui.panes.why import WhyPane


class StepPage(Page):
    """Tokens, hidden states, gradients, Why and Program, over the loss."""

    NAME = "step"
    FIRST = "#hidden-table"

    def compose(self) -> ComposeResult:
        """Panes side by side, the loss below."""
        with Horizontal(id="body"):
            with Vertical(id="main"):
                yield self.bound(TokensPane(id="tokens"))
                with Horizontal(id="middle"):
                    yield self.bound(HiddenPane(id="hidden"))
                    yield self.bound(GradientPane(id="gradient"))
                yield self.bound(WhyPane(id="why"))
            yield self.bound(ProgramPane(id="program"))
        yield self.bound(LossPane(id="loss")).data_bind(Page.progress)
        yield self.bound(TimelinePane(id="timeline")).data_bind(Page.progress)

    def hint(self, view: StepView) -> str:
        """The next step of the algorithm."""
        return hint(view)

    def perform(self, verb: str) -> str:
        """Look at the gradients in the next way."""
        pane = self.query_one(GradientPane)
        pane.shown = (pane.shown + 1) % len(GRADIENT_VIEWS)
        return f"{GRADIENT_VIEWS[pane.shown].about}.  {{gradient_view}} more"
