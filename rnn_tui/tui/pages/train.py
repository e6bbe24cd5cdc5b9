"""The Train page: what training has done so far, as curves."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.reactive import var

from rnn_tui.present.capitals import sentence_case
from rnn_tui.present.charts.frame import prepare
from rnn_tui.present.charts.train_curves import (
    Charted,
    Wish,
    metrics_of,
    now,
    read_at,
    x_ends,
)
from rnn_tui.present.sentences.hints import train_hint
from rnn_tui.session.runs.answer_history import compute, is_cheap, missing
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.session.view import StepView
from rnn_tui.tui.pages.paced import PacedPage
from rnn_tui.tui.pages.page import Page
from rnn_tui.tui.panes.charts.answers import AnswersChart
from rnn_tui.tui.panes.charts.chart import ChartPane, PlotPane
from rnn_tui.tui.panes.charts.overview import OverviewPane
from rnn_tui.tui.panes.charts.training import charts_of
from rnn_tui.tui.toolkit.background import Background, Job

SHARES = {1.0: "all of the run", 0.25: "the last quarter", 0.05: "the last twentieth"}
RECENT = tuple(SHARES)  # what `recent` goes through
FEWEST_SMOOTHED = 10
ANOTHER_LINE = "{next_example} highlights the next example's line; {chart} shows the next chart"


EVERY = 0.5  # seconds between two drawings of what has been read so far


def _all_answers(view: StepView, job: Job[int]) -> None:
    """Read the examples under the weights of each epoch, as long as somebody waits for it."""
    told = time.monotonic()

    def check() -> None:
        nonlocal told
        job.check()
        if time.monotonic() - told > EVERY:
            told = time.monotonic()
            job.report(len(missing(view)))

    compute(view, check)


AROUND_LARGE = 4  # charts that are not below: the large one, three beside it; see the stylesheet


class TrainPage(PacedPage):
    """One large chart, the others small or as a line each."""

    NAME = "train"
    SHARE = 10

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "read(-1)", show=False),
        Binding("right", "read(1)", show=False),
        Binding("shift+left", "read(-10)", show=False),
        Binding("shift+right", "read(10)", show=False),
        Binding("home", "read(-1_000)", show=False),
        Binding("end,escape", "stop_reading", show=False),
        Binding("up", "choose(-1)", show=False),
        Binding("down", "choose(1)", show=False),
        Binding("enter", "enlarge", show=False),
    ]

    wish: var[Wish] = var(Wish(), init=False)
    chosen: var[Charted] = var(Charted.LOSS, init=False)
    drawn: var[StepView | None] = var(None, init=False)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._background = Background(self)
        self._reader = Background(self)  # of the examples, again under the weights of each epoch
        self._read_of: Timeline | None = None

    def compose(self) -> ComposeResult:
        """The charts, the large one first, over an overview."""
        kinds = charts_of(self.face.session.experiment)
        below = len(kinds) - AROUND_LARGE
        with Container(id="charts", classes=f"-below{below}"):
            for kind in kinds:
                pane = kind(id=f"{kind.METRIC}-chart")
                yield self._given(pane).data_bind(Page.progress)
        yield self._given(OverviewPane(id="overview"))

    def _given(self, pane: PlotPane) -> PlotPane:
        return pane.data_bind(TrainPage.wish, TrainPage.chosen, view=TrainPage.drawn)

    def on_mount(self) -> None:
        """Open on the loss."""
        self.watch_chosen()

    @classmethod
    def load(cls) -> None:
        """What draws the frames of charts."""
        prepare()

    def focus_first(self) -> None:
        """Put the focus on the large chart, unless it is on the page already."""
        focused = self.screen.focused
        if focused is None or self not in focused.ancestors:
            self._large.focus()

    @property
    def reading(self) -> float | None:
        """Where values are read, as far as that is in sight."""
        return None if self.view is None else read_at(self.view, self.wish)

    @property
    def _large(self) -> ChartPane:
        return self.query_one(f"#{self.chosen}-chart", ChartPane)

    # Drawing

    @staticmethod
    def clock() -> float:
        """Not the time during which the run had its turn."""
        return time.thread_time()

    def draw(self) -> None:
        """The charts of this moment, and once what costs has been measured, with that."""
        self.drawn = self.view
        self._measure()

    def _measure(self) -> None:
        view = self.view
        if view is not None and self.progress is None and not view.is_measured:
            self._background.start(lambda _: view.measure(), self._measured)
        self._read_again()

    def _measured(self, _: None) -> None:
        self._redraw_plots()
        self._measure()  # of a moment that came meanwhile

    def _redraw_plots(self) -> None:
        for pane in self.query(PlotPane):
            pane.redraw_after_paint()

    def _read_again(self) -> None:
        """Have the answers of all epochs: where that takes long, once their chart is the large one.

        During a run, and behind another page, nothing is read.
        """
        view = self.view
        if view is None or self.progress is not None or not self.display:
            return
        if self._read_of is not view.timeline:
            self._reader.cancel()
        if (self.chosen is Charted.ANSWERS or is_cheap(view)) and missing(view):
            self._read_of = view.timeline
            self._reader.start(partial(_all_answers, view), self._answered, self._come_so_far)

    def _come_so_far(self, _: int) -> None:
        self._redraw_plots()

    def _answered(self, _: None) -> None:
        self._redraw_plots()
        self._read_again()  # of a moment that came meanwhile

    def on_show(self) -> None:
        """Go on reading where it was left."""
        self._read_again()

    def on_hide(self) -> None:
        """Nobody looks: what has been read by now stays."""
        self._reader.cancel()

    # Acts

    def hint(self, view: StepView) -> str:
        """What to do beside the charts."""
        return train_hint(view)

    def perform(self, verb: str) -> str:
        """Show the charts in another way; an explanation, or nothing."""
        explained: str = getattr(self, f"_{verb}")()
        return explained

    def _chart(self) -> str:
        self.action_choose(1)
        experiment = self.face.session.experiment
        several = experiment.stream is None and len(experiment.train) > 1
        if self.chosen is Charted.ANSWERS and several:
            return ANOTHER_LINE
        return f"The large chart is now “{self._large.TITLE}”. {{chart}} shows the next"

    def _log(self) -> str:
        classes = self.face.session.experiment.has_classes
        if self.chosen is Charted.ACCURACY and classes:
            return "The accuracy has no logarithmic scale. {chart} shows another chart"
        if self.chosen is Charted.ANSWERS:
            return "Answers have no logarithmic scale. {chart} shows another chart"
        if self.chosen is Charted.RATIO:
            return "The ratio is a logarithm already. {chart} shows another chart"
        self.wish = replace(self.wish, log=self.wish.log ^ {self.chosen})
        return ""

    def _smooth(self) -> str:
        if self.view is not None and self.view.history.count < FEWEST_SMOOTHED:
            return f"Too few points to smooth: {FEWEST_SMOOTHED} are needed. {{epochs}} trains many"
        self.wish = replace(self.wish, smooth=not self.wish.smooth)
        return ""

    def _recent(self) -> str:
        place = (RECENT.index(self.wish.recent) + 1) % len(RECENT)
        self.wish = replace(self.wish, recent=RECENT[place])
        shown, more = (SHARES[RECENT[(place + k) % len(RECENT)]] for k in range(2))
        return f"{sentence_case(shown)} is shown. {{recent}} show {more}"

    # Keys of the panes

    def action_choose(self, step: int) -> None:
        """Make the next chart the large one, or the one before."""
        metrics = metrics_of(self.face.session.experiment)
        self.chosen = metrics[(metrics.index(self.chosen) + step) % len(metrics)]

    def action_enlarge(self) -> None:
        """Make the focused chart the large one."""
        if isinstance(self.screen.focused, ChartPane):
            self.chosen = self.screen.focused.METRIC

    @on(PlotPane.Chosen)
    def _enlarge(self, event: PlotPane.Chosen) -> None:
        self.chosen = event.metric

    @on(AnswersChart.Asked)
    def _look_at(self, event: AnswersChart.Asked) -> None:
        session = self.face.session
        if event.example != session.moment.cursor.example:
            self.face.attempt(lambda: session.go_to_example(event.example))

    @on(PlotPane.Read)
    def _read(self, event: PlotPane.Read) -> None:
        self._read_at(event.x)

    def watch_progress(self) -> None:
        """A run has all the time there is; what it left unmeasured comes after it.

        Where it is paused at the moment that was drawn last, no other view comes to ask for that.
        """
        if self.progress is not None:
            self._reader.cancel()
        super().watch_progress()
        if self.progress is None:
            self._measure()

    def watch_chosen(self) -> None:
        """The large chart stands first and has the focus, unless the overview has it.

        The small ones stand in their order behind it.
        """
        charts, large = self.query_one("#charts"), self._large
        order = [f"{metric}-chart" for metric in metrics_of(self.face.session.experiment)]
        charts.sort_children(key=lambda pane: -1 if pane is large else order.index(pane.id or ""))
        if isinstance(self.screen.focused, ChartPane):
            self._large.focus()
        self._read_again()

    def action_read(self, steps: int) -> None:
        """Move the line at which values are read; beyond the newest point there is none."""
        before = self.reading
        if self.view is None or not self.view.history.count or (before is None and steps > 0):
            return
        first, last = x_ends(self.view, self.wish)
        step = max(1.0, round((last - first) / 100))
        self._read_at(now(self.view) if before is None else before + step * steps)

    def _read_at(self, x: float) -> None:
        """Read at the nearest epoch or step; beyond the newest there is none."""
        if self.view is None or not self.view.history.count:
            return
        first, _ = x_ends(self.view, self.wish)
        at = max(first, float(round(x)))
        self.wish = replace(self.wish, reading=at if at <= now(self.view) else None)

    def action_stop_reading(self) -> None:
        """Show the values of now again; without a line the key is left to the screen."""
        if self.wish.reading is None:
            raise SkipAction
        self.wish = replace(self.wish, reading=None)
