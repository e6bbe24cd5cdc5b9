"""First weights, and what their spectrum says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import make_experiment

from rnn_tui.arrays import Floats
from rnn_tui.engine.spectrum.spectrum import (
    eigenvalues,
    half_life,
    largest_singular_value,
    rescaled,
    spectral_radius,
)
from rnn_tui.engine.training.initializers import initial_parameters
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


def test_given_weights_are_copied() -> None:
    weights = {
        "W_xh": np.ones((3, 4)), "W_hh": np.ones((3, 3)), "b_h": np.ones(3),
        "W_hy": np.ones((2, 3)), "b_y": np.ones(2),
    }  # fmt: skip
    params = initial_parameters(make_experiment(model={"init": "given", "weights": weights}))
    weights["W_hh"][...] = 9.0
    np.testing.assert_array_equal(params.W_hh, 1.0)
    assert not params.W_hh.flags.writeable


@pytest.mark.parametrize("init", ["orthogonal", "xavier", "normal"])
def test_first_biases_are_zero_and_first_weights_are_not(init: str) -> None:
    params = initial_parameters(make_experiment(model={"init": init}))
    assert not params.b_h.any()
    assert not params.b_y.any()
    for name in ("W_xh", "W_hh", "W_hy"):
        assert params[name].all(), name
    assert not params.flat.flags.writeable


@pytest.mark.parametrize("hidden_size", [4, 60])
def test_xavier_measures_rows_and_columns_of_each_weight(hidden_size: int) -> None:
    made = make_experiment(model={"init": "xavier", "hidden_size": hidden_size})
    params = initial_parameters(made)
    for name in ("W_xh", "W_hh", "W_hy"):
        bound = np.sqrt(6 / sum(params[name].shape))
        assert bound / 2 < np.abs(params[name]).max() <= bound, name


def test_orthogonal_is_for_the_recurrence_alone_even_beside_another_square() -> None:
    params = initial_parameters(make_experiment(model={"init": "orthogonal", "hidden_size": 4}))
    np.testing.assert_allclose(params.W_hh.T @ params.W_hh, np.eye(4), atol=1e-12)
    assert not np.allclose(params.W_xh.T @ params.W_xh, np.eye(4), atol=1e-3)


@pytest.mark.parametrize("scale", [0.001, 0.5])
def test_normal_takes_its_scale_from_the_experiment(scale: float) -> None:
    made = make_experiment(model={"init": "normal", "init_scale": scale, "hidden_size": 80})
    W = initial_parameters(made).W_hh
    assert W.std() == pytest.approx(scale, rel=0.05)
    assert abs(W.mean()) < 4 * scale / 80


def test_a_spectral_radius_is_not_a_norm() -> None:
    assert spectral_radius(np.array([[0.5, 100.0], [0.0, 0.25]])) == pytest.approx(0.5)
    assert spectral_radius(np.array([[0.6, -0.8], [0.8, 0.6]])) == pytest.approx(1.0)
    assert np.isnan(spectral_radius(np.array([[np.nan]])))


@pytest.mark.parametrize("steps", [1, 3, 20])
@pytest.mark.parametrize("half", [0.5, 1.0, 4.0])
def test_the_half_life_of_a_geometric_sequence(steps: int, half: float) -> None:
    norms = 3.0 * 2.0 ** (-np.arange(steps + 1)[::-1] / half)
    assert half_life(norms) == pytest.approx(half)
    assert half_life(norms[::-1]) == np.inf


def test_a_half_life_that_can_not_be_told() -> None:
    assert half_life(np.ones(4)) == np.inf
    for norms in ([1.0, np.inf], [np.nan, 1.0], [1.0, 0.0]):
        assert np.isnan(half_life(np.array(norms)))


@given(st.integers(1, 12), st.floats(1e-3, 50), st.integers(0, 10_000))
def test_rescaled_has_the_radius_and_keeps_the_directions(
    size: int, radius: float, seed: int
) -> None:
    W = np.random.default_rng(seed).standard_normal((size, size))
    scaled = rescaled(W, radius)
    assert spectral_radius(scaled) == pytest.approx(radius, rel=1e-12)
    np.testing.assert_allclose(scaled / radius, W / spectral_radius(W), rtol=1e-12)


@pytest.mark.parametrize(
    ("W", "radius", "why"),
    [
        (np.array([[0.0, 1.0], [0.0, 0.0]]), 0.9, "radius of 0"),
        (np.array([[np.nan]]), 0.9, "radius of nan"),
        (np.array([[1e-200, 1.0], [0.0, 1e-200]]), 1e300, "too large"),
    ],
)
def test_what_can_not_be_rescaled(W: Floats, radius: float, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        rescaled(W, radius)


def test_eigenvalues_are_sorted_by_size_with_a_pair_together() -> None:
    found = eigenvalues(np.array([[0.0, 3.0, 0.0], [-3.0, 0.0, 0.0], [0.0, 0.0, -4.0]]))
    assert found is not None
    np.testing.assert_allclose(found, [-4, 3j, -3j], atol=1e-12)
    assert eigenvalues(np.array([[np.nan]])) is None


def test_the_largest_singular_value() -> None:
    assert largest_singular_value(np.array([[0.0, 7.0], [0.0, 0.0]])) == pytest.approx(7.0)
    assert np.isnan(largest_singular_value(np.array([[np.inf]])))


@pytest.mark.parametrize("size", [1e-290, 1.0, 1e200, 1e300])
def test_a_matrix_of_any_size_has_its_values(size: float) -> None:
    W = np.array([[0.5, 0.25], [0.0, -0.75]])
    np.testing.assert_allclose(spectral_radius(W * size), 0.75 * size)
    singular = np.linalg.svd(W, compute_uv=False)[0]
    np.testing.assert_allclose(largest_singular_value(W * size), singular * size)
    found = eigenvalues(W * size)
    assert found is not None
    assert found[0] == pytest.approx(-0.75 * size)
