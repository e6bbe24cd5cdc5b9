"""States by update: whatever way they are reached, they have the same bits."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import make_experiment

from rnn_tui.engine.training import Trainer, TrainingState
from rnn_tui.session.timeline import Fork, Timeline

EXPERIMENT = make_experiment(momentum=0.9)
TRAINER = Trainer(EXPERIMENT)
LONG = 120


def _headless(count: int) -> list[bytes]:
    state, states = TRAINER.initial_state(), []
    for k in range(count):
        states.append(state.params.flat.tobytes() + state.velocity.tobytes())
        done, _ = TRAINER.step(state, k)
        state = TrainingState(done.params, done.velocity)
    return states


STATES = _headless(LONG)


def _bits(timeline: Timeline, k: int) -> bytes:
    state = timeline.state(k)
    return state.params.flat.tobytes() + state.velocity.tobytes()


@given(st.lists(st.integers(0, LONG - 1), min_size=1, max_size=12), st.integers(2, 9))
def test_states_come_back_to_the_bit_in_any_order(order: list[int], kept: int) -> None:
    budget = kept * TRAINER.initial_state().nbytes
    timeline = Timeline(TRAINER, TRAINER.initial_state(), budget=budget)
    for k in order:
        assert _bits(timeline, k) == STATES[k]
        assert timeline.nbytes <= budget


def test_a_fork_shares_the_past_and_has_its_own_future() -> None:
    parent = Timeline(TRAINER, TRAINER.initial_state())
    at = 10
    edited = parent.state(at).params.with_value("W_hh", (0, 0), 0.25)
    origin = TrainingState(edited, parent.state(at).velocity)
    parent.state(30)
    child = Timeline(TRAINER, origin, at, Fork(parent, at))
    assert _bits(child, 9) == STATES[9]
    assert child.state(at).params.W_hh[0, 0] == 0.25
    assert _bits(child, 20) != STATES[20]
    assert _bits(parent, 20) == STATES[20]
    np.testing.assert_array_equal(child.records.rows(at), parent.records.rows(at))
    assert child.records.count == 20


def test_before_the_beginning_there_is_nothing() -> None:
    with pytest.raises(IndexError):
        Timeline(TRAINER, TRAINER.initial_state()).state(-1)


def test_one_thread_may_train_while_another_reads() -> None:
    timeline = Timeline(TRAINER, TRAINER.initial_state(), budget=4 * TRAINER.initial_state().nbytes)

    def train() -> None:
        for _ in range(LONG - 1):
            timeline.extend()

    thread = threading.Thread(target=train)
    thread.start()
    rng, wrong = np.random.default_rng(0), 0
    while thread.is_alive():
        k = int(rng.integers(0, timeline.frontier + 1))
        wrong += _bits(timeline, k) != STATES[k]
        rows = timeline.records.rows(timeline.records.count)
        wrong += bool((rows[:, 2] == 0).any())
    thread.join()
    assert wrong == 0
    assert timeline.frontier == LONG - 1
