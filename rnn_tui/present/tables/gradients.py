"""The tables of the BPTT pane by timestep: the gradient, its parts, what takes it back a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.characters import visible
from rnn_tui.engine.spectrum.carousel import Carousel, carousels
from rnn_tui.engine.spectrum.ledger import Factors, factors, parts
from rnn_tui.equations.norms import l2_norm
from rnn_tui.present.digits import MINUS, size, size_width, times, times_width
from rnn_tui.present.tables.cells import NOTHING, Cell, Column, Role, Scale, bars
from rnn_tui.present.tables.legend import Heat
from rnn_tui.present.tables.tables import timestep_cell, timestep_column, token_column
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.view import StepView
from rnn_tui.session.why.refs import Ref
from rnn_tui.session.why.state_norms import decays, factor_text, name_of_figure, norms

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
        token = visible(self.view.current.tokens[t])
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


class GradientTable(ByTimestep):
    """‖dL/dh_t‖ by timestep and its share of the last one's; it fills from the bottom.

    Beside it the norms of the cell's other states.
    """

    has_norm_bars = True

    @property
    def _others(self) -> tuple[str, ...]:
        return self.view.network.layers[self.depth].cell.states[1:]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Of h, then of the others."""
        others = (self.figure("norm", state) for state in self._others)
        return self.figure("norm"), self.figure("decay"), *others

    @property
    def _figures(self) -> list[Column]:
        others = [Column(f"‖d{state}‖", NORM) for state in self._others]
        first = "‖dh‖" if others else "norm"
        return [Column(first, NORM), Column("decay", RATIO), *others, self._bars()]

    @cached_property
    def _decay(self) -> Floats:
        return decays(self.view.known.trace, self.depth, self.state)

    def _at(self, t: int) -> list[Cell]:
        norm, decay = float(self.norms[t]), float(self._decay[t])
        others = (self._norm_of(state, t) for state in self._others)
        return [
            Cell(size(norm, room=NORM)), Cell(times(decay, RATIO)), *others, _bar(self._share(t)),
        ]  # fmt: skip

    def _norm_of(self, state: str, t: int) -> Cell:
        """That of another state, whose line may not have run yet."""
        known = self.view.known
        if not known.has(self.view.program.algorithm.called(f"d{state}", self.depth), t):
            return NOTHING
        return Cell(size(float(norms(known.trace, self.depth, state)[t]), room=NORM))


class SplitTable(ByTimestep):
    """dL/ds_t in its two parts: from what is made of the state at t, and from later timesteps.

    Of h at the top that is its own output; below, what the layer above sends down.
    """

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The whole and its parts."""
        return tuple(self.figure(part) for part in ("norm", "local_norm", "future_norm"))

    @property
    def _figures(self) -> list[Column]:
        above = self.depth < self.view.network.depth - 1 and self.state == "h"
        here = f"layer {self.depth + 1}" if above else "local" if self.state == "h" else "via h"
        future = "future" if self.state == "h" else f"along {self.state}"
        return [
            Column("norm", NORM), Column(here, NORM), Column(future, NORM), bars(),
        ]  # fmt: skip

    @cached_property
    def _parts(self) -> tuple[Floats, Floats]:
        return parts(self.view.known.trace, self.depth, self.state)

    def _at(self, t: int) -> list[Cell]:
        local, future = (float(part[t]) for part in self._parts)
        total = local + future
        share = future / total if total > 0 and np.isfinite(total) else 0.0
        figures = (float(self.norms[t]), local, future)
        return [*(Cell(size(x, room=NORM)) for x in figures), _bar(share)]


class LayersTable(ByTimestep):
    """How the gradient goes down and back: of each layer from the top ‖dL/dh_t‖, by timestep."""

    @cached_property
    def _depths(self) -> tuple[int, ...]:
        return tuple(reversed(range(self.view.network.depth)))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Of each layer the norm of dh, and before it what the layer above sends down."""
        top, *below = self._depths
        pairs = ((name_of_figure("local_norm", "h", d), name_of_figure("norm", "h", d))
                 for d in below)  # fmt: skip
        return name_of_figure("norm", "h", top), *(name for pair in pairs for name in pair)

    @property
    def _figures(self) -> list[Column]:
        top, *below = self._depths
        called = self.view.program.algorithm.called
        titles = [f"‖{called('dh', top)}‖"]
        for depth in below:
            titles += [f"↓{called('dx', depth + 1)}", f"‖{called('dh', depth)}‖"]
        return [*(Column(title, max(MEAN, len(title))) for title in titles), Column("", 1, "left")]

    def _at(self, t: int) -> list[Cell]:
        return [*(self._of(depth, norm, t) for depth, norm in self._columns), Cell("")]

    @cached_property
    def _columns(self) -> list[tuple[int, Floats]]:
        """The layers and norms (T,) of the columns, as `names` has them."""
        top, *below = self._depths
        trace = self.view.known.trace
        columns = [(top, norms(trace, top, "h"))]
        for depth in below:
            columns += [(depth, parts(trace, depth).local), (depth, norms(trace, depth, "h"))]
        return columns

    def _of(self, depth: int, norm: Floats, t: int) -> Cell:
        known = self.view.known
        if not known.has(self.view.program.algorithm.called("dh", depth), t):
            return NOTHING
        value = float(norm[t])
        heat = value / self._most if self._most else 0.0
        shown = heat if np.isfinite(heat) else None
        return Cell(size(value, 3, MEAN), heat=shown, scale=Scale.GRADIENT)

    @property
    def heats(self) -> tuple[Heat, ...]:
        """That of the norms."""
        return (Heat(Scale.GRADIENT, self._most),)

    @cached_property
    def _most(self) -> float:
        """The largest of all, which has the full colour."""
        trace = self.view.known.trace
        every = np.concatenate([norms(trace, depth, "h") for depth in self._depths])
        return float(every[np.isfinite(every)].max(initial=0.0))


class FactorTable(ByTimestep):
    """What each step back multiplies by, and what is left of a gradient from the end.

    Where a state is only scaled on its way, that beside the whole Jacobian: what is kept of it
    in a step, and the product of that, against ‖J‖ and the norm of the product of the J.
    """

    has_norm_bars = True

    @cached_property
    def way(self) -> Carousel | None:
        """The way along a state of this layer, if there is one."""
        ways = carousels(self.view.known.trace, self.depth)
        return ways[-1] if ways else None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The slope, or what is kept along a state; the Jacobian; both products."""
        if self.way is None:
            return "slope", "jacobian", "reach"
        kept, left = (self.figure(part, self.way.state) for part in ("kept", "left"))
        return kept, "jacobian", left, "reach"

    @property
    def _figures(self) -> list[Column]:
        if self.way is None:
            return [
                Column("slope", MEAN), Column("‖J‖", MEAN),
                Column(MOST_LEFT, max(NORM, len(MOST_LEFT))), self._bars(),
            ]  # fmt: skip
        factor = factor_text(self.way.factor)
        return [
            Column(factor, max(MEAN, len(factor))), Column("‖J‖", MEAN),
            Column(f"Π {factor}", max(MEAN, 2 + len(factor))), Column("‖ΠJ‖", MEAN),
            self._bars(),
        ]  # fmt: skip

    @cached_property
    def _factors(self) -> Factors:
        return factors(self.view.known.trace)

    def _at(self, t: int) -> list[Cell]:
        found, way = self._factors, self.way
        left = [] if way is None else [_size(abs(float(way.left[t, way.most_left(t)])), MEAN)]
        if way is None:
            first = _size(float(found.slope[t]), MEAN)
        else:
            first = _size(abs(float(way.kept[t, way.most_kept(t)])), MEAN)
        if t < found.first:
            return [first, NOTHING, *left, NOTHING, Cell("")]
        jacobian, reach = float(found.jacobian[t]), float(found.product[t])
        return [
            first, _size(jacobian, MEAN), *left,
            _size(reach, MEAN) if left else Cell(size(reach, room=NORM)),
            _bar(self._share(t)),
        ]  # fmt: skip

    @cached_property
    def _drawn(self) -> Floats:
        return self._factors.product


def _size(value: float, room: int) -> Cell:
    return Cell(size(value, 3, room))


def _bar(share: float) -> Cell:
    return Cell("", Role.GRADIENT, bar=share)
