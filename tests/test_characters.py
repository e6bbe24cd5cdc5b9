"""How characters are shown: every one of Unicode's, and the texts that they make."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from rnn_tui.characters import (
    MEANT,
    cell_width,
    clusters,
    cut,
    cut_before,
    meant,
    one_line,
    padded,
    padded_before,
    safe,
    visible,
)

# What acts on a terminal or shows nothing, said here by hand: controls of both sets, what turns
# the direction, what has no width, and parts of emoji that join with their neighbours.
ACTS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)
BLANKS = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Zs"]


def every_character() -> Iterator[str]:
    """Of the planes that are no more than ideographs, or empty, some."""
    return map(chr, chain(range(0x20000), range(0x20000, 0x110000, 1009), range(0xE0000, 0xE1000)))


@pytest.mark.slow
def test_no_character_acts_or_is_blank_in_a_token() -> None:
    for character in every_character():
        shown = visible(character)
        assert not ACTS.search(shown), ascii(character)
        assert shown.isprintable(), ascii(character)
        assert shown not in (" ", "\u2800"), ascii(character)
    for character in BLANKS:
        assert visible(f"a{character}b") != "ab"
        assert character == " " or character not in visible(f"a{character}b")


@pytest.mark.slow
def test_nothing_acts_in_a_text_whose_blanks_stay() -> None:
    for character in every_character():
        assert not ACTS.search(safe(character)), ascii(character)
    for blank in (*BLANKS, "\n", "\t"):
        assert safe(f"a{blank}b") == f"a{blank}b"
    assert one_line("a\nb\tc\r") == "a⏎b⇥c␍"


@pytest.mark.slow
def test_widths_are_those_that_the_screen_is_laid_out_with() -> None:
    """Of each character, and so of all together, as none joins with its neighbours."""
    for character in every_character():
        shown = visible(character)
        assert 1 <= cell_width(shown) == cell_len(shown), ascii(character)
        if character not in "\n\t":
            assert cell_width(safe(character)) == cell_len(safe(character)), ascii(character)


@given(st.text())
def test_a_text_is_as_wide_as_it_is_laid_out_and_the_gate_is_passed_once(text: str) -> None:
    shown = visible(text)
    assert cell_width(shown) == cell_len(shown) == sum(cells for _, cells in clusters(shown))
    assert "".join(cluster for cluster, _ in clusters(shown)) == shown
    assert safe(shown) == one_line(shown) == shown
    assert safe(safe(text)) == safe(text)


@given(st.text(), st.integers(0, 12))
def test_a_text_is_cut_to_cells(text: str, room: int) -> None:
    shown = visible(text)
    for shorter in (cut(shown, room), cut_before(shown, room)):
        assert room - 1 <= cell_width(shorter) <= room or shorter == shown or room <= 1
        assert cell_width(shorter) <= room
    assert cut(shown, 1000) == cut_before(shown, 1000) == shown
    assert cell_width(padded(shown, 40)) == cell_width(padded_before(shown, 40))
    assert cell_width(padded(shown, 40)) == max(40, cell_width(shown))


@pytest.mark.parametrize(
    ("token", "shown", "cells"),
    [
        ("\r", "␍", 1), ("\n", "⏎", 1), ("\t", "⇥", 1), (" ", "␣", 1), ("\xa0", "⍽", 1),
        ("\x1b[31m", "␛[31m", 5), ("\x00", "␀", 1), ("\x7f", "␡", 1), ("\x85", "‹85›", 4),
        ("\u200b", "‹200B›", 6), ("\u202e", "‹202E›", 6), ("\xad", "‹AD›", 4),
        ("👋🏽", "👋‹1F3FD›", 9), ("🇳", "‹1F1F3›", 7), ("❤️", "❤‹FE0F›", 7), ("世界", "世界", 4),
        ("é", "é", 1), ("e\u0301", "e\u0301", 1), ("\u0301", "◌\u0301", 1), ("", "∅", 1),
        ("New York", "New York", 8), (" a  ", "␣a␣␣", 4), ("\ud800", "‹D800›", 6),
    ],
)  # fmt: skip
def test_signs(token: str, shown: str, cells: int) -> None:
    assert visible(token) == shown
    assert cell_width(shown) == cells


def test_a_wide_character_is_not_cut_in_half() -> None:
    assert cut("世界人", 4) == "世…"
    assert cut("世界人", 5) == "世界…"
    assert cut("世界人", 6) == "世界人"
    assert cut_before("世界人", 4) == "…人"
    assert cut("abc", 0) == cut_before("abc", 0) == ""


@given(st.lists(st.characters(), max_size=8))
def test_what_is_shown_can_be_typed(characters: list[str]) -> None:
    """A text of single characters, each shown, means what it shows, if no sign is among them."""
    known = set(characters) - {*MEANT, *"‹›◌0123456789ABCDEF"}
    text = "".join(character for character in characters if character in known)
    typed = "".join(map(visible, text))
    assert meant(typed, known.__contains__) == text


def test_a_sign_that_is_known_is_just_that() -> None:
    assert meant("␍␣", {"␣", "\r"}.__contains__) == "\r␣"
    assert meant("‹200B›", {"a"}.__contains__) == "‹200B›"
