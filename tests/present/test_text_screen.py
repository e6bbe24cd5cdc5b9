"""What the Text screen says and how it sets text, without a terminal."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.experiments import Experiment, Vocabulary, load
from rnn_tui.present.text.text_layout import Typeset, piece, running, spread, typeset
from rnn_tui.present.text.text_lens import Lens, Looked, ordinal, score_text, told
from rnn_tui.present.text.text_scene import LENGTH, Scene, UnitChoice
from rnn_tui.present.text.text_strip import Block, hanging, standing
from rnn_tui.present.text.text_tables import LanguageTable, Milestone, NextTable, RankingTable
from rnn_tui.present.text.text_words import (
    line_text,
    next_title,
    prompt_text,
    sample_title,
    tail,
    typed_prompt,
    vocabulary_text,
    vocabulary_title,
)
from rnn_tui.session.session import Session
from rnn_tui.session.text.units import Ranking
from rnn_tui.session.text.writing import Manner, Passage

CHARACTERS = Vocabulary.one_hot("char", ("\n", " ", "a", "b"))
WORDS = Vocabulary.one_hot("word", ("be", "or", "to"))


def wide(text: str) -> int:
    """A measure in which some characters take two cells."""
    return sum(2 if c == "漢" else 1 for c in text)


def shown(made: Typeset) -> list[str]:
    """The lines as they stand."""
    gap = " " * made.gap
    return [gap.join(made.pieces[i] for i in line) for line in made.lines]


# Layout


@given(
    text=st.text(alphabet="ab \n漢\x1b", max_size=40),
    room=st.integers(2, 12),
    start=st.integers(1, 40),
)
def test_lines_hold_every_token_once_and_fit(text: str, room: int, start: int) -> None:
    made = typeset(text, False, (0, start), room, wide)
    assert [i for line in made.lines for i in line] == list(range(len(text)))
    assert all(len(line) for line in made.lines)
    assert all(made.width_of(line) <= room for line in made.lines)
    assert start >= len(text) or any(line.start == start for line in made.lines)
    for line in made.lines:
        assert "\n" not in text[line.start : line.stop - 1]
        for i in line:
            assert made.line_of(i) == made.lines.index(line)
            assert made.at(made.line_of(i), made.start_of(i)) == i


@given(st.lists(st.sampled_from(["to", "be", "not", "x" * 30]), max_size=20), st.integers(1, 20))
def test_words_are_set_whole(tokens: list[str], room: int) -> None:
    made = typeset(tokens, True, (0,), room, len)
    assert " ".join(shown(made)) == " ".join(tokens)
    assert all(len(line) == 1 or made.width_of(line) - 1 <= room for line in made.lines)


def test_lines_break_after_spaces() -> None:
    made = typeset("the boy sees it", False, (0,), 9, len)
    assert shown(made) == ["the boy ", "sees it"]
    assert shown(typeset("abcdefgh ij", False, (0,), 4, len)) == ["abcd", "efgh", " ij"]
    assert made.at(5, 0) is None
    assert made.at(1, 99) == 14


def test_nothing_in_a_text_can_move_the_terminals_cursor() -> None:
    assert piece(" ") == " "
    assert running(("a", "\n", " ", "\x07"), "") == "a⏎ ␇"


# Bars


@given(st.floats(-1.5, 1.5), st.integers(1, 6))
def test_bars_stand_or_hang_as_far_as_the_value(value: float, rows: int) -> None:
    up = sum(" ▁▂▃▄▅▆▇█".index(standing(value, row, rows).text) for row in range(rows))
    down = 0
    for row in range(rows):
        block = hanging(value, row, rows)
        level = " ▁▂▃▄▅▆▇█".index(block.text)
        down += 8 - level if block.hanging else level
    share = max(-1.0, min(1.0, value))
    assert up == round(8 * rows * max(0.0, share))
    assert down == round(8 * rows * max(0.0, -share))
    assert not (up and down)


def test_what_is_no_number_has_no_bar() -> None:
    assert standing(float("nan"), 0, 2) == hanging(float("nan"), 0, 2) == Block(" ")


# Tables


def texts(table: NextTable | LanguageTable | RankingTable) -> list[list[str]]:
    columns = len(table.columns)
    return [[cell.text for cell in table.cells(r, 0, columns)] for r in range(table.row_count)]


def test_next_tokens_by_falling_probability() -> None:
    p, plain = np.array([0.0, 0.25, 0.0, 0.75]), np.array([0.1, 0.3, 0.2, 0.4])
    table = NextTable(("\n", " ", "a", "b"), p, plain, 0.5, " ")
    assert texts(table) == [
        ["b", "75.0%", "", "40.0%"],
        ["␣ ◂", "25.0%", "", "30.0%"],
        ["a", "0.0%", "", "20.0%"],
        ["⏎", "0.0%", "", "10.0%"],
    ]
    assert [table.cells(row, 2, 3)[0].bar for row in range(4)] == [0.75, 0.25, 0.0, 0.0]
    at_one = dataclasses.replace(table, p=plain, temperature=1.0, came=None)
    for fewer in (at_one, dataclasses.replace(table, narrow=True)):
        assert [column.title for column in fewer.columns] == ["next", "p", ""]
        assert len(fewer.cells(0, 0, 3)) == 3


def test_the_language_line_by_line() -> None:
    lines = [
        Milestone(0, 3.2041, "xq"),
        Milestone(1000, None, None),
        Milestone(3000, None, "the", finite=False),
    ]
    assert texts(LanguageTable(lines, measured=True)) == [
        ["0", "3.2041", "xq"],
        ["1,000", "·", "…"],
        ["3,000", "·", "the ✗ its output is not finite"],
    ]
    assert texts(LanguageTable(lines, measured=False))[0] == ["0", "xq"]
    assert LanguageTable(lines, measured=True).current_row == 2
    far = LanguageTable([Milestone(1_000_000, None, "a")], measured=False, unit="step")
    assert (far.columns[0].title, far.columns[0].width) == ("step", 9)


def test_units_with_their_score_and_direction() -> None:
    scores, areas = np.array([0.6, 0.9, np.nan]), np.array([0.6, 0.1, np.nan])
    ranking = Ranking("spaces", "", scores, areas, (1, 0, 2))
    table = RankingTable(ranking, 0)
    assert texts(table) == [["1", "0.900 ↓", ""], ["0", "0.600 ↑", ""], ["2", "NaN", ""]]
    assert table.current_row == 1
    assert table.cells(0, 2, 3)[0].bar == pytest.approx(0.8)
    flat = RankingTable(Ranking("variance", "", np.zeros(1), None, (0,)), 0)
    assert texts(flat) == [["0", "0.0000", ""]]


# Words


def test_titles() -> None:
    assert sample_title(Manner((" ",), 0.8, 3)) == "Sample · temperature 0.8 · seed 3"
    assert sample_title(Manner((" ",), 0.0)) == "Sample · temperature 0, greedy · seed 0"
    assert next_title(("a", " ", "b"), CHARACTERS, 20) == "Next after “a␣b”"
    assert tail("a" * 50, CHARACTERS, 10) == "…" + "a" * 9
    assert tail(("to", "be"), WORDS, 10) == "to be"
    assert vocabulary_title(CHARACTERS) == "4 characters"
    assert vocabulary_title(Vocabulary.one_hot("word", ("a",))) == "1 word"
    assert vocabulary_text(CHARACTERS) == "⏎ ␣ a b"


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 111, 122)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "111th", "122nd",
    ]  # fmt: skip


def test_what_a_unit_tells() -> None:
    areas = np.array([0.02, 0.7, np.nan])
    spaces = Ranking("spaces", "", np.maximum(areas, 1 - areas), areas, (0, 1, 2))
    assert score_text(spaces, 0) == "detects spaces: AUC 0.98 ↓"
    assert score_text(spaces, 1) == "detects spaces: AUC 0.70 ↑"
    assert score_text(spaces, 2) == "spaces: no AUC"
    assert told(Ranking("token", " ", areas, areas, (0, 1, 2))) == "“␣”"
    assert told(Ranking("label", "positive", areas, areas, (0, 1, 2))) == "positive"
    assert score_text(Ranking("variance", "", areas, None, (0, 1, 2)), 1) == "variance 0.7000"


def test_a_lens_says_as_much_as_there_is_room_for() -> None:
    states = np.array([[0.5], [-2.0], [np.inf]])
    passage = Passage(("a", " ", "b"), states, 3)
    ranking = Ranking("spaces", "", np.ones(1), np.zeros(1), (0,))
    unbounded = Looked(0, "h", "", "", 1, bounded=False)
    lens = Lens("sample", "validation text", passage, ranking, 0, states, unbounded)
    assert lens.title(80) == "Unit 0 · detects spaces: AUC 1.00 ↓ · 1st of 1 · over the sample"
    assert lens.title(50) == "Unit 0 · detects spaces: AUC 1.00 ↓ · 1st of 1"
    assert lens.title(40) == "Unit 0 · detects spaces: AUC 1.00 ↓"
    assert lens.title(5) == "Unit 0"
    assert "".join(span.text for span in lens.value(1)) == "“␣” −2.0000"
    np.testing.assert_array_equal(lens.shares, [0.25, -1.0, np.inf])


@given(st.lists(st.sampled_from(CHARACTERS.tokens), min_size=1, max_size=8))
def test_a_prompt_can_be_typed_again(prompt: list[str]) -> None:
    text = prompt_text(Manner(tuple(prompt)), CHARACTERS)
    assert typed_prompt(CHARACTERS, text) == tuple(prompt)


def test_prompts_of_words_and_of_signs() -> None:
    assert typed_prompt(WORDS, " to  be ") == ("to", "be")
    signs = Vocabulary.one_hot("char", ("␣", "a"))
    assert typed_prompt(signs, "a␣") == ("a", "␣")


def test_a_line_leaves_out_a_blank_prompt() -> None:
    hello = load("hello")
    states = np.zeros((3, 3))
    blank = Passage((" ", "h", "e"), states, 1)
    assert line_text(blank, hello, 9) == "he"
    assert line_text(Passage(("h", "e", "l"), states, 1), hello, 2) == "he"


# Scenes


@pytest.fixture(scope="module")
def grammar() -> Experiment:
    return load("grammar", ["data.sentences=60", "model.hidden_size=8"])


def test_a_scene_takes_over_what_is_the_same(grammar: Experiment) -> None:
    session, manner = Session(grammar), Manner((" ",))
    first = Scene.of(session.view, manner)
    assert first.writing is not None
    assert len(first.writing) == LENGTH + 1
    session.do("forward")
    second = Scene.of(session.view, manner, first)
    assert second.writing is first.writing
    assert second.held is first.held
    warmer = Scene.of(session.view, Manner((" ",), 2.0), second)
    assert warmer.writing is not first.writing
    assert warmer.held is first.held
    session.do("update")
    third = Scene.of(session.view, manner, second)
    assert third.writing is not first.writing
    assert third.held is not first.held


def test_a_typed_sentence_is_among_the_examples(sentiment: Experiment) -> None:
    session = Session(sentiment)
    first = Scene.of(session.view, None)
    assert first.labelled
    assert first.writing is None
    session.edit_input(sentiment.train[2])
    assert len(Scene.of(session.view, None, first).held.labels) == 5


def test_the_lens_over_either_text(grammar: Experiment, sentiment: Experiment) -> None:
    scene = Scene.of(Session(grammar).view, Manner((" ",)))
    held = scene.lens(UnitChoice(), 3)
    assert (held.name, held.other, held.unit) == ("validation text", "sample", 3)
    sample = scene.lens(UnitChoice(second=True), 99)
    assert (sample.name, sample.unit) == ("sample", 7)
    assert sample.passage is scene.writing
    labelled = Scene.of(Session(sentiment).view, None)
    assert labelled.lens(UnitChoice(), 0, example=2).place == 8
    assert labelled.lens(UnitChoice(second=True), 0).passage.tokens == sentiment.train[0].tokens


@pytest.mark.parametrize("second", [False, True])
def test_the_lens_over_any_state_of_any_layer(second: bool) -> None:
    wanted = ["model.cell=lstm", "model.layers=2", "model.hidden_size=[4, 3]"]
    view = Session(load("grammar", ["data.sentences=60", *wanted])).view
    scene = Scene.of(view, Manner((" ",)))
    passage = scene.writing if second else scene.held
    assert passage is not None
    columns = {(0, "h"): (0, 4), (0, "c"): (4, 8), (1, "h"): (8, 11), (1, "c"): (11, 14)}
    for (layer, state), (first, stop) in columns.items():
        choice = UnitChoice(second=second, layer=layer, state=state)
        lens = scene.lens(choice, 99)
        name = f"{state}_1" if layer else state
        assert lens.unit == stop - first - 1
        assert lens.title(99).startswith(f"Unit {lens.unit} of {name} · ")
        assert len(lens.ranking.units) == stop - first
        np.testing.assert_array_equal(lens.states, passage.states[:, first:stop])
        variances = scene.held.states[:, first:stop].var(axis=0)
        np.testing.assert_allclose(lens.ranking.scores, variances, rtol=1e-12)
        largest = float(abs(lens.states[:, lens.unit]).max())
        expected = lens.states[:, lens.unit] / (1.0 if state == "h" else largest)
        np.testing.assert_array_equal(lens.shares, expected)
    assert scene.lens(UnitChoice(), 0).looked == scene.lens(UnitChoice(layer=1), 0).looked


def test_what_comes_next_knows_what_came(grammar: Experiment) -> None:
    scene = Scene.of(Session(grammar).view, Manner((" ",), 0.5))
    assert scene.writing is not None
    table = scene.next(scene.writing, 0)
    assert table is not None
    assert table.came == scene.writing.tokens[1]
    assert table.p.sum() == pytest.approx(1.0)
    last = scene.next(scene.writing, len(scene.writing) - 1)
    assert last is not None
    assert last.came is None


def test_a_choice_sees_a_token_only_where_it_matters() -> None:
    assert UnitChoice("spaces", "a").seen() == UnitChoice("spaces", "b").seen()
    assert UnitChoice("token", "a").seen() != UnitChoice("token", "b").seen()


def test_short_texts_are_spread_over_the_lines_that_they_have() -> None:
    tokens, starts = ["I", "love", "it", "this", "is", "it"], (0, 3)
    made = typeset(tokens, True, starts, 40, len)
    each = spread(made, starts, 40)
    assert each == 12
    wide = typeset(tokens, True, starts, 40, len, each)
    assert wide.lines == made.lines
    assert set(wide.widths) == {each}
    assert max(map(wide.width_of, wide.lines)) <= 40
    broken = typeset(tokens, True, starts, 8, len)
    assert spread(broken, starts, 8) == 0, "there is no room to spread"
