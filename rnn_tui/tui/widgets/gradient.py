"""The BPTT gradient-decay table."""

from __future__ import annotations

from textual.app import ComposeResult

from rnn_tui.present.status import decay_summary
from rnn_tui.present.tables import GradientTable
from rnn_tui.session.view import StepView
from rnn_tui.tui.text import content
from rnn_tui.tui.widgets.pane import Pane
from rnn_tui.tui.widgets.table import TableView


class GradientPane(Pane):
    """‖dL/dh_t‖ by timestep; it fills from the bottom as BPTT goes back."""

    TITLE = "BPTT  ‖∂L/∂h_t‖"
    HELP_TEXT = (
        "How much of the loss's gradient reaches each state, counted from the last timestep: the "
        "norm of ∂L/∂h_t, and its share of the last one. It fills from the bottom, as "
        "backpropagation through time goes back from the last token.\n\n"
        "Each timestep multiplies by W_hhᵀ and by the slope of the activation. Where both are "
        "small the gradient vanishes, and early tokens hardly teach the network anything. Enter "
        "on a row shows how the gradient of the chosen unit came about there."
    )

    def compose(self) -> ComposeResult:
        """One table."""
        yield TableView(id="gradient-table")

    def show(self, view: StepView) -> None:
        """Draw a view."""
        self.query_one(TableView).table = GradientTable(view)
        self.border_subtitle = content(decay_summary(view)).markup
