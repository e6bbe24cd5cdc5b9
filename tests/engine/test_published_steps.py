"""The two published worked examples, step by step and to every digit that they print."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import Experiment

PRINTED = 5.001e-5  # four digits after the point


@pytest.fixture
def trainer(sentiment: Experiment) -> Trainer:
    return Trainer(sentiment)


@pytest.fixture
def trace(trainer: Trainer) -> Trace:
    params = trainer.initial_state().params
    return trace_example(params, trainer.net, trainer.experiment.train[0])


def test_the_state_after_every_word(trace: Trace) -> None:
    printed = [
        [0.4621, 0.1974, -0.0997],
        [0.1539, 0.4707, 0.3618],
        [0.0712, 0.6521, 0.2778],
        [0.5597, 0.4605, -0.0660],
    ]
    assert not trace.h[0].any()
    np.testing.assert_allclose(trace.h[1:], printed, rtol=0, atol=PRINTED)


@pytest.mark.parametrize(
    ("t", "slope", "delta"),
    [
        (3, [0.6867, 0.7879, 0.9956], [-0.1822, 0.1394, -0.1321]),
        (2, [0.9949, 0.5748, 0.9228], [-0.0992, -0.0183, 0.0858]),
        (1, [0.9763, 0.7784, 0.8691], [0.0208, -0.0404, 0.0167]),
        (0, [0.7864, 0.9610, 0.9901], [0.0151, -0.0014, -0.0225]),
    ],
)
def test_each_step_back_through_tanh(
    trainer: Trainer, trace: Trace, t: int, slope: list[float], delta: list[float]
) -> None:
    measured = trainer.net.layers[-1].activation.slope(trace.h[t + 1])
    np.testing.assert_allclose(measured, slope, rtol=0, atol=PRINTED)
    np.testing.assert_allclose(trace.delta[t], delta, rtol=0, atol=PRINTED)


def test_each_step_back_through_the_recurrence(trace: Trace) -> None:
    printed = [
        [0.0192, -0.0014, -0.0227],
        [0.0213, -0.0519, 0.0193],
        [-0.0997, -0.0318, 0.0929],
        [-0.2654, 0.1769, -0.1327],
    ]
    np.testing.assert_allclose(trace.dh, printed, rtol=0, atol=PRINTED)
    np.testing.assert_array_equal(trace.dh[:3], trace.dh_next[1:4])
    np.testing.assert_allclose(trace.dy, [[-0.4423]], rtol=0, atol=PRINTED)


def test_what_the_last_word_adds_to_the_weights(trace: Trace) -> None:
    to_W_xh = [[-0.1640, -0.0182], [0.1255, 0.0139], [-0.1189, -0.0132]]
    to_W_hh = [[-0.0130, -0.1188, -0.0506], [0.0099, 0.0909, 0.0387], [-0.0094, -0.0861, -0.0367]]
    measured = np.outer(trace.delta[3], trace.x[3])
    np.testing.assert_allclose(measured, to_W_xh, rtol=0, atol=PRINTED)
    measured = np.outer(trace.delta[3], trace.h[3])
    np.testing.assert_allclose(measured, to_W_hh, rtol=0, atol=PRINTED)


def test_the_first_update_is_not_clipped_and_moves_as_corrected(trainer: Trainer) -> None:
    done, record, _ = trainer.step(trainer.initial_state(), 0)
    assert record.grad_norm == pytest.approx(0.1964, abs=PRINTED)
    assert not record.clipped
    assert done.gradient[trainer.initial_state().params.layout.slices["W_xh"]][5] == pytest.approx(
        -0.0525, abs=PRINTED
    )
    assert done.params.W_xh[2, 1] == pytest.approx(0.4262, abs=PRINTED)
