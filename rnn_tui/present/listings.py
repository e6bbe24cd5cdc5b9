"""The source lines of the running op, with the current one marked."""

from __future__ import annotations

from dataclasses import dataclass

from rnn_tui.engine.faults import in_place_of
from rnn_tui.session.source import line_of, listing
from rnn_tui.session.view import StepView


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
    source = listing(in_place_of(op.kind.function, view.network.fault))
    line = line_of(op.kind)
    current = next(i for i, (number, _) in enumerate(source.lines) if number == line)
    title = f"{source.file} · {source.function}"
    return ProgramText(title, source.lines, current if view.op else None)
