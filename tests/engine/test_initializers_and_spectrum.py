"""First weights, and what their spectrum says."""

from __future__ import annotations

import numpy as np
import pytest
from making import make_experiment

from rnn_tui.engine.initializers import initial_parameters
from rnn_tui.engine.spectrum import half_life, spectral_radius
from rnn_tui.experiments import Experiment


def test_given_weights_are_those_of_the_file(sentiment: Experiment) -> None:
    params = initial_parameters(sentiment)
    assert params.W_hh.tolist() == [[0.1, 0.4, -0.2], [-0.3, 0.2, 0.5], [0.3, -0.1, 0.1]]
    assert params.b_y.tolist() == [0.1]
    assert not params.flat.flags.writeable


def test_orthogonal() -> None:
    params = initial_parameters(make_experiment(model={"init": "orthogonal", "hidden_size": 40}))
    np.testing.assert_allclose(params.W_hh @ params.W_hh.T, np.eye(40), atol=1e-12)
    assert spectral_radius(params.W_hh) == pytest.approx(1.0)
    assert np.abs(params.W_xh).max() <= np.sqrt(6 / 44)


def test_xavier_fills_its_bounds() -> None:
    params = initial_parameters(make_experiment(model={"init": "xavier", "hidden_size": 60}))
    bound = np.sqrt(6 / 120)
    assert 0.98 * bound < np.abs(params.W_hh).max() <= bound
    assert abs(params.W_hh.mean()) < 0.05 * bound


def test_normal_has_its_scale_and_biases_are_zero() -> None:
    made = make_experiment(model={"init": "normal", "init_scale": 0.02, "hidden_size": 80})
    params = initial_parameters(made)
    assert params.W_hh.std() == pytest.approx(0.02, rel=0.05)
    assert not params.b_h.any()
    assert not params.b_y.any()


@pytest.mark.parametrize("init", ["orthogonal", "xavier", "normal"])
def test_the_seed_decides(init: str) -> None:
    first, second, other = (
        initial_parameters(make_experiment(model={"init": init, "seed": seed})).flat
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


def test_spectral_radius() -> None:
    assert spectral_radius(np.diag([0.5, -2.0])) == pytest.approx(2.0)
    assert spectral_radius(np.array([[0.0, 3.0], [-3.0, 0.0]])) == pytest.approx(3.0)
    assert np.isnan(spectral_radius(np.array([[np.inf, 0.0], [0.0, 1.0]])))


def test_half_life() -> None:
    assert half_life(0.5 ** np.arange(6)[::-1].astype(float)) == pytest.approx(1.0)
    assert half_life(np.array([2.0, 1.0])) == np.inf
    assert np.isnan(half_life(np.array([1.0])))
    assert np.isnan(half_life(np.array([0.0, 1.0])))
