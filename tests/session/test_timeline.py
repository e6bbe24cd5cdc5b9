"""States by update: whatever way they are reached, they have the same bits."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import make_experiment
from session.seeing import bits

from rnn_tui.diagnosis.case import Case
from rnn_tui.engine.training.training import Done, Trainer, TrainingState
from rnn_tui.experiments import load
from rnn_tui.session.moment import Refused
from rnn_tui.session.runs.branches import runs_of
from rnn_tui.session.runs.timeline import Fork, Timeline
from rnn_tui.session.session import Session

TRAINER = Trainer(make_experiment((2, 3), batch="example", shuffle=True, momentum=0.9))
OTHER = Trainer(
    make_experiment((2, 3), batch="example", shuffle=True, momentum=0.5, learning_rate=0.01)
)
LONG = 120
ONE = TRAINER.initial_state().nbytes


def _headless(trainer: Trainer, state: TrainingState, start: int, end: int) -> list[bytes]:
    states = [bits(state)]
    for k in range(start, end - 1):
        done, _, _ = trainer.step(state, k)
        state = TrainingState(done.params, done.slots)
        states.append(bits(state))
    return states


STATES = _headless(TRAINER, TRAINER.initial_state(), 0, LONG)


def _timeline(kept: int = 3) -> Timeline:
    return Timeline(TRAINER, TRAINER.initial_state(), budget=kept * ONE)


@pytest.mark.slow
@given(st.lists(st.integers(0, LONG - 1), min_size=1, max_size=8), st.integers(2, 9))
def test_states_come_back_to_the_bit_in_any_order(order: list[int], kept: int) -> None:
    timeline = _timeline(kept)
    for k in order:
        assert bits(timeline.state(k)) == STATES[k]
        assert timeline.nbytes <= kept * ONE


@pytest.mark.slow
def test_extended_is_replayed() -> None:
    timeline = _timeline()
    for k in range(LONG):
        assert timeline.frontier == k
        assert bits(timeline.state(k)) == STATES[k], "as it is reached"
        timeline.extend()
    for k in (*reversed(range(LONG)), *range(0, LONG, 7)):
        assert bits(timeline.state(k)) == STATES[k], "gone back to"
    assert timeline.frontier == LONG, "going back trains nothing"
    assert timeline.records.count == LONG


def test_a_state_recalled_stays_while_a_thread_asks_for_the_newest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is shown of a run is some updates old; none of them is to be done again for it."""
    timeline = _timeline()
    for _ in range(LONG - 2):
        timeline.extend()
    shown = timeline.frontier
    timeline.recall(shown, timeline.state(shown))
    timeline.extend()
    timeline.state(timeline.frontier)
    monkeypatch.setattr(timeline.trainer, "advance", None)  # nothing is computed again
    assert bits(timeline.state(shown)) == STATES[shown]


@pytest.mark.slow
@given(st.integers(2, 7), st.integers(0, 400))
def test_checkpoints_stay_within_their_budget_for_any_length(kept: int, updates: int) -> None:
    timeline = _timeline(kept)
    for _ in range(updates):
        timeline.extend()
        assert 0 < timeline.nbytes <= kept * ONE
    assert timeline.frontier == updates


def test_an_update_leads_from_its_state_to_the_next() -> None:
    timeline = _timeline()
    for k in (50, 3, 0, 49):
        done = timeline.update(k)
        assert bits(TrainingState(done.params, done.slots)) == STATES[k + 1]


def _edited(parent: Timeline, at: int) -> TrainingState:
    state = parent.state(at)
    return TrainingState(state.params.with_value("W_hh", (0, 0), 0.25), state.slots)


@pytest.mark.slow
@given(st.integers(0, 40), st.integers(0, 40))
def test_a_fork_shares_the_past_and_has_its_own_future(at: int, parent_reach: int) -> None:
    parent = _timeline()
    parent.state(parent_reach)
    origin = _edited(parent, at)
    child = Timeline(OTHER, origin, at, Fork(parent, at))
    future = _headless(OTHER, origin, at, at + 20)
    assert child.frontier == at
    for k in range(at + 19, -1, -1):
        assert bits(child.state(k)) == (future[k - at] if k >= at else STATES[k])
    assert bits(child.state(at + 10)) != STATES[at + 10]
    assert bits(parent.state(at + 10)) == STATES[at + 10], "the parent's future is its own"
    np.testing.assert_array_equal(child.records.rows(at), parent.records.rows(at))
    assert child.records.count == at + 19


def test_the_past_of_a_fork_was_made_by_its_parent() -> None:
    parent = _timeline()
    at = 10
    child = Timeline(OTHER, parent.state(at), at, Fork(parent, at))
    assert child.owner(at - 1) is parent
    assert child.owner(at) is child
    past, here = child.update(at - 1), child.update(at)
    assert past.learning_rate == TRAINER.settings.learning_rate
    assert bits(TrainingState(past.params, past.slots)) == STATES[at]
    assert here.learning_rate == OTHER.settings.learning_rate


def test_a_fork_of_a_fork_from_before_it() -> None:
    parent = _timeline()
    late = Timeline(TRAINER, _edited(parent, 20), 20, Fork(parent, 20))
    early = Timeline(TRAINER, _edited(late, 5), 5, Fork(late, 5))
    assert early.owner(4) is parent
    assert early.owner(20) is early
    assert bits(early.state(4)) == STATES[4]
    assert early.state(5).params.W_hh[0, 0] == 0.25


@pytest.mark.slow
def test_forks_of_forks_go_back_however_many() -> None:
    timeline = parent = _timeline()
    parent.state(5)
    for _ in range(1500):
        timeline = Timeline(TRAINER, timeline.state(5), 5, Fork(timeline, 5))
    assert bits(timeline.state(0)) == STATES[0]
    assert timeline.owner(0) is parent


@pytest.mark.parametrize("forked", [False, True])
def test_before_the_beginning_there_is_nothing(forked: bool) -> None:
    timeline = _timeline()
    if forked:
        timeline = Timeline(TRAINER, timeline.state(3), 3, Fork(timeline, 3))
    with pytest.raises(IndexError):
        timeline.state(-1)


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("restless")
def test_one_thread_may_train_while_another_reads() -> None:
    timeline = _timeline()
    started = threading.Event()

    def train() -> None:
        started.wait()
        for _ in range(LONG - 1):
            timeline.extend()

    thread = threading.Thread(target=train)
    thread.start()
    rng, reads = np.random.default_rng(0), 0
    started.set()
    while thread.is_alive() or reads < 50:
        newest = timeline.frontier
        k = newest if reads % 2 else int(rng.integers(0, newest + 1))
        assert bits(timeline.state(k)) == STATES[k]
        count = timeline.records.count
        rows = timeline.records.rows(count)
        assert len(rows) == count
        assert (rows[:, 2] > 0).all(), "each row is whole: it counts its outputs"
        reads += 1
    thread.join()
    assert timeline.frontier == LONG - 1


class Slow(Trainer):
    """Lets other threads have their turn in the middle of every update."""

    def step(self, state: TrainingState, k: int) -> Done:
        done = super().step(state, k)
        time.sleep(0.0005)
        return done


def test_two_threads_may_train_at_once() -> None:
    timeline = Timeline(Slow(TRAINER.experiment), TRAINER.initial_state(), budget=3 * ONE)

    def train() -> None:
        for _ in range(40):
            timeline.extend()

    threads = [threading.Thread(target=train) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert timeline.frontier == timeline.records.count == 80
    assert [bits(timeline.state(k)) for k in range(81)] == STATES[:81]


def test_what_was_only_looked_ahead_at_is_not_seen() -> None:
    session = Session(load("sentiment"))
    timeline = session.moment.timeline
    assert Case.of(session).course.losses.size
    assert timeline.frontier == 30
    assert (timeline.seen, session.view.time.frontier) == (0, 0)
    assert runs_of(timeline, "epoch").rows[0].reached == 0
    with pytest.raises(Refused):
        session.scrub(4)
    session.do("epoch")
    assert session.view.time.frontier == timeline.seen == 1
