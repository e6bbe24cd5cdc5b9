"""What tables of gradients with a row a timestep share: the rows, the cut above them, the bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.norms import l2_norm
from rnn_tui.numerals import MINUS
from rnn_tui.present.digits import size, size_width, times_width
from rnn_tui.present.tables.cells import NOTHING, Cell, Column, Role, bars
from rnn_tui.present.tables.tables import timestep_cell, timestep_column, token_column
from rnn_tui.present.tokens import read_text
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.view import StepView
from rnn_tui.session.why.refs import Ref
from rnn_tui.session.why.state_norms import name_of_figure, norms

NORM = size_width() + 1  # cells of a column of norms: 1.1e−10 keeps both its digits
RATIO = times_width()
MEAN = size_width(3)
MOST_LEFT = "left at most"  # of a gradient: a bound


@dataclass(frozen=True, eq=False)
class ByTimestep:
    """A table with a row a timestep; where the gradient is cut, a row above the first says so.

    It is of a `state` of a `layer`, which counts from 0, or from the last one back.
    """

    view: StepView
    layer: int = -1
    state: str = "h"
    log: bool = False  # whether bars are on a logarithmic scale

    frozen_columns = 2
    by_row = False
    has_norm_bars = False  # which may be on a logarithmic scale; shares may not

    @property
    def names(self) -> tuple[str, ...]:
        """What the figures are called in a ref."""
        raise NotImplementedError

    @cached_property
    def depth(self) -> int:
        """The layer, counted from 0."""
        return self.layer % self.view.network.depth

    def figure(self, part: str, state: str = "") -> str:
        """The name of a figure of this layer, of this state or another one."""
        return name_of_figure(part, state or self.state, self.depth)

    @cached_property
    def known_from(self) -> int:
        """The first timestep whose gradient is there."""
        return self.view.known.gradients_of(self.depth, f"d{self.state}")

    @property
    def columns(self) -> Sequence[Column]:
        """The timestep and its token, then the figures."""
        head = timestep_column(self.view, self.state), token_column(self.view)
        return [*head, *self._figures]

    @property
    def _figures(self) -> list[Column]:
        raise NotImplementedError

    @property
    def wall(self) -> int:
        """How many rows stand above timestep 0: 1 where the gradient is cut there."""
        return int(self.view.carried)

    @property
    def row_count(self) -> int:
        """T, and the wall."""
        return self.view.current.length + self.wall

    @property
    def current_row(self) -> int | None:
        """The timestep that BPTT has reached."""
        view = self.view
        if view.t is None or view.phase is not Phase.BACKWARD:
            return None
        return view.t + self.wall

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of one row."""
        return self._row(row)[first:last]

    def ref(self, row: int, column: int) -> str:
        """That of a figure; of what the bar draws, the one before it."""
        if row < self.wall:
            return f"{self.figure('sent_norm')}[0]"
        place = min(max(0, column - self.frozen_columns), len(self.names) - 1)
        return f"{self.names[place]}[{row - self.wall}]"

    def place(self, ref: Ref) -> tuple[int, int] | None:
        """The row and column of a number of this pass; None where it is not in this table."""
        if ref.name not in self.names or ref != ref.here:
            return None
        return ref.index[0] + self.wall, self.names.index(ref.name) + self.frozen_columns

    def _row(self, row: int) -> list[Cell]:
        t = row - self.wall
        if t < 0:
            return [Cell("–", Role.WARN), Cell("cut", Role.WARN), *self._at_wall()]
        token = read_text(self.view, t)
        head = [timestep_cell(self.view, t, self.state), Cell(token, Role.TOKEN)]
        if t < self.known_from:
            return [*head, *(NOTHING for _ in self._figures[:-1]), Cell("")]
        return [*head, *self._at(t)]

    def _at(self, t: int) -> list[Cell]:
        raise NotImplementedError

    def _at_wall(self) -> list[Cell]:
        """What would have gone on to the text before, had it not been cut."""
        known, name = self.view.known, f"d{self.state}_next"
        rest = [Cell("") for _ in self._figures[1:]]
        if not known.has(self.view.program.algorithm.called(name, self.depth), 0):
            return [NOTHING, *rest]
        sent = float(l2_norm(known.trace.layers[self.depth][name][0]))
        return [Cell(size(sent, room=NORM), Role.WARN), *rest]

    @cached_property
    def norms(self) -> Floats:
        """‖dL/ds_t‖, (T,)."""
        return norms(self.view.known.trace, self.depth, self.state)

    @cached_property
    def _drawn(self) -> Floats:
        """What the bars draw, (T,)."""
        return self.norms

    @cached_property
    def _largest(self) -> float:
        known = self._drawn[self.known_from :]
        return float(known[np.isfinite(known)].max(initial=0.0))

    def _share(self, t: int) -> float:
        """What is drawn against the largest known; 0 where there is nothing to compare."""
        value = float(self._drawn[t])
        if not (self._largest > 0 and np.isfinite(value)):
            return 0.0
        if not self.log or value <= 0:
            return max(0.0, value) / self._largest
        first, last = self._decade, float(np.log10(self._largest))
        return (float(np.log10(value)) - first) / (last - first)

    @cached_property
    def _decade(self) -> float:
        """The power of ten at which bars on a logarithmic scale begin: below all that are known."""
        known = self._drawn[self.known_from :]
        above = known[np.isfinite(known) & (known > 0)]
        return float(np.ceil(np.log10(above.min())) - 1) if above.size else 0.0

    def _bars(self) -> Column:
        """The column of the bars, which says where those on a logarithmic scale begin."""
        named = self.log and self._largest > 0
        return bars(f"log 1e{self._decade:.0f}…".replace("-", MINUS) if named else "")


def size_cell(value: float, room: int) -> Cell:
    """A size in so many cells."""
    return Cell(size(value, 3, room))


def bar_cell(share: float) -> Cell:
    """A bar of a share of the largest, from 0 to 1."""
    return Cell("", Role.GRADIENT, bar=share)
