"""The loss curve and the figures of the training."""

from __future__ import annotations

import numpy as np
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from rnn_tui.characters import cell_width
from rnn_tui.present.charts.charts import line_chart, spark_scale, sparkline
from rnn_tui.present.charts.points import Even
from rnn_tui.present.digits import size
from rnn_tui.present.sentences.status import metrics
from rnn_tui.present.sentences.train_words import run_text
from rnn_tui.present.tables.cells import Line, whole_parts
from rnn_tui.session.runs.branches import OtherRun
from rnn_tui.session.runs.series import Series
from rnn_tui.session.view import StepView
from rnn_tui.session.why.metrics.metrics import measured
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.explorer.layout import TITLES
from rnn_tui.tui.panes.charts.measuring import MeasuringPane
from rnn_tui.tui.text import MUTED, content, contents, update_text
from rnn_tui.tui.widgets.figures import Figures

UNIT_VERBS = {"epoch": "epoch", "step": "update"}  # the key that makes the first one
EDGES = 6  # cells of a border that its title leaves free
OLD = "$foreground 30%"
MOST_WIDE = 4  # cells of a point of a sparkline of few
CHART_HEIGHT, LEAST_WIDE = 6, 24  # with less than this there is no room for axes
LEAST_SCALED = 16  # cells of a sparkline that has numbers at its left


class LossCurve(Static):
    """The loss by epoch, as a sparkline or with axes where there is room."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.values = self.later = Even(Series(np.empty(0)))
        self.unit = "epoch"
        self.begun = False

    def draw(self, values: Even, unit: str, later: Even, begun: bool) -> None:
        """Draw another curve, and behind it how an old future went on later.

        It has `begun` with the first unit trained, though it takes two points. Nothing is
        done for the same ones, as a chart is slow.
        """
        same = self.values.is_same(values) and self.later.is_same(later)
        if unit != self.unit or not same:
            self.values, self.later, self.unit, self.begun = values, later, unit, begun
            self.refresh()

    def render(self) -> Content:
        """Draw for the size as it is now."""
        width, height = self.content_size.width, self.content_size.height
        if len(self.values) < 2:
            key = KEYS[UNIT_VERBS[self.unit]]
            told = [
                f"Not trained yet: {key} trains one {self.unit}",
                f"{key} trains one {self.unit}",
            ]
            if self.begun:
                told = [f"The curve starts at the second {self.unit}: {key}"]
            told.append(f"{key}: one {self.unit}")
            return Content.styled(next((one for one in told if len(one) <= width), ""), MUTED)
        if len(self.values) == 2 and not len(self.later):  # two blocks are no curve
            ends = [f"{size(float(y))} at {self.unit} {x}" for x, y in enumerate(self.values.y)]
            told = [" → ".join(ends), " → ".join(size(float(y)) for y in self.values.y), ""]
            return Content.styled(next(one for one in told if len(one) <= width), "$bar")
        if self.has_axes:
            lines = line_chart(self.values.series, width, height)
            return Content.styled("\n".join(lines), "$bar")
        both = self.values, self.later
        scale = spark_scale(both, width, height) if width >= LEAST_SCALED else [""] * height
        width -= len(scale[0]) if scale else 0
        length = len(self.values) + len(self.later)
        wide = max(1, min(MOST_WIDE, width // length))
        own = len(self.values) * min(width, length) // length * wide
        lines = sparkline(both, width, height, wide)
        return Content("\n").join(
            Content.assemble((at, MUTED), (line[:own], "$bar"), (line[own:], OLD))
            for at, line in zip(scale, lines, strict=True)
        )

    @property
    def has_axes(self) -> bool:
        """Whether there is room for them; without them an old future is seen."""
        width, height = self.content_size
        return height >= CHART_HEIGHT and width >= LEAST_WIDE


class LossPane(MeasuringPane):
    """Loss now and by epoch, accuracy, gradient norm against its limit, and the run's progress."""

    TITLE = TITLES["loss"]
    SHOWS = ("loss",)
    HELP_TEXT = (
        "Mean loss over the training examples by epoch, measured before that epoch's update; the "
        "last point is the loss under the current weights. In a long text it is the loss of each "
        "chunk, by step, measured before its update; val is the loss on held-back text, floor the "
        "entropy of the source: no model is better on unseen text. The dim part of the curve "
        "belongs to the run before the newest change.\n\n"
        "‖g‖ is the norm of the last training gradient before clipping; “clipped” means it was "
        "above the limit. ρ(W_hh) is the spectral radius, the largest |eigenvalue|: well below 1 "
        "memories and gradients fade, above 1 they can grow."
    )

    progress: var[Line | None] = var(None)

    def compose(self) -> ComposeResult:
        """The curve beside the figures."""
        with Horizontal():
            yield LossCurve(id="curve")
            yield Figures(id="metrics")

    def show(self, view: StepView) -> None:
        """Draw a view."""
        trained = losses = view.history.curves.loss
        if view.updates_per_epoch == 1 and view.training is not None:
            losses = losses.until(view.epochs, measured(view, "train_loss"))
        before = next((run for run in view.time.others if run.after is not None), None)
        old = Even(losses if before is None else before.loss, first=len(losses))
        curve = self.query_one(LossCurve)
        curve.draw(Even(losses), view.history.unit, old, len(trained) > 0)
        is_seen = before is not None and len(old) and len(losses) > 1 and not curve.has_axes
        self.write_above(self._named(before, view) if before and is_seen else self.TITLE)
        figures = self.query_one("#metrics", Figures)
        shown = metrics(view, waits=False, running=self.progress is not None)
        if room := self.content_size.width - figures.gutter.width:
            shown = tuple(whole_parts(line, room) for line in shown)
        update_text(figures, contents(shown), shrinks=not self.running)
        if self.progress is None and not view.is_measured:
            self.measure(view.measure)

    def _named(self, old: OtherRun, view: StepView) -> str:
        """The title, with what the dim part of the curve is."""
        told = [
            f"{self.TITLE} ─ dim: {name}" for name in (run_text(old, view), f"run {old.number}")
        ]
        room = self.outer_size.width - EDGES
        return next((one for one in told if cell_width(one) <= room), self.TITLE)

    def on_resize(self) -> None:
        """There is room for more of the figures, or for fewer."""
        self._redraw()

    def watch_progress(self, progress: Line | None) -> None:
        """A run's progress stands on the lower border."""
        self.write_below(content(progress) if progress else "")
        self.set_class(progress is not None, "-running")
        if progress is None:
            self._redraw()  # with what is not computed during a run
