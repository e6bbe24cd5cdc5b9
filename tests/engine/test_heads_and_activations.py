"""Losses from logits: exact at the extremes, and no warning on the way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.equations.activations import ACTIVATIONS, sigmoid
from rnn_tui.equations.heads import HEADS

logits = st.lists(st.floats(-1000, 1000), min_size=2, max_size=5)


@pytest.mark.parametrize(
    ("y", "target", "loss"),
    [(1000.0, 1, 0.0), (1000.0, 0, 1000.0), (-1000.0, 0, 0.0), (-1000.0, 1, 1000.0)],
)
def test_sigmoid_loss_at_the_extremes(y: float, target: int, loss: float) -> None:
    head = HEADS["sigmoid"]
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert float(head.loss(np.array([y]), np.array(target))) == loss
        assert head.probabilities(np.array([y]))[0] == (1.0 if y > 0 else 0.0)


def test_softmax_loss_at_the_extremes() -> None:
    head = HEADS["softmax"]
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert float(head.loss(np.array([1000.0, -1000.0]), np.array(0))) == 0.0
        assert float(head.loss(np.array([1000.0, -1000.0]), np.array(1))) == 2000.0


def test_a_nearly_certain_answer_still_costs_something() -> None:
    loss = float(HEADS["sigmoid"].loss(np.array([50.0]), np.array(1)))
    assert loss == pytest.approx(np.exp(-50.0), rel=1e-12, abs=0)
    assert float(sigmoid(np.array(-50.0))) == pytest.approx(np.exp(-50.0), rel=1e-12, abs=0)


@given(logits, st.floats(-100, 100), st.integers(0, 1))
def test_softmax_does_not_see_a_shift(y: list[float], shift: float, target: int) -> None:
    head, numbers = HEADS["softmax"], np.array(y)
    here, there = head.probabilities(numbers), head.probabilities(numbers + shift)
    np.testing.assert_allclose(here, there, atol=1e-12)
    assert here.sum() == pytest.approx(1.0)
    loss = [float(head.loss(z, np.array(target))) for z in (numbers, numbers + shift)]
    assert loss[0] == pytest.approx(loss[1], rel=1e-9, abs=1e-9)


@given(st.floats(-30, 30), st.sampled_from(["sigmoid", "softmax"]), st.integers(0, 1))
def test_dy_is_p_minus_target(y: float, name: str, target: int) -> None:
    head, step = HEADS[name], 1e-5
    numbers = np.array([y] if name == "sigmoid" else [y, 0.3])
    dy = head.probabilities(numbers) - head.target(np.array(target), numbers.size)
    for i in range(numbers.size):
        nudge = np.eye(numbers.size)[i] * step
        above = head.loss(numbers + nudge, np.array(target))
        below = head.loss(numbers - nudge, np.array(target))
        assert float(above - below) / (2 * step) == pytest.approx(dy[i], abs=1e-8)


def test_predictions() -> None:
    assert HEADS["sigmoid"].predict(np.array([[0.5], [0.4999]])).tolist() == [1, 0]
    assert HEADS["softmax"].predict(np.array([[0.2, 0.5, 0.3], [0.4, 0.4, 0.2]])).tolist() == [1, 0]


@given(st.sampled_from(sorted(ACTIVATIONS)), st.floats(-5, 5).filter(lambda z: abs(z) > 1e-3))
def test_slopes_are_derivatives(name: str, z: float) -> None:
    activation, step = ACTIVATIONS[name], 1e-6
    slope = activation.slope(activation.of(np.array(z)))
    above, below = activation.of(np.array(z + step)), activation.of(np.array(z - step))
    assert float(slope) == pytest.approx(float(above - below) / (2 * step), abs=1e-7)
