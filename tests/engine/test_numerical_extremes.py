"""At the ends of the float range: right where there is a right answer, and quiet where not."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import exploding_experiment, make_layout, make_parameters

from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.training import Trainer
from rnn_tui.engine.update import Update, run_update
from rnn_tui.equations.heads import HEADS
from rnn_tui.equations.norms import l2_norm
from rnn_tui.equations.optimizers.sgd import SGD
from rnn_tui.experiments import Example, TrainingConfig
from rnn_tui.experiments.experiment import Clip

LAYOUT = make_layout(2, 3, 2)
SIGMOID, SOFTMAX = HEADS["sigmoid"], HEADS["softmax"]


@pytest.fixture(autouse=True)
def _warnings_are_errors() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("y", [1000.0, -1000.0])
@pytest.mark.parametrize("target", [0, 1])
def test_the_heads_agree_at_the_extremes(y: float, target: int) -> None:
    wrong = (y > 0) != bool(target)
    expected = 1000.0 if wrong else 0.0
    assert float(SIGMOID.loss(np.array([y]), np.array(target))) == expected
    assert float(SOFTMAX.loss(np.array([0.0, y]), np.array(target))) == expected


@given(st.floats(-700, 700), st.integers(0, 1))
def test_a_sigmoid_is_a_softmax_of_two_to_full_relative_precision(y: float, target: int) -> None:
    one = float(SIGMOID.loss(np.array([y]), np.array(target)))
    two = float(SOFTMAX.loss(np.array([0.0, y]), np.array(target)))
    assert two == pytest.approx(one, rel=1e-12, abs=0)


@pytest.mark.parametrize("z", [20.0, 50.0, 300.0, 700.0])
@pytest.mark.parametrize("classes", [2, 5])
def test_a_small_softmax_loss_is_not_rounded_to_zero(z: float, classes: int) -> None:
    y = np.zeros(classes)
    y[1] = z
    rest = (classes - 1) * np.exp(-z)
    assert float(SOFTMAX.loss(y, np.array(1))) == pytest.approx(np.log1p(rest), rel=1e-12, abs=0)
    assert SOFTMAX.probabilities(y)[0] == pytest.approx(np.exp(-z), rel=1e-8, abs=0)


@pytest.mark.parametrize("classes", [2, 3, 24])
def test_equal_logits_cost_the_logarithm_of_the_classes(classes: int) -> None:
    for level in (0.0, 1000.0, -1000.0):
        loss = float(SOFTMAX.loss(np.full(classes, level), np.array(classes - 1)))
        assert loss == pytest.approx(np.log(classes), rel=1e-15)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=9), st.integers(-150, 150))
def test_a_norm_scales_with_its_vector(numbers: list[float], power: int) -> None:
    a = np.array(numbers)
    a[np.abs(a) < 1e-6] = 0.0
    plain = float(np.sqrt(np.sum(a**2)))
    assert float(l2_norm(a)) == plain, "to the bit where the plain formula works"
    scaled = np.ldexp(a, 6 * power)
    assert float(l2_norm(scaled)) == np.ldexp(plain, 6 * power)


def test_a_norm_along_an_axis_is_the_norm_of_each_row() -> None:
    rows = np.array([[3e200, 4e200], [3e-200, 4e-200], [0.0, 0.0], [np.inf, 1.0]])
    expected = [float(l2_norm(row)) for row in rows]
    np.testing.assert_array_equal(l2_norm(rows, axis=1), expected)
    np.testing.assert_allclose(expected, [5e200, 5e-200, 0.0, np.inf], rtol=1e-15)
    assert np.isnan(l2_norm(np.array([np.nan, 1e200])))
    assert l2_norm(np.full(4, 1.7e308)) == np.inf, "longer than a float can say"


def _updated(gradient: np.ndarray, clip: Clip) -> Update:
    settings = TrainingConfig(clip=clip, clip_limit=5.0)
    with np.errstate(all="ignore"):
        return run_update(
            SGD,
            make_parameters(LAYOUT, 0),
            {"velocity": np.zeros(LAYOUT.size)},
            gradient,
            1,
            settings,
            k=1,
        )


def test_clipping_holds_a_gradient_whose_square_overflows() -> None:
    gradient = np.linspace(-1e200, 2e200, LAYOUT.size)
    done = _updated(gradient, "norm")
    assert np.isfinite(done.grad_norm)
    assert done.clipped
    assert float(l2_norm(done.step)) == pytest.approx(5.0)
    np.testing.assert_allclose(done.step / 5.0, gradient / done.grad_norm, rtol=1e-12)
    assert _updated(gradient, "value").clipped


def test_clipping_by_value_helps_against_infinity_and_clipping_by_norm_does_not() -> None:
    gradient = np.ones(LAYOUT.size)
    gradient[0] = np.inf
    by_value, by_norm = _updated(gradient, "value"), _updated(gradient, "norm")
    assert by_value.clipped
    assert by_value.step[0] == 5.0
    assert np.isfinite(by_value.params.flat).all()
    assert not by_norm.clipped
    assert np.isnan(by_norm.params.flat[0])


@pytest.mark.parametrize("clip", ["norm", "value", "none"])
def test_clipping_claims_nothing_where_the_gradient_is_not_a_number(clip: Clip) -> None:
    assert not _updated(np.full(LAYOUT.size, np.nan), clip).clipped


def _long(length: int) -> tuple[Trainer, Example]:
    """The exploding relu network on one token, `length` times, answered wrongly."""
    experiment = exploding_experiment()
    ids = np.zeros(length, dtype=np.int64)
    inputs = experiment.vocabulary.embed(ids)
    example = Example("a" * length, ("a",) * length, ids, inputs, (length - 1,), (1,))
    return Trainer(replace(experiment, train=(example,))), example


@pytest.mark.parametrize("length", [100, 150])
def test_an_explosion_is_measured_as_long_as_it_is_finite(length: int) -> None:
    trainer, example = _long(length)
    state = trainer.initial_state()
    trace = trace_example(state.params, trainer.net, example)
    norms = trace.dh_norm
    assert np.isfinite(norms).all()
    np.testing.assert_allclose(norms[:-1] / norms[1:], 50.0, rtol=1e-12)
    assert trace.decay[0] == pytest.approx(50.0 ** (length - 1))
    done, record, _ = trainer.step(state, 0)
    assert np.isfinite(record.grad_norm)
    assert record.grad_norm >= np.abs(done.gradient).max()


@pytest.mark.parametrize("length", [182, 185, 400])
def test_past_the_largest_float_nothing_raises_or_warns(length: int) -> None:
    trainer, example = _long(length)
    state = trainer.initial_state()
    trace = trace_example(state.params, trainer.net, example)
    assert not np.isfinite(trace.loss)
    assert not np.isfinite(trace.dh_norm).all() or length == 182
    assert trace.decay.shape == (length,)
    assert not np.isfinite(evaluate(state.params, trainer.net, (example,)).loss)
    done, record, _ = trainer.step(state, 0)
    assert not np.isfinite(record.grad_norm)
    assert not done.clipped


def test_a_share_of_a_vanishing_last_gradient_is_infinite_and_quiet() -> None:
    trainer, example = _long(3)
    trace = trace_example(trainer.initial_state().params, trainer.net, example)
    dh = np.array([[1e300, 0.0, 0.0], [1.0, 0.0, 0.0], [1e-300, 0.0, 0.0]])
    tiny: Trace = replace(trace, layers=({**trace.layers[0], "dh": dh},))
    assert tiny.decay.tolist() == [np.inf, pytest.approx(1e300), 1.0]
