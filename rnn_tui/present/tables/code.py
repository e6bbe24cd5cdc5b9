"""The code of a whole pass as a table: the line that ran last and the one that runs next marked."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rnn_tui.present.tables.cells import Cell, Column, Line, Role, Span
from rnn_tui.present.tokens import told_text
from rnn_tui.session.program.code import CodeRow, code, row_of, timesteps
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.view import StepView
from rnn_tui.session.why.line_now import LineNow

RAN, NEXT = "▸", "▹"  # the line that ran last has the mark of every table
NUMBER, INDENT = 3, "  "
BEFORE = 8  # cells before the code: both marks, the number, gaps
LEAST_WORDS, MOST_CODE = 30, 48  # with less they would be cut; the line below says them whole


@dataclass(frozen=True, eq=False)
class CodeTable:
    """Numbers, code, and the words beside it, in `room` cells; what is too long is cut.

    Of the line of the cell's backward pass that makes `blank` only the left side is shown.
    """

    view: StepView
    room: int
    blank: str = ""

    frozen_columns = 2
    by_row = True
    keeps_names = True

    @cached_property
    def rows(self) -> tuple[CodeRow, ...]:
        """All of them."""
        return code(self.view.program)

    @cached_property
    def columns(self) -> Sequence[Column]:
        """A mark, the number in the function, the code and, if there is room, what it computes."""
        return _columns(_longest(self.rows), self.room)

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    @cached_property
    def current_row(self) -> int | None:
        """The line that ran last."""
        return row_of(self.rows, self.view.op)

    @cached_property
    def next_row(self) -> int | None:
        """The line that runs next."""
        return row_of(self.rows, self.view.next_op)

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of one row."""
        one = self.rows[row]
        mark = NEXT if row == self.next_row else ""
        number = "" if one.number is None else str(one.number)
        role = Role.TEXT if one.kind is not None else Role.STRONG
        return (
            Cell(mark, Role.ACCENT), Cell(number, Role.MUTED),
            Cell(code_text(self.view, one, self.blank), role),
            Cell(code_words(self.view, one), Role.MUTED),
        )[first:last]  # fmt: skip


@lru_cache(maxsize=32)
def _longest(rows: tuple[CodeRow, ...]) -> int:
    """The longest line of code that is not longer than most."""
    lengths = (len(INDENT + one.kind.line.text) for one in rows if one.kind is not None)
    return max((length for length in lengths if length <= MOST_CODE), default=MOST_CODE)


@lru_cache(maxsize=32)
def _columns(longest: int, room: int) -> tuple[Column, ...]:
    width = max(1, min(longest, room - BEFORE))
    first = Column("", 1), Column("", NUMBER)
    if room - BEFORE - width < LEAST_WORDS:
        return *first, Column("code", 0, "left")
    return *first, Column("code", width, "left"), Column("what it computes", 0, "left")


def is_blank(row: CodeRow, blank: str) -> bool:
    """Whether a row is the line of a cell's backward pass that makes `blank`."""
    kind = row.kind
    in_cell = kind is not None and kind.part == "layer" and row.phase is Phase.BACKWARD
    return kind is not None and in_cell and kind.line.target == blank


def code_text(view: StepView, row: CodeRow, blank: str = "") -> str:
    """A row as Python: a line that runs as it runs, a bug in it included."""
    if row.kind is not None and is_blank(row, blank):
        return f"{INDENT}{blank} {'+=' if row.kind.line.accumulates else '='} …"
    if row.kind is not None:
        return INDENT + row.kind.line.text
    if row.body is not None:
        arguments = ", ".join(inspect.signature(row.body.function).parameters)
        return f"def {row.body.name}({arguments}):"
    times = timesteps(view.program, row)
    stop = times[-1] + 1
    loop = f"range({times[0]}, {stop})" if times[0] else f"range({stop})"
    return f"for t in {f'reversed({loop})' if row.phase is Phase.BACKWARD else loop}:"


def code_words(view: StepView, row: CodeRow) -> str:
    """What is said beside a row; of a function which it is."""
    if row.kind is not None:
        return line_words(row)
    if row.body is not None:
        return f"{where(view, row)}: {row.words}"
    whose = "the encoder" if row.encodes else "the decoder"
    whose = f", {whose}" if view.network.encoder else ""
    if row.phase is Phase.BACKWARD:
        return f"backpropagation from the last timestep to the first{whose}"
    return f"the forward pass, one token at a time{whose}"


def line_words(row: CodeRow) -> str:
    """The comment of a line; of a sum of gradients that has none, what is added."""
    kind = row.kind
    if kind is None or row.words or not kind.line.adds_up:
        return row.words
    return f"this timestep's share of ∂L/∂{kind.line.target.removeprefix('d')}"


def where(view: StepView, row: CodeRow) -> str:
    """The file of a row's function, and which layer it is of."""
    if row.body is None:
        return ""
    layered = view.network.depth > 1 and row.kinds[0].part == "layer"
    layer = f", layer {row.kinds[0].depth}" if layered else ""
    encoder = ", encoder" if row.encodes and row.kinds[0].part == "layer" else ""
    return f"{row.body.file}{encoder}{layer}"


def title(view: StepView, row: CodeRow) -> str:
    """The function that a row stands in, and its file."""
    if row.body is None:
        return "loop over timesteps"
    return f"{row.body.name} · {where(view, row)}"


def about(line: LineNow, blank: str = "") -> tuple[Line, ...]:
    """A row in full: a line as on the blackboard, and its words; of a blank one these alone."""
    row = line.row
    if is_blank(row, blank):
        return ((Span(f"{blank} = …   {line_words(row)}", Role.STRONG),),)
    if row.kind is not None:
        said = line_words(row)
        return ((Span(row.kind.equation, Role.STRONG), Span(f"   {said}" if said else "")),)
    return (
        (Span(code_text(line.view, row), Role.STRONG),
         Span(f"   {code_words(line.view, row)}")),
    )  # fmt: skip


def standing(line: LineNow) -> str:
    """Which timestep the numbers of a line are of, and whether it has run there."""
    view, t, kind = line.view, line.t, line.row.kind
    if t is None:
        return "in this update"
    at = f"at t={t}, {told_text(view, t)}"
    if kind is not None and t not in line.ran:
        return f"{at}: not run yet"
    return at
