"""The operations of a timestep as they were computed, and which of them is to be seen first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rnn_tui.present.tables.cells import Line, Role, Span, width_of
from rnn_tui.present.why.book import op_in_book
from rnn_tui.present.why.formulas import derivation_lines
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.view import StepView
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.explain import derivations, derive, explain
from rnn_tui.session.why.state_norms import name_of_figure

DIFFERENTIAL = "∂"  # begins what a line says of the gradient that it makes


@dataclass(frozen=True, eq=False)
class Operations:
    """Of each operation some lines; `ref` is of the one to be seen, `place` where that stands."""

    blocks: tuple[tuple[Line, ...], ...]
    place: int = 0
    ref: str = ""


def operations(
    view: StepView, unit: int, width: int, height: int, *, own: bool = False
) -> Operations:
    """Those that have run in the timestep and direction under the cursor, the last one marked.

    Each has two lines, and one of the book; where `height` lines are too few, one that is as wide
    as all of it if that is no wider than `width`. If the unit is the user's `own` choice, what
    it has is to be seen: its state, or the gradient of that.
    """
    found = derivations(view, unit)
    if not found:
        return Operations(())
    blocks = [tuple(_lines(view, one, unit, one is found[-1])) for one in found]
    if sum(map(len, blocks)) > height:
        blocks = [_joined(block, width) for block in blocks]
    place = _telling(view, found, own=own)
    return Operations(tuple(blocks), place, found[place].ref)


def telling(view: StepView, unit: int) -> Derivation | None:
    """What stands for all of a timestep where there is one line: a number that is on the screen.

    After a step of backpropagation that is ‖∂L/∂h‖. None before the first operation.
    """
    if view.op is None:
        return None
    state, answers = _state(view), view.program.has_output(view.t or 0)
    if state is None or not _ends(view):
        return derive(view, view.op.name, view.t, unit)
    if view.phase is Phase.BACKWARD:
        return explain(view, f"{name_of_figure('norm', 'h', view.network.depth - 1)}[{view.t}]")
    return derive(view, view.op.name if answers else state, view.t, unit)


def _telling(view: StepView, found: Sequence[Derivation], *, own: bool) -> int:
    """Which operation is to be seen: the last one, or at the end of a timestep what it came to."""
    ops, state = [one.op for one in found], _state(view)
    answers = view.phase is Phase.FORWARD and view.program.has_output(view.t or 0)
    if state in ops and (own or (_ends(view) and not answers)):
        return ops.index(state)
    return len(found) - 1


def _ends(view: StepView) -> bool:
    """Whether the last operation was the last one of its timestep."""
    return view.t is not None and view.done == view.program.end_of(view.phase, view.t)


def _state(view: StepView) -> str | None:
    """The operation that makes a timestep's state, or its gradient."""
    if view.t is None:
        return None
    return view.program.algorithm.top("h" if view.phase is Phase.FORWARD else "dh")


def _lines(view: StepView, one: Derivation, unit: int, is_last: bool) -> Iterator[Line]:
    head, put_in = derivation_lines(one, is_last)
    kind = view.program.algorithm.kinds.get(one.op)
    about = kind.about if kind is not None else ""
    if about.startswith(DIFFERENTIAL):  # delta stands beside ∂L/∂h elsewhere
        head = (*head[:3], Span(f"{about} = ", Role.MUTED), *head[3:])
    yield head
    yield put_in
    yield from op_in_book(view, one.op, view.t, unit)


def _joined(block: tuple[Line, ...], width: int) -> tuple[Line, ...]:
    """Formula and numbers in one line if it has room, the book beside them if that has some."""
    head, put_in, *book = block
    line = (*head, Span(" = ", Role.MUTED), *put_in[1:])
    if width_of(line) > width:
        return head, put_in
    for first, *others in book:
        beside = (*line, Span(f"   {first.text.lstrip()}", first.role), *others)
        line = beside if width_of(beside) <= width else line
    return (line,)
