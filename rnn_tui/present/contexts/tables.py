"""The tables of two contexts: one unit side by side, and all units of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.characters import cell_width, visible
from rnn_tui.engine.passes.trace import Trace
from rnn_tui.present.answers import mark, role, said
from rnn_tui.present.contexts.sentences import SIDES
from rnn_tui.present.digits import DECIMALS, short, signed, signed_width, size, size_width
from rnn_tui.present.notation import counted
from rnn_tui.present.real_answers import outputs
from rnn_tui.present.tables.cells import Cell, Column, Role, bars
from rnn_tui.present.tables.legend import Heat
from rnn_tui.session.answers import answer
from rnn_tui.session.contexts.comparison import StateContexts

NUMBER, AMOUNT, COSINE = signed_width(), size_width(), len("+0.98")
SHORT, TINY = len("+0.98"), "≈0"
LONGEST = 12  # cells of a token
NONE = Cell("–", Role.MUTED)  # where the other text has one more token


@dataclass(frozen=True, eq=False)
class OfContexts:
    """A row for each pair of timesteps; `chosen` is the row that one looks at."""

    found: StateContexts
    chosen: int = 0

    by_row = False

    @property
    def row_count(self) -> int:
        """As many as it takes to have the common tokens on one row."""
        return len(self.found.pairs)

    @property
    def current_row(self) -> int | None:
        """The row that is looked at."""
        return self.chosen

    @cached_property
    def scale(self) -> float:
        """What has the full colour: 1, or the largest of both contexts."""
        return max(1.0, self._largest)

    @property
    def _largest(self) -> float:
        both = (self.found.states(), self.found.states(there=True))
        return max(float(np.abs(one[np.isfinite(one)]).max(initial=0.0)) for one in both)

    @property
    def heats(self) -> tuple[Heat, ...]:
        """That of the states."""
        return (Heat(most=self.scale),)

    def _token(self, row: int, *, there: bool) -> Cell:
        t = self.found.timestep(row, there)
        if t is None:
            return NONE
        token = _trace(self.found, there=there).example.tokens[t]
        return Cell(visible(token), Role.TOKEN if self.found.pairs[row].same else Role.WARN)

    def _timestep(self, row: int, *, there: bool) -> Cell:
        t = self.found.timestep(row, there)
        if t is None:
            return NONE
        return Cell(str(t), Role.MUTED, counted=counted(self.found.state, t))

    def _token_column(self, title: str, *, there: bool) -> Column:
        longest = _trace(self.found, there=there).example.longest
        return Column(title, min(LONGEST, max(len(title), longest)), "left")

    def _t_column(self, title: str) -> Column:
        state, width = self.found.state, len(str(self.row_count))
        return Column(title, max(2, width), counted=title.replace("t", state),
                      counted_width=len(state) + width)  # fmt: skip


def _trace(found: StateContexts, *, there: bool) -> Trace:
    return found.whole.there if there else found.whole.here


@dataclass(frozen=True, eq=False)
class SideBySide(OfContexts):
    """Both tokens, a unit's state in each, what the tokens change in it, and how far all are apart.

    `cos` is that of the angle between the changes of all units. Where a token is answered each
    time, what is said in each context stands at the end.
    """

    unit: int = 0

    @property
    def frozen_columns(self) -> int:
        """The timesteps and tokens."""
        return 4 if self._shifted else 3

    @cached_property
    def _shifted(self) -> bool:
        """Whether some row has two timesteps, so that both are to be named."""
        return any(pair.here != pair.there for pair in self.found.pairs)

    @cached_property
    def columns(self) -> Sequence[Column]:
        """Timesteps and tokens, h, h′, Δh, Δh′, cos, ‖h−h′‖ and its bar, the answers."""
        name, u = self.found.name, self.unit
        titles = (f"{name}[{u}]", f"{name}′[{u}]", f"Δ{name}[{u}]", f"Δ{name}′[{u}]")
        apart = f"‖{name}−{name}′‖"
        units = (f"unit {u}", f"unit {u}′", "change", "change′")
        return [
            self._t_column("t"), self._token_column("here", there=False),
            *([self._t_column("t′")] if self._shifted else []),
            self._token_column("there", there=True),
            *(Column(one, max(NUMBER, len(one)), counted=other)
              for one, other in zip(titles, units, strict=True)),
            Column("cos", COSINE), Column(apart, max(AMOUNT, len(apart))), bars(),
            *self._answer_columns,
        ]  # fmt: skip

    @cached_property
    def _answer_columns(self) -> list[Column]:
        several = any(len(_trace(self.found, there=s).example.outputs) > 1 for s in (False, True))
        if not several:
            return []
        labels = self.found.whole.view.experiment.labels if self._classes else ()
        wide = max([len("says′"), NUMBER, *(cell_width(visible(one)) + 2 for one in labels)])
        says = "says" if self._classes else self.found.whole.view.network.head.answer
        return [Column(title, min(LONGEST, wide), "left") for title in (says, f"{says}′")]

    @property
    def _classes(self) -> bool:
        return self.found.whole.view.experiment.has_classes

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of one row."""
        return self._row(row)[first:last]

    def ref(self, row: int, column: int) -> str:
        """That of a state; the other numbers have no address."""
        place = column - self.frozen_columns
        return self.found.ref(row, self.unit, place == 1) if place in (0, 1) else ""

    def _row(self, row: int) -> list[Cell]:
        here, there = (self.found.change(row, side) for side in (False, True))
        u = self.unit
        states = [None if one is None else float(one.after[u]) for one in (here, there)]
        moved = [None if one is None else float(one.by[u]) for one in (here, there)]
        return [
            self._timestep(row, there=False), self._token(row, there=False),
            *([self._timestep(row, there=True)] if self._shifted else []),
            self._token(row, there=True),
            *map(self._number, [*states, *moved]), self._cosine(row), *self._distance(row),
            *(self._said(row, there=side) for side in (False, True) if self._answer_columns),
        ]  # fmt: skip

    def _number(self, value: float | None) -> Cell:
        if value is None:
            return NONE
        return Cell(signed(value, room=NUMBER), heat=value / self.scale)

    def _cosine(self, row: int) -> Cell:
        cosine = self.found.cosine(row)
        return Cell(signed(cosine, 2, COSINE) if np.isfinite(cosine) else "–")

    def _distance(self, row: int) -> tuple[Cell, Cell]:
        apart = float(self.found.distance[row])
        if None in self.found.pairs[row][:2]:
            return NONE, Cell("")
        share = apart / self._farthest if np.isfinite(apart) and self._farthest else 0.0
        return Cell(size(apart, room=AMOUNT), Role.STRONG), Cell("", Role.BAR, bar=share)

    @cached_property
    def _farthest(self) -> float:
        known = self.found.distance[np.isfinite(self.found.distance)]
        return float(known.max(initial=0.0))

    def _said(self, row: int, *, there: bool) -> Cell:
        t, trace = self.found.timestep(row, there), _trace(self.found, there=there)
        k = None if t is None else trace.example.output_at(t)
        if k is None:
            return Cell("")
        view = self.found.whole.view
        if not self._classes:
            return Cell(outputs(trace.answer[k]))
        found = answer(view.network, trace.p[k], trace.example, k)
        text = f"{mark(found)} {visible(said(found, view.experiment.labels))}"
        return Cell(text.lstrip(), role(found))


@dataclass(frozen=True, eq=False)
class UnitsTable(OfContexts):
    """All units of one context, a column a unit, on the rows of both.

    `short` ones have two decimals, for less room; of a picture the largest of both contexts has
    the full colour, as there are no digits to tell small ones by.
    """

    there: bool = False
    short: bool = False
    pictured: bool = False

    frozen_columns = 1

    @cached_property
    def columns(self) -> Sequence[Column]:
        """The token, then h[0], h[1], …"""
        prime = "′" if self.there else ""
        numbers = [
            Column(name, max(self._width, len(name)), counted=f"unit {u}{prime}")
            for u, name in enumerate(f"{self.found.name}{prime}[{u}]" for u in range(self.shape[1]))
        ]
        return [self._token_column(self.side, there=self.there), *numbers]

    @cached_property
    def scale(self) -> float:
        """As in all tables of states, but of a picture."""
        return self._largest or 1.0 if self.pictured else max(1.0, self._largest)

    def named(self, row: int, column: int) -> str:
        """What stands above a picture: whose it is, a number, and what has the full colour."""
        (cell,) = self.cells(row, column, column + 1)
        name = self.ref(row, column) or self.columns[column].title
        return f"{self.side}  {name} = {cell.text}  full colour: {short(self.scale)}"

    @property
    def side(self) -> str:
        """Whose states these are."""
        return SIDES[self.there]

    @property
    def _width(self) -> int:
        return SHORT if self.short else NUMBER

    @cached_property
    def values(self) -> Floats:
        """The states (R, H) after the tokens of each row; NaN where there is none."""
        steps = [self.found.timestep(row, self.there) for row in range(self.row_count)]
        states = self.found.states(self.there)
        values = np.full((len(steps), states.shape[1]), np.nan)
        for row, t in enumerate(steps):
            if t is not None:
                values[row] = states[t + 1]
        return values

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and units."""
        return self.row_count, self.found.states(self.there).shape[1]

    def unit(self, column: int) -> int:
        """The unit that a column is of."""
        return max(0, column - self.frozen_columns)

    def ref(self, row: int, column: int) -> str:
        """A state's; beside the numbers that of the first unit."""
        return self.found.ref(row, self.unit(column), self.there)

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of one row."""
        return [self._cell(row, column) for column in range(first, last)]

    def _cell(self, row: int, column: int) -> Cell:
        if column == 0:
            return self._token(row, there=self.there)
        if self.found.timestep(row, self.there) is None:
            return NONE
        value = float(self.values[row, self.unit(column)])
        text = signed(value, 2 if self.short else DECIMALS, self._width)
        return Cell(text if len(text) <= self._width else TINY, heat=value / self.scale)
