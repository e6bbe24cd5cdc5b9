"""Characters that nobody can see, said by their names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.characters import visible
from rnn_tui.present.plain.plain_words import plainly
from rnn_tui.present.spelling import name, spelled, spoken


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("\r", "carriage return"), ("\n", "newline"), ("\t", "tab"), (" ", "space"),
        ("  ", "space space"), ("\xa0", "no-break space"), ("\u200b", "zero width space"),
        ("\x85", "next line"), ("\x9b", "character 9B"), ("\u202e", "right-to-left override"),
        ("\xad", "soft hyphen"), ("\x1b[31m", "escape [31m"), ("a\u200bb", "a zero width space b"),
        ("🏽", "emoji modifier fitzpatrick type-4"), ("\u0301", "combining acute accent"),
        ("\u2800", "braille pattern blank"), ("e\u0301", "e\u0301"), ("movie", "movie"), ("世", "世"),
    ],
)  # fmt: skip
def test_what_a_token_is_called(token: str, said: str) -> None:
    assert spoken(token) == said


def test_a_text_keeps_its_spaces() -> None:
    assert spelled("a b\r\nc") == "a b carriage return newline c"
    assert spelled("a  b") == "a  b"
    assert spelled(" ") == " "


@given(st.text())
def test_every_text_can_be_said(text: str) -> None:
    assert spelled(text).isprintable()
    assert spoken(text).isprintable()


def test_signs_side_by_side_are_said_apart() -> None:
    assert plainly("after “mat.␍⏎” t") == 'after "mat. carriage return newline" t'


@given(st.characters(exclude_categories=["L", "N", "P", "S", "M", "Cs"]))
def test_a_sign_in_a_sentence_is_said_as_what_it_stands_for(character: str) -> None:
    assert plainly(f"reads “{visible(character)}” next") == f'reads "{name(character)}" next'
