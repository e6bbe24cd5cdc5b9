"""The bundled experiments of each kind of task: they train to their marks, and answer freely."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from making import make_sequences

from rnn_tui.engine.checks.gradient_check import check_gradient
from rnn_tui.engine.passes.sampling import answers, begun, likeliest_answers, read_example
from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.training import Trainer, TrainingState
from rnn_tui.experiments import Example, Experiment, load


def trained(experiment: Experiment, epochs: int) -> tuple[Trainer, TrainingState]:
    trainer = Trainer(experiment)
    state = trainer.initial_state()
    for k in range(epochs * trainer.updates_per_epoch):
        _, state = trainer.advance(state, k)
    return trainer, state


def answered(trainer: Trainer, state: TrainingState, one: Example) -> tuple[int, ...]:
    """What the network answers to the text of an example when it reads its own answers."""
    experiment = trainer.experiment
    vocabulary, answering = experiment.vocabulary, experiment.answering
    assert answering is not None
    text = vocabulary.ids(vocabulary.tokenize(one.text))
    return likeliest_answers(state.params, trainer.net, vocabulary, answering, text)


def test_which_bank_is_told_by_the_word_before_it() -> None:
    experiment = load("bank")
    trainer, state = trained(experiment, experiment.training.epochs)
    for part in (experiment.train, experiment.test):
        found = evaluate(state.params, trainer.net, part)
        assert found.accuracy == 1.0
        assert found.loss < 0.05
    assert not {one.text for one in experiment.train} & {one.text for one in experiment.test}


def test_tagging_gets_every_test_word_right() -> None:
    experiment = load("tagging")
    trainer, state = trained(experiment, 5)
    assert evaluate(state.params, trainer.net, experiment.test).accuracy == 1.0


@pytest.mark.parametrize("feedback", ["false", "true"])
def test_each_tune_is_told_from_its_first_note(feedback: str) -> None:
    experiment = load("melody", [f"data.feedback={feedback}"])
    reads = {token for one in experiment.train for token in one.tokens[1:]}
    assert (reads == {"∅"}) == (feedback == "false")
    trainer, state = trained(experiment, 100)
    for one in experiment.train:
        said = answered(trainer, state, one)
        assert said[: one.length] == one.targets
        assert len(said) == max(example.length for example in experiment.train)


@pytest.mark.slow
def test_unseen_sentences_are_translated() -> None:
    experiment = load("translation")
    assert not {one.text for one in experiment.train} & {one.text for one in experiment.test}
    lengths = {(one.encoder_length, len(one.targets)) for one in experiment.train}
    assert any(read + 1 < said for read, said in lengths), "some answers are longer than the text"
    assert any(read >= said for read, said in lengths), "and some are shorter"
    trainer, state = trained(experiment, experiment.training.epochs)
    assert evaluate(state.params, trainer.net, experiment.test).accuracy >= 0.95
    whole = [answered(trainer, state, one) == one.targets for one in experiment.test]
    assert np.mean(whole) >= 0.8
    start = trainer.initial_state()
    assert not any(answered(trainer, start, one) == one.targets for one in experiment.test)


def test_the_gradient_crosses_from_the_decoder_into_the_encoder() -> None:
    made = make_sequences("encoder-decoder")
    trainer = Trainer(made)
    params, one = trainer.initial_state().params, made.train[0]
    trace, E = trace_example(params, trainer.net, one), one.encoder_length
    assert not trace.dh_local[:E].any(), "the encoder answers nothing itself"
    np.testing.assert_allclose(trace.dh[E - 1], params.W_hh.T @ trace.delta[E], rtol=1e-15)
    np.testing.assert_allclose(trace.dh[E - 2], params.W_hh_enc.T @ trace.delta[E - 1], rtol=1e-15)
    for name in ("W_xh_enc", "W_hh_enc", "b_h_enc"):
        assert np.abs(trace.grads[name]).max() > 1e-4
    assert all(check.passed for check in check_gradient(params, trainer.net, one))
    assert [check.name for check in check_gradient(params, trainer.net, one)] == [
        "W_xh", "W_hh", "b_h", "W_hy", "b_y", "W_xh_enc", "W_hh_enc", "b_h_enc"
    ]  # fmt: skip


@pytest.mark.parametrize("task", ["one-to-many", "encoder-decoder"])
@pytest.mark.parametrize("feedback", [False, True])
def test_free_running_is_teacher_forcing_on_ones_own_answers(task: str, feedback: bool) -> None:
    made = make_sequences(task, feedback=feedback)
    trainer, state = trained(made, 3)
    params, net, vocabulary = state.params, trainer.net, made.vocabulary
    answering = made.answering
    assert answering is not None
    for one in made.train:
        text = vocabulary.ids(vocabulary.tokenize(one.text))
        drawn = answers(params, net, vocabulary, answering, text, temperature=1.0, seed=3)
        some = [sample for sample, _ in zip(drawn, range(4), strict=False)]
        forced = answering.example(vocabulary, one.text, tuple(sample.token for sample in some))
        trace = trace_example(params, net, forced)
        np.testing.assert_allclose([sample.p for sample in some], trace.p, rtol=1e-12)
        states = read_example(params, net, vocabulary, forced)
        np.testing.assert_allclose(states, trace.h, rtol=1e-12, atol=1e-15)
        first = begun(params, net, vocabulary, answering, text)
        np.testing.assert_allclose(first, trace.h[1 : len(first) + 1], rtol=1e-12, atol=1e-15)


def frozen_encoder() -> Experiment:
    return make_sequences("encoder-decoder", freeze=("W_xh_enc", "W_hh_enc", "b_h_enc"))


@pytest.mark.parametrize(("made", "moves"), [
    (frozen_encoder, False), (lambda: make_sequences("encoder-decoder"), True)
])  # fmt: skip
def test_an_encoder_may_be_frozen(made: Callable[[], Experiment], moves: bool) -> None:
    trainer, state = trained(made(), 2)
    before = trainer.initial_state().params
    for name, array in state.params.items():
        own = name.endswith("_enc")
        assert (array != before[name]).any() == (moves or not own)
