"""Time as one line: updates from left to right, other runs below, and the pass beside them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rnn_tui.present.digits import counted
from rnn_tui.present.sentences.train_words import end_of_axis, planned, run_text
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.runs.branches import OtherRun
from rnn_tui.session.view import StepView

PAST, AHEAD, UNKNOWN, OTHER = "━", "─", "┄", "╌"
CURSOR, EDIT, LEAVES, BROKE = "●", "◆", "┬", "✗"
FORWARD, BACK, NOT_YET = "▸", "◂", "·"
LEAST_BAR = 8  # cells
MOST_PASS = 14
NARROW = 72  # cells, in fewer of which less is said beside the bar
MOST_PLANNED = 100  # epochs or steps: of more, a bar up to the plan would hide what is done


def bar_width(view: StepView, width: int) -> tuple[int, int]:
    """Where the bar begins in a line of `width` cells, and how many cells it has."""
    start = len(_head(view))
    used = start + len(_tail(view, width)) + sum(len(span.text) for span in _pass(view, width))
    return start, max(LEAST_BAR, width - used)


def _head(view: StepView) -> str:
    return f"run {view.time.number} "


def _tail(view: StepView, width: int) -> str:
    """What the right end of the bar is: ` 30 epochs planned`, ` to epoch 100`."""
    units, unit = _last(view) // view.history.updates, view.history.unit
    if units == round(planned(view)):
        return f" {counted(units, unit)}{'' if width < NARROW else ' planned'}"
    return f" to {unit} {units:,}"


def _last(view: StepView) -> int:
    """The update at the right end."""
    time, size = view.time, view.history.updates
    farthest = max([time.frontier, *(run.reached for run in time.others)]) / size
    if farthest <= planned(view) <= MOST_PLANNED:
        return round(planned(view)) * size
    return int(end_of_axis(view, farthest)) * size


def update_at(view: StepView, width: int, column: int) -> int | None:
    """The update that a column of the line stands for, as far as the run has come.

    The first of its epoch; None beside the bar.
    """
    start, cells = bar_width(view, width)
    if not 0 <= column - start < cells:
        return None
    size = view.history.updates
    unit = round((column - start) / (cells - 1) * _last(view) / size)
    return min(unit * size, view.time.frontier)


def lines(view: StepView, width: int, most: int) -> tuple[Line, ...]:
    """The run under the cursor with its pass, and below it as many others as there is room for."""
    start, cells = bar_width(view, width)
    head = Span(_head(view), Role.STRONG)
    tail = Span(_tail(view, width), Role.MUTED)
    first = (head, *_bar(view, cells), tail, *_pass(view, width))
    others = view.time.others
    shown = others[: most - 1] if len(others) < most else others[: max(0, most - 2)]
    below = [_other(view, run, start, cells, width) for run in shown]
    if most > 1 and len(shown) < len(others):
        below.append((Span(f"{len(others) - len(shown)} more runs", Role.MUTED),))
    return (first, *below)


def _column(view: StepView, update: int, cells: int) -> int:
    return min(cells - 1, round(update / max(1, _last(view)) * (cells - 1)))


def _bar(view: StepView, cells: int) -> Iterator[Span]:
    time = view.time
    here = _column(view, view.update + view.updated, cells)
    frontier = _column(view, time.frontier, cells)
    marks: list[tuple[str, Role]] = [
        (PAST, Role.BAR) if k < here else (AHEAD, Role.MUTED) if k <= frontier else
        (UNKNOWN, Role.EMPTY) for k in range(cells)
    ]  # fmt: skip
    for run in time.others:
        if run.number != time.number and run.leaves <= time.frontier and run.leaves == run.at:
            marks[_column(view, run.leaves, cells)] = (LEAVES, Role.TEXT)
    for edit in time.edits:
        marks[_column(view, edit.update, cells)] = (EDIT, Role.ACCENT)
    if view.timeline.broken is not None:
        marks[_column(view, view.timeline.broken, cells)] = (BROKE, Role.BAD)
    marks[here] = (CURSOR, Role.STRONG)
    for role, group in groupby(marks, key=lambda mark: mark[1]):
        yield Span("".join(char for char, _ in group), role)


def _pass(view: StepView, width: int) -> Line:
    """The timesteps of the pass: read, not yet, and gone back over; counted as in the tables."""
    T, known = view.current.length, view.known
    cells = min(T, MOST_PASS)
    text = "".join(
        BACK if t >= known.gradients_from else FORWARD if t < known.states else NOT_YET
        for t in (k * T // cells for k in range(cells))
    )
    at = "–" if view.t is None else f"{view.t:,}"
    named = "   " if width < NARROW else "   timestep "
    return (Span(named, Role.MUTED), Span(text), Span(f" t={at} of {T - 1:,}", Role.MUTED))


def _other(view: StepView, run: OtherRun, start: int, cells: int, width: int) -> Line:
    """Another run from where it leaves this one, with what sets it apart behind it."""
    first, last = (_column(view, place, cells) for place in (run.leaves, run.reached))
    drawn = " " * (start + first) + "╰" + OTHER * (last - first)
    words = f" {run_text(run, view)}"
    room = width - len(drawn)
    if len(words) > room:  # before it, where there is no room behind
        before = words.strip() + " "
        if len(before) <= start + first:
            drawn = before.rjust(start + first) + drawn[start + first :]
            words = ""
        else:
            words = words[: max(0, room - 1)] + "…" if room > 1 else ""
    return (Span(drawn + words, Role.MUTED),)
