"""A text worked by hand: one hidden unit reads “aa” and has to name “ab”, a loss at both timesteps.

W_xh = [0.5, −0.5], W_hh = 0.1, W_hy = [1, −1]ᵀ, no biases; a pocket calculator is enough.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from making import make_stream

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.sampling import sample
from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.spectrum.ledger import ledger
from rnn_tui.engine.training.training import Trainer, TrainingState
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment

WEIGHTS: dict[str, Floats] = {
    "W_xh": np.array([[0.5, -0.5]]),
    "W_hh": np.array([[0.1]]),
    "b_h": np.zeros(1),
    "W_hy": np.array([[1.0], [-1.0]]),
    "b_y": np.zeros(2),
}


@pytest.fixture
def made() -> Experiment:
    stream = make_stream("aab", 2, learning_rate=0.1, clip="none")
    model = replace(stream.model, hidden_size=1, init="given", weights=WEIGHTS)
    return replace(stream, model=model)


@pytest.fixture
def trace(made: Experiment) -> Trace:
    return trace_example(Parameters.of(WEIGHTS), made.network, made.train[0])


def test_forward(trace: Trace) -> None:
    np.testing.assert_allclose(trace.pre.ravel(), [0.5, 0.546212], atol=1e-6)
    np.testing.assert_allclose(trace.h.ravel(), [0, 0.462117, 0.497676], atol=1e-6)
    np.testing.assert_allclose(trace.p, [[0.715904, 0.284096], [0.730144, 0.269856]], atol=1e-6)
    np.testing.assert_allclose(trace.losses, [0.334209, 1.309865], atol=1e-6)
    assert trace.loss == pytest.approx((0.334209 + 1.309865) / 2, abs=1e-6)


def test_backward(trace: Trace) -> None:
    np.testing.assert_allclose(trace.dy, [[-0.284096, 0.284096], [0.730144, -0.730144]], atol=1e-6)
    np.testing.assert_allclose(trace.dh_local.ravel(), [-0.568192, 1.460287], atol=1e-6)
    np.testing.assert_allclose(trace.dh.ravel(), [-0.458332, 1.460287], atol=1e-6)
    np.testing.assert_allclose(trace.delta.ravel(), [-0.360454, 1.098602], atol=1e-6)
    np.testing.assert_allclose(trace.dh_next.ravel(), [-0.036045, 0.109860, 0], atol=1e-6)


def test_gradients(trace: Trace) -> None:
    grads = trace.grads
    np.testing.assert_allclose(grads.W_xh, [[0.738148, 0]], atol=1e-6)
    np.testing.assert_allclose(grads.W_hh, [[0.507683]], atol=1e-6)
    np.testing.assert_allclose(grads.b_h, [0.738148], atol=1e-6)
    np.testing.assert_allclose(grads.W_hy, [[0.232089], [-0.232089]], atol=1e-6)
    np.testing.assert_allclose(grads.b_y, [0.446048, -0.446048], atol=1e-6)


def test_the_ledger(trace: Trace) -> None:
    """The second loss sends 1.460287 · (1 − 0.497676²) · 0.1 = 0.109860 to the first state."""
    expected = [[0.568192, np.nan], [0.109860, 1.460287]]
    np.testing.assert_allclose(ledger(trace).norms, expected, atol=1e-6)


def test_an_update(made: Experiment) -> None:
    trainer = Trainer(made)
    done, record, after = trainer.step(trainer.initial_state(), 0)
    assert record.loss == pytest.approx(1.644074, abs=1e-6)
    assert record.right == 1
    np.testing.assert_allclose(after.params.W_hh, [[0.1 - 0.0507683]], atol=1e-6)
    np.testing.assert_allclose(after.params.b_y, [-0.0446048, 0.0446048], atol=1e-6)
    assert after.carry is not None
    assert after.carry[0, 0] == pytest.approx(0.497676, abs=1e-6)
    assert done.grad_norm == pytest.approx(
        np.sqrt(2 * 0.738148**2 + 0.507683**2 + 2 * 0.232089**2 + 2 * 0.446048**2), abs=1e-5
    )


def test_a_learned_embedding(made: Experiment) -> None:
    """With E = I the states are the same, and dE[a] = W_xhᵀ (δ_0 + δ_1) = 0.738148 · [0.5, −0.5]."""
    vocabulary = type(made.vocabulary).learned("char", ("a", "b"), 2)
    example = replace(made.train[0], inputs=None)
    params = Parameters.of(WEIGHTS | {"E": np.eye(2)})
    trace = trace_example(params, replace(made, vocabulary=vocabulary).network, example)
    np.testing.assert_allclose(trace.h.ravel(), [0, 0.462117, 0.497676], atol=1e-6)
    np.testing.assert_allclose(trace.grads.E, [[0.369074, -0.369074], [0.0, 0.0]], atol=1e-6)


def test_the_next_chunk_begins_where_this_one_ended(made: Experiment) -> None:
    longer = make_stream("aabab", 2)
    trainer = Trainer(replace(longer, model=made.model))
    state = TrainingState(
        Parameters.of(WEIGHTS, made.layout), {"velocity": np.zeros(8)}, np.array([[0.497676]])
    )
    start = trainer.start(state, 1, trainer.members(1)[0])
    assert start is None, "a text of five characters has one chunk of two, and starts again"
    two = Trainer(replace(make_stream("aababab", 2), model=made.model))
    began = two.start(state, 1, 1)
    assert began is not None
    assert began[0] == 0.497676


def test_greedy_writing(made: Experiment) -> None:
    """After “b” the state is tanh(−0.5) < 0, so “b” is the likelier; after “a”, “a”."""
    net, vocabulary = made.network, made.vocabulary
    for row in (0, 1):
        drawn = sample(
            Parameters.of(WEIGHTS, made.layout), net, vocabulary, np.array([row]), temperature=0
        )
        assert [next(drawn).token for _ in range(3)] == [row] * 3
