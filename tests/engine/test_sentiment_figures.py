"""The published network, by the figures that were measured independently of this code."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.spectrum.spectrum import half_life
from rnn_tui.engine.training.epochs import run_epochs
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import Experiment


@pytest.fixture
def trainer(sentiment: Experiment) -> Trainer:
    return Trainer(sentiment)


@pytest.fixture
def trace(trainer: Trainer) -> Trace:
    params = trainer.initial_state().params
    return trace_example(params, trainer.net, trainer.experiment.train[0])


def test_love_by_hand(trace: Trace) -> None:
    np.testing.assert_allclose(trace.xh[1], [0.01, 0.66, 0.27], atol=1e-15)
    np.testing.assert_allclose(trace.hh[1], [0.1451, -0.1490, 0.1089], atol=5e-5)
    np.testing.assert_allclose(trace.pre[1], [0.1551, 0.5110, 0.3789], atol=5e-5)
    np.testing.assert_allclose(trace.h[2], [0.1539, 0.4707, 0.3618], atol=5e-5)


def test_the_last_state_and_the_answer(trace: Trace) -> None:
    np.testing.assert_allclose(trace.h[4], [0.559696, 0.460493, -0.065973], atol=5e-7)
    assert trace.y[0, 0] == pytest.approx(0.231829, abs=5e-7)
    assert trace.p[0, 0] == pytest.approx(0.557699, abs=5e-7)


def test_the_gradient_decays(trace: Trace) -> None:
    norms = [0.029770, 0.059320, 0.139949, 0.345448]
    np.testing.assert_allclose(trace.dh_norm, norms, atol=5e-7)
    np.testing.assert_allclose(trace.decay, [0.09, 0.17, 0.41, 1.00], atol=5e-3)
    assert half_life(trace.dh_norm) == pytest.approx(0.85, abs=0.01)


def test_the_gradients_of_the_first_sentence(trace: Trace) -> None:
    expected: dict[str, list[list[float]] | list[float]] = {
        "W_xh": [[-0.1683, -0.0710], [0.0984, -0.0312], [-0.1073, 0.0602]],
        "W_hh": [
            [-0.0186, -0.1614, -0.0886],
            [-0.0116, 0.0743, 0.0361],
            [0.0115, -0.0425, -0.0073],
        ],
        "b_h": [-0.2455, 0.0793, -0.0521],
        "W_hy": [[-0.2476, -0.2037, 0.0292]],
        "b_y": [-0.4423],
    }  # fmt: skip
    for name, numbers in expected.items():
        np.testing.assert_allclose(trace.grads[name], np.array(numbers), atol=6e-5, err_msg=name)


def test_the_training_run(trainer: Trainer) -> None:
    summaries = [summary for summary, _ in run_epochs(trainer, 33)]
    losses = {0: 0.741635, 5: 0.660145, 6: 0.644470, 10: 0.570612, 20: 0.250597, 29: 0.128521}
    for epoch, loss in losses.items():
        assert summaries[epoch].loss == pytest.approx(loss, abs=5e-7), epoch
    right = {0: 1, 5: 2, 6: 4, 10: 4, 20: 4, 29: 4}
    assert {epoch: round(4 * summaries[epoch].accuracy) for epoch in right} == right
    assert summaries[0].grad_norm == pytest.approx(0.1964, abs=5e-5)
    assert summaries[32].loss == pytest.approx(0.9177, abs=5e-5), "just past the published table"
    assert summaries[32].accuracy == 0.5


def test_the_untrained_losses_of_all_four(trainer: Trainer) -> None:
    result = evaluate(trainer.initial_state().params, trainer.net, trainer.experiment.train)
    np.testing.assert_allclose(result.losses, [0.5839, 0.7514, 0.7227, 0.9085], atol=5e-5)
    assert result.right.tolist() == [1, 0, 0, 0]


def test_there_are_22_parameters(trainer: Trainer) -> None:
    assert trainer.initial_state().params.flat.size == 22
