"""Characters of two cells, of none, and those that have a code: columns stand under each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import make_stream
from rich.cells import cell_len

from rnn_tui.characters import cell_width, visible
from rnn_tui.experiments import Experiment
from rnn_tui.present.analyses.plane import Frame, Plane
from rnn_tui.present.analyses.texts import _columns
from rnn_tui.present.charts.plot import Ink
from rnn_tui.present.charts.raster import Canvas
from rnn_tui.present.sentences.status import sentence
from rnn_tui.present.tables.cells import Line, Role
from rnn_tui.present.tables.states import StateTable
from rnn_tui.present.tables.strip import HEAD, strip
from rnn_tui.present.text.text_words import prompt_text, tail, typed_prompt
from rnn_tui.session.session import Session
from rnn_tui.session.text.writing import Manner

TEXT = "世a界\r\n🏽é\u200b👨e\u0301b\xa0世界c🇳d"
WIDTHS = range(24, 120, 5)


@pytest.fixture(scope="module")
def stream() -> Experiment:
    return make_stream(TEXT * 3, length=len(TEXT))


def starts(line: Line) -> list[int]:
    """The cells at which the pieces of a line that are not blank begin, behind its heading."""
    found, at = [], 0
    for span in line:
        if span.text.strip() and at >= HEAD:
            found.append(at)
        at += cell_len(span.text)
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_answers_stand_under_their_tokens(stream: Experiment, width: int) -> None:
    session = Session(stream)
    session.do("finish_forward")
    lines = strip(session.view, width).lines
    assert len({tuple(starts(line)) for line in lines}) == 1
    assert all(cell_len("".join(span.text for span in line)) <= width for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_the_current_token_is_on_the_screen(stream: Experiment, width: int) -> None:
    session = Session(stream)
    for t in range(len(TEXT)):
        session.do("forward")
        for line in (sentence(session.view, width), strip(session.view, width).lines[0]):
            (place,) = (k for k, span in enumerate(line) if span.role is Role.CURRENT)
            assert line[place].text == visible(session.view.current.tokens[t])
            assert cell_len("".join(span.text for span in line[: place + 1])) <= width


def test_a_column_of_tokens_is_as_wide_as_they_are_shown(stream: Experiment) -> None:
    table = StateTable(Session(stream).view)
    cells = [table.cells(row, 1, 2)[0].text for row in range(table.row_count)]
    assert table.columns[1].width == max(map(cell_len, cells)) == len("‹1F3FD›")


# Pictures


def drawn(canvas: Canvas) -> list[str]:
    return ["".join(text for text, _ in line) for line in canvas.lines()]


def test_a_wide_character_takes_two_cells_of_a_canvas() -> None:
    canvas = Canvas(6, 2)
    canvas.put(0, 1, "世e\u0301界", Ink.FIRST)
    canvas.put(1, 0, "abc", Ink.FIRST)
    assert drawn(canvas) == ["世e\u0301界 ", " abc  "]
    canvas.put(5, 1, "世", Ink.FIRST)
    assert drawn(canvas)[0] == "世e\u0301界 ", "half of one is none"
    canvas.put(1, 1, "x", Ink.FIRST)
    assert drawn(canvas)[0] == " xe\u0301界 ", "nor is one of which half is covered"
    canvas.put(3, 1, "y", Ink.FIRST)
    assert drawn(canvas)[0] == " xe\u0301y  "
    canvas.put(2, 1, "o", Ink.FIRST)
    assert drawn(canvas)[0] == " xoy  ", "a mark goes with its letter"


@given(st.lists(st.tuples(st.integers(-3, 12), st.text(max_size=5)), max_size=6))
def test_every_line_of_a_canvas_is_as_wide(puts: Sequence[tuple[int, str]]) -> None:
    canvas = Canvas(9, 1)
    for column, text in puts:
        canvas.put(column, 0, visible(text), Ink.FIRST)
    assert list(map(cell_len, drawn(canvas))) == [9]


def test_a_plane_has_straight_edges() -> None:
    points = np.array([[0.0, 0.0], [1.0, 1.0], [0.5, 0.5]])
    plane = Plane(Frame.round(points), 20, 6)
    plane.marks(points, ["世界", "‹200B›", "e\u0301"], Ink.FIRST)
    rows = ["".join(piece.text for piece in row) for row in plane.rows()]
    assert any("世界" in row for row in rows)
    assert len({cell_len(row) for row in rows}) == 1


def test_bars_stand_over_their_characters() -> None:
    rows = _columns("世\u200ba", np.array([1.0, 2.0, 3.0]), 40)
    *bars, names = ["".join(piece.text for piece in row) for row in rows]
    assert names == "世  ‹200B›  a"
    assert [bars[-1].index("█", at) for at in (0, 4, 12)] == [0, 4, 12]
    assert _columns("世\u200ba", np.ones(3), 9)[-1][0].text == "世"


# Typed


def test_a_prompt_can_be_typed_as_it_is_shown(stream: Experiment) -> None:
    vocabulary = stream.vocabulary
    for token in vocabulary.tokens:
        shown = prompt_text(Manner((token,)), vocabulary)
        assert typed_prompt(vocabulary, shown) == (token,)


def test_the_end_of_a_text_is_cut_by_cells(stream: Experiment) -> None:
    assert tail(("世", "界", "\u200b"), stream.vocabulary, 9) == "…界‹200B›"
    assert cell_width(tail(tuple(TEXT), stream.vocabulary, 7)) <= 7
