"""The source lines of the running op, with the current one marked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from rnn_tui.arrays import Floats
from rnn_tui.present.digits import short, signed
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.program.operands import Named, line_of_op
from rnn_tui.session.program.source import listing
from rnn_tui.session.view import StepView

MOST_ROWS = 3  # of a matrix
NUMBER = 8


@dataclass(frozen=True)
class ProgramText:
    """The function that is running, its lines with their numbers, and which is current.

    `current` is an index into `lines`; None before the first op.
    """

    title: str
    lines: tuple[tuple[int, str], ...]
    current: int | None


def program_text(view: StepView) -> ProgramText:
    """The code of the last op, or of the next one before there is any, with a bug that is in it."""
    op = view.op or view.next_op
    if op is None:
        return ProgramText("", (), None)
    source = listing(op.kind.body)
    current = next(i for i, (number, _) in enumerate(source.lines) if number == op.kind.line.number)
    layered = view.network.depth > 1 and op.kind.part == "layer"
    layer = f" · layer {op.kind.depth}" if layered else ""
    title = f"{source.file} · {source.function}{layer}"
    return ProgramText(title, source.lines, current if view.op else None)


def variables(view: StepView, width: int) -> tuple[Line, ...]:
    """What the last op's line read and what it made, with shapes and values, so wide."""
    if view.op is None:
        return ((Span("nothing has run yet", Role.EMPTY),),)
    state = line_of_op(view, view.op)
    names = max(len(one.name) for one in (*state.operands, state.result))
    lines: list[Line] = []
    for one in state.operands:
        lines += _variable(one, names, width, Role.TEXT)
    lines += _variable(state.result, names, width, Role.ACCENT)
    return tuple(lines)


def _variable(one: Named, names: int, width: int, role: Role) -> list[Line]:
    mark = Span("→ " if role is Role.ACCENT else "  ", Role.ACCENT)
    shape = f"({','.join(map(str, one.value.shape))}{',' * (one.value.ndim == 1)})"
    head: Line = (mark, Span(f"{one.name:<{names}} ", Role.STRONG))
    if one.value.ndim == 0:
        return [(*head, Span(short(float(one.value)), role))]
    head = (*head, Span(f"{shape:<8} ", Role.MUTED))
    room = max(1, (width - sum(len(span.text) for span in head) - 1) // (NUMBER + 1))
    rows = one.value.reshape(-1, one.value.shape[-1])
    shown = [(Span(_row(row, room), role),) for row in islice(rows, MOST_ROWS)]
    indent = Span(" " * sum(len(span.text) for span in head))
    lines: list[Line] = [(*head, *shown[0]), *((indent, *line) for line in shown[1:])]
    if len(rows) > MOST_ROWS:
        lines.append((indent, Span(f"… {len(rows) - MOST_ROWS} more rows", Role.MUTED)))
    return lines


def _row(row: Floats, room: int) -> str:
    """As many numbers as there is room for."""
    whole = len(row) <= room
    numbers = [
        f"{signed(float(x), room=NUMBER):>{NUMBER}}" for x in row[: room if whole else room - 1]
    ]
    return " ".join(numbers if whole else [*numbers, "…"])
