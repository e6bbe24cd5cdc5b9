"""The pieces that a condition is read in, and what is said of one that can't be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rnn_tui.characters import one_line
from rnn_tui.experiments.errors import shown

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign><=|>=|==|!=|[-+*/()<>\[\],#])",
    re.ASCII,
)


class ConditionError(ValueError):
    """A condition that can't be read: one line, where and what was expected."""

    def __init__(self, expected: str, token: Token | None = None) -> None:
        where = "" if token is None else f"{token.where}: "
        line = where + expected
        super().__init__(one_line(line))


class Token(NamedTuple):
    """A piece of a condition; `place` counts its characters from 1."""

    kind: str  # number, name, sign or end
    text: str
    place: int

    @property
    def where(self) -> str:
        """Where it stands, for an error."""
        if self.kind == "end":
            return "at the end"
        return f"at character {self.place}, {shown(self.text)}"


def tokens(text: str) -> Iterator[Token]:
    """The pieces of a condition, the last of kind "end"."""
    place = 0
    while place < len(text):
        if text[place] == " ":
            place += 1
            continue
        found = _TOKEN.match(text, place)
        if found is None:
            bad = Token("sign", text[place], place + 1)
            expected = "expected ==, which compares" if bad.text == "=" else "expected no such sign"
            raise ConditionError(expected, bad)
        yield Token(str(found.lastgroup), found[0], place + 1)
        place = found.end()
    yield Token("end", "", place + 1)
