"""The eigenvalues of W_hh on the complex plane."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rnn_tui.present.charts.eigen import plane, spectrum_lines
from rnn_tui.session.checks.recurrence import spectrum
from rnn_tui.session.view import StepView
from rnn_tui.tui.panes.measuring import MeasuringPane
from rnn_tui.tui.text import contents
from rnn_tui.tui.widgets.picture import Picture

COMPUTING = "computing the {} eigenvalues…"
NOT_FINITE = "W_hh holds inf or NaN, and such a matrix has no eigenvalues."


class EigenPane(MeasuringPane):
    """A picture of the plane with the unit circle, and what it says in words."""

    TITLE = "Eigenvalues of W_hh and the unit circle"
    HELP_TEXT = (
        "What goes round through W_hh is multiplied by it at each token. Along an eigenvector that "
        "is a number, the eigenvalue: |λ| is by how much a signal grows or shrinks at each step, "
        "and a pair a ± bi turns it as well. Inside the unit circle (●) signals fade and with "
        "them gradients; outside (◆) they can grow, until the activation holds them.\n\n"
        "ρ, the spectral radius, is the largest |λ|. The largest singular value is how much a "
        "single step can stretch a vector at most; it is never below ρ."
    )

    def compose(self) -> ComposeResult:
        """The picture beside the words."""
        with Horizontal():
            yield Picture()
            yield Static(id="spectrum")

    def on_resize(self) -> None:
        """Another size has another picture."""
        self.call_after_refresh(self._redraw)

    def show(self, view: StepView) -> None:
        """Draw a view."""
        width, height = self.content_size
        picture, words = self.query_one(Picture), self.query_one("#spectrum", Static)
        at_hand = spectrum.is_at_hand(view.params)
        found = spectrum(view.params) if at_hand else None
        self.set_class(found is None, "-not-finite")
        if not at_hand:
            words.update(COMPUTING.format(view.params.layout.hidden_size))
            self.measure(lambda: spectrum(view.params))
        if found is None:
            if at_hand:
                words.update(NOT_FINITE)
            return
        across = min(2 * height + 2, width // 2)
        picture.styles.width = across
        picture.show(plane(found, across, height))
        words.update(contents(spectrum_lines(found, height)))
