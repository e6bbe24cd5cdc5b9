"""Running: a pause waits for nothing, and drawing leaves the time to the run."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from multiprocessing import active_children
from types import SimpleNamespace
from typing import Any

import pytest
from limits import LIMIT
from textual.pilot import Pilot
from textual.screen import ModalScreen
from waiting import until

from rnn_tui.engine.training.training import Record, TrainingState
from rnn_tui.experiments import Experiment, load
from rnn_tui.present.tables.cells import Span
from rnn_tui.session.breakpoints.breakpoints import Gauge, Watch, scope_of
from rnn_tui.session.breakpoints.condition_reader import parse
from rnn_tui.session.runs.head import Stretch
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.session.runs.training_process import TrainingProcess
from rnn_tui.session.session import Session
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.explorer.running import runner, runs
from rnn_tui.tui.explorer.running.runner import Allowance, Progress, Run, train
from rnn_tui.tui.pages.train import TrainPage
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.widgets.bars import StatusLine

Advance = Callable[[TrainingState, int], tuple[Record, TrainingState]]


@pytest.fixture
def grammar() -> Experiment:
    return load("grammar")


@asynccontextmanager
async def explorer(
    experiment: Experiment, size: tuple[int, int]
) -> AsyncIterator[tuple[Pilot[None], ExplorerScreen]]:
    app = Explorer(experiment)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, ExplorerScreen)
        yield pilot, app.screen


def test_a_pause_stops_after_the_update_under_way(
    grammar: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeline = Session(grammar).moment.timeline
    advance: Advance = timeline.trainer.advance
    paused: list[int] = []

    def pausing(state: TrainingState, k: int) -> tuple[Record, TrainingState]:
        if k == 4:
            paused.append(k)
        return advance(state, k)

    monkeypatch.setattr(timeline.trainer, "advance", pausing)
    reports: list[Progress] = []
    run = Run(timeline, 0, None, float("inf"), "step", 1)
    train(run, reports.append, lambda: bool(paused))
    assert timeline.frontier == timeline.records.count == 5
    assert (reports[-1].update, reports[-1].finished) == (5, True)


@pytest.mark.slow
async def test_a_pause_does_not_wait_for_a_long_update(
    grammar: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with explorer(grammar, (120, 36)) as (pilot, screen):
        timeline = screen.session.moment.timeline
        advance: Advance = timeline.trainer.advance
        main, last = threading.current_thread(), runner._Reports.last
        under_way, done, over = threading.Event(), threading.Event(), threading.Event()

        def long(state: TrainingState, k: int) -> tuple[Record, TrainingState]:
            if threading.current_thread() is not main and k >= 3:
                under_way.set()
                assert done.wait(LIMIT), "the screen waited for the update"
            return advance(state, k)

        def noted(*report: Any) -> None:
            last(*report)
            over.set()

        monkeypatch.setattr(runner._Reports, "last", noted)
        monkeypatch.setattr(timeline.trainer, "advance", long)
        await pilot.press(*["plus"] * 4, "space")
        await until(pilot, under_way.is_set)
        await pilot.press("space")
        assert screen.progress is None, "paused, though the update is not done"
        assert screen.view is screen.session.view
        place = screen.session.moment.cursor.update
        done.set()
        await until(pilot, over.is_set)
        assert timeline.frontier == 4, "the update under way was the last"
        assert screen.session.moment.cursor.update == place


async def test_ctrl_c_pauses_a_run_and_then_says_how_to_leave(sentiment: Experiment) -> None:
    async with explorer(sentiment, (120, 36)) as (pilot, screen):
        await pilot.press("space")
        await until(pilot, lambda: screen.session.here > 0)
        await pilot.press("ctrl+c")
        assert not screen.controllers.runs.is_running
        assert said(screen).startswith(f"Paused at epoch {screen.session.here}")
        await pilot.press("ctrl+c")
        assert said(screen) == "Nothing is running:  q  leaves"


async def test_go_to_begins_with_the_place_that_the_hint_names(sentiment: Experiment) -> None:
    async with explorer(sentiment, (120, 36)) as (pilot, screen):
        screen.session.epochs(40)
        screen.show()
        await pilot.pause()
        assert said(screen).startswith(" g  32 go there")
        await pilot.press("g", "enter")
        await until(pilot, lambda: screen.session.here == 32)


def said(screen: ExplorerScreen) -> str:
    return "".join(span.text for span in screen.notice or ())


def test_the_rate_is_that_of_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """So a slow start does not count for ever, and what is left is told by what goes on now."""
    clock = [0.0]
    monkeypatch.setattr("rnn_tui.tui.explorer.running.runner.time.monotonic", lambda: clock[0])
    timeline = Session(load("sentiment")).moment.timeline
    reports: list[Progress] = []

    def tick() -> bool:
        clock[0] += 0.5 if clock[0] < 20 else 0.05
        return False

    train(Run(timeline, 0, 90, float("inf"), "epoch", 1), reports.append, tick)
    first, last = reports[4].rate, reports[-1].rate
    assert last == pytest.approx(10 * first, rel=0.1)


class Instant(TrainingProcess):
    """Stands for the process: there at once, and noting what it is asked to do."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[int, int | None]] = []
        self.step = 7

    def start(self) -> None:
        pass

    @property
    def is_ready(self) -> bool:
        return True

    def extend(
        self,
        timeline: Timeline,
        target: int | None,
        past: bool,
        grown: Callable[[], object],
        cancelled: Callable[[], bool],
    ) -> None:
        self.asked.append((timeline.frontier, target))
        while timeline.frontier != target and timeline.broken is None and not cancelled():
            timeline.extend()
            if timeline.frontier % self.step == 0:
                grown()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "PATIENCE", 0.0)
    monkeypatch.setattr(runner, "REPORTS_PER_SECOND", float("inf"))


@pytest.mark.usefixtures("impatient")
def test_a_long_run_is_left_to_the_process(grammar: Experiment) -> None:
    timeline, process, reports = Session(grammar).moment.timeline, Instant(), list[Progress]()
    timeline.state(10)
    train(Run(timeline, 3, 50, float("inf"), "step", 1), reports.append, lambda: False, process)
    assert process.asked == [(10, 50)], "what is known is gone through here"
    assert [one.update for one in reports] == [*range(4, 11), 14, 21, 28, 35, 42, 49, 50]
    assert [one.finished for one in reports] == [False] * 13 + [True]


@pytest.mark.usefixtures("impatient")
def test_a_run_apart_stands_before_what_breaks_it(grammar: Experiment) -> None:
    overflows = ("model.activation=relu", "training.learning_rate=1e200", "training.clip=none")
    timeline = Session(load("sentiment", overflows)).moment.timeline
    process, reports = Instant(), list[Progress]()
    train(Run(timeline, 0, 50, float("inf"), "epoch", 1), reports.append, lambda: False, process)
    assert process.asked == [(0, 50)]
    assert (reports[-1].update, reports[-1].broke) == (timeline.broken, True)


@pytest.mark.usefixtures("impatient")
def test_a_run_that_slows_down_comes_back(grammar: Experiment) -> None:
    timeline, process, reports = Session(grammar).moment.timeline, Instant(), list[Progress]()
    run = Run(timeline, 0, 30, float("inf"), "step", 1)

    def report(progress: Progress) -> None:
        reports.append(progress)
        if progress.update == 14:
            run.speed = 1000.0

    train(run, report, lambda: False, process)
    assert process.asked == [(0, 30)]
    assert [one.update for one in reports] == [7, 14, *range(15, 31), 30]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("why", ["paced", "watched"])
def test_what_needs_no_process_or_every_state_stays_here(why: str, grammar: Experiment) -> None:
    session, process = Session(grammar), Instant()
    timeline = session.moment.timeline
    speed = 1000.0 if why == "paced" else float("inf")
    condition = parse("loss < 0", scope_of(session.view))
    watch = Watch(Gauge(timeline), [condition]) if why == "watched" else None
    reports: list[Progress] = []
    train(Run(timeline, 0, 9, speed, "step", 1, watch), reports.append, lambda: False, process)
    assert process.asked == []
    assert reports[-1].update == timeline.frontier == 9


@pytest.mark.slow
async def test_the_screen_leaves_a_long_run_to_a_process_and_ends_it(
    grammar: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = set(active_children())
    monkeypatch.setattr(runs, "cores", lambda: 2)
    taken, take = list[int](), Timeline.take

    def taking(timeline: Timeline, stretch: Stretch) -> None:
        take(timeline, stretch)
        taken.append(timeline.frontier)

    monkeypatch.setattr(Timeline, "take", taking)
    async with explorer(grammar, (80, 24)) as (pilot, screen):
        await pilot.press("E", "ctrl+u", *"999999", "enter")
        await until(pilot, lambda: len(taken) > 3)
        await until(pilot, lambda: screen.session.moment.cursor.update in taken)
        (child,) = set(active_children()) - others
        await pilot.press("space")
        reached = screen.session.moment.cursor.update
        assert screen.progress is None
        assert f"step {reached}" in str(screen.query_one(StatusLine).render())
        await pilot.press("u")
        assert screen.session.moment.cursor.update == 0
    child.join(20)
    assert not child.is_alive()


def test_drawing_waits_until_it_has_had_no_more_than_its_share() -> None:
    now, work, drawing = [0.0], [0.0], [0.0]
    allowance = Allowance(lambda: now[0], lambda: work[0], lambda: drawing[0])
    drawing[0] = 0.015
    work[0] = 0.99 * 0.015 / Allowance.SHARE
    assert not allowance.take()
    work[0] = 1.01 * 0.015 / Allowance.SHARE
    assert allowance.take()
    drawing[0] += 10.0
    now[0] += Allowance.LONGEST - 0.01
    assert not allowance.take()
    now[0] += 0.02
    assert allowance.take(), "however long it takes, it is drawn now and then"


def test_where_a_process_trains_drawing_has_its_share_of_the_time() -> None:
    now, drawing = [0.0], [0.015]
    allowance = Allowance(lambda: now[0], lambda: 0.0, lambda: drawing[0])
    allowance._since = 0.0, 0.0, 0.0
    now[0] = 0.99 * 0.015 / Allowance.APART
    assert not allowance.take(is_apart=True)
    now[0] = 1.01 * 0.015 / Allowance.APART
    assert not allowance.take()
    assert allowance.take(is_apart=True)


def test_a_share_of_the_work_goes_to_drawing() -> None:
    reports, drawing = count(), [0.0]
    allowance = Allowance(lambda: 0.0, lambda: next(reports) / 20, lambda: drawing[0])
    drawn = 0
    for _ in range(2000):
        if allowance.take():
            drawing[0] += 0.03
            drawn += 1
    assert 0.03 * drawn / 100 == pytest.approx(Allowance.SHARE, rel=0.4)
    assert 0.03 * drawn / 100 <= Allowance.SHARE


@pytest.mark.slow
async def test_during_a_run_panes_are_drawn_one_by_one(
    grammar: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with explorer(grammar, (120, 36)) as (pilot, screen):
        drawn: list[Pane] = []
        for pane in screen.query(Pane):
            monkeypatch.setattr(pane, "show", lambda view, pane=pane: drawn.append(pane))
        screen.session.do("update")
        screen.show()
        at_rest = len(drawn)
        assert at_rest > 3, "at once"
        screen.progress = (Span("running"),)
        drawn.clear()
        screen.session.do("update")
        screen.show()
        assert drawn == []
        await until(pilot, lambda: len(drawn) == at_rest)
        screen.progress = None
        drawn.clear()
        screen.session.do("update")
        screen.show()
        assert len(drawn) == at_rest


@asynccontextmanager
async def clocked(
    experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Pilot[None], list[float], Callable[..., bool]]]:
    """A screen whose runs have another clock, and whether it takes a report at a rate now."""
    async with explorer(experiment, (120, 36)) as (pilot, screen):
        clock = [100.0]
        monkeypatch.setattr(runs, "time", SimpleNamespace(monotonic=lambda: clock[0]))
        run = Run(screen.session.moment.timeline, 0, None, float("inf"), "step", 1)

        def takes(rate: float, finished: bool = False, speed: float = float("inf")) -> bool:
            taken: list[Progress] = []
            run.speed = speed
            screen.controllers.runs.report(Progress(run, 0, rate, finished), taken.append)
            return bool(taken)

        yield pilot, clock, takes


def press(pilot: Pilot[None], at: float) -> None:
    app = pilot.app
    assert isinstance(app, Explorer)
    app.pressed = at


async def test_of_a_run_nothing_is_drawn_while_a_key_is_answered(
    grammar: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with clocked(grammar, monkeypatch) as (pilot, clock, takes):
        assert takes(1000)
        press(pilot, clock[0])
        for later, taken in [(0.04, False), (0.02, True), (0.05, True)]:
            clock[0] += later
            assert takes(1000) is taken
        press(pilot, clock[0])
        assert takes(1, finished=True), "the last report is always drawn"
        assert takes(10), "the next one would be long in coming"
        assert takes(1000, speed=1.0), "and so it would where a fast run has become slow"
        for _ in range(11):  # a key held down
            clock[0] += 0.04
            press(pilot, clock[0])
            assert not takes(1000)
        clock[0] += Allowance.LONGEST
        press(pilot, clock[0])
        assert takes(1000), "now and then the run is drawn all the same"


async def test_a_key_says_when_it_came(grammar: Experiment) -> None:
    async with explorer(grammar, (120, 36)) as (pilot, _):
        app = pilot.app
        assert isinstance(app, Explorer)
        before = app.pressed
        await pilot.press("right")
        assert app.pressed > before


async def test_behind_another_screen_a_run_is_seldom_drawn(
    grammar: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with clocked(grammar, monkeypatch) as (pilot, clock, takes):
        press(pilot, 0.0)
        app = pilot.app
        await app.push_screen(ModalScreen())
        await pilot.pause()
        answers = []
        for _ in range(12):
            clock[0] += runs.COVERED / 4
            answers.append(takes(1000))
        assert answers == 3 * [True, False, False, False]
        await app.pop_screen()
        await pilot.pause()
        clock[0] += 0.01
        assert takes(1000)


@pytest.mark.slow
async def test_during_a_run_a_page_is_first_shown_as_it_was_left(
    grammar: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with explorer(grammar, (120, 36)) as (pilot, screen):
        await pilot.press("2", "1")
        await pilot.pause()
        train_page = screen.query_one(TrainPage)
        left = train_page.view
        monkeypatch.setattr("rnn_tui.tui.explorer.controllers.turning.ANSWER", 0.3)
        screen.progress = (Span("a run"),)
        screen.session.do("update")
        await screen.action_act("train_page")
        assert screen.page is train_page
        assert train_page.view is left
        assert train_page.running, "so that its charts draw as those of a run"
        await until(pilot, lambda: train_page.view is screen.session.view)


@pytest.mark.slow
async def test_a_page_opened_in_a_run_leaves_what_is_said_at_its_end(
    grammar: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with explorer(grammar, (120, 36)) as (pilot, screen):
        await pilot.press("2", "1", "space")
        await until(pilot, lambda: screen.progress is not None)
        await screen.action_act("weights_page")
        assert screen.page.progress == screen.progress, "a new page is one of a run from the start"
        await screen.action_act("train_page")
        await screen.action_act("run")
        said = str(screen.notice)
        assert "Paused at step" in said
        await pilot.pause(3 * runs.ANSWER)
        assert str(screen.notice) == said


def test_a_progress_line_leaves_the_number_to_the_panes(sentiment: Experiment) -> None:
    timeline = Session(sentiment).moment.timeline
    run = Run(timeline, 0, 30, 1.0, "epoch", 1)
    said = "".join(span.text for span in run.line(23, 5.0))
    assert said == "▶ ━━━━━━━━━━━━──── to epoch 30 · 5.0 epochs/s · 1 s left"
    endless = Run(timeline, 0, None, 1.0, "epoch", 1)
    assert "".join(span.text for span in endless.line(23, 5.0)) == "▶ 5.0 epochs/s"
