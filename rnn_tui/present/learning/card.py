"""What the Learn dock shows: a text, and below it rows to be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rnn_tui.present.learning.markup import broken
from rnn_tui.present.tables.cells import Line, Span

Paragraph = tuple[Line, ...]


class Does(StrEnum):
    """What choosing a row does."""

    CHOOSE = "choose"  # the choice with this text
    WRITE = "write"  # go to the field
    NEXT = "next"
    PREVIOUS = "previous"
    HINT = "hint"
    SOLUTION = "solution"
    AGAIN = "again"  # this step
    RESTART = "restart"  # the lesson
    COURSE = "course"
    STEP = "step"  # back to the step at hand
    LESSON = "lesson"  # the one with this id
    LEAVE = "leave"
    EXPERIMENT = "experiment"  # open the bundled one of this name
    FILE = "file"  # open the one at this path
    HEADING = "heading"  # nothing
    TEST_OUT = "test_out"  # of the lesson


@dataclass(frozen=True)
class Row:
    """A row that can be chosen, if it `is_open`: what that does, and to what is `given`.

    One with a `digit` is chosen by that key, too, which does nothing else while it is there. Of a
    long one the lines after the first stand `indent` cells to the right; so does what stands
    `below` it.
    """

    does: Does
    line: Line
    given: str = ""
    digit: int = 0
    is_open: bool = True
    indent: int = 2
    below: Line = ()

    def lines(self, width: int) -> tuple[Line, ...]:
        """The row in lines of at most so many cells, broken between words."""
        lines = broken(self.line, width, self.indent)
        if self.below:
            lines += broken((Span(" " * self.indent), *self.below), width, self.indent)
        return lines


@dataclass(frozen=True)
class Card:
    """What the dock shows at one time.

    `paragraphs` are the text, each of one line or more; `said` those at its end that answer what
    was done. `asked` is a question that is open, which stays in sight below them. `field` is what
    stands before a field to write in, empty without one, and `written` what was written there.
    `first` is the row that enter chooses at first, if any. A card that `is_list` is read in its
    rows more than in its text.
    """

    title: str
    paragraphs: tuple[Paragraph, ...]
    rows: tuple[Row, ...]
    said: tuple[Paragraph, ...] = ()
    asked: Line = ()
    field: str = ""
    written: str = ""
    first: int | None = None
    is_list: bool = False
