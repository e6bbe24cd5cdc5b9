"""Laws of updates and epochs: what moves, by how much, in which order, and what is reported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import PARAMETER_NAMES, make_experiment, make_layout, make_parameters

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.training.epochs import EpochSummary, run_epochs, summarise, updates
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.training import Record, Trainer, TrainingState
from rnn_tui.engine.update import clip, run_update
from rnn_tui.equations.mathematics import norm as global_norm
from rnn_tui.equations.optimizers.sgd import SGD
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example, TrainingConfig
from rnn_tui.experiments.experiment import Clip, Reduction

LAYOUT = make_layout(2, 3, 2)
REST = np.zeros(LAYOUT.size)
gradients = st.lists(st.floats(-50, 50), min_size=LAYOUT.size, max_size=LAYOUT.size).map(np.array)


def _walk(trainer: Trainer, updates: int) -> list[TrainingState]:
    walked = [trainer.initial_state()]
    for k in range(updates):
        done, _, _ = trainer.step(walked[-1], k)
        walked.append(TrainingState(done.params, done.slots))
    return walked


def _summed_gradient(trainer: Trainer, state: TrainingState, members: tuple[int, ...]) -> Floats:
    total = np.zeros(state.params.layout.size)
    for member in members:
        example = trainer.experiment.train[member]
        total += trace_example(state.params, trainer.net, example).grads.flat
    return total


@pytest.mark.parametrize("batch", ["full", "example"])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_training_is_the_formula_written_by_hand(batch: str, reduction: str) -> None:
    trainer = Trainer(
        make_experiment(
            (3, 1, 4), batch=batch, reduction=reduction, shuffle=True, learning_rate=0.2,
            momentum=0.8, lr_decay=0.5, lr_decay_every=3, clip="norm", clip_limit=0.1,
        )
    )  # fmt: skip
    walked = _walk(trainer, 10)
    v = np.zeros(walked[0].params.layout.size)
    for k in range(10):
        members = trainer.members(k)
        g = _summed_gradient(trainer, walked[k], members)
        g /= len(members) if reduction == "mean" else 1
        g *= min(1.0, 0.1 / float(np.linalg.norm(g)))
        v = 0.8 * v - 0.2 * 0.5 ** ((k + 1) // 3) * g
        theta = walked[k].params.flat + v
        np.testing.assert_allclose(walked[k + 1].params.flat, theta, rtol=1e-12, atol=1e-14)


@given(gradients, st.floats(0.1, 100), st.sampled_from(["norm", "value", "none"]))
def test_the_step_is_the_clipped_gradient_and_says_so(
    total: Floats, limit: float, by: Clip
) -> None:
    settings = TrainingConfig(clip=by, clip_limit=limit, learning_rate=0.37, momentum=0.0)
    params = make_parameters(LAYOUT, 1)
    done = run_update(SGD, params, {"velocity": REST}, total, 1, settings, 1)
    np.testing.assert_array_equal(done.step, clip(total, global_norm(total), settings))
    np.testing.assert_array_equal(done.params.flat, params.flat - 0.37 * done.step)
    over = {"norm": global_norm(total), "value": np.abs(total).max(), "none": 0.0}[by] > limit
    assert done.clipped == over
    assert done.grad_norm == pytest.approx(float(np.linalg.norm(total)))


@given(st.lists(st.sampled_from(PARAMETER_NAMES), unique=True), gradients)
def test_what_is_frozen_counts_in_no_norm_and_keeps_its_bits(names: list[str], g: Floats) -> None:
    settings = TrainingConfig(clip="norm", clip_limit=1.0, momentum=0.9, freeze=tuple(names))
    first = params = make_parameters(LAYOUT, 2)
    velocity: Floats = REST
    for k in range(1, 30):
        done = run_update(SGD, params, {"velocity": velocity}, g, 1, settings, k)
        params, velocity = done.params, done.velocity
    free = [g[LAYOUT.slices[name]] for name in PARAMETER_NAMES if name not in names]
    expected = np.linalg.norm(np.concatenate([*free, np.zeros(1)]))
    assert done.grad_norm == pytest.approx(float(expected))
    np.testing.assert_array_equal(done.reduced, g)
    for name in names:
        assert params[name].tobytes() == first[name].tobytes(), name


def test_a_frozen_gradient_that_is_not_a_number_moves_nothing() -> None:
    settings = TrainingConfig(clip="none", freeze=("W_hh",))
    g = np.zeros(LAYOUT.size)
    g[LAYOUT.slices["W_hh"]] = np.nan
    params = make_parameters(LAYOUT, 2)
    np.testing.assert_array_equal(
        run_update(SGD, params, {"velocity": REST}, g, 1, settings, 1).params.flat, params.flat
    )


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_an_update_leaves_the_gradient_it_is_given_alone(reduction: Reduction) -> None:
    settings = TrainingConfig(reduction=reduction, freeze=("W_xh",), clip_limit=0.01)
    total = np.ones(LAYOUT.size)
    done = run_update(SGD, make_parameters(LAYOUT, 0), {"velocity": REST}, total, 1, settings, 1)
    assert not any(np.shares_memory(value, total) for value in (done.reduced, done.step))
    assert total.flags.writeable
    np.testing.assert_array_equal(total, 1.0)


def test_a_step_changes_nothing_and_returns_nothing_that_can_change() -> None:
    trainer = Trainer(make_experiment(momentum=0.5, clip_limit=0.01))
    state = _walk(trainer, 3)[-1]
    before = state.params.flat.tobytes(), state.slots["velocity"].tobytes()
    done, record, _ = trainer.step(state, 3)
    again, same, _ = trainer.step(state, 3)
    assert (state.params.flat.tobytes(), state.slots["velocity"].tobytes()) == before
    assert record == same
    for name in ("reduced", "gradient", "step", "velocity"):
        array = getattr(done, name)
        assert array.tobytes() == getattr(again, name).tobytes(), name
        assert not array.flags.writeable, name
    for one in (done.params, trainer.initial_state().params):
        assert not any(array.flags.writeable for _, array in one.items())
    assert not trainer.initial_state().slots["velocity"].flags.writeable


def test_the_order_is_a_function_of_seed_and_epoch_alone() -> None:
    def orders(model: dict[str, Any], **training: Any) -> list[tuple[int, ...]]:
        trainer = Trainer(make_experiment((2,) * 7, model, **training))
        members = [trainer.members(k) for k in reversed(range(21))][::-1]
        return [tuple(m for (m,) in members[e : e + 7]) for e in (0, 7, 14)]

    by_example = {"batch": "example", "shuffle": True}
    plain = orders({}, **by_example)
    other_net = {"hidden_size": 9, "activation": "relu", "init": "normal"}
    assert orders(other_net, learning_rate=0.9, momentum=0.5, **by_example) == plain
    assert orders({"seed": 6}, **by_example) != plain
    assert all(sorted(order) == list(range(7)) for order in plain)
    assert len(set(plain)) == 3


@pytest.mark.parametrize("batch", ["full", "example"])
def test_an_update_reports_its_own_examples_before_it_moves(batch: str) -> None:
    trainer = Trainer(make_experiment((3, 1, 4, 3), batch=batch))
    state = _walk(trainer, 2)[-1]
    members = trainer.members(2)
    seen = [trainer.experiment.train[m] for m in members]
    _, record, _ = trainer.step(state, 2)
    traces = [trace_example(state.params, trainer.net, example) for example in seen]
    right = sum(int(t.p[0].argmax()) == e.targets[0] for t, e in zip(traces, seen, strict=True))
    assert record.loss == pytest.approx(sum(t.losses.sum() for t in traces))
    assert (record.right, record.outputs) == (right, len(seen))
    norm = np.linalg.norm(_summed_gradient(trainer, state, members)) / len(members)
    assert record.grad_norm == pytest.approx(float(norm))


def test_a_batch_is_averaged_over_its_examples_and_not_over_their_outputs() -> None:
    experiment = make_experiment((3, 4))
    every = tuple(
        replace(e, outputs=tuple(range(e.length)), targets=e.targets * e.length)
        for e in experiment.train
    )
    trainer = Trainer(replace(experiment, train=every))
    state = trainer.initial_state()
    done, record, _ = trainer.step(state, 0)
    np.testing.assert_allclose(
        done.reduced, _summed_gradient(trainer, state, (0, 1)) / 2, rtol=1e-12, atol=1e-14
    )
    assert record.outputs == 7
    summary = summarise(0, [record])
    assert summary.loss == pytest.approx(evaluate(state.params, trainer.net, every).loss)


def test_an_epoch_adds_up_its_updates() -> None:
    records = [
        Record(6.0, 1, 3, 2.0, False, 0.2),
        Record(2.0, 1, 1, 9.0, True, 0.1),
    ]
    assert summarise(4, records) == EpochSummary(4, 2.0, 0.5, 9.0, True, 0.1)


def test_test_figures_are_taken_after_the_epoch() -> None:
    experiment = make_experiment((3, 1, 4), batch="example")
    trainer = Trainer(replace(experiment, test=experiment.train[:2]))
    walked = _walk(trainer, 6)
    for epoch, (summary, state) in enumerate(run_epochs(trainer, 2)):
        after = walked[3 * (epoch + 1)]
        assert state.params.flat.tobytes() == after.params.flat.tobytes()
        result = evaluate(after.params, trainer.net, trainer.experiment.test)
        assert (summary.test_loss, summary.test_accuracy) == (result.loss, result.accuracy)


def test_training_in_silence_reaches_the_same_bits() -> None:
    trainer = Trainer(make_experiment((3, 1), batch="example", shuffle=True, momentum=0.5))
    reported = [state.params.flat.tobytes() for _, state in run_epochs(trainer, 4)]
    each = trainer.updates_per_epoch
    walked = [state.params.flat.tobytes() for _, state in updates(trainer, 4 * each)]
    silent = walked[each - 1 :: each]
    assert silent == reported
    assert len(set(silent)) == 4


@pytest.mark.parametrize("name", PARAMETER_NAMES)
def test_one_number_edited_is_one_number_changed(name: str) -> None:
    params = make_parameters(LAYOUT, 3)
    index = tuple(n - 1 for n in params[name].shape)
    edited = params.with_value(name, index, 12.5)
    assert edited[name][index] == 12.5
    assert np.count_nonzero(edited.flat != params.flat) == 1
    assert not edited.flat.flags.writeable


def test_given_arrays_are_copied() -> None:
    arrays = {n: np.ones(shape) for n, shape in LAYOUT.shapes.items()}
    params = Parameters.of(arrays)
    for array in arrays.values():
        array[...] = 7.0
    np.testing.assert_array_equal(params.flat, 1.0)
    assert not params.flat.flags.writeable
    with pytest.raises(KeyError):
        params["layout"]


def test_examples_of_unlike_outputs_are_not_thrown_together() -> None:
    inputs = np.eye(4)
    examples = tuple(
        Example("abcd", tuple("abcd"), np.arange(4), inputs, at, (1,) * len(at))
        for at in ((3,), (1, 3), (3,))
    )
    trainer = Trainer(replace(make_experiment(), train=examples))
    state = trainer.initial_state()
    done, record, _ = trainer.step(state, 0)
    assert record.outputs == 4
    np.testing.assert_allclose(
        3 * done.reduced, _summed_gradient(trainer, state, (0, 1, 2)), rtol=1e-12, atol=1e-14
    )
