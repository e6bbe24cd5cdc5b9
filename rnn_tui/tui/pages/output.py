"""The Output page, in the place of the Text page where answers are numbers."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.reactive import var

from rnn_tui.session.passes import is_short
from rnn_tui.session.text.outputs import MOST_ROWS, Outputs, outputs_of
from rnn_tui.session.view import StepView
from rnn_tui.tui.pages.paced import PacedPage
from rnn_tui.tui.panes.charts.output import ErrorPane, OutputPane
from rnn_tui.tui.toolkit.background import Background

HINT = "{lens_text} shows {other}; {run} trains on while this is drawn"
SEVERAL = "{lens_order} shows the next number; "
WRITES_NOT = "This network answers with numbers and writes no text. {lens_text} shows {other}"
NO_STATES = "This page shows answers. {step_page} shows the states and layers that they are made of"


class OutputPage(PacedPage):
    """Target against output over time, and the errors below."""

    NAME = "text"
    FIRST = "#output"
    PAUSE = 0.25

    outputs: var[Outputs | None] = var(None, init=False)
    number: var[int] = var(0, init=False)
    shown: var[StepView | None] = var(None, init=False)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._second = False
        self._background = Background(self)

    def compose(self) -> ComposeResult:
        """The two charts."""
        for pane in (OutputPane(id="output"), ErrorPane(id="errors")):
            yield pane.data_bind(OutputPage.outputs, OutputPage.number, OutputPage.shown)

    def draw(self) -> None:
        """The answers of this moment; of a large network in a while."""
        view = self.view
        if view is None:
            return
        work = partial(outputs_of, view, self._second)
        rows = max(MOST_ROWS, *(one.length for one in view.examples[:1]))
        if is_short(view.experiment, rows):
            self._show(view, work())
        else:
            then = partial(self._worked_out, view, self._second)
            self._background.start(lambda _: work(), then)

    def _worked_out(self, view: StepView, second: bool, outputs: Outputs) -> None:
        """Show what was worked out, and go on to a moment or to inputs asked for meanwhile."""
        self.rest(self._background.took)
        self._show(view, outputs)
        if second != self._second or (self.progress is None and view is not self.view):
            self.draw()

    def _show(self, view: StepView, outputs: Outputs) -> None:
        self.shown, self.outputs = view, outputs

    def hint(self, view: StepView) -> str:
        """What to do beside the charts."""
        several = SEVERAL if view.experiment.output_size > 1 else ""
        return several + self._worded(HINT)

    def _worded(self, text: str) -> str:
        other = self.outputs.other if self.outputs is not None else "other inputs"
        return text.replace("{other}", f"the {other}" if other != "this example" else other)

    def perform(self, verb: str) -> str:
        """Show other inputs or another number, or say that nothing is written."""
        if verb == "lens_text":
            self._second = not self._second
            self.draw()
        elif verb == "lens_order":
            count = self.face.session.experiment.output_size
            self.number = (self.number + 1) % count
        elif verb in ("state_view", "layer"):
            return NO_STATES
        else:
            return self._worded(WRITES_NOT)
        self.face.show()
        return ""
