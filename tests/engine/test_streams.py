"""Truncated BPTT over a stream: chunks, the state carried, the gradient cut, and where it wraps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import plain_vanilla
import pytest
from making import embedded, make_parameters, make_stream

from rnn_tui.arrays import Floats
from rnn_tui.engine.checks.differences import numeric_gradient
from rnn_tui.engine.checks.gradient_check import TOLERANCE, check_gradient
from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.training.training import WARM_UP, Trainer, TrainingState
from rnn_tui.engine.update import learning_rate_at
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment, ExperimentError, Stream, load


def published_loop(experiment: Experiment, steps: int) -> list[tuple[int, Floats, float, Floats]]:
    """The loop of the character model's own listing, written out in NumPy.

    Each step: where it read, the state it began with, its summed loss, the parameters after it.
    """
    stream, settings = experiment.stream, experiment.training
    assert stream is not None
    trainer = Trainer(experiment)
    params = trainer.initial_state().params
    velocity = np.zeros(params.layout.size)
    h, pointer, length = np.zeros(3), 0, settings.sequence_length
    kept = []
    for step in range(1, steps + 1):
        if pointer + length + 1 >= len(stream.ids):
            pointer, h = 0, np.zeros(3)
        ids = stream.ids[pointer : pointer + length + 1]
        began, at = h, pointer
        pointer += length
        x = embedded(params, experiment.vocabulary, ids[:-1])
        states, answers = [h], []
        for t in range(length):
            states.append(plain_vanilla.step(params, x[t], states[-1]))
            answers.append(plain_vanilla.answer(params, states[-1], int(ids[t + 1])))
        grads, dh_next = Parameters.zeros(params.layout), np.zeros(3)
        for t in reversed(range(length)):
            delta, dh_next = plain_vanilla.back(
                params, grads, x[t], states[t], states[t + 1], answers[t][0], int(ids[t + 1]),
                dh_next,
            )  # fmt: skip
            if params.layout.learned_tokens:
                grads.E[ids[t]] += params.W_xh.T @ delta
        for name in settings.freeze:
            grads[name][...] = 0
        norm = float(np.sqrt((grads.flat**2).sum()))
        if norm > settings.clip_limit:
            grads.flat *= settings.clip_limit / norm
        velocity = settings.momentum * velocity - learning_rate_at(settings, step) * grads.flat
        params = params.with_flat(params.flat + velocity)
        h = states[-1]
        kept.append((at, began, sum(loss for _, loss in answers), params.flat))
    return kept


@pytest.mark.parametrize("learned", [0, 2])
@pytest.mark.parametrize(
    ("text", "length"),
    [("abcabdabcabcabd", 4), ("abcab", 4), ("abcabcabcabca", 4), ("abcabcabcabcab", 4), ("ab", 1)],
)
def test_the_trainer_is_the_published_loop(text: str, length: int, learned: int) -> None:
    made = make_stream(
        text, length, learned, momentum=0.5, clip_limit=0.8, lr_decay=0.5, lr_decay_every=3,
        freeze=("W_hh",),
    )  # fmt: skip
    trainer = Trainer(made)
    state = trainer.initial_state()
    for k, (at, began, loss, flat) in enumerate(published_loop(made, 3 * len(made.train) + 2)):
        (chunk,) = trainer.members(k)
        assert chunk * length == at
        start = trainer.start(state, k, chunk)
        np.testing.assert_allclose(0 if start is None else start, began, rtol=1e-12, atol=1e-14)
        _, record, state = trainer.step(state, k)
        assert record.loss == pytest.approx(loss, rel=1e-12)
        assert record.outputs == length
        np.testing.assert_allclose(state.params.flat, flat, rtol=1e-12, atol=1e-14)


def test_chunks_follow_each_other_and_start_again() -> None:
    made = make_stream("abcabdabcabcabd", 4)  # 15 characters: 0, 4, 8; at 12 no chunk is left
    trainer = Trainer(made)
    assert trainer.updates_per_epoch == 3
    assert [made.train[c].text for c in range(3)] == ["abca", "bdab", "cabc"]
    assert [trainer.members(k) for k in range(4)] == [(0,), (1,), (2,), (0,)]
    assert [made.labels[c] for c in made.train[1].targets] == list("dabc")
    assert [made.train[-1].text, made.train[1:][0].text] == ["cabc", "bdab"]
    with pytest.raises(IndexError):
        made.train[3]


@pytest.mark.parametrize("characters", range(3, 40))
def test_the_number_of_chunks_is_that_of_the_published_pointer(characters: int) -> None:
    made = make_stream("ab" * (characters // 2) + "c" * (characters % 2), 2)
    ats = [at for at, *_ in published_loop(made, 45)]
    again = ats.index(0, 1)
    assert len(made.train) == again
    assert ats[:again] == list(range(0, 2 * again, 2))


def test_a_chunk_that_is_only_looked_at_begins_as_the_text_before_it_leaves_the_network() -> None:
    made = make_stream("abcabdabcabcabd" * 40, 4)
    trainer = Trainer(made)
    state = trainer.initial_state()
    assert trainer.start(state, 0, 0) is None
    stream = made.stream
    assert stream is not None
    for chunk in (1, 2, 90):
        before = stream.ids[max(0, 4 * chunk - WARM_UP) : 4 * chunk]
        h = np.zeros(3)
        for row in before:
            h = plain_vanilla.step(state.params, np.eye(4)[row], h)
        start = trainer.start(state, 0, chunk)
        assert start is not None
        np.testing.assert_allclose(start, h, rtol=1e-12)
    assert trainer.start(state, 0, len(stream)) is None, "a typed text starts from nothing"


@pytest.mark.parametrize("learned", [0, 2])
def test_the_gradient_is_checked_from_the_state_carried(learned: int) -> None:
    made = make_stream(learned=learned)
    trainer = Trainer(made)
    state = trainer.step(trainer.step(trainer.initial_state(), 0).after, 1).after
    assert state.carry is not None
    checks = check_gradient(state.params, trainer.net, made.train[2], state.carry[0])
    assert [check.name for check in checks] == list(made.parameter_names)
    assert max(check.relative_error for check in checks) < TOLERANCE


def test_the_gradient_stops_at_the_wall_between_two_chunks() -> None:
    made = make_stream()
    trainer = Trainer(made)
    state = trainer.step(trainer.initial_state(), 0).after
    done = trainer.step(state, 1).update
    carried = trainer.start(state, 1, 1)

    def loss(params: Parameters, through: bool) -> float:
        start = trace_example(params, trainer.net, made.train[0]).h[-1] if through else carried
        return float(trace_example(params, trainer.net, made.train[1], start).losses.sum())

    cut = numeric_gradient(lambda params: loss(params, False), state.params)
    whole = numeric_gradient(lambda params: loss(params, True), state.params)
    np.testing.assert_allclose(done.reduced, cut.flat, atol=1e-8)
    assert np.abs(done.reduced - whole.flat).max() > 1e-4


def test_a_learned_embedding_moves_only_the_rows_that_were_read() -> None:
    made = make_stream("abcabcabcd" * 3, 3, learned=2)
    trainer = Trainer(made)
    state = trainer.initial_state()
    assert state.params.E.shape == (4, 2)
    assert made.layout.size == state.params.flat.size == 3 * 2 + 9 + 3 + 12 + 4 + 8
    after = trainer.step(state, 0).after
    moved = (after.params.E != state.params.E).all(axis=1)
    assert moved.tolist() == [True, True, True, False], "the chunk reads a, b and c"


def test_a_frozen_recurrence_stays_while_the_rest_learns() -> None:
    made = make_stream(freeze=("W_hh",))
    trainer = Trainer(made)
    state = first = trainer.initial_state()
    for k in range(7):
        state = trainer.step(state, k).after
    np.testing.assert_array_equal(state.params.W_hh, first.params.W_hh)
    for name in ("W_xh", "b_h", "W_hy", "b_y"):
        assert (state.params[name] != first.params[name]).any(), name


def test_memory_counts_the_state_carried() -> None:
    params = make_parameters(make_stream().layout, 1)
    bare = TrainingState(params, {"velocity": params.flat})
    assert replace(bare, carry=np.zeros((1, 3))).nbytes == bare.nbytes + 24


def test_a_stream_makes_no_more_than_is_asked_for() -> None:
    made = make_stream("ab" * 500_000, 25)
    assert isinstance(made.train, Stream)
    assert len(made.train) == (1_000_000 - 2) // 25
    assert made.train[20_000].length == 25


# Parts of a text side by side


@pytest.mark.parametrize("learned", [0, 2])
def test_parts_are_trained_on_side_by_side(learned: int) -> None:
    """Each part has its own chunk and state; an update takes the mean of their gradients."""
    made = make_stream("abcabdabcdabcbaabdacbd", 2, learned=learned, parallel=3, momentum=0.5)
    stream, trainer = made.stream, Trainer(made)
    assert stream is not None
    assert (len(stream), trainer.updates_per_epoch) == (6, 2)
    texts = ["".join(one.tokens) for one in stream]
    assert texts == ["ab", "ca", "bc", "da", "aa", "bd"], "22 characters, 7 a part"
    state = trainer.initial_state()
    for k in range(5):
        members = trainer.members(k)
        assert members == ((0, 2, 4), (1, 3, 5))[k % 2]
        starts = [trainer.start(state, k, member) for member in members]
        assert all((start is None) == (k % 2 == 0) for start in starts)
        traces = [
            trace_example(state.params, trainer.net, stream[member], start)
            for member, start in zip(members, starts, strict=True)
        ]
        done = trainer.step(state, k)
        mean = sum(trace.grads.flat for trace in traces) / 3
        np.testing.assert_allclose(done.update.reduced, mean, atol=1e-14)
        assert done.record.loss == pytest.approx(sum(trace.losses.sum() for trace in traces))
        assert done.record.outputs == 6
        state = done.after
        assert state.carry is not None
        np.testing.assert_allclose(state.carry, [trace.h[-1] for trace in traces], atol=1e-14)


def test_what_comes_before_a_chunk_is_of_its_own_part() -> None:
    stream = make_stream("abcabdabcdabcbaabdacbd", 2, parallel=3).stream
    assert stream is not None
    names = np.array(stream.vocabulary.tokens)
    before = ["".join(names[stream.before(place, 5)]) for place in range(6)]
    assert before == ["", "ab", "", "bc", "", "aa"]
    assert [stream.begins(place) for place in range(6)] == [True, False] * 3


def test_a_text_too_short_for_its_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "short.toml"
    path.write_text(
        'task = "many-to-many"\n[data]\nkind = "stream"\ntext = "abcabcabcabc"\nval_fraction = 0\n'
        '[embedding]\nkind = "one-hot"\n[model]\nhidden_size = 2\n'
        "[training]\nsequence_length = 3\nparallel = 4\n"
    )
    with pytest.raises(ExperimentError, match=r"expected at least 16 tokens .*in each of 4 parts"):
        load(path)
    path.write_text(path.read_text().replace("parallel = 4", "parallel = 3"))
    assert Trainer(load(path)).members(0) == (0, 1, 2)
