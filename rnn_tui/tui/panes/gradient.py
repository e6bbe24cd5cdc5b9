"""The BPTT gradient-decay table, and the ways to take it apart."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.reactive import reactive, var

from rnn_tui.present.sentences.states import layer_in_words
from rnn_tui.present.tables.by_timestep import ByTimestep
from rnn_tui.present.tables.cells import width_of
from rnn_tui.present.tables.gradient_views import gradient_views
from rnn_tui.session.view import StepView
from rnn_tui.tui.explorer.layout import TITLES
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.text import BORDER_EDGES, content


class GradientPane(Pane):
    """‖dL/dh_t‖ by timestep; it fills from the bottom as BPTT goes back."""

    TITLE = TITLES["gradient"]
    HELP_TEXT = (
        "Gradient that reaches each state: the norm ‖∂L/∂h_t‖, and its share of that at the last "
        "timestep. The table fills from the bottom: backpropagation through time starts at the "
        "last token.\n\n"
        "Each timestep back multiplies by W_hhᵀ and by the slope of the activation. Where both "
        "are small the gradient vanishes, and early tokens hardly train the network. ⏎ on a cell "
        "shows how the number was computed.\n\n"
        "l draws the bars on a logarithmic scale, where a thousandth still has a bar.\n\n"
        "v shows the next view. “local + future”: the part from a timestep's own output and the "
        "part from later timesteps; the bar is the share of the latter. “ledger”: the gradient of "
        "each single loss at each state, for a total over many losses hides that each one "
        "vanishes. “factors”: the mean slope of the activation, the Jacobian's largest singular "
        "value ‖J‖, and the upper bound on what is left of a gradient from the end: the norm of "
        "all the J multiplied. It is at most the product of the ‖J‖, mostly less: the direction "
        "that a step stretches most is seldom that of the next. ⏎ leads down to each entry "
        "J[t,i,j], W_hh[i,j] times the slope.\n\n"
        "In a long text the gradient stops at the start of each chunk (truncated BPTT), while the "
        "state is carried on. The row “cut” shows the norm of what is dropped."
    )
    HELP_GATES = (
        "In an LSTM c has a gradient of its own, ‖∂L/∂c‖, split into the part through h at the "
        "same timestep and the part along c from later ones. Its factors are f, the largest "
        "factor of one step along c, and Π f, what is left along c alone; beside them ‖J‖ and "
        "‖ΠJ‖ of the whole Jacobian of h and c: an LSTM vanishes where ‖ΠJ‖ does."
    )
    HELP_LAYERS = (
        "“layers” shows the gradient down the layers (↓dx) and back in time; L chooses the layer "
        "of the other views."
    )

    shown: reactive[int] = reactive(0, init=False)
    log_bars: var[bool] = var(False, init=False)
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

    def watch_log_bars(self) -> None:
        """Bars on another scale."""
        self._redraw()

    def turn_scale(self) -> str:
        """Draw bars on the other scale; which that is, in words."""
        table = self.query_one(TableView).table
        if not (isinstance(table, ByTimestep) and table.has_norm_bars):
            return "These bars are shares and have no logarithmic scale.  {gradient_view} next view"
        self.log_bars = not self.log_bars
        scale = "logarithmic: a step to the right is a factor" if self.log_bars else "linear"
        return f"The bars are {scale}.  {{log}} changes it"

    def turn(self) -> str:
        """Look at the gradients in the next way; which that is, in words."""
        if self.view is None:
            return ""
        ways = gradient_views(self.view.network)
        self.shown = (self.shown + 1) % len(ways)
        return f"{ways[self.shown].about}.  {{gradient_view}} more"

    @property
    def shows(self) -> frozenset[str]:
        """The view of the gradients that is in front."""
        if self.view is None:
            return frozenset()
        ways = gradient_views(self.view.network)
        return frozenset({ways[self.shown % len(ways)].name} - {""})

    def show(self, view: StepView) -> None:
        """Draw a view."""
        ways = gradient_views(view.network)
        way = ways[self.shown % len(ways)]
        layer = layer_in_words(view, self.depth) if way.of_layer else ""
        self.write_above(f"{way.title} · {layer}" if layer else way.title)
        table, summary = way.of(view, self.depth)
        if self.log_bars and isinstance(table, ByTimestep) and table.has_norm_bars:
            table = replace(table, log=True)
        shown = self.query_one(TableView)
        shown.table = table
        has_begun = view.known.gradients_from < view.current.length
        if way.tells_bars and has_begun and not shown.has_bars:
            summary = ()
        room = self.outer_size.width - BORDER_EDGES
        while len(summary) > 1 and width_of(summary) > room > 0:
            summary = summary[:-1]
        self.write_below(content(summary))

    def on_resize(self) -> None:
        """The lower border has room for more or less."""
        self._redraw()
