"""The tables of a layer's states, and of the gates that made them: a row a token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from rnn_tui.equations.gates import Gate, gates
from rnn_tui.present.charts.eighths import EIGHTHS
from rnn_tui.present.digits import signed, signed_width, size
from rnn_tui.present.tables.cells import NOTHING, Cell, Column, Role, Scale
from rnn_tui.present.tables.legend import Heat
from rnn_tui.present.tables.patched import Marks
from rnn_tui.present.tables.tables import (
    first_state,
    timestep_cell,
    timestep_column,
    token_column,
)
from rnn_tui.present.tokens import read_text
from rnn_tui.session.view import StepView
from rnn_tui.session.why.refs import Ref

STATE, GATE = signed_width(), len("+0.622")  # cells of a column of such numbers
LEVELS = EIGHTHS[1:]  # how far a gate is open

Head = tuple[Column, Column]  # of the timestep and its token


@dataclass(frozen=True, eq=False)
class OfLayer:
    """A table of what a layer's lines make at each token; `layer` counts from 0, or from the last.

    `first` is the timestep of its first row: -1 where that is the state that a pass starts from.
    """

    view: StepView
    layer: int = -1

    frozen_columns = 2
    by_row = False
    state = ""  # whose rows these are, if any

    @property
    def first(self) -> int:
        """The timestep of the first row."""
        return 0

    @property
    def row_count(self) -> int:
        """T, and the state before the first token where it has one."""
        return self.view.current.length - self.first

    @property
    def current_row(self) -> int | None:
        """The token that was read last."""
        view = self.view
        if view.op is None:
            return 0
        return None if view.t is None else view.t - self.first

    @cached_property
    def depth(self) -> int:
        """The layer, counted from 0."""
        return self.layer % self.view.network.depth

    @property
    def columns(self) -> Sequence[Column]:
        """All columns, left to right."""
        raise NotImplementedError

    def unit(self, column: int) -> int:
        """The unit that a column is of."""
        raise NotImplementedError

    def column(self, unit: int) -> int:
        """The first column of a unit."""
        raise NotImplementedError

    def unit_at(self, row: int, column: int) -> int:
        """The unit that a cell is of."""
        return self.unit(column)

    def timestep_at(self, row: int, column: int) -> int:
        """The timestep that a cell is of, -1 for the state to start from."""
        return row + self.first

    def cell_of(self, t: int, unit: int) -> tuple[int, int]:
        """Where a unit stands at a timestep, or as near to it as there is a row."""
        return max(0, t - self.first), self.column(unit)

    def called(self, name: str) -> str:
        """A variable of the layer's lines in addresses."""
        return self.view.program.algorithm.called(name, self.depth)

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of one row."""
        return [self._cell(row + self.first, column) for column in range(first, last)]

    def _cell(self, t: int, column: int) -> Cell:
        if column == 0:
            return timestep_cell(self.view, t, self.state)
        if column == 1:
            if t < 0:
                return Cell(first_state(self.view), Role.MUTED)
            return Cell(read_text(self.view, t), Role.TOKEN)
        return self._number(t, column - self.frozen_columns)

    def _number(self, t: int, place: int) -> Cell:
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class StateTable(OfLayer):
    """Row 0 is the state to start from, row t+1 the state after token t; a column a unit.

    Where values are patched, marks say which were put in and which move because of it;
    a `wide` table says by how much, too.
    """

    wide: bool = False
    state: str = "h"

    @property
    def first(self) -> int:
        """The row before the first token."""
        return -1

    @cached_property
    def columns(self) -> Sequence[Column]:
        """The timestep, its token, then h[0], h[1], …"""
        name, units = self.called(self.state), self._values.shape[1]
        width = max(STATE, len(f"{name}[{units - 1}]")) + self._marks.width
        head = timestep_column(self.view, self.state), token_column(self.view)
        return _columns(head, name, units, width)

    def ref(self, row: int, column: int) -> str:
        """A state's; beside the numbers that of the first unit."""
        return f"{self.called(self.state)}[{row - 1},{self.unit(column)}]"

    def place(self, ref: Ref) -> tuple[int, int] | None:
        """The row and column of a number of this pass; None where it is not in this table."""
        if ref.name != self.called(self.state) or ref != ref.here:
            return None
        t, unit = ref.index
        return t + 1, self.column(unit)

    def unit(self, column: int) -> int:
        """The unit that a column is of."""
        return max(0, column - self.frozen_columns)

    def column(self, unit: int) -> int:
        """The column of a unit."""
        return unit + self.frozen_columns

    def subject(self, row: int, column: int) -> str:
        """What can be changed in a cell."""
        return self.ref(row, column)

    @property
    def _values(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        return self.view.known.trace.layers[self.depth][self.state]

    @cached_property
    def _known(self) -> int:
        return self.view.known.states_of(self.depth, self.state)

    def _number(self, t: int, place: int) -> Cell:
        if t >= self._known:
            return NOTHING
        value = float(self._values[t + 1, place])
        text = signed(value, room=STATE) + self._marks.text(t + 1, place)
        return Cell(text, heat=value / self.scale)

    @cached_property
    def _marks(self) -> Marks:
        return Marks(self.view, self.wide, self.state, self.depth)

    @property
    def heats(self) -> tuple[Heat, ...]:
        """That of the states."""
        return (Heat(Scale.SIGNED, self.scale),)

    @cached_property
    def scale(self) -> float:
        """What has the full colour: 1, or the largest of all the states of the layer.

        So a colour is one number in h and in c.
        """
        layer = self.view.network.layers[self.depth]
        bounded = {"h"} if layer.activation.bounded else set()
        return max([1.0, *(self._largest(one) for one in layer.cell.states if one not in bounded)])

    def _largest(self, state: str) -> float:
        values = self.view.known.trace.layers[self.depth][state]
        known = values[: self.view.known.states_of(self.depth, state) + 1]
        return float(np.abs(known[np.isfinite(known)]).max(initial=0.0))


@dataclass(frozen=True, eq=False)
class GateTable(OfLayer):
    """How far the gates are open at each token, 0 closed and 1 open: unit after unit.

    Behind its gates each unit has the candidate, with its sign. Where states are counted, a row has
    the name of the state that its gates make.
    """

    state = "h"

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        """The gates of the layer's cell, then the candidates."""
        return gates(self.view.network.layers[self.depth].cell)

    @cached_property
    def columns(self) -> Sequence[Column]:
        """The timestep, its token, then i[0], f[0], o[0], g[0], i[1], …"""
        units = self.view.known.trace.layers[self.depth]["h"].shape[1]
        names = tuple(self.called(gate.name) for gate in self.gates)
        head = timestep_column(self.view, self.state), token_column(self.view)
        return _gate_columns(head, names, units)

    def gate(self, column: int) -> Gate:
        """The gate that a column is of."""
        return self.gates[max(0, column - self.frozen_columns) % len(self.gates)]

    def unit(self, column: int) -> int:
        """The unit that a column is of."""
        return max(0, column - self.frozen_columns) // len(self.gates)

    def column(self, unit: int) -> int:
        """The first column of a unit."""
        return unit * len(self.gates) + self.frozen_columns

    def ref(self, row: int, column: int) -> str:
        """A gate's; beside the numbers that of the first one."""
        return f"{self.called(self.gate(column).name)}[{row},{self.unit(column)}]"

    def place(self, ref: Ref) -> tuple[int, int] | None:
        """The row and column of a number of this pass; None where it is not in this table."""
        names = [self.called(gate.name) for gate in self.gates]
        if ref.name not in names or ref != ref.here:
            return None
        t, unit = ref.index
        return t, self.column(unit) + names.index(ref.name)

    @property
    def heats(self) -> tuple[Heat, ...]:
        """How far a gate is open, and that of the candidates."""
        return Heat(Scale.GATE), Heat()

    @cached_property
    def _known(self) -> dict[str, int]:
        known = self.view.known
        return {gate.name: known.states_of(self.depth, gate.name) for gate in self.gates}

    def _number(self, t: int, place: int) -> Cell:
        gate = self.gates[place % len(self.gates)]
        if t >= self._known[gate.name]:
            return NOTHING
        arrays = self.view.known.trace.layers[self.depth]
        value = float(arrays[gate.name][t, place // len(self.gates)])
        if gate.has_sign:
            return Cell(_within(signed(value, 3, GATE), GATE), heat=value)
        text = _within(size(value, 3, GATE - 1), GATE - 1)
        return Cell(f"{text:>{GATE - 1}}{level(value)}", heat=value, scale=Scale.GATE, picture=True)


def _within(text: str, room: int) -> str:
    """A number; below 1e−99 there is no room for its exponent."""
    return text if len(text) <= room else "≈0"


def level(value: float) -> str:
    """How far a gate is open, as a block that is as high."""
    if not 0 <= value <= 1:
        return " "
    return LEVELS[min(len(LEVELS) - 1, int(value * len(LEVELS)))]


@lru_cache(maxsize=8)
def _columns(head: Head, name: str, units: int, width: int) -> tuple[Column, ...]:
    """The same ones from step to step, so that they need not be measured again."""
    titles = ((f"{name}[{i}]", f"unit {i}") for i in range(units))
    return *head, *(Column(title, width, counted=unit) for title, unit in titles)


@lru_cache(maxsize=8)
def _gate_columns(head: Head, names: tuple[str, ...], units: int) -> tuple[Column, ...]:
    titles = (f"{name}[{i}]" for i in range(units) for name in names)
    return *head, *(Column(one, max(GATE, len(one))) for one in titles)
