"""A process that trains: to the bit what is done here, and nothing is lost when it ends."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import active_children

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import LIMIT
from making import make_experiment
from session.seeing import bits

from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import Experiment, load
from rnn_tui.session.runs.head import Gathering
from rnn_tui.session.runs.timeline import Fork, Timeline
from rnn_tui.session.runs.training_process import BEHIND, TrainingProcess

SMALL = Trainer(make_experiment((2, 3), batch="example", shuffle=True, momentum=0.9))


def timeline_of(experiment: Experiment, kept: int = 1000) -> Timeline:
    trainer = Trainer(experiment)
    origin = trainer.initial_state()
    return Timeline(trainer, origin, budget=kept * origin.nbytes)


def never() -> bool:
    return False


def nothing() -> None:
    pass


def until_ready(process: TrainingProcess) -> None:
    process.start()
    end = time.monotonic() + LIMIT
    while not process.is_ready:
        assert time.monotonic() < end, "it never came up"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def process() -> Iterator[TrainingProcess]:
    process = TrainingProcess()
    until_ready(process)
    yield process
    process.close()


def assert_same(one: Timeline, other: Timeline) -> None:
    """The same run, as far as it goes."""
    end = one.frontier
    for k in sorted({0, end // 3, end // 2, max(0, end - 1), end}, reverse=True):
        assert bits(one.state(k)) == bits(other.state(k))
    np.testing.assert_array_equal(one.records.rows(end), other.records.rows(end))
    made, expected = one.observations.until(end), other.observations.until(end)
    assert repr(made) == repr(expected), "NaN where there is no test data"
    assert one.broken == other.broken


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sentiment", "phrases", "grammar", "translation"])
def test_it_does_to_the_bit_what_is_done_here(name: str, process: TrainingProcess) -> None:
    here, apart = (timeline_of(load(name)) for _ in range(2))
    here.state(250)
    for _ in range(40):
        apart.extend()
    process.extend(apart, 250, False, nothing, never)
    assert apart.frontier == 250
    assert_same(apart, here)


@pytest.mark.skipif(not hasattr(os, "nice"), reason="Windows has no niceness")
def test_the_one_that_draws_goes_first() -> None:
    others, process = {one.pid for one in active_children()}, TrainingProcess()
    until_ready(process)
    (pid,) = {one.pid for one in active_children()} - others
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, pid or 0) == min(19, own + BEHIND)
    process.close()


@pytest.mark.slow
def test_told_to_end_it_keeps_what_is_done_and_can_go_on(process: TrainingProcess) -> None:
    timeline = timeline_of(load("sentiment"), kept=50)
    grown: list[int] = []

    def note() -> None:
        grown.append(timeline.frontier)

    process.extend(timeline, None, False, note, lambda: len(grown) >= 3)
    reached = timeline.frontier
    assert 0 < grown[0] < grown[2] <= reached == timeline.records.count
    assert timeline.nbytes <= timeline.family.budget
    process.extend(timeline, reached + 500, False, nothing, never)
    assert timeline.frontier == reached + 500
    other = timeline_of(load("sentiment"), kept=50)
    other.state(reached + 500)
    assert_same(timeline, other)


@pytest.mark.slow
def test_a_fork_goes_on_by_its_own_settings(process: TrainingProcess) -> None:
    parent = timeline_of(load("hello"))
    process.extend(parent, 100, False, nothing, never)
    experiment = parent.trainer.experiment
    slower = replace(experiment, training=replace(experiment.training, learning_rate=0.001))
    here, apart = (
        Timeline(Trainer(slower), parent.state(60), 60, Fork(parent, 60)) for _ in range(2)
    )
    here.state(200)
    process.extend(apart, 200, False, nothing, never)
    assert_same(apart, here)
    assert bits(apart.state(61)) != bits(parent.state(61))


def test_it_ends_where_something_is_lost_unless_it_is_to_go_past(
    process: TrainingProcess,
) -> None:
    overflows = ("model.activation=relu", "training.learning_rate=1e200", "training.clip=none")
    experiment = load("sentiment", overflows)
    timeline = timeline_of(experiment)
    process.extend(timeline, 1000, False, nothing, never)
    assert timeline.broken is not None
    assert timeline.frontier == timeline.broken + 1 < 1000
    process.extend(timeline, timeline.broken + 20, True, nothing, never)
    assert timeline.frontier == timeline.broken + 20
    here = timeline_of(experiment)
    here.state(timeline.frontier)
    assert here.broken == timeline.broken


def test_ended_from_outside_it_leaves_a_run_that_can_go_on_here() -> None:
    process = TrainingProcess()
    until_ready(process)
    timeline, other = (timeline_of(load("sentiment")) for _ in range(2))
    process.extend(timeline, None, False, process.close, never)
    assert not process.is_ready
    reached = timeline.frontier
    assert reached == timeline.records.count > 0
    timeline.state(reached + 10)
    other.state(reached + 10)
    assert_same(timeline, other)


def test_what_goes_wrong_meanwhile_is_raised_and_leaves_no_process() -> None:
    process = TrainingProcess()
    until_ready(process)
    timeline = timeline_of(load("sentiment"))

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        process.extend(timeline, None, False, fail, never)
    assert not process.is_ready
    reached = timeline.frontier
    process.extend(timeline, None, False, nothing, never)
    assert timeline.frontier == reached > 0


def test_without_a_process_nothing_is_done() -> None:
    process = TrainingProcess()
    timeline = timeline_of(load("sentiment"))
    assert not process.is_ready
    process.extend(timeline, 10, False, nothing, never)
    assert timeline.frontier == 0
    process.close()


@pytest.mark.slow
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=12), st.integers(2, 9))
def test_stretches_may_overlap_what_is_known(parts: list[tuple[bool, int]], kept: int) -> None:
    """Here and there both go on; what comes from there counts where it is news."""
    origin = SMALL.initial_state()
    timeline = Timeline(SMALL, origin, budget=kept * origin.nbytes)
    gathering = Gathering(timeline.head(), timeline.keeping)
    for here, updates in parts:
        for _ in range(updates):
            (timeline if here else gathering).extend()
        if not here:
            timeline.take(gathering.stretch())
            gathering.keeping = timeline.keeping
        assert timeline.nbytes <= kept * origin.nbytes
    other = Timeline(SMALL, origin)
    other.state(timeline.frontier)
    assert timeline.frontier == timeline.records.count
    assert_same(timeline, other)
