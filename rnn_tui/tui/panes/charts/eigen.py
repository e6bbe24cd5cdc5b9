"""The eigenvalues of W_hh on the complex plane."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rnn_tui.engine.spectrum.spectrum import has_radius
from rnn_tui.present.charts.eigen import plane, spectrum_lines
from rnn_tui.session.checks.recurrence import Spectrum, Timestep, of_timestep, spectrum
from rnn_tui.session.view import StepView
from rnn_tui.tui.panes.charts.measuring import MeasuringPane
from rnn_tui.tui.text import contents
from rnn_tui.tui.widgets.picture import Picture

COMPUTING = "computing the {} eigenvalues…"
NOT_READ = "Nothing is computed yet: f on the Step page reads the first token."
NOT_TAKEN_APART = "This Jacobian contains inf or NaN, or is too large to decompose here."
GAP = 2  # cells between the picture and the words; see the stylesheet
NOT_FINITE = "W_hh contains inf or NaN, so it has no eigenvalues."


class EigenPane(MeasuringPane):
    """A picture of the plane with the unit circle, and what it says in words."""

    TITLE = "Eigenvalues of W_hh and the unit circle"
    HELP_TEXT = (
        "W_hh multiplies the state at each timestep. Along an eigenvector that is a "
        "multiplication by a number, the eigenvalue: |λ| is the factor of each step, and a pair a "
        "± bi also rotates. Inside the unit circle (●) memories and gradients fade; outside (◆) "
        "they can grow until the activation limits them.\n\n"
        "ρ, the spectral radius, is the largest |λ|: how a memory fades in the long run, along "
        "the eigenvector that fades last. ‖W_hh‖₂, the largest singular value, is the largest "
        "factor of a single step. It is never below ρ, so more may be left after one step than "
        "the long run keeps of it. Both are of W_hh alone: each timestep also multiplies by the "
        "slope of the activation, which is mostly below 1."
    )
    HELP_GATES = (
        "A cell with gates has several such matrices, and no single one carries a memory. So the "
        "picture is of J, the Jacobian of all its states at the timestep under the cursor; the "
        "gates change it from token to token."
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
        """Draw a view: W_hh, or of a cell with several such matrices the step under the cursor."""
        if not has_radius(view.params.layout):
            self._show_step(view)
            return
        at_hand = spectrum.is_at_hand(view.params)
        found = spectrum(view.params) if at_hand else None
        words = self.query_one("#spectrum", Static)
        self.set_class(found is None, "-not-finite")
        if not at_hand:
            words.update(COMPUTING.format(view.params.layout.hidden_size))
            self.measure(lambda: spectrum(view.params))
        if found is None:
            if at_hand:
                words.update(NOT_FINITE)
            return
        self._draw(found, "W_hh", f"without {view.network.layers[-1].activation.name}′")

    def _show_step(self, view: StepView) -> None:
        """∂s_t/∂s_{t-1} of the timestep under the cursor, by all the matrices and gates."""
        states = ", ".join(view.network.layers[-1].cell.states)
        t = view.known.states - 1 if view.t is None else min(view.t, view.known.states - 1)
        self.write_above(
            f"Eigenvalues of J_{max(t, 0)} = ∂({states})_t/∂({states})_t−1 at the cursor"
        )
        here = Timestep(view.known.trace, t)
        at_hand = t >= 0 and of_timestep.is_at_hand(here)
        found = of_timestep(here) if at_hand else None
        self.set_class(found is None, "-not-finite")
        if found is not None:
            self._draw(found, f"J_{t}")
            return
        words = NOT_TAKEN_APART if at_hand else NOT_READ
        if t >= 0 and not at_hand:
            words = COMPUTING.format(view.network.state_size(view.params.layout))
            self.measure(lambda: of_timestep(here))
        self.query_one("#spectrum", Static).update(words)

    def _draw(self, found: Spectrum, of: str, aside: str = "") -> None:
        width, height = self.content_size
        picture, words = self.query_one(Picture), self.query_one("#spectrum", Static)
        across = min(2 * height + 2, width // 2)
        picture.styles.width = across
        picture.show(plane(found, across, height))
        lines = spectrum_lines(found, height, of, width - across - GAP, aside)
        words.update(contents(lines))
