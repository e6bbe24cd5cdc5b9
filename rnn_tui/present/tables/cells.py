"""What a pane shows, before it has colours: cells with a meaning, rows, tables.

The terminal turns a role into a style and a heat into a colour; plain output
prints the text alone. So nothing here knows of Rich or Textual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from rnn_tui.characters import cell_width
from rnn_tui.present.digits import EMPTY


class Role(StrEnum):
    """What a cell or a piece of text means; each has one style in the stylesheet."""

    TEXT = "text"
    MUTED = "muted"
    EMPTY = "empty"  # not computed yet
    TOKEN = "token"
    CURRENT = "current"  # where the cursor of the algorithm stands
    GOOD = "good"
    BAD = "bad"
    WARN = "warn"
    ACCENT = "accent"
    STRONG = "strong"
    BAR = "bar"
    CODE = "code"
    KEY = "key"
    POSITIVE = "positive"  # the sign of a number
    NEGATIVE = "negative"
    GRADIENT = "gradient"  # what flows back
    GATE = "gate"  # how far a gate is open
    DONE = "done"  # a phase or a part that is over
    STRUCK = "struck"  # an answer that is wrong


class Scale(StrEnum):
    """What the heat of a number means; each has a hue of its own."""

    SIGNED = "signed"  # blue below 0, orange above
    GRADIENT = "gradient"  # the size of what flows back
    GATE = "gate"  # 0 closed, 1 open


@dataclass(frozen=True)
class Span:
    """A piece of a line.

    `ref` is the address of the number in it, where it is one to ask about; `act` the verb or the
    act of the screen that it stands for, where there is one to be done.
    """

    text: str
    role: Role = Role.TEXT
    ref: str = ""
    act: str = ""


Line = tuple[Span, ...]
PARTED = "   "  # what parts the figures of a line


def width_of(line: Line) -> int:
    """Cells of a line."""
    return sum(cell_width(span.text) for span in line)


def whole_parts(line: Line, room: int) -> Line:
    """A line without the parts at its end that the edge would cut: each begins with blanks."""
    kept = line
    while width_of(kept) > room:
        starts = [place for place, span in enumerate(kept) if span.text.startswith(PARTED)]
        if not starts or not starts[-1]:
            break
        kept = kept[: starts[-1]]
    return kept


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    `heat` in -1…1 colours it on its `scale`; `bar` in -1…1 draws a bar of that share of the
    column's width in place of the text, with its sign; with `two_sided` from the middle of the
    column to the left or to the right. `counted` is its text in a notation that counts states from
    1, where that is another. Its last letter is a `picture` where that draws what the number says:
    it has the hue of the scale beside the heat.
    """

    text: str
    role: Role = Role.TEXT
    heat: float | None = None
    bar: float | None = None
    scale: Scale = Scale.SIGNED
    two_sided: bool = False
    counted: str = ""
    picture: bool = False


NOTHING = Cell(EMPTY, Role.EMPTY)  # in place of a number not computed yet


@dataclass(frozen=True)
class Column:
    """A column: its heading and its width in terminal cells. A width of 0 takes what is left.

    One of `bars` says nothing that no number beside it says: it is the first to give way.
    `counted` is its heading in a notation that counts states from 1, where that is another, and
    `counted_width` the least that its cells need there. A `gap` follows it, one of several cells
    where what comes next is of another kind.
    """

    title: str
    width: int
    align: Literal["left", "right"] = "right"
    bars: bool = False
    counted: str = ""
    counted_width: int = 0
    gap: int = 1


def bars(title: str = "") -> Column:
    """A column of bars, in what the others leave."""
    return Column(title, 0, "left", bars=True)


class Table(Protocol):
    """Rows on demand, so that a table of ten thousand costs no more than what is on the screen."""

    @property
    def columns(self) -> Sequence[Column]:
        """All columns, left to right."""
        ...

    @property
    def frozen_columns(self) -> int:
        """How many of the first columns stay in place when the rest scrolls sideways."""
        ...

    @property
    def by_row(self) -> bool:
        """Whether a row is chosen as a whole, rather than a cell."""
        ...

    @property
    def row_count(self) -> int:
        """The number of rows."""
        ...

    @property
    def current_row(self) -> int | None:
        """The row where the algorithm stands, to be marked and kept in sight."""
        ...

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of `row` in columns `first` up to, not including, `last`."""
        ...


def place_of(table: Table, ref: object) -> tuple[int, int] | None:
    """The row and column where a number stands; None in tables that do not have it."""
    find = getattr(table, "place", None)
    found: tuple[int, int] | None = None if find is None else find(ref)
    return found


def address(table: Table, row: int, column: int) -> str:
    """The ref of the number in a cell; nothing of tables whose numbers have none.

    A table that has them says so by a method `ref(row, column)`.
    """
    find = getattr(table, "ref", None)
    return "" if find is None else str(find(row, column))
