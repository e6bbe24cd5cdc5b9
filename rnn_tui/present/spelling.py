"""Characters by their names, for sentences that are heard: `carriage return`, `soft hyphen`."""

from __future__ import annotations

import re
import unicodedata

from rnn_tui.characters import BRAILLE_BLANK, CODE, MEANT, begins_with_a_mark, cut, is_seen, visible

MOST_QUOTED = 30  # cells of a text that is named by its beginning
_CONTROLS = (
    "null", "start of heading", "start of text", "end of text", "end of transmission",
    "enquiry", "acknowledge", "bell", "backspace", "tab", "newline", "line tabulation",
    "form feed", "carriage return", "shift out", "shift in", "data link escape",
    "device control one", "device control two", "device control three", "device control four",
    "negative acknowledge", "synchronous idle", "end of transmission block", "cancel",
    "end of medium", "substitute", "escape", "file separator", "group separator",
    "record separator", "unit separator",
)  # fmt: skip
_NAMES = dict(zip(map(chr, range(32)), _CONTROLS, strict=True)) | {
    " ": "space", "\x7f": "delete", "\x85": "next line",
}  # fmt: skip
_EDGES = re.compile("\0+")  # of names that are put into a text, where no other can be
_IN_QUOTES = re.compile("(?<=“)\0+|\0+(?=”)")


def name(character: str) -> str:
    """What a character is called."""
    named = _NAMES.get(character) or unicodedata.name(character, "").lower()
    return named or f"character {ord(character):X}"


def quoted(text: str) -> str:
    """`“I love this movie”`: of a long text its beginning, as it is written and not said."""
    return f"“{cut(visible(text), MOST_QUOTED)}”"


def spoken(token: str) -> str:
    """A token as it is said; what can't be seen in it by its name."""
    return spelled(token) if token.strip(" ") else " ".join(map(name, token))


def spelled(text: str) -> str:
    """A text as it is said: what can't be seen in it by its name, but for spaces."""
    first = f"{name(text[0])}\0" if begins_with_a_mark(text) else ""
    rest = text[1:] if first else text
    named = (c if _is_said(c) else f"\0{name(c)}\0" for c in rest)
    return _EDGES.sub(" ", first + "".join(named)).strip(" ") if text.strip(" ") else text


def _is_said(character: str) -> bool:
    return is_seen(character) and character != BRAILLE_BLANK


def signs_spelled(text: str) -> str:
    """A text with the names of what signs and codes in it stand for."""
    text = CODE.sub(lambda match: f"\0{name(chr(int(match[1], 16)))}\0", text)
    text = "".join(f"\0{name(MEANT[c])}\0" if c in MEANT else c for c in text)
    return _EDGES.sub(" ", _IN_QUOTES.sub("", text))
