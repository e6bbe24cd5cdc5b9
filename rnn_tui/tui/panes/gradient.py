"""The BPTT gradient-decay table, and the ways to take it apart."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.reactive import reactive

from rnn_tui.present.tables.gradient_views import GRADIENT_VIEWS
from rnn_tui.session.view import StepView
from rnn_tui.tui.explorer.layout import TITLES
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.text import content


class GradientPane(Pane):
    """‖dL/dh_t‖ by timestep; it fills from the bottom as BPTT goes back."""

    TITLE = TITLES["gradient"]
    HELP_TEXT = (
        "How much of the loss's gradient reaches each state, counted from the last timestep: the "
        "norm of ∂L/∂h_t, and its share of the last one. It fills from the bottom, as "
        "backpropagation through time goes back from the last token.\n\n"
        "Each timestep multiplies by W_hhᵀ and by the slope of the activation. Where both are "
        "small the gradient vanishes, and early tokens hardly teach the network anything. Enter "
        "on a cell shows how its number came about.\n\n"
        "v takes it apart. “local + future”: what a timestep's own output sends its state, and "
        "what comes from later timesteps; the bar is the share of the future. “ledger”: each "
        "loss's own gradient at each state, for with an output at every timestep the total hides "
        "that each one vanishes. “factors”: the mean slope of the activation, the Jacobian's "
        "largest singular value ‖J‖, and how much of a gradient at the end can reach here at "
        "most.\n\n"
        "In a long text the gradient is cut at the start of each chunk (truncated BPTT): the state "
        "passes, the gradient stops. The row “cut” shows the norm of what is dropped."
    )

    shown: reactive[int] = reactive(0, init=False)

    def compose(self) -> ComposeResult:
        """One table."""
        yield TableView(id="gradient-table")

    def watch_shown(self) -> None:
        """Another way to look at it."""
        self._redraw()

    def show(self, view: StepView) -> None:
        """Draw a view."""
        way = GRADIENT_VIEWS[self.shown]
        self.write_above(way.title)
        self.query_one(TableView).table = way.table(view)
        self.write_below(content(way.summary(view)))
