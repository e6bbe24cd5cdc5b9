"""The tables of the BPTT pane by timestep: the gradient, its parts, what takes it back a step."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.spectrum.carousel import Carousel, carousels
from rnn_tui.engine.spectrum.ledger import Factors, factors, parts
from rnn_tui.present.digits import size, times
from rnn_tui.present.tables.by_timestep import (
    MEAN,
    MOST_LEFT,
    NORM,
    RATIO,
    ByTimestep,
    bar_cell,
    size_cell,
)
from rnn_tui.present.tables.cells import NOTHING, Cell, Column, Scale, bars
from rnn_tui.present.tables.legend import Heat
from rnn_tui.session.why.state_norms import decays, factor_text, name_of_figure, norms


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
            Cell(size(norm, room=NORM)), Cell(times(decay, RATIO)), *others,
            bar_cell(self._share(t)),
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
        return [*(Cell(size(x, room=NORM)) for x in figures), bar_cell(share)]


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
        left = [] if way is None else [size_cell(abs(float(way.left[t, way.most_left(t)])), MEAN)]
        if way is None:
            first = size_cell(float(found.slope[t]), MEAN)
        else:
            first = size_cell(abs(float(way.kept[t, way.most_kept(t)])), MEAN)
        if t < found.first:
            return [first, NOTHING, *left, NOTHING, Cell("")]
        jacobian, reach = float(found.jacobian[t]), float(found.product[t])
        return [
            first, size_cell(jacobian, MEAN), *left,
            size_cell(reach, MEAN) if left else Cell(size(reach, room=NORM)),
            bar_cell(self._share(t)),
        ]  # fmt: skip

    @cached_property
    def _drawn(self) -> Floats:
        return self._factors.product
