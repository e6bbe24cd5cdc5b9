"""The check itself: at any scale a right gradient passes and the slip fails."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from making import make_parameters, make_stream

from rnn_tui.engine.gradient_check import TOLERANCE, ArrayCheck, check_gradient, numeric_gradient
from rnn_tui.engine.network import Network, layout_of
from rnn_tui.engine.trace import trace_example
from rnn_tui.engine.training import Trainer
from rnn_tui.experiments import load


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
    params = make_parameters(layout_of(make_stream(learned=2)), 1)
    numeric = numeric_gradient(lambda p: float((p.E**3).sum() / 3 + p.b_y.sum()), params)
    np.testing.assert_allclose(numeric.E, params.E**2, atol=1e-8)
    np.testing.assert_allclose(numeric.b_y, 1, atol=1e-8)
    np.testing.assert_allclose(numeric.W_hh, 0, atol=1e-8)


@given(seed=st.integers(0, 500), scale=st.sampled_from([1e-3, 1e-2, 0.1, 1.0]))
def test_no_scale_of_weights_makes_a_right_gradient_fail(seed: int, scale: float) -> None:
    experiment = make_stream()
    params = make_parameters(layout_of(experiment), seed, scale)
    start = np.random.default_rng(seed).uniform(-1, 1, 3)
    checks = check_gradient(params, Network.of(experiment), experiment.train[1], start)
    assert [check.name for check in checks if not check.passed] == []


@given(seed=st.integers(0, 500), scale=st.sampled_from([1e-3, 1e-2, 0.1, 1.0]))
def test_no_scale_of_weights_hides_the_slip(seed: int, scale: float) -> None:
    experiment = make_stream(recurrent_backprop="published")
    params = make_parameters(layout_of(experiment), seed, scale)
    checks = check_gradient(params, Network.of(experiment), experiment.train[1])
    assert {"W_xh", "b_h"} <= {check.name for check in checks if not check.passed}


def test_it_watches_every_number() -> None:
    experiment = make_stream()
    params = make_parameters(layout_of(experiment), 3)
    seen: list[int] = []

    def watch(places: Sequence[int]) -> list[int]:
        seen.extend(places)
        return list(places)

    net = Network.of(experiment)
    checks = check_gradient(params, net, experiment.train[0], None, watch)
    assert seen == list(range(params.layout.size))
    exact = trace_example(params, net, experiment.train[0]).grads
    for check in checks:
        np.testing.assert_array_equal(check.analytic, exact[check.name])
