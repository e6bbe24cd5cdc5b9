"""The BPTT gradient-decay table, and the ways to take it apart."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.reactive import reactive, var

from rnn_tui.present.sentences.states import layer_in_words
from rnn_tui.present.tables.gradient_views import gradient_views
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
        "Of an LSTM c has a gradient too, ‖dc‖, and a split of its own: what it gets through h at "
        "the same timestep, and what comes along c from later ones. Its factors are f, the most "
        "that a unit keeps of dc in a step, Π f, what that leaves along c alone, and beside them "
        "‖J‖ and ‖ΠJ‖ of the whole Jacobian of h and c: an LSTM vanishes where ‖ΠJ‖ does. With "
        "several layers, “layers” shows the gradient going down (↓dx) and back; L chooses the "
        "layer of the other views.\n\n"
        "In a long text the gradient is cut at the start of each chunk (truncated BPTT): the state "
        "passes, the gradient stops. The row “cut” shows the norm of what is dropped."
    )

    shown: reactive[int] = reactive(0, init=False)
    depth: var[int] = var(-1, init=False)

    def compose(self) -> ComposeResult:
        """One table."""
        yield TableView(id="gradient-table")

    def watch_shown(self) -> None:
        """Another way to look at it."""
        self._redraw()

    def watch_depth(self) -> None:
        """The gradients of another layer."""
        self._redraw()

    def turn(self) -> str:
        """Look at the gradients in the next way; which that is, in words."""
        if self.view is None:
            return ""
        ways = gradient_views(self.view.network)
        self.shown = (self.shown + 1) % len(ways)
        return f"{ways[self.shown].about}.  {{gradient_view}} more"

    def show(self, view: StepView) -> None:
        """Draw a view."""
        ways = gradient_views(view.network)
        way = ways[self.shown % len(ways)]
        layer = layer_in_words(view, self.depth) if way.of_layer else ""
        self.write_above(f"{way.title} · {layer}" if layer else way.title)
        self.query_one(TableView).table, summary = way.of(view, self.depth)
        self.write_below(content(summary))
