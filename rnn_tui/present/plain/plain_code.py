"""The code of a pass, and one line of it, read out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_tui.present.plain.plain_words import plainly, read_aloud, row, sentence
from rnn_tui.present.tables.code import CodeTable, code_text, code_words, line_words, where
from rnn_tui.session.view import StepView
from rnn_tui.session.why.line_now import LineNow, line_named
from rnn_tui.session.why.variables import Variable

MOST_TIMESTEPS = 30  # that are read out one by one
ROOM = 80  # cells, of no matter here


def program(view: StepView) -> Iterator[str]:
    """Every line in its order, with its number in its function, and which ran last and is next."""
    table = CodeTable(view, ROOM)
    for place, one in enumerate(table.rows):
        number = f"{one.number}: " if one.kind is not None else ""
        said = plainly(code_words(view, one))
        ran = ", ran last" if place == table.current_row else ""
        ran += ", runs next" if place == table.next_row else ""
        text = code_text(view, one).strip().removesuffix(":")
        yield sentence(f"{number}{text}{f', {said}' if said else ''}{ran}")


def line(view: StepView, name: str, unit: int = 0) -> Iterator[str]:
    """A line: its equation and words, what it reads and makes now, and that at each timestep."""
    now = line_named(view, name)
    kind = now.row.kind
    assert kind is not None, "only lines have names"
    said = plainly(line_words(now.row))
    yield sentence(
        f"line {kind.body.place(kind.line)} of {kind.body.name} in {where(view, now.row)}"
    )
    yield sentence(f"{plainly(kind.equation)}{f': {said}' if said else ''}")
    yield sentence(_when(now))
    for variable in now.operands:
        yield sentence(f"it reads {_variable(variable)}")
    if now.result is not None:
        so_far = "so far, " if now.adds else ""
        yield sentence(f"it makes {so_far}{_variable(now.result)}")
    yield from _at_each(now)


def _when(now: LineNow) -> str:
    if now.t is None:
        return "it runs once in this update"
    at = f"at t={now.t}, input {read_aloud(now.view, now.t)}"
    return at if now.t in now.ran else f"{at}, where it has not run yet"


def _variable(one: Variable) -> str:
    """`W_hh transposed, row 0 of 3 by 3, 0.1 0.4`: of a matrix the row of the unit."""
    name = f"{one.name}{' transposed' if one.turned else ''}"
    if one.shape and one.chosen is not None:
        name += f", row {one.chosen} of {' by '.join(map(str, one.shape))}"
    elif one.of_weights:
        name += f", {one.shape[0]} numbers"
    if one.value is None:
        return f"{name}, not computed yet"
    value = one.value if one.chosen is None else one.value[one.chosen]
    return f"{name}: {row(np.atleast_1d(value))}"


def _at_each(now: LineNow) -> Iterator[str]:
    """The result at every timestep, or what each adds."""
    name = now.kind.line.target if now.kind is not None else ""
    for t in now.times[:MOST_TIMESTEPS]:
        one = now.at(t)
        place = "" if one.chosen is None else f"[{one.chosen}]"
        to = f" to t={t - 1}" if now.sends and t else ""
        what = f"t={t} {'adds to ' if now.adds else ''}{name}{place}{to}"
        if one.value is None:
            yield f"{what} not yet."
        else:
            value = one.value if one.chosen is None else one.value[one.chosen]
            yield sentence(f"{what}: {row(np.atleast_1d(value))}")
    left = len(now.times) - MOST_TIMESTEPS
    if left > 0:
        yield f"{left} more timesteps are left out."
