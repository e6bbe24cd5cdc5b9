"""How a character is shown: the one place that says so, for the screen and for streams.

What acts on a terminal (escapes, other controls, what turns the direction of text) or can't be
seen never leaves the program as it is: a sign or its code stands in its place, whose cells can
be counted. Parts of emoji that join with what stands beside them are among these, as terminals
don't agree on how wide the result is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

ELLIPSIS = "…"
NO_TEXT = "∅"
CIRCLE = "◌"  # what a mark is put on that has no letter of its own

SIGNS = {chr(code): chr(0x2400 + code) for code in range(32)} | {
    " ": "␣", "\n": "⏎", "\t": "⇥", "\x7f": "␡", "\N{NO-BREAK SPACE}": "⍽",
}  # fmt: skip
MEANT = {sign: character for character, sign in SIGNS.items()}
CODE = re.compile("‹((?:10[0-9A-F]|[0-9A-F])?[0-9A-F]{2,4})›")

# Not shown as they are, though Unicode counts them among what can be printed.
_UNSEEN = (
    (0x034F, 0x034F), (0x115F, 0x11FF), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x3164, 0x3164),
    (0xD7B0, 0xD7FF), (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xE0100, 0xE01EF),
    (0x1F1E6, 0x1F1FF), (0x1F3FB, 0x1F3FF),  # letters of flags, and colours of skin
)  # fmt: skip
BRAILLE_BLANK = "\N{BRAILLE PATTERN BLANK}"  # in a chart it is one; in a text nobody sees it
_WIDE_SINCE_UNICODE_16 = (
    (0x2630, 0x2637), (0x268A, 0x268F), (0x4DC0, 0x4DFF), (0x1D300, 0x1D356), (0x1D360, 0x1D376),
)  # fmt: skip
_MARKS = ("Mn", "Me", "Mc")  # they stand on the character before, in no cell of their own


def is_seen(character: str) -> bool:
    """Whether a character is shown as it is."""
    return character.isprintable() and not _within(character, _UNSEEN)


def _within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)


def _sign(character: str) -> str:
    return SIGNS.get(character) or f"‹{ord(character):02X}›"


class Filter(dict[int, str]):
    """For `str.translate`: what stands for each character, found out when it is first met."""

    def __init__(self, stays: Callable[[str], bool], instead: Callable[[str], str]) -> None:
        super().__init__()
        self._stays, self._instead = stays, instead
        self._staying: set[str] = set()  # those met so far

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if self._stays(character):
            self._staying.add(character)
        self[code] = shown = character if self._stays(character) else self._instead(character)
        return shown

    def of(self, text: str) -> str:
        """A text with what stands for its characters; mostly it is the same, which is quick."""
        return text if self._staying.issuperset(text) else text.translate(self)


def stays_in_line(character: str) -> bool:
    """Whether a character of a line can stay as it is: any that is seen, and blanks."""
    return is_seen(character) or unicodedata.category(character) == "Zs"


_IN_LINE = Filter(stays_in_line, _sign)
_IN_TEXT = Filter(lambda c: c in "\n\t" or stays_in_line(c), _sign)
_IN_TOKEN = Filter(lambda c: c != BRAILLE_BLANK and is_seen(c), _sign)


def safe(text: str) -> str:
    """The gate: a text of any origin as it may be written to a terminal.

    Blanks, line ends and tabs stay. What has been through here, or through `visible`, comes
    out again as it went in.
    """
    return _IN_TEXT.of(text)


def one_line(text: str) -> str:
    """A text of any origin as it may stand in a line: its line ends and tabs are signs."""
    return _IN_LINE.of(text)


@lru_cache(maxsize=2**14)
def visible(token: str) -> str:
    """A token, label or name of which every character can be seen.

    A space can be where it stands between others, and else has its sign.
    """
    inside = token.strip(" ")
    before, behind = len(token) - len(token.lstrip(" ")), len(token) - len(token.rstrip(" "))
    if not inside:
        return SIGNS[" "] * len(token) or NO_TEXT
    shown = (CIRCLE if begins_with_a_mark(inside) else "") + _IN_TOKEN.of(inside)
    return SIGNS[" "] * before + shown + SIGNS[" "] * behind


def begins_with_a_mark(text: str) -> bool:
    """Whether it begins with what can only stand on another character."""
    return bool(text) and is_seen(text[0]) and _cells(text[0]) == 0


def meant(text: str, known: Callable[[str], bool]) -> str:
    """A text that was typed with the signs and codes of `visible`, as the characters meant.

    A sign that is `known` as a character of its own is just that.
    """

    def of_code(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if known(character) else match[0]

    text = CODE.sub(of_code, text)
    text = "".join(c if known(c) else MEANT.get(c, c) for c in text)
    return text if known(CIRCLE) else text.replace(CIRCLE, "")


# Cells


@lru_cache(maxsize=2**12)
def _cells(character: str) -> int:
    if unicodedata.category(character) in _MARKS:
        return 0
    wide = unicodedata.east_asian_width(character) in "WF"
    return 2 if wide or _within(character, _WIDE_SINCE_UNICODE_16) else 1


def cell_width(text: str) -> int:
    """How many terminal cells a text takes that has been through `safe` or `visible`."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def clusters(text: str) -> list[tuple[str, int]]:
    """Each character with the marks on it, and the cells it takes: 1 or 2."""
    found: list[tuple[str, int]] = []
    for character in text:
        cells = _cells(character)
        if cells or not found:
            found.append((character, max(1, cells)))
        else:
            found[-1] = found[-1][0] + character, found[-1][1]
    return found


def cut(text: str, room: int) -> str:
    """At most so many cells of a text, the last an ellipsis if something is left out."""
    if cell_width(text) <= room:
        return text
    taken, kept = 0, ""
    for cluster, cells in clusters(text):
        taken += cells
        if taken >= room:
            break
        kept += cluster
    return kept + ELLIPSIS if room > 0 else ""


def cut_before(text: str, room: int) -> str:
    """At most so many cells of the end of a text, the first an ellipsis if it doesn't begin it."""
    if cell_width(text) <= room:
        return text
    taken, kept = 0, ""
    for cluster, cells in reversed(clusters(text)):
        taken += cells
        if taken >= room:
            break
        kept = cluster + kept
    return ELLIPSIS + kept if room > 0 else ""


def padded(text: str, room: int) -> str:
    """A text with blanks behind it, `room` cells in all if it isn't longer."""
    return text + " " * (room - cell_width(text))


def padded_before(text: str, room: int) -> str:
    """A text with blanks before it, `room` cells in all if it isn't longer."""
    return " " * (room - cell_width(text)) + text
