"""Answers that are numbers over time: target against output, and the errors below."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import reactive

from rnn_tui.present.charts.charts import ChartRow, draw
from rnn_tui.present.charts.output_curves import (
    error_chart,
    error_title,
    output_chart,
    output_title,
)
from rnn_tui.present.charts.plot import Plot
from rnn_tui.present.sentences.train_words import fitting, legend
from rnn_tui.session.text.outputs import Outputs
from rnn_tui.session.view import StepView
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.widgets.picture import Picture, inked

EDGES = 8  # cells of a border that its title leaves free


class OutputsPane(Pane, can_focus=True):
    """A chart of answers; subclasses say of what."""

    outputs: reactive[Outputs | None] = reactive(None, init=False)
    number: reactive[int] = reactive(0, init=False)
    shown: reactive[StepView | None] = reactive(None, init=False)

    def compose(self) -> ComposeResult:
        """The picture."""
        yield Picture()

    def watch_outputs(self) -> None:
        """Another moment, or other inputs."""
        self._draw()

    def watch_number(self) -> None:
        """Another number of the answers."""
        self._draw()

    def on_resize(self) -> None:
        """Draw for another size, or for the first time."""
        self._draw()

    def _draw(self) -> None:
        width, height = self.content_size
        if self.outputs is None or self.shown is None or not (width and height):
            return
        plot, title = self.plot(self.shown, self.outputs)
        rows: Sequence[ChartRow] = draw(plot, width, height)
        self.query_one(Picture).show(rows)
        entries = fitting(legend(plot), self.outer_size.width - EDGES - len(title))
        self.write_above(Content("  ").join([Content(title), *map(inked, entries)]))

    def plot(self, view: StepView, outputs: Outputs) -> tuple[Plot, str]:
        """What is drawn, and its title."""
        raise NotImplementedError


class OutputPane(OutputsPane):
    """Target against output."""

    TITLE = "Output"
    SHOWS = ("output",)
    HELP_TEXT = (
        "Output under the current weights, beside the target: of a series row by row on the "
        "validation part or on the training part; else token by token, or example by example. It "
        "starts with an empty memory. The numbers are in the units of the file where its columns "
        "were normalised.\n\n"
        "Nothing is right or wrong here: the chart below shows the error of each answer."
    )

    def plot(self, view: StepView, outputs: Outputs) -> tuple[Plot, str]:
        """See `OutputsPane`."""
        return output_chart(outputs, self.number), output_title(view, outputs, self.number)


class ErrorPane(OutputsPane):
    """Output less target."""

    TITLE = "Error"
    HELP_TEXT = (
        "Output − target for each answer: above 0 the output is too large. Errors without a "
        "pattern are noise; a pattern can still be learned. R² is the share of the targets' "
        "variance explained: 1 is exact, 0 no better than their mean."
    )

    def plot(self, view: StepView, outputs: Outputs) -> tuple[Plot, str]:
        """See `OutputsPane`."""
        return error_chart(outputs, self.number), error_title(outputs, self.number)
