"""How far an update is: forward, backward, update, and the operation, as parts one can act on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from rnn_tui.present.tables.cells import Line, Role, Span, width_of
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.view import StepView

DONE, TO_COME = "✓", "–"
BAR = Span(" │ ", Role.MUTED)


def progress(view: StepView, room: int) -> Line:
    """The three parts and the operation in `room` cells, in the longest words that fit."""
    ways = list(_ways(view))
    return next((line for line in ways if width_of(line) <= room), ways[-1])


def _ways(view: StepView) -> Iterator[Line]:
    """The same in fewer and fewer words."""
    count, done = len(view.program), view.done
    parts = [(_state(view, phase), _act(view, phase), phase) for phase in Phase]
    whole, short = (
        tuple(chain.from_iterable((BAR, part) for part in _parts(parts, letters)))[1:]
        for letters in (None, 3)
    )
    for line in (whole, short):
        for text in (f"operation {done:,} of {count:,}", f"op {done:,}/{count:,}"):
            yield (*line, Span("   "), Span(text, Role.MUTED, act="op"))
        yield line


def _parts(parts: Sequence[tuple[Span, str, Phase]], letters: int | None) -> Iterator[Span]:
    for state, act, phase in parts:
        name = phase.value.lower()[:letters]
        text = f"{name} {state.text}".replace(" of ", "/" if letters else " of ")
        yield replace(state, text=text, act=act)


def _state(view: StepView, phase: Phase) -> Span:
    """Done, to come, or how far: which timestep of how many, counted from 1 in its own order."""
    program, done = view.program, view.done
    ends = {
        Phase.FORWARD: (0, program.forward_end),
        Phase.BACKWARD: (program.forward_end, program.backward_end),
        Phase.UPDATE: (program.backward_end, len(program)),
    }
    first, last = ends[phase]
    if done <= first or first == last:
        return Span(TO_COME, Role.MUTED)
    if done >= last:
        return Span(DONE, Role.GOOD)
    if phase is Phase.UPDATE:
        return Span(f"{done - first} of {last - first}", Role.ACCENT)
    t, length = view.t or 0, program.length
    number = t + 1 if phase is Phase.FORWARD else length - t
    return Span(f"{number:,} of {length:,}{_side(view, t)}", Role.ACCENT)


def _side(view: StepView, t: int) -> str:
    """Whose timestep it is, where an encoder reads first."""
    if not view.network.encoder:
        return ""
    return " encoder" if view.current.encodes(t) else " decoder"


def _act(view: StepView, phase: Phase) -> str:
    """What a part does: finish its pass; once gradients are there, the update's next operation."""
    if phase is Phase.UPDATE:
        program = view.program
        goes_on = program.trains and program.backward_end <= view.done < len(program)
        return "op" if goes_on else "update"
    return f"finish_{phase.value.lower()}"
