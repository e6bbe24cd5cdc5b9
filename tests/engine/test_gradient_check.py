"""The check itself: at any scale a right gradient passes and the slip fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import make_example, make_layout, make_network, make_parameters, make_stream

from rnn_tui.arrays import frozen
from rnn_tui.engine.checks.differences import Objective, numeric_gradient
from rnn_tui.engine.checks.gradient_check import (
    TOLERANCE,
    ArrayCheck,
    Verdict,
    check_batch,
    check_gradient,
    check_number,
    located,
)
from rnn_tui.engine.passes.patches import Patch
from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.faults import FAULTS
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example, load


@pytest.mark.slow
def test_tiny_weights_need_a_second_measurement() -> None:
    """Untrained phrases: the gradient of W_hh is so small that rounding drowns the usual step."""
    experiment = load("phrases")
    trainer, example = Trainer(experiment), experiment.train[19]
    params = trainer.initial_state().params

    def loss(nudged: object) -> float:
        return float(trace_example(nudged, trainer.net, example).losses.sum())  # type: ignore[arg-type]

    checks = {check.name: check for check in check_gradient(params, trainer.net, example)}
    assert max(check.relative_error for check in checks.values()) < TOLERANCE
    rows = [params.layout.slices["W_hh"].start + i for i in range(64)]
    plain = []
    for row in rows:
        nudged = params.flat.copy()
        nudged[row] += 1e-5
        above = loss(params.with_flat(nudged))
        nudged = params.flat.copy()
        nudged[row] -= 1e-5
        plain.append((above - loss(params.with_flat(nudged))) / 2e-5)
    one_row = ArrayCheck("W_hh", checks["W_hh"].analytic.ravel()[:64], np.array(plain))
    assert not one_row.passed, "or else there was no need"


def test_a_numeric_gradient_has_the_layout_of_the_parameters() -> None:
    params = make_parameters(make_stream(learned=2).layout, 1)
    numeric = numeric_gradient(lambda p: float((p.E**3).sum() / 3 + p.b_y.sum()), params)
    np.testing.assert_allclose(numeric.E, params.E**2, atol=1e-8)
    np.testing.assert_allclose(numeric.b_y, 1, atol=1e-8)
    np.testing.assert_allclose(numeric.W_hh, 0, atol=1e-8)


@given(seed=st.integers(0, 500), scale=st.sampled_from([1e-3, 1e-2, 0.1, 1.0]))
def test_no_scale_of_weights_makes_a_right_gradient_fail(seed: int, scale: float) -> None:
    experiment = make_stream()
    params = make_parameters(experiment.layout, seed, scale)
    start = np.random.default_rng(seed).uniform(-1, 1, 3)
    checks = check_gradient(params, experiment.network, experiment.train[1], start)
    assert [check.name for check in checks if not check.passed] == []


@given(seed=st.integers(0, 500), scale=st.sampled_from([1e-3, 1e-2, 0.1, 1.0]))
def test_no_scale_of_weights_hides_the_slip(seed: int, scale: float) -> None:
    experiment = make_stream(recurrent_backprop="published")
    params = make_parameters(experiment.layout, seed, scale)
    checks = check_gradient(params, experiment.network, experiment.train[1])
    assert {"W_xh", "b_h"} <= {check.name for check in checks if not check.passed}


def test_it_watches_every_number() -> None:
    experiment = make_stream()
    params = make_parameters(experiment.layout, 3)
    seen: list[int] = []

    def watch(places: Sequence[int]) -> list[int]:
        seen.extend(places)
        return list(places)

    net = experiment.network
    checks = check_gradient(params, net, experiment.train[0], None, watch)
    assert seen == list(range(params.layout.size))
    exact = trace_example(params, net, experiment.train[0]).grads
    for check in checks:
        np.testing.assert_array_equal(check.analytic, exact[check.name])


def one_unit(pre: float, activation: str = "relu") -> tuple[Parameters, Network, Example]:
    """A unit whose first state is f(pre), with one output."""
    layout = make_layout(1, 1, 1)
    params = Parameters(layout, np.array([pre, 0.5, 0.0, 1.0, 0.0]))
    example = Example("a", ("a",), np.array([0]), np.array([[1.0]]), (0,), (1,))
    return params, make_network(activation, "sigmoid"), example


def verdicts(checks: tuple[ArrayCheck, ...]) -> dict[str, Verdict]:
    return {check.name: check.verdict for check in checks}


def test_a_corner_of_relu_is_no_error() -> None:
    found = verdicts(check_gradient(*one_unit(0.0)))
    assert found["W_xh"] is found["b_h"] is Verdict.KINK
    assert found["W_hy"] is Verdict.RIGHT
    assert set(verdicts(check_gradient(*one_unit(0.1))).values()) == {Verdict.RIGHT}


def test_a_wrong_gradient_of_relu_is_not_excused() -> None:
    params, net, example = one_unit(-0.5)
    wrong = replace(net, fault=FAULTS["no-slope"])
    assert verdicts(check_gradient(params, wrong, example))["W_xh"] is Verdict.WRONG


def test_what_is_not_finite_is_called_so() -> None:
    params, net, example = one_unit(1e308)
    big = Parameters(params.layout, np.array([1e308, 0.5, 1e308, 1e308, 0.0]))
    assert Verdict.NOT_FINITE in verdicts(check_gradient(big, net, example)).values()


def test_what_rounding_drowns_can_not_be_told() -> None:
    """A saturated unit: the gradient is there, and far below the last digit of the loss."""
    params, net, example = one_unit(18.0, "tanh")
    check = check_number(trace_example(params, net, example), 0)
    assert 0 < abs(float(check.analytic[0])) < 1e-14
    assert check.verdict in (Verdict.BLURRED, Verdict.RIGHT)
    far = replace(check, analytic=check.analytic + 1e-9)
    assert far.verdict is Verdict.WRONG


def test_one_number_is_that_of_the_whole_check() -> None:
    experiment = make_stream(learned=2)
    params = make_parameters(experiment.layout, 4)
    start = np.array([0.2, -0.4, 0.1])
    trace = trace_example(params, experiment.network, experiment.train[1], start)
    for place in range(params.layout.size):
        check = check_number(trace, place)
        name, index = located(params.layout, place)
        assert (check.name, float(check.analytic[0])) == (name, trace.grads[name][index])
        assert check.verdict in (Verdict.RIGHT, Verdict.BLURRED), (name, index)


def test_a_sample_has_the_largest_and_others_of_each_array() -> None:
    layout = make_layout(7, 9, 2)
    params = make_parameters(layout, 8)
    example = make_example(np.random.default_rng(3), layout, 4, (3,), 2)
    net = make_network("tanh", "softmax")
    whole = {check.name: check for check in check_gradient(params, net, example)}
    for check in check_gradient(params, net, example, most=10):
        all_of_it = whole[check.name]
        assert check.numeric.size == min(10, all_of_it.numeric.size)
        assert check.passed
        if check.places is None:
            continue
        assert len(set(check.places)) == 10
        np.testing.assert_array_equal(check.analytic, all_of_it.analytic.ravel()[check.places])
        largest = np.argsort(-np.abs(all_of_it.analytic.ravel()))[:5]
        assert set(largest) <= set(check.places)
        off = replace(check, numeric=check.numeric + np.eye(10)[7])
        assert np.ravel_multi_index(off.worst, all_of_it.analytic.shape) == check.places[7]


def test_hidden_values_put_in_are_part_of_what_is_checked() -> None:
    layout = make_layout(2, 3, 2)
    params = make_parameters(layout, 8)
    example = make_example(np.random.default_rng(3), layout, 4, (1, 3), 2)
    net = make_network("tanh", "softmax")
    patches = (Patch(1, 0, 0.9), Patch(-1, 2, -0.3))
    assert all(one.passed for one in check_gradient(params, net, example, patches=patches))
    trace = trace_example(params, net, example, None, patches)
    assert check_number(trace, layout.slices["W_hh"].start + 4).passed


def steep(
    seed: int, scale: float, inputs: float = 1.0, length: int = 40, activation: str = "tanh"
) -> tuple[Parameters, Network, Example]:
    """A long pass through large weights, or over inputs in raw units: its loss bends soon."""
    layout = make_layout(3, 16, 3)
    example = make_example(np.random.default_rng(seed), layout, length, tuple(range(length)), 3)
    assert example.inputs is not None
    example = replace(example, inputs=frozen(inputs * example.inputs))
    net = make_network(activation, "softmax")
    return make_parameters(layout, seed, scale), net, example


@pytest.mark.slow
def test_a_steep_loss_is_measured_with_narrower_steps() -> None:
    params, net, example = steep(1, 1.0)
    objective, exact = Objective(net, (example,)), trace_example(params, net, example).grads
    usual = numeric_gradient(lambda p: float(objective.losses(p).sum()), params).W_hh
    off = np.linalg.norm(usual - exact.W_hh) / np.linalg.norm(exact.W_hh)
    assert off > 100 * TOLERANCE, "or else there was no need"
    found = {check.name: check for check in check_gradient(params, net, example)}
    assert {check.verdict for check in found.values()} == {Verdict.RIGHT}
    assert found["W_hh"].relative_error < TOLERANCE


@pytest.mark.slow
@given(
    st.integers(0, 300), st.sampled_from([1e-4, 0.3, 1.0, 2.0, 4.0]),
    st.sampled_from([0.1, 1.0, 100.0]), st.sampled_from([1, 10, 80]),
    st.sampled_from(["tanh", "relu", "sigmoid"]),
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_no_right_number_is_called_wrong_however_steep(
    seed: int, scale: float, inputs: float, length: int, activation: str
) -> None:
    params, net, example = steep(seed, scale, inputs, length, activation)
    trace = trace_example(params, net, example)
    for place in np.random.default_rng(seed).choice(params.layout.size, 8, replace=False):
        assert check_number(trace, int(place)).verdict is not Verdict.WRONG


@pytest.mark.slow
def test_where_no_step_is_small_enough_nothing_is_claimed() -> None:
    """Chaos: the gradient is 1e8 times the loss, so that any step leaves the slope behind."""
    params, net, example = steep(0, 1.0, length=80)
    trace = trace_example(params, net, example)
    found = [check_number(trace, place).verdict for place in range(0, params.layout.size, 5)]
    assert Verdict.STEEP in found
    assert Verdict.WRONG not in found


@pytest.mark.slow
@pytest.mark.parametrize("scale", [0.3, 1.0, 2.0])
@pytest.mark.parametrize("fault", ["no-slope", "untransposed"])
def test_a_steep_loss_excuses_no_fault(scale: float, fault: str) -> None:
    params, net, example = steep(2, scale, length=10)
    checks = check_gradient(params, replace(net, fault=FAULTS[fault]), example)
    found = {check.name: check.verdict for check in checks}
    assert found["W_hh"] is found["W_xh"] is found["b_h"] is Verdict.WRONG
    assert found["W_hy"] is found["b_y"] is Verdict.RIGHT


def test_corners_excuse_only_what_stands_at_them() -> None:
    """Two units, one at relu's corner: the other's gradient is judged all the same."""
    layout = make_layout(1, 2, 1)
    params = Parameters(layout, np.array([0.0, 0.7, 0.1, 0.2, 0.3, 0.4, 0.0, 0.1, 1.0, -1.0, 0.0]))
    example = Example("aa", ("a", "a"), np.array([0, 0]), np.array([[0.0], [1.0]]), (1,), (1,))
    net = make_network("relu", "sigmoid")
    assert Verdict.WRONG not in verdicts(check_gradient(params, net, example)).values()
    assert Verdict.KINK in verdicts(check_gradient(params, net, example)).values()
    wrong = check_gradient(params, replace(net, fault=FAULTS["untransposed"]), example)
    assert Verdict.WRONG in verdicts(wrong).values()


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_parts_of_a_text_that_are_read_side_by_side_begin_each_with_its_own_state(
    activation: Literal["tanh", "relu"],
) -> None:
    experiment = make_stream("the boy sees the girl and the dog" * 4, parallel=3)
    model = replace(experiment.model, activation=activation)
    experiment = replace(experiment, model=model)
    trainer = Trainer(experiment)
    state = trainer.initial_state()
    for k in range(2):
        state = trainer.step(state, k).after
    reduced = trainer.step(state, 2).update.reduced
    places = np.arange(0, state.params.layout.size, 5)
    assert check_batch(reduced, trainer, state, 2, places).verdict in (Verdict.RIGHT, Verdict.KINK)
