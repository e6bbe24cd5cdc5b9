"""What the network writes and how its units read: the laws of both."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import make_stream
from session.seeing import in_force

from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.experiments import Experiment, load
from rnn_tui.session.session import Session
from rnn_tui.session.text.units import TOKEN, VARIANCE, orders, ranked
from rnn_tui.session.text.writing import (
    Manner,
    current_text,
    default_prompt,
    held_text,
    milestones,
    next_tokens,
    written,
    written_then,
)
from rnn_tui.session.view import StepView

SMALL = ["data.sentences=60", "model.hidden_size=16"]


@pytest.fixture(scope="module")
def grammar() -> Experiment:
    return load("grammar", SMALL)


@pytest.fixture(scope="module")
def trained(grammar: Experiment) -> StepView:
    """After 150 updates."""
    session = Session(grammar)
    session.go_to_update(150)
    return session.view


def exploded(experiment: Experiment) -> Session:
    """The output is no longer finite."""
    session = Session(experiment)
    session.edit_parameter("W_hy", (0, 0), 1e308)
    session.edit_parameter("W_hy", (0, 1), 1e308)
    session.edit_parameter("b_y", (0,), 1.7e308)
    session.edit_parameter("b_h", (0,), 50.0)
    session.edit_parameter("b_h", (1,), 50.0)
    return session


# Writing


@given(seed=st.integers(0, 2**32), temperature=st.sampled_from([0.0, 0.1, 0.7, 1.0, 2.0]))
def test_the_same_manner_writes_the_same_text(
    trained: StepView, seed: int, temperature: float
) -> None:
    manner = Manner((" ", "t"), temperature, seed)
    one, again = written(trained, manner, 30), written(trained, manner, 30)
    assert one.tokens == again.tokens
    np.testing.assert_array_equal(one.states, again.states)
    shorter = written(trained, manner, 12)
    assert shorter.tokens == one.tokens[: len(shorter)], "a longer text only goes on"
    assert one.tokens[: one.given] == (" ", "t")
    assert len(one) == one.given + 30 == len(one.states)
    assert one.finite


def test_seeds_and_prompts_make_a_difference(trained: StepView) -> None:
    texts = {written(trained, Manner(("t",), 1.0, seed), 40).tokens for seed in range(5)}
    texts |= {written(trained, Manner(("a",), 1.0, seed), 40).tokens for seed in range(5)}
    assert len(texts) == 10


@given(seed=st.integers(0, 100), prompt=st.text(alphabet="aeht ", min_size=1, max_size=5))
def test_greedy_is_argmax(trained: StepView, seed: int, prompt: str) -> None:
    text = written(trained, Manner(tuple(prompt), 0.0, seed), 20)
    index = trained.experiment.vocabulary.index
    for place in range(text.given - 1, len(text) - 1):
        p = next_tokens(trained, text.states[place], 1.0)
        greedy = next_tokens(trained, text.states[place], 0.0)
        assert p is not None
        assert greedy is not None
        assert index[text.tokens[place + 1]] == p.argmax() == greedy.argmax()
        assert greedy.max() == 1.0


def test_each_drawn_token_was_possible(trained: StepView) -> None:
    text = written(trained, Manner((" ",), 1.0, 3), 60)
    index = trained.experiment.vocabulary.index
    for place in range(text.given - 1, len(text) - 1):
        p = next_tokens(trained, text.states[place], 1.0)
        assert p is not None
        assert p.sum() == pytest.approx(1.0)
        assert p[index[text.tokens[place + 1]]] > 0


def test_what_is_not_finite_ends_the_text(grammar: Experiment) -> None:
    session = exploded(grammar)
    text = written(session.view, Manner((" ",)), 10)
    assert not text.finite
    assert text.tokens == (" ",)
    assert next_tokens(session.view, text.states[-1], 1.0) is None


def test_prompts_to_begin_with(grammar: Experiment) -> None:
    assert default_prompt(grammar) == (" ",)
    assert default_prompt(load("hello")) == ("h",)


@pytest.mark.parametrize("learned", [0, 2])
def test_both_embeddings_write(learned: int) -> None:
    view = Session(make_stream(learned=learned)).view
    assert len(written(view, Manner(("a",)), 5)) == 6


# Reading


@pytest.mark.parametrize("learned", [0, 2])
def test_states_are_those_of_the_trace(learned: int) -> None:
    session = Session(make_stream(learned=learned))
    session.go_to_update(3)
    view = session.view
    read, example = current_text(view), view.current
    traced = trace_example(view.params, view.network, example)
    np.testing.assert_allclose(read.states, traced.h[1:], atol=1e-12)
    assert read.tokens == example.tokens


def test_the_held_text_is_the_validation_text(grammar: Experiment, trained: StepView) -> None:
    text = held_text(trained, most=50)
    example = grammar.test[0]
    example = dataclasses.replace(example, inputs=grammar.vocabulary.embed(example.ids))
    traced = trace_example(trained.params, trained.network, example)
    assert text.tokens == example.tokens[:50]
    np.testing.assert_allclose(text.states, traced.h[1:51], atol=1e-12)
    assert not text.states.flags.writeable


def test_the_sample_is_read_like_any_text(trained: StepView) -> None:
    """The states that a sample was drawn from are those of reading it."""
    text = written(trained, Manner((" ", "a"), 1.0, 2), 25)
    vocabulary = trained.experiment.vocabulary
    ids = vocabulary.ids(text.tokens)
    h = np.zeros(trained.params.layout.hidden_size)
    for row, state in zip(ids, text.states, strict=True):
        x = np.eye(len(vocabulary.tokens))[row]
        h = np.tanh(trained.params.W_xh @ x + trained.params.W_hh @ h + trained.params.b_h)
        np.testing.assert_allclose(state, h, atol=1e-12)


def test_without_validation_it_is_the_training_text() -> None:
    view = Session(load("hello")).view
    assert "".join(held_text(view).tokens) == "hello"


def test_labelled_examples_each_begin_anew(sentiment: Experiment) -> None:
    view = Session(sentiment).view
    text = held_text(view)
    assert text.starts == (0, 4, 8, 12)
    assert text.labels == ("positive", "negative", "positive", "negative")
    for start, example in zip(text.starts, sentiment.train, strict=True):
        traced = trace_example(view.params, view.network, example)
        np.testing.assert_allclose(text.states[start : start + 4], traced.h[1:], atol=1e-12)
    assert len(held_text(view, most=5)) == 4, "whole examples only"
    assert len(held_text(view, most=1)) == 4, "and at least one"
    assert current_text(view).labels == ("positive",)


# Units


def test_units_are_sorted_by_what_they_tell(trained: StepView) -> None:
    text = held_text(trained)
    assert orders(trained, text) == (VARIANCE, "vowels", "spaces", "word ends", TOKEN)
    for by in orders(trained, text):
        ranking = ranked(trained, text, by, "e")
        scores = [ranking.scores[unit] for unit in ranking.units]
        assert scores == sorted(scores, reverse=True)
        assert sorted(ranking.units) == list(range(16))
        assert [ranking.rank(unit) for unit in ranking.units] == list(range(16))
        assert ranking.by == by
    assert ranked(trained, text, "spaces", "").scores.max() > 0.9, "150 updates in"


def test_only_what_there_is_to_tell_is_offered(sentiment: Experiment) -> None:
    hello = Session(load("hello")).view
    assert orders(hello, held_text(hello)) == (VARIANCE, "vowels", TOKEN)
    view = Session(sentiment).view
    assert orders(view, held_text(view)) == (VARIANCE, "label", TOKEN)
    assert ranked(view, held_text(view), "spaces", "").by == VARIANCE


def test_the_label_is_told_by_the_last_state(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.epochs(30)
    ranking = ranked(session.view, held_text(session.view), "label", "")
    assert ranking.what == "positive"
    assert ranking.scores.max() == 1.0, "it answers all four right"
    session.go_to_example(1)
    other = ranked(session.view, held_text(session.view), "label", "")
    assert other.what == "negative"
    np.testing.assert_allclose(other.scores, ranking.scores)


def test_a_token_that_is_not_there_can_not_be_told(trained: StepView) -> None:
    ranking = ranked(trained, held_text(trained), TOKEN, "☃")
    assert np.isnan(ranking.scores).all()
    assert ranking.units == tuple(range(16))


# Samples during training


def test_milestones() -> None:
    assert milestones(0) == ()
    assert milestones(1) == (0,)
    assert milestones(100) == (0,)
    assert milestones(301) == (0, 100, 300)
    assert milestones(30_001) == (0, 100, 300, 1000, 3000, 10_000, 30_000)


def test_the_past_writes_as_it_wrote(grammar: Experiment) -> None:
    session, manner = Session(grammar), Manner((" ",), 0.8, 4)
    texts = {}
    for k in (0, 3, 7, 12):
        if k:
            session.go_to_update(k)
        texts[k] = written(session.view, manner, 20).tokens
    timeline = session.moment.timeline
    for k, tokens in texts.items():
        assert written_then(timeline, k, manner, 20).tokens == tokens
    session.go_to_update(7)
    session.edit_parameter("b_y", (3,), 4.0)
    session.go_to_update(9)
    fork = session.moment.timeline
    assert fork is not timeline
    assert fork.owner(3) is timeline, "what was before the fork is shared"
    assert fork.owner(7) is fork
    assert written_then(fork, 3, manner, 20).tokens == texts[3]
    assert written_then(fork, 7, manner, 20).tokens != texts[7]


def test_the_update_in_force(grammar: Experiment) -> None:
    session = Session(grammar)
    assert session.view.in_force == 0
    session.do("finish_forward")
    session.do("finish_backward")
    while session.view.next_op is not None:
        session.do("op")
        assert session.view.in_force == in_force(session.view)
    assert session.view.in_force == 1
    session.go_to_update(5)
    assert session.view.in_force == 5


def test_values_are_frozen(trained: StepView) -> None:
    text = written(trained, Manner((" ",)), 3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        text.given = 0  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        text.states[0] = 0
