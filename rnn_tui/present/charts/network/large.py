"""What a picture of the network has more where it has the screen: a line a unit, gates, factors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from rnn_tui.equations.gates import gates
from rnn_tui.present.charts.network.figures import is_known, value
from rnn_tui.present.charts.network.lanes import LONG, Lane, large_lanes
from rnn_tui.present.digits import EMPTY, size
from rnn_tui.present.tables.cells import Role, Scale
from rnn_tui.present.tables.gradients import FactorTable
from rnn_tui.session.view import StepView

FEW_UNITS, MOST_UNITS = 4, 16  # that have lines before gates and factors, and after
MOST_INPUTS = 4  # numbers of what is read that have lines
MOST_TALL = 7  # lines of a unit
WORDS, ARROWS = 1, 1


class Number(NamedTuple):
    """A number of a row at a timestep, with its address and its colour."""

    text: str
    ref: str = ""
    role: Role = Role.TEXT
    heat: float | None = None
    scale: Scale = Scale.SIGNED


NOT_YET = Number(EMPTY, role=Role.EMPTY)


class Row(NamedTuple):
    """A line of numbers, one a timestep."""

    name: str
    at: Callable[[int, int], Number]  # at a timestep, in so many cells


@dataclass(frozen=True)
class Plan:
    """What there are lines for: so many `units` a state of `tall` lines each, and rows of numbers.

    `inputs` stand below the words, the others above them.
    """

    units: range
    boxed: bool
    tall: int = 1
    rows: tuple[Row, ...] = ()
    inputs: tuple[Row, ...] = ()

    def lanes(self, view: StepView) -> tuple[Lane, ...]:
        """Those of its states."""
        cell, depth = view.network.layers[-1].cell, view.network.depth
        body = len(self.units) * self.tall
        return large_lanes(cell.states, depth, boxes=self.boxed, body=body)

    def lines(self, view: StepView) -> int:
        """How many lines it takes."""
        lanes = sum(lane.lines for lane in self.lanes(view))
        above = (view.current.length > LONG) + (not view.experiment.answers_once)
        return lanes + above + len(self.rows) + ARROWS + WORDS + len(self.inputs)


def planned(view: StepView, height: int, unit: int, *, boxes: bool, below: int = 0) -> Plan:
    """As much as there are lines for: first some units, gates, factors and inputs, then more.

    What is to stand `below` has its lines before units have more than two.
    """
    count = view.known.trace.layers[-1]["h"].shape[1]

    def grown(plan: Plan, units: int) -> Plan:
        wider = (replace(plan, units=_around(unit, n, count)) for n in range(units, 0, -1))
        return next((one for one in wider if one.lines(view) <= height), plan)

    least = Plan(_around(unit, 1, count), boxed=False)
    first = [grown(replace(least, boxed=boxed), min(count, FEW_UNITS)) for boxed in (boxes, False)]
    fitting = [plan for plan in first if plan.lines(view) <= height] or [least]
    plan = max(fitting, key=lambda plan: len(plan.units))  # lines for units before those of boxes
    for rows in (_gates(view, unit), _factors(view)):
        plan = _fitting(replace(plan, rows=(*plan.rows, *rows)), plan, view, height)
    plan = _fitting(replace(plan, inputs=tuple(_inputs(view))), plan, view, height)
    plan = grown(plan, min(count, MOST_UNITS))
    plan = _fitting(replace(plan, tall=2), plan, view, height)
    for tall in range(3, MOST_TALL + 1):
        plan = _fitting(replace(plan, tall=tall), plan, view, height - below)
    return plan


def _fitting(more: Plan, plan: Plan, view: StepView, height: int) -> Plan:
    return more if more.lines(view) <= height else plan


def _around(unit: int, shown: int, count: int) -> range:
    """So many units, the chosen one among them."""
    first = min(unit, count - 1) // shown * shown
    return range(max(0, min(first, count - shown)), max(0, min(first, count - shown)) + shown)


def _gates(view: StepView, unit: int) -> tuple[Row, ...]:
    """The gates of the chosen unit in the top layer, then the candidate."""
    depth = view.network.depth - 1
    trace = view.known.trace.layers[depth]

    def row(name: str, words: str, scale: Scale) -> Row:
        called, values = view.program.algorithm.called(name, depth), trace[name]
        place = min(unit, values.shape[1] - 1)

        def at(t: int, room: int) -> Number:
            if not is_known(view, name, depth, t):
                return NOT_YET
            number = float(values[t, place])
            text = value(number, room) if scale is Scale.SIGNED else size(number, 3, room)
            return Number(text, f"{called}[{t},{place}]", heat=number, scale=scale)

        return Row(f"{called}[{place}] {words}", at)

    return tuple(
        row(
            gate.name,
            gate.words.removeprefix("the "),
            Scale.SIGNED if gate.has_sign else Scale.GATE,
        )
        for gate in gates(view.network.layers[depth].cell)
    )


def _factors(view: StepView) -> tuple[Row, ...]:
    """What each step back multiplies by, and what is left by it, once there is any."""
    if view.known.gradients_from >= view.current.length:
        return ()
    table = FactorTable(view)
    first, titles = table.frozen_columns, [one.title for one in table.columns if not one.bars]
    names = ["mean slope", "factor ‖J‖", "left at most"]
    if table.way is not None:
        names = [f"factor {titles[first]}", "factor ‖J‖", *(f"left {one}" for one in titles[-2:])]

    def row(name: str, column: int) -> Row:
        def at(t: int, _room: int) -> Number:
            (cell,) = table.cells(t + table.wall, column, column + 1)
            ref = table.ref(t + table.wall, column)
            return Number(cell.text, ref, Role.EMPTY if cell.text == EMPTY else Role.GRADIENT)

        return Row(name, at)

    return tuple(row(name, first + place) for place, name in enumerate(names))


def _inputs(view: StepView) -> Iterator[Row]:
    """The numbers of what is read, where these are few."""
    vectors = view.known.trace.layers[0]["x"]
    if vectors.shape[1] > MOST_INPUTS:
        return
    most = float(np.max(np.abs(vectors), initial=0.0)) or 1.0

    def row(i: int) -> Row:
        def at(t: int, room: int) -> Number:
            number = float(vectors[t, i])
            return Number(value(number, room), f"x[{t},{i}]", heat=number / most)

        return Row(f"x[{i}]", at)

    yield from map(row, range(vectors.shape[1]))
