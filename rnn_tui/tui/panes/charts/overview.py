"""All charts as one line each, where there is no room for more."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from rnn_tui.present.charts.charts import ChartRow, Inked
from rnn_tui.present.charts.plot import Ink
from rnn_tui.present.charts.train_curves import Charted, Wish, chart
from rnn_tui.present.sentences.train_words import overview_line, whole_curve
from rnn_tui.session.runs.answer_history import known_answers
from rnn_tui.session.view import StepView
from rnn_tui.tui.panes.charts.chart import PlotPane
from rnn_tui.tui.panes.charts.training import charts_of


class OverviewPane(PlotPane):
    """A sparkline for each chart, with its value now, the least and the most."""

    TITLE = "All charts"
    HELP_TEXT = (
        "A line for each chart: its curve, the value now, the smallest and the largest. ↑ ↓, ⏎ or "
        "a click choose the large chart."
    )

    def on_mount(self) -> None:
        """Name the keys."""
        super().on_mount()
        self.border_subtitle = "now · least … most    ↑↓ choose the large one"

    def made_from(self, view: StepView) -> tuple[object, ...]:
        """The answers of the example under the cursor as well."""
        return (*super().made_from(view), known_answers(view), view.example)

    def draw(self, view: StepView, width: int, height: int) -> Sequence[ChartRow]:
        """A line a chart, the large one marked."""
        return [
            self._line(view, kind.METRIC, kind.title_of(view), width)
            for kind in charts_of(view.experiment)
        ]

    def _line(self, view: StepView, metric: Charted, title: str, width: int) -> ChartRow:
        chosen = metric is self.chosen
        mark = Inked("▸ " if chosen else "  ", Ink.READING)
        plot = chart(view, metric, Wish(), running=True)
        if metric is Charted.ANSWERS and (name := whole_curve(plot).name):
            title = f"{title}, {name}"  # of which answer, or that it is the mean
        return mark, *overview_line(title, plot, width - 2, chosen)

    def on_click(self, event: events.Click) -> None:
        """A click on a line makes its chart the large one."""
        row = event.screen_offset.y - self.content_region.y
        kinds = [] if self.view is None else charts_of(self.view.experiment)
        if 0 <= row < len(kinds):
            self.post_message(self.Chosen(kinds[row].METRIC))
