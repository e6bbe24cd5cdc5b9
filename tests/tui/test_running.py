"""Running: a pause waits for nothing, and drawing leaves the time to the run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count

import pytest
from textual.pilot import Pilot

from rnn_tui.engine.training import Record, TrainingState
from rnn_tui.experiments import Experiment, load
from rnn_tui.session.session import Session
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.runner import Allowance, Progress, Run, train
from rnn_tui.tui.screens.explorer import ExplorerScreen

Advance = Callable[[TrainingState, int], tuple[Record, TrainingState]]


@pytest.fixture
def grammar() -> Experiment:
    return load("grammar")


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        await pilot.pause(0.01)
    pytest.fail("it never came to that")


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


async def test_a_pause_does_not_wait_for_a_long_update(
    grammar: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = Explorer(grammar)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, ExplorerScreen)
        timeline = screen.session.moment.timeline
        advance: Advance = timeline.trainer.advance
        main, under_way, done = threading.current_thread(), threading.Event(), threading.Event()

        def long(state: TrainingState, k: int) -> tuple[Record, TrainingState]:
            if threading.current_thread() is not main and k >= 3:
                under_way.set()
                assert done.wait(20), "the screen waited for the update"
            return advance(state, k)

        monkeypatch.setattr(timeline.trainer, "advance", long)
        await pilot.press(*["plus"] * 4, "space")
        await until(pilot, under_way.is_set)
        await pilot.press("space")
        assert screen.progress is None, "paused, though the update is not done"
        assert screen.view is screen.session.view
        place = screen.session.moment.cursor.update
        done.set()
        await until(pilot, lambda: timeline.frontier > 3)
        await pilot.pause(0.1)
        assert timeline.frontier == 4, "the update under way was the last"
        assert screen.session.moment.cursor.update == place


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
