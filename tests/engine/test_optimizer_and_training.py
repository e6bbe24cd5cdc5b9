"""Reduce, freeze, clip, step; and which examples an update trains on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import exploding_experiment, make_experiment, make_layout, make_parameters

from rnn_tui.arrays import Floats
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.training import Record, Trainer, TrainingState
from rnn_tui.engine.update import clip, learning_rate_at, run_update
from rnn_tui.equations.mathematics import norm as global_norm
from rnn_tui.equations.optimizers.sgd import SGD
from rnn_tui.experiments import TrainingConfig

LAYOUT = make_layout(2, 3, 2)
gradients = st.lists(st.floats(-50, 50), min_size=LAYOUT.size, max_size=LAYOUT.size).map(np.array)


def _run(trainer: Trainer, updates: int) -> tuple[TrainingState, list[Record]]:
    state, records = trainer.initial_state(), []
    for k in range(updates):
        done, record, _ = trainer.step(state, k)
        state = TrainingState(done.params, done.slots)
        records.append(record)
    return state, records


@given(gradients, st.floats(0.1, 100))
def test_clipping_by_norm_keeps_the_direction(gradient: Floats, limit: float) -> None:
    norm = global_norm(gradient)
    clipped = clip(gradient, norm, TrainingConfig(clip="norm", clip_limit=limit))
    assert global_norm(clipped) == pytest.approx(min(norm, limit))
    if norm <= limit:
        np.testing.assert_array_equal(clipped, gradient)
    else:
        np.testing.assert_allclose(clipped * norm, gradient * limit, rtol=1e-9, atol=1e-200)


@given(gradients, st.floats(0.1, 100))
def test_clipping_by_value_holds_each_number(gradient: Floats, limit: float) -> None:
    settings = TrainingConfig(clip="value", clip_limit=limit)
    clipped = clip(gradient, global_norm(gradient), settings)
    assert np.abs(clipped).max() <= limit
    inside = np.abs(gradient) <= limit
    np.testing.assert_array_equal(clipped[inside], gradient[inside])


@given(gradients, st.integers(1, 9))
def test_reduction(total: Floats, count: int) -> None:
    params, rest = make_parameters(LAYOUT, 0), np.zeros(LAYOUT.size)
    for reduction, expected in (("mean", total / count), ("sum", total)):
        settings = TrainingConfig(clip="none", reduction=reduction)  # type: ignore[arg-type]
        done = run_update(SGD, params, {"velocity": rest}, total, count, settings, 1)
        np.testing.assert_array_equal(done.step, expected)


@given(gradients)
def test_without_momentum_the_step_is_w_minus_lr_g_to_the_bit(total: Floats) -> None:
    params = make_parameters(LAYOUT, 1)
    settings = TrainingConfig(clip="none", learning_rate=0.37)
    done = run_update(SGD, params, {"velocity": np.zeros(LAYOUT.size)}, total, 1, settings, 1)
    np.testing.assert_array_equal(done.params.flat, params.flat - 0.37 * total)
    assert not done.clipped


def test_momentum_remembers() -> None:
    params, velocity = make_parameters(LAYOUT, 1), np.zeros(LAYOUT.size)
    settings = TrainingConfig(clip="none", learning_rate=0.1, momentum=0.9)
    gradient, theta, v = np.linspace(-1, 1, LAYOUT.size), params.flat.copy(), np.zeros(LAYOUT.size)
    for k in range(1, 5):
        done = run_update(SGD, params, {"velocity": velocity}, gradient, 1, settings, k)
        params, velocity = done.params, done.velocity
        v = 0.9 * v - 0.1 * gradient
        theta = theta + v
    np.testing.assert_allclose(params.flat, theta, rtol=1e-14)


def test_frozen_parameters_keep_their_bits() -> None:
    experiment = make_experiment(momentum=0.9, freeze=("W_hh", "b_y"))
    trainer = Trainer(experiment)
    first, (last, _) = trainer.initial_state(), _run(trainer, 20)
    for name, array in last.params.items():
        same = np.array_equal(array, first.params[name])
        assert same == (name in ("W_hh", "b_y")), name


@pytest.mark.parametrize(
    ("k", "expected"), [(1, 0.8), (9, 0.8), (10, 0.4), (11, 0.4), (19, 0.4), (20, 0.2), (35, 0.1)]
)
def test_step_decay(k: int, expected: float) -> None:
    settings = TrainingConfig(learning_rate=0.8, lr_decay=0.5, lr_decay_every=10)
    assert learning_rate_at(settings, k) == pytest.approx(expected)


def test_a_constant_learning_rate() -> None:
    assert learning_rate_at(TrainingConfig(learning_rate=0.8, lr_decay=0.5), 1000) == 0.8


def test_each_example_trains_once_an_epoch_in_an_order_of_its_own() -> None:
    trainer = Trainer(make_experiment((2,) * 8, batch="example", shuffle=True))
    orders = [tuple(trainer.members(8 * epoch + i)[0] for i in range(8)) for epoch in range(3)]
    assert all(sorted(order) == list(range(8)) for order in orders)
    assert len(set(orders)) == 3
    again = Trainer(make_experiment((2,) * 8, batch="example", shuffle=True))
    assert tuple(again.members(i)[0] for i in range(8)) == orders[0]
    other = Trainer(make_experiment((2,) * 8, {"seed": 6}, batch="example", shuffle=True))
    assert tuple(other.members(i)[0] for i in range(8)) != orders[0]


def test_unshuffled_examples_come_in_their_order() -> None:
    trainer = Trainer(make_experiment((1, 2, 3), batch="example"))
    assert [trainer.members(k) for k in range(4)] == [(0,), (1,), (2,), (0,)]


def test_a_step_is_a_pure_function() -> None:
    trainer = Trainer(make_experiment(momentum=0.5))
    state = trainer.initial_state()
    before = state.params.flat.copy()
    one, two = trainer.step(state, 0), trainer.step(state, 0)
    np.testing.assert_array_equal(one[0].params.flat, two[0].params.flat)
    assert one[1] == two[1]
    np.testing.assert_array_equal(state.params.flat, before)


def test_training_learns_sequences_of_differing_length() -> None:
    trainer = Trainer(make_experiment((3, 1, 4, 2), learning_rate=0.5))
    state, records = _run(trainer, 300)
    assert records[-1].loss < 0.2 * records[0].loss
    assert evaluate(state.params, trainer.net, trainer.experiment.train).accuracy == 1.0


def test_an_explosion_is_reported_and_nothing_raises() -> None:
    trainer = Trainer(exploding_experiment())
    with np.errstate(all="raise"):
        state, records = _run(trainer, 5)
    assert not np.isfinite(records[-1].grad_norm)
    assert not np.isfinite(state.params.flat).all()
