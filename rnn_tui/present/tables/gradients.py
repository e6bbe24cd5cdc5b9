"""The tables of the BPTT pane by timestep: the gradient, its parts, what takes it back a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.characters import visible
from rnn_tui.engine.spectrum.ledger import Factors, Parts, factors, parts
from rnn_tui.equations.norms import l2_norm
from rnn_tui.present.digits import size, size_width, times, times_width
from rnn_tui.present.tables.cells import NOTHING, Cell, Column, Role
from rnn_tui.present.tables.tables import t_width, timestep, token_column
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.view import StepView
from rnn_tui.session.why.refs import Ref

NORM = size_width() + 1  # cells of a column of norms: 1.1e−10 keeps both its digits
RATIO = times_width()
MEAN = size_width(3)


@dataclass(frozen=True, eq=False)
class ByTimestep:
    """A table with a row a timestep; where the gradient is cut, a row above the first says so."""

    view: StepView

    frozen_columns = 2
    by_row = False
    NAMES: ClassVar[tuple[str, ...]] = ()  # what the figures are called in a ref

    @property
    def columns(self) -> Sequence[Column]:
        """The timestep and its token, then the figures."""
        return [Column("t", t_width(self.view)), token_column(self.view), *self._figures]

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
            return "sent_norm[0]"
        place = min(max(0, column - self.frozen_columns), len(self.NAMES) - 1)
        return f"{self.NAMES[place]}[{row - self.wall}]"

    def place(self, ref: Ref) -> tuple[int, int] | None:
        """The row and column of a number of this pass; None where it is not in this table."""
        if ref.name not in self.NAMES or ref != ref.here:
            return None
        return ref.index[0] + self.wall, self.NAMES.index(ref.name) + self.frozen_columns

    def _row(self, row: int) -> list[Cell]:
        t = row - self.wall
        if t < 0:
            return [Cell("–", Role.WARN), Cell("cut", Role.WARN), *self._at_wall()]
        token = visible(self.view.current.tokens[t])
        head = [Cell(timestep(self.view, t), Role.MUTED), Cell(token, Role.TOKEN)]
        if t < self.view.known.gradients_from:
            return [*head, *(NOTHING for _ in self._figures[:-1]), Cell("")]
        return [*head, *self._at(t)]

    def _at(self, t: int) -> list[Cell]:
        raise NotImplementedError

    def _at_wall(self) -> list[Cell]:
        """What would have gone on to the text before, had it not been cut."""
        known = self.view.known
        rest = [Cell("") for _ in self._figures[1:]]
        if not known.has(known.program.algorithm.top("dh_next"), 0):
            return [NOTHING, *rest]
        return [Cell(size(float(l2_norm(known.trace.dh_next[0])), room=NORM), Role.WARN), *rest]

    @cached_property
    def norms(self) -> Floats:
        """‖dL/dh_t‖, (T,)."""
        return self.view.known.trace.dh_norm

    @cached_property
    def _drawn(self) -> Floats:
        """What the bars draw, (T,)."""
        return self.norms

    @cached_property
    def _largest(self) -> float:
        known = self._drawn[self.view.known.gradients_from :]
        return float(known[np.isfinite(known)].max(initial=0.0))

    def _share(self, t: int) -> float:
        """What is drawn against the largest known; 0 where there is nothing to compare."""
        value = float(self._drawn[t])
        return value / self._largest if self._largest > 0 and np.isfinite(value) else 0.0


class GradientTable(ByTimestep):
    """‖dL/dh_t‖ by timestep and its share of the last one's; it fills from the bottom."""

    NAMES = ("dh_norm", "decay")

    @property
    def _figures(self) -> list[Column]:
        return [Column("norm", NORM), Column("decay", RATIO), Column("", 0, "left")]

    @cached_property
    def _decay(self) -> Floats:
        return self.view.known.trace.decay

    def _at(self, t: int) -> list[Cell]:
        norm, decay = float(self.norms[t]), float(self._decay[t])
        return [
            Cell(size(norm, room=NORM)), Cell(times(decay, RATIO)), _bar(self._share(t)),
        ]  # fmt: skip


class SplitTable(ByTimestep):
    """dL/dh_t in its two parts: from the output at t, and from all later timesteps."""

    NAMES = ("dh_norm", "local_norm", "future_norm")

    @property
    def _figures(self) -> list[Column]:
        return [
            Column("norm", NORM), Column("local", NORM), Column("future", NORM),
            Column("", 0, "left"),
        ]  # fmt: skip

    @cached_property
    def _parts(self) -> Parts:
        return parts(self.view.known.trace)

    def _at(self, t: int) -> list[Cell]:
        local, future = float(self._parts.local[t]), float(self._parts.future[t])
        total = local + future
        share = future / total if total > 0 and np.isfinite(total) else 0.0
        figures = (float(self.norms[t]), local, future)
        return [*(Cell(size(x, room=NORM)) for x in figures), _bar(share)]


class FactorTable(ByTimestep):
    """What each step back multiplies by, and what is left of a gradient from the end."""

    NAMES = ("slope", "jacobian", "reach")

    @property
    def _figures(self) -> list[Column]:
        return [
            Column("slope", MEAN), Column("‖J‖", MEAN), Column("reach", NORM),
            Column("", 0, "left"),
        ]  # fmt: skip

    @cached_property
    def _factors(self) -> Factors:
        return factors(self.view.known.trace)

    def _at(self, t: int) -> list[Cell]:
        found = self._factors
        slope = Cell(size(float(found.slope[t]), 3, MEAN))
        if t < found.first:
            return [slope, NOTHING, NOTHING, Cell("")]
        jacobian, reach = float(found.jacobian[t]), float(found.product[t])
        return [
            slope, Cell(size(jacobian, 3, MEAN)), Cell(size(reach, room=NORM)),
            _bar(self._share(t)),
        ]  # fmt: skip

    @cached_property
    def _drawn(self) -> Floats:
        return self._factors.product


def _bar(share: float) -> Cell:
    return Cell("", Role.BAR, bar=share)
