"""How examples are answered over the epochs: the figures are those of each moment, told truly."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import exploding_experiment, make_experiment, make_sequences, make_stream

from rnn_tui.arrays import Floats
from rnn_tui.engine.training.answering import SURE, Answers, Fall, answered, falls
from rnn_tui.experiments import Experiment, load
from rnn_tui.present.charts.answer_curves import lines_alone
from rnn_tui.present.charts.charts import draw, letter_at
from rnn_tui.present.charts.plot import LINES, Curve, Ink, Plot, Stroke
from rnn_tui.present.charts.train_curves import Charted, Wish, chart
from rnn_tui.present.digits import size
from rnn_tui.present.plain.speaking import perform
from rnn_tui.present.sentences.answer_history import (
    NO_HEAD,
    answer_sentences,
    no_answers_text,
    sentence_rows,
)
from rnn_tui.present.sentences.train_words import legend, legends, main_curve, whole_curve
from rnn_tui.session.commands.command_lines import parse
from rnn_tui.session.moment import Refused
from rnn_tui.session.runs import answer_history as histories
from rnn_tui.session.runs.answer_history import answer_history, known_answers
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView


def trained(experiment: Experiment, updates: int) -> Session:
    session = Session(experiment)
    moved(session, updates)
    return session


def moved(session: Session, update: int, example: int = 0) -> StepView:
    """Before an update, with an example, and nothing read yet."""
    with suppress(Refused):  # it is there
        session.go_to_update(update)
    with suppress(Refused):
        session.go_to_example(example)
    return session.view


def numbers() -> Experiment:
    """A network that answers with two numbers a token."""
    made = make_experiment((3, 2, 4), {"output": "linear", "loss": "mse"}, batch="example")
    rng = np.random.default_rng(3)
    train = tuple(
        replace(one, outputs=(one.length - 1,), targets=rng.standard_normal((1, 2)))
        for one in made.train
    )
    model = replace(made.model, numbers=2)
    return replace(made, labels=("u", "v"), train=train, model=model)


def several_labels() -> Experiment:
    """A network that gives each of two labels a probability."""
    made = numbers()
    rng = np.random.default_rng(4)
    train = tuple(
        replace(one, targets=rng.integers(0, 2, (1, 2)).astype(float)) for one in made.train
    )
    return replace(made, train=train, model=replace(made.model, output="sigmoid"))


def stepped(session: Session, update: int, example: int) -> StepView:
    """What Step shows of an example before an update, once it has been read."""
    moved(session, update, example)
    with suppress(Refused):
        session.do("finish_forward")
    return session.view


KINDS = {
    "sentiment": lambda: load("sentiment"),
    "softmax": lambda: make_experiment(batch="example"),
    "many-to-many": lambda: make_sequences("many-to-many"),
    "encoder-decoder": lambda: make_sequences("encoder-decoder", batch="example"),
    "numbers": numbers,
    "several labels": several_labels,
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_figure_is_what_step_shows_of_that_example_at_that_moment(kind: str) -> None:
    session = trained(KINDS[kind](), 12)
    found = answer_history(session.view, waits=True)
    assert found is not None
    assert found.updates[-1] == 12
    for place in (0, len(found.updates) // 2, -1):
        for example in range(len(session.experiment.train)):
            view = stepped(session, int(found.updates[place]), example)
            trace, head = view.known.trace, view.network.head
            shown = found.values[place, example]
            if head.has_probabilities:
                p = head.probability_of(trace.p, np.asarray(view.current.targets))
                assert shown == pytest.approx(p.mean(), abs=1e-12)
            else:
                assert shown == pytest.approx(trace.answer[-1], abs=1e-12)


def test_a_text_is_followed_token_by_token() -> None:
    session = trained(make_stream("abcabdabcabcabd", length=14), 6)
    found = answer_history(session.view, waits=True)
    assert found is not None
    for place, update in enumerate(found.updates.tolist()):
        trace = stepped(session, update, 0).known.trace
        p = trace.p[np.arange(14), np.asarray(session.view.current.targets)]
        assert found.values[place] == pytest.approx(p, abs=1e-12)
        assert found.scores[place] == (trace.p.argmax(axis=1) == trace.example.targets).sum()


def test_the_score_is_what_the_other_panes_say() -> None:
    for kind in ("sentiment", "many-to-many", "numbers"):
        view = trained(KINDS[kind](), 9).view
        found = answer_history(view, waits=True)
        assert found is not None
        assert view.training is not None
        now = view.training.right.sum() if view.experiment.has_classes else view.training.mae
        assert found.scores[-1] == pytest.approx(now, abs=1e-12)


# Sentences


def test_what_is_said_of_the_sentences(sentiment: Experiment) -> None:
    assert answer_sentences(trained(sentiment, 0).view) == ()
    assert answer_sentences(trained(sentiment, 10).view) == (
        "Accuracy before confidence: all 4 right at epoch 6, mean probability 0.53.",
        "The mean probability has not reached 0.9 yet: at most 0.57 at epoch 10.",
    )
    session = trained(sentiment, 45)
    answer_history(session.view, waits=True)
    assert answer_sentences(session.view) == (
        "Accuracy before confidence: all 4 right at epoch 6, mean probability 0.53.",
        "The mean probability reached 0.9 at epoch 42.",
        "First to reach 0.9: “this movie is great” at epoch 25; last: “I love this movie” at "
        "epoch 30.",
        "First to fall: “this movie is bad”, 0.91 at epoch 29 → 0.51 at epoch 30.",
        "Deepest fall: “I hate this movie”, 0.96 at epoch 31 → 0.06 at epoch 32.",
        "Only 2 of 4 right at epoch 31; all right again at epoch 35.",
    )


P = r"([\d.]*\d(?:e−\d+)?)"  # a printed probability


def number(text: str) -> float:
    return float(text.replace("−", "-"))


@settings(max_examples=8, deadline=None)
@given(st.floats(0.05, 3.0), st.integers(2, 70))
def test_the_numbers_in_the_sentences_are_the_views(rate: float, epochs: int) -> None:
    session = trained(load("sentiment", [f"training.learning_rate={rate}"]), epochs)
    answer_history(session.view, waits=True)
    said = " ".join(answer_sentences(session.view))
    texts = {f"“{one.text}”": k for k, one in enumerate(session.experiment.train)}

    def sure(epoch: int) -> Floats:
        view = moved(session, epoch)
        assert view.training is not None
        p, wanted = view.training.p[:, 0], [one.targets[0] for one in view.experiment.train]
        return np.where(wanted, p, 1 - p)

    for text, *ends in re.findall(rf"(“[^”]+”), {P} at epoch (\d+) → {P} at epoch (\d+)", said):
        for value, epoch in (ends[:2], ends[2:]):
            assert number(value) == pytest.approx(sure(int(epoch))[texts[text]], abs=0.006)
    for right, epoch, mean in re.findall(rf"(\d) right at epoch (\d+), mean probability {P}", said):
        view = moved(session, int(epoch))
        assert view.training is not None
        assert view.training.right.sum() == int(right)
        assert number(mean) == pytest.approx(sure(int(epoch)).mean(), abs=0.006)
    for right, epoch in re.findall(r"(\d) of 4(?: right)? at epoch (\d+)", said):
        view = moved(session, int(epoch))
        assert view.training is not None
        assert view.training.right.sum() == int(right)
    for text, epoch in re.findall(r"(“[^”]+”) at epoch (\d+)", said):
        assert sure(int(epoch))[texts[text]] >= SURE
        assert not int(epoch) or sure(int(epoch) - 1)[texts[text]] < SURE
    assert "Accuracy" in said or "Most right" in said


def test_falls() -> None:
    values = np.array([[0.2, 0.9, 0.95, 0.3, 0.1, 0.2, 0.9, 0.5], [0.5, 0.9, 0.4, 0.8, *[0.7] * 4]])
    assert falls(values.T, 0.3) == (Fall(1, 1, 2), Fall(0, 2, 4), Fall(0, 6, 7))
    assert falls(values.T, 0.9) == ()


def test_of_many_the_mean_is_followed() -> None:
    session = trained(make_experiment(tuple(range(1, 13)), batch="full", learning_rate=1.0), 40)
    found = answer_history(session.view, waits=True)
    assert found is not None
    plot = chart(session.view, Charted.ANSWERS, Wish())
    assert main_curve(plot).y == pytest.approx(found.means)
    assert main_curve(plot).band is not None
    assert [curve.name for curve in plot.curves] == ["least", "most", "mean", "example 1"]
    assert all("“" not in one for one in answer_sentences(session.view)), "many are named by number"


def test_numbers_and_their_targets() -> None:
    session = trained(numbers(), 9)
    session.go_to_example(1)
    plot = chart(session.view, Charted.ANSWERS, Wish())
    one, wanted, other, _ = plot.curves
    assert (one.name, other.name) == ("example 2, u", "example 2, v")
    assert wanted.stroke is Stroke.DASHED
    assert wanted.y[0] == np.asarray(session.experiment.train[1].targets)[0, 0]
    said = answer_sentences(session.view)
    assert said[0].startswith("Output of example 2, u: ")
    assert any(one.startswith("Mean absolute error: ") for one in said)


def test_where_there_is_no_head_a_line_says_so() -> None:
    view = trained(load("gomez"), 3).view
    assert answer_sentences(view) == (NO_HEAD,) == (no_answers_text(view, True),)
    assert known_answers(view) is None
    assert draw(chart(view, Charted.ANSWERS, Wish()), 60, 9)


def test_what_is_not_finite_is_said() -> None:
    session = trained(exploding_experiment(learning_rate=1.0), 4)
    answer_history(session.view, waits=True)
    assert answer_sentences(session.view) == ("The answers are not finite from epoch 0 on.",)
    assert draw(chart(session.view, Charted.ANSWERS, Wish()), 60, 9)


def test_a_low_chart_has_its_lines_alone(sentiment: Experiment) -> None:
    session = trained(sentiment, 20)
    answer_history(session.view, waits=True)
    alone = lines_alone(chart(session.view, Charted.ANSWERS, Wish()))
    assert [curve.letter for curve in alone.curves] == ["1", "2", "3", "4"]
    assert [level.y for level in alone.levels] == [0.5]
    shown = "".join(piece.text for row in draw(alone, 76, 9) for piece in row)
    assert "right" not in shown


def test_letters_stand_where_one_curve_is_alone_and_no_dot_is_lost() -> None:
    x = np.arange(41.0)
    together = np.where(x < 20, 0.5, 0.9)
    apart = np.where(x < 20, 0.5, 0.1)
    curves = [
        Curve.of(letter, x, y, ink, letter=letter)
        for letter, y, ink in (("1", together, Ink.FIRST), ("2", apart, Ink.LINE_2))
    ]
    plot = Plot(tuple(curves), last=44.0, low=0.0, high=1.0)
    rows = ["".join(piece.text for piece in row) for row in draw(plot, 48, 9)][:-2]
    half = len(rows[0]) // 2 - 1
    assert not any(letter in row[2:half] for row in rows for letter in "12"), "on both at once"
    assert {letter for row in rows for letter in row if letter in "12"} == {"1", "2"}


def test_of_ends_in_one_cell_each_has_its_letter() -> None:
    x = np.arange(11.0)
    curves = [
        Curve.of(letter, x, np.full(11, 0.5), ink, letter=letter)
        for letter, ink in (("1", Ink.FIRST), ("2", LINES[0]))
    ]
    plot = Plot(tuple(curves), last=15.0, low=0.0, high=1.0)
    rows = ["".join(piece.text for piece in row) for row in draw(plot, 40, 9)]
    assert any("12" in row for row in rows)


def test_one_line_for_all_examples_is_that_of_their_mean(sentiment: Experiment) -> None:
    session = trained(sentiment, 10)
    found = answer_history(session.view, waits=True)
    assert found is not None
    curve = whole_curve(chart(session.view, Charted.ANSWERS, Wish()))
    assert curve.name == "mean"
    assert curve.now == pytest.approx(found.means[-1])


def test_sentences_have_the_room_there_is() -> None:
    told = ("One two three.", "Five.", "Six.")

    def shown(room: int, width: int = 11) -> list[str]:
        rows = sentence_rows(told, width, room, "z")
        return ["".join(piece.text for piece in row) for row in rows]

    assert shown(4) == ["One two", "  three.", "Five.", "Six."]
    assert shown(3) == ["One two", "  three.", "… 2 more: z"]
    assert shown(1) == []
    assert shown(2) == ["One two", "  three."]
    assert shown(1, 30) == ["One two three.  … 2 more: z"]


def test_a_line_can_be_pointed_at(sentiment: Experiment) -> None:
    session = trained(sentiment, 20)
    session.go_to_example(2)
    plot = chart(session.view, Charted.ANSWERS, Wish())
    found = known_answers(session.view)
    assert found is not None
    said = [f"━━ {k + 1} {size(float(p))}" for k, p in enumerate(found.values[-1])]
    assert [entry.text for entry in legend(plot)][:4] == said
    assert [curve.ink for curve in plot.curves if curve.letter] == [
        Ink.LINE_1, Ink.LINE_2, Ink.FIRST, Ink.LINE_4,
    ]  # fmt: skip
    row = {letter: 27 - round(25 * found.values[0, int(letter) - 1]) for letter in "14"}
    first = 5  # the column of epoch 0, beside the axis
    assert {letter: letter_at(plot, 80, 30, first, row[letter]) for letter in "14"} == {
        "1": "1", "4": "4",
    }  # fmt: skip
    assert letter_at(plot, 80, 30, first, 2) == "", "no line is near"
    assert letter_at(plot, 80, 30, first, 29) == "", "below the axis"


def test_each_example_has_a_hue_and_is_named_however_little_room_there_is(
    sentiment: Experiment,
) -> None:
    session = trained(sentiment, 30)
    answer_history(session.view, waits=True)
    plot = chart(session.view, Charted.ANSWERS, Wish(reading=29))
    lines = [curve for curve in plot.curves if curve.letter]
    assert len({curve.ink for curve in lines}) == 4
    ways = [tuple(entry.text for entry in entries) for entries in legends(plot)]
    assert ways[1][:2] == ("epoch 29", ways[0][1].removeprefix("━━ "))
    assert ways[-2] == ("epoch 29", "1", "2", "3", f"4 {size(lines[3].at(29))}"), (
        "the one that fell"
    )
    assert ways[-1] == ("1", "2", "3", "4")
    widths = [sum(len(text) + 2 for text in way) for way in ways]
    assert widths == sorted(widths, reverse=True)


# When it is computed, and what is kept


def test_nothing_is_computed_twice_or_during_a_run(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = trained(sentiment, 60)
    with monkeypatch.context() as costly:
        costly.setattr(histories, "AT_ONCE", 0)
        plot = chart(session.view, Charted.ANSWERS, Wish(), running=True)
        assert not any(curve.letter for curve in plot.curves)
        assert known_answers(session.view) is None
    found = answer_history(session.view, waits=True)
    assert found is not None
    assert len(found.updates) == 61
    read = []

    def counting(*of: Any) -> Answers:
        read.append(of)
        return answered(*of)

    monkeypatch.setattr(histories, "answered", counting)
    assert known_answers(session.view) is found
    session.do("epoch")
    session.set("learning_rate", "0.1")
    session.do("epoch")
    again = answer_history(session.view, waits=True)
    assert again is not None
    assert len(read) == 2, "a fork's first state and what follows; the rest is its parent's"
    assert again.values[:61].tobytes() == found.values.tobytes()


def test_reading_ends_when_nobody_waits_and_leaves_what_is_at_hand(sentiment: Experiment) -> None:
    session = trained(sentiment, 60)
    timeline, calls = session.moment.timeline, 0
    at_hand = timeline._recent

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls > 5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        histories.compute(session.view, check)
    found = known_answers(session.view)
    assert found is not None
    assert len(found.updates) == 5
    assert timeline._recent is at_hand


def test_of_a_long_run_some_moments_are_read(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "MOST", 25)
    view = trained(sentiment, 100).view
    looked = histories.moments(view)
    assert len(looked) <= histories.MOST + 1
    assert set(np.diff(looked)) == {4}
    answer_history(view, waits=True)
    assert answer_sentences(view)[-1] == "One epoch in 4 is looked at."


def test_plain_reads_it_out(sentiment: Experiment) -> None:
    session = trained(sentiment, 34)
    reply = perform(session, parse("show probabilities"))
    assert reply.ok
    assert reply.said[0].startswith('epoch 0: 1 of 4 right, mean probability 0.4795: "I love this')
    assert 'First to fall: "this movie is bad", 0.91 at epoch 29 to 0.51 at epoch 30.' in reply.said
    assert len(reply.data["epochs"]) == 35
    assert reply.data["right"][34] == 3
    assert perform(trained(load("gomez"), 2), parse("show probabilities")).said == (NO_HEAD,)
