"""The gates of a layer over time, as a heat: a row a gate, a column a timestep."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rnn_tui.characters import cell_width
from rnn_tui.equations.gates import keepers
from rnn_tui.experiments import Experiment
from rnn_tui.experiments.example import Example
from rnn_tui.present.tables.cells import Cell, Column, Role
from rnn_tui.present.tables.states import GATE, GateTable, OfLayer
from rnn_tui.present.tokens import read_in
from rnn_tui.session.why.refs import Ref

NARROW = 3  # cells of a timestep whose number is in tenths
HERE = "▸"  # before the token that was read last


@dataclass(frozen=True, eq=False)
class GateHeat(OfLayer):
    """The table of gates turned over: gate after gate a row for each unit, then the candidates.

    The gates that keep a state come first, as they tell how long a memory lasts. A `narrow` one
    has room for many timesteps: numbers in tenths, so that the heat tells more.
    """

    narrow: bool = False

    frozen_columns = 1
    current_row = None

    @cached_property
    def across(self) -> GateTable:
        """The same with a row a timestep."""
        return GateTable(self.view, self.layer)

    def across_from(self, row: int, column: int) -> tuple[int, int]:
        """Where a cell stands in the table across."""
        return max(0, column - self.frozen_columns), self._places[row]

    @cached_property
    def _places(self) -> Sequence[int]:
        """Of each row the column in the table across."""
        across, keep = self.across, keepers(self.view.network.layers[self.across.depth].cell)
        columns = range(across.frozen_columns, len(across.columns))
        order = sorted(across.gates, key=lambda gate: gate.name not in keep)
        return sorted(columns, key=lambda column: order.index(across.gate(column)))

    @property
    def row_count(self) -> int:
        """The gates and candidates of all units."""
        return len(self.across.columns) - self.across.frozen_columns

    @property
    def here(self) -> int | None:
        """The column of the timestep where the algorithm stands."""
        t = None if self.view.op is None else self.view.t
        return None if t is None else t + self.frozen_columns

    @property
    def columns(self) -> Sequence[Column]:
        """The gate, then a column a token, the one that was read last marked."""
        gates = self.across.columns[self.across.frozen_columns :]
        width = NARROW if self.narrow else GATE
        wide = max(4, *(len(one.title) for one in gates))
        made = _columns(self.view.experiment, self.view.current, wide, width)
        return made if self.here is None else _marked(made, self.here)

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of one row."""
        return [self._at(row, column) for column in range(first, last)]

    def _at(self, row: int, column: int) -> Cell:
        t, place = self.across_from(row, column)
        if column < self.frozen_columns:
            return Cell(self.across.columns[place].title, Role.MUTED)
        whole = self.across.cells(t, place, place + 1)[0]
        if not self.narrow or whole.heat is None:
            return whole
        if self.across.gate(place).has_sign:
            return Cell(_signed_tenths(whole.heat), heat=whole.heat)
        return Cell(_tenths(whole.heat), heat=whole.heat)

    def ref(self, row: int, column: int) -> str:
        """A gate's at a timestep; beside the numbers that at the first one."""
        return self.across.ref(*self.across_from(row, column))

    def place(self, ref: Ref) -> tuple[int, int] | None:
        """The row and column of a number of this pass; None where it is not in this table."""
        found = self.across.place(ref)
        if found is None:
            return None
        return self._places.index(found[1]), found[0] + self.frozen_columns

    def unit_at(self, row: int, column: int) -> int:
        """The unit that a row is of."""
        return self.across.unit(self._places[row])

    def timestep_at(self, row: int, column: int) -> int:
        """The timestep that a column is of."""
        return max(0, column - self.frozen_columns)

    def cell_of(self, t: int, unit: int) -> tuple[int, int]:
        """Where a unit's first gate stands at a timestep."""
        return unit, max(0, t) + self.frozen_columns


def _tenths(value: float) -> str:
    """`0.4`, or what is no number."""
    return f"{value:.1f}" if math.isfinite(value) else "nan"


def _signed_tenths(value: float) -> str:
    """`+.4`, `−1`."""
    if not math.isfinite(value):
        return "nan"
    whole = f"{abs(value):.1f}"
    return ("−" if value < 0 else "+") + (whole[1:] if whole < "1" else whole[0])


@lru_cache(maxsize=8)
def _columns(experiment: Experiment, example: Example, name: int, width: int) -> tuple[Column, ...]:
    """The same ones from step to step, so that they need not be measured again.

    Where the numbers of rows have no room, the timestep stands in their place.
    """
    times = range(example.length)
    titles = [read_in(experiment, example, t) for t in times]
    if experiment.vocabulary.places and max(map(cell_width, titles)) > width:
        titles = [str(t) for t in times]
    return Column("gate", name, "left"), *(Column(one, width) for one in titles)


@lru_cache(maxsize=8)
def _marked(columns: tuple[Column, ...], place: int) -> tuple[Column, ...]:
    here = columns[place]
    marked = Column(HERE + here.title, here.width)
    return *columns[:place], marked, *columns[place + 1 :]
