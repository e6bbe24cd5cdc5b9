"""A text set in lines: which tokens stand where, whatever they are later drawn with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rnn_tui.characters import visible

Measure = Callable[[str], int]  # the width of a text in terminal cells


def piece(token: str) -> str:
    """A token as it stands in running text: a space stays one."""
    return token if token == " " else visible(token)


def running(tokens: Sequence[str], gap: str) -> str:
    """Tokens in one line of text."""
    return gap.join(piece(token) for token in tokens)


@dataclass(frozen=True, eq=False)
class Typeset:
    """Tokens as pieces of text, `lines` of them; each piece is followed by `gap` blank cells."""

    pieces: tuple[str, ...]
    widths: tuple[int, ...]
    gap: int
    lines: tuple[range, ...]

    def line_of(self, place: int) -> int:
        """The line that a token stands in."""
        return next((n for n, line in enumerate(self.lines) if place in line), 0)

    def width_of(self, line: range) -> int:
        """The cells that a line takes."""
        return sum(self.widths[i] + self.gap for i in line)

    def start_of(self, place: int) -> int:
        """The cell of its line where a token begins."""
        line = self.lines[self.line_of(place)]
        return self.width_of(range(line.start, place))

    def at(self, line: int, x: int) -> int | None:
        """The token in a cell of a line; beyond its end the last one. None below the last line."""
        if not 0 <= line < len(self.lines):
            return None
        for i in self.lines[line]:
            x -= self.widths[i] + self.gap
            if x < 0:
                return i
        return self.lines[line].stop - 1


NO_TEXT = Typeset((), (), 0, ())


def spread(made: Typeset, starts: Sequence[int], room: int) -> int:
    """The cells that each token may have in `room`, so that no text takes another line.

    0 where a text has several lines already.
    """
    if not made.lines or len(made.lines) != max(1, len(starts)):
        return 0
    return max(0, room // max(map(len, made.lines)) - made.gap)


def typeset(
    tokens: Sequence[str], words: bool, starts: Sequence[int], room: int, measure: Measure,
    least: int = 0,
) -> Typeset:  # fmt: skip
    """Tokens in lines of `room` cells, broken after spaces, or between tokens that are words.

    A line ends after a line feed and before each of `starts`; a run of characters that
    is longer than a line goes on in the next. Each token has `least` cells.
    """
    pieces = tuple(visible(token) if words else piece(token) for token in tokens)
    if least:
        pieces = tuple(one + " " * (least - measure(one)) for one in pieces)
    widths = tuple(measure(one) for one in pieces)
    gap, begun = int(words), set(starts)
    lines: list[range] = []
    first = word = x = 0  # where the line and its last word begin, and how far it has come
    for i, width in enumerate(widths):
        if i > first and i in begun:
            lines.append(range(first, i))
            first = word = i
            x = 0
        while i > first and x + width > room:
            cut = word if word > first else i
            lines.append(range(first, cut))
            first = word = cut
            x = sum(widths[j] + gap for j in range(first, i))
        x += width + gap
        if tokens[i] == "\n":
            lines.append(range(first, i + 1))
            first = word = i + 1
            x = 0
        elif words or tokens[i].isspace():
            word = i + 1
    if first < len(tokens):
        lines.append(range(first, len(tokens)))
    return Typeset(pieces, widths, gap, tuple(lines))
