"""The BPTT pane's tables: the gradient by timestep, and the ways to take it apart."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.ledger import Factors, Ledger, Parts, factors, ledger, ledger_start, parts
from rnn_tui.engine.norms import l2_norm
from rnn_tui.engine.spectrum import half_life
from rnn_tui.present.cells import Cell, Column, Line, Role, Span, Table
from rnn_tui.present.digits import EMPTY, size, times
from rnn_tui.present.tables import t_width, timestep, token_column, visible
from rnn_tui.session.ops import Phase
from rnn_tui.session.refs import Ref
from rnn_tui.session.view import StepView

_NOTHING = Cell(EMPTY, Role.EMPTY)
LEDGER_HEAD = ("loss of", "loss")


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
            return [*head, *(_NOTHING for _ in self._figures[:-1]), Cell("")]
        return [*head, *self._at(t)]

    def _at(self, t: int) -> list[Cell]:
        raise NotImplementedError

    def _at_wall(self) -> list[Cell]:
        """What would have gone on to the text before, had it not been cut."""
        known = self.view.known
        rest = [Cell("") for _ in self._figures[1:]]
        if not known.has("dh_next", 0):
            return [_NOTHING, *rest]
        return [Cell(size(float(l2_norm(known.trace.dh_next[0]))), Role.WARN), *rest]

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
        return [Column("norm", 7), Column("decay", 7), Column("", 0, "left")]

    @cached_property
    def _decay(self) -> Floats:
        return self.view.known.trace.decay

    def _at(self, t: int) -> list[Cell]:
        norm, decay = float(self.norms[t]), float(self._decay[t])
        return [Cell(size(norm)), Cell(times(decay)), _bar(self._share(t))]


class SplitTable(ByTimestep):
    """dL/dh_t in its two parts: from the output at t, and from all later timesteps."""

    NAMES = ("dh_norm", "local_norm", "future_norm")

    @property
    def _figures(self) -> list[Column]:
        return [
            Column("norm", 7), Column("local", 7), Column("future", 7), Column("", 0, "left"),
        ]  # fmt: skip

    @cached_property
    def _parts(self) -> Parts:
        return parts(self.view.known.trace)

    def _at(self, t: int) -> list[Cell]:
        local, future = float(self._parts.local[t]), float(self._parts.future[t])
        total = local + future
        share = future / total if total > 0 and np.isfinite(total) else 0.0
        return [
            Cell(size(float(self.norms[t]))), Cell(size(local)), Cell(size(future)), _bar(share),
        ]  # fmt: skip


class FactorTable(ByTimestep):
    """What each step back multiplies by, and what is left of a gradient from the end."""

    NAMES = ("slope", "jacobian", "reach")

    @property
    def _figures(self) -> list[Column]:
        return [
            Column("slope", 6), Column("‖J‖", 6), Column("reach", 7), Column("", 0, "left"),
        ]  # fmt: skip

    @cached_property
    def _factors(self) -> Factors:
        return factors(self.view.known.trace)

    def _at(self, t: int) -> list[Cell]:
        found = self._factors
        slope = Cell(size(float(found.slope[t]), 3))
        if t < found.first:
            return [slope, _NOTHING, _NOTHING, Cell("")]
        jacobian, reach = float(found.jacobian[t]), float(found.product[t])
        return [slope, Cell(size(jacobian, 3)), Cell(size(reach)), _bar(self._share(t))]

    @cached_property
    def _drawn(self) -> Floats:
        return self._factors.product


@dataclass(frozen=True, eq=False)
class LedgerTable:
    """‖dL_k/dh_t‖: a row a loss, a column a state, the total below.

    In a very long pass they are those of its end.
    """

    view: StepView

    frozen_columns = len(LEDGER_HEAD)
    by_row = False

    @cached_property
    def columns(self) -> Sequence[Column]:
        """The loss with its target, its value, then a column a timestep."""
        tokens = self.view.current.tokens[self.first :]
        encodes = self.view.current.encodes
        titles = [
            "enc " * encodes(t) + f"h_{t} {visible(token)}"[:10]
            for t, token in enumerate(tokens, self.first)
        ]
        name = min(16, max(7, *map(len, self._names)))
        head = [Column(LEDGER_HEAD[0], name, "left"), Column(LEDGER_HEAD[1], 6)]
        return [*head, *(Column(title, max(6, len(title))) for title in titles)]

    @cached_property
    def first(self) -> int:
        """The first timestep there is a column for."""
        return ledger_start(self.view.current.length, self.view.before.layout.hidden_size)

    @cached_property
    def _skipped(self) -> int:
        """The losses before it."""
        return bisect_left(self.view.current.outputs, self.first)

    @cached_property
    def _outputs(self) -> tuple[int, ...]:
        """The timesteps of the losses there is a row for."""
        return self.view.current.outputs[self._skipped :]

    @property
    def row_count(self) -> int:
        """K losses and their total."""
        return len(self._outputs) + 1

    @property
    def current_row(self) -> int | None:
        """The loss at the timestep under the cursor, if there is one."""
        view = self.view
        if view.t is None or view.t < self.first or not view.program.has_output(view.t):
            return None
        return view.known.output_index(view.t) - self._skipped

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of one row."""
        return [self._cell(row, column) for column in range(first, last)]

    def ref(self, row: int, column: int) -> str:
        """A loss's share, or the norm of the whole gradient; nothing where a loss can't reach."""
        outputs, t = self._outputs, column - len(LEDGER_HEAD) + self.first
        total = row == len(outputs)
        if column < len(LEDGER_HEAD):
            return "total_loss" if total else f"loss[{outputs[row]}]"
        if total:
            return f"dh_norm[{t}]"
        return f"ledger[{outputs[row]},{t}]" if t <= outputs[row] else ""

    def _cell(self, k: int, column: int) -> Cell:
        total = k == len(self._outputs)
        if column >= len(LEDGER_HEAD):
            return self._share_of(k, column - len(LEDGER_HEAD) + self.first, total)
        if column == 1:
            return self._loss_of(k, total)
        return Cell("total", Role.STRONG) if total else Cell(self._names[k], Role.TOKEN)

    @cached_property
    def _names(self) -> list[str]:
        example, labels = self.view.current, self.view.experiment.labels
        answers = zip(self._outputs, example.targets[self._skipped :], strict=True)
        return [f"L_{t} {visible(labels[c])}" for t, c in answers]

    def _loss_of(self, k: int, total: bool) -> Cell:
        known = self.view.known
        if not known.has("loss", self._outputs[-1 if total else k]):
            return _NOTHING
        losses = known.trace.losses
        return Cell(size(float(losses.sum() if total else losses[k + self._skipped]), 3))

    def _share_of(self, k: int, t: int, total: bool) -> Cell:
        if not total and self._outputs[k] < t:
            return Cell("")
        if t < self.view.known.gradients_from:
            return _NOTHING
        if total:
            return Cell(size(float(self._totals[t]), 3), Role.STRONG)
        value = self._ledger.norm(k + self._skipped, t)
        return Cell(size(value, 3), heat=value / self._largest)

    @cached_property
    def _ledger(self) -> Ledger:
        return ledger(self.view.known.trace)

    @cached_property
    def _totals(self) -> Floats:
        return self.view.known.trace.dh_norm

    @cached_property
    def _largest(self) -> float:
        norms = self._ledger.norms
        return float(norms[np.isfinite(norms)].max(initial=0.0)) or 1.0


def _bar(share: float) -> Cell:
    return Cell("", Role.BAR, bar=share)


class GradientView(NamedTuple):
    """One way to look at the gradients: the title of its pane, what it shows, table, summary."""

    title: str
    about: str
    table: Callable[[StepView], Table]
    summary: Callable[[StepView], Line]


def decay_summary(view: StepView) -> Line:
    """What the gradient column says, in a sentence."""
    if waiting := _waiting(view):
        return waiting
    if len(view.current.outputs) > 1:
        return (Span(f"the sum of {len(view.current.outputs)} losses' shares"),)
    return _decay(view, view.known.trace.dh_norm)


def split_summary(view: StepView) -> Line:
    """What the bar of the split means."""
    return _waiting(view) or (Span("bar: the share from the future"),)


def ledger_summary(view: StepView) -> Line:
    """How the last loss's own gradient dies out."""
    if waiting := _waiting(view):
        return waiting
    last = view.current.outputs[-1]
    found = ledger(view.known.trace)
    line = Span(f"L_{last}: "), *_decay(view, found.norms[-1], found.first)
    return (Span(f"from t = {found.first} on · ", Role.MUTED), *line) if found.first else line


def factor_summary(view: StepView) -> Line:
    """What the factors have in common, and the half-life they make."""
    if waiting := _waiting(view):
        return waiting
    found = factors(view.known.trace)
    life = half_life(found.product[max(found.first, view.known.gradients_from) :])
    text = f" · half-life {size(life, 1)} t" if np.isfinite(life) else ""
    far = f"reach from t = {found.first} on · " if found.first else ""
    own = found.encoder_weight
    encoder = "" if own is None else f", ‖W_hh_enc‖ {size(own, 3)}"
    return Span(far, Role.MUTED), Span(f"‖W_hh‖ {size(found.weight, 3)}{encoder}{text}")


def _waiting(view: StepView) -> Line:
    """Why there is nothing to say yet; nothing if there is."""
    if view.known.gradients_from < view.current.length:
        return ()
    text = "no gradient yet" if view.known.answered else "comes after the forward pass"
    return (Span(text, Role.EMPTY),)


def _decay(view: StepView, norms: Floats, begin: int = 0) -> Line:
    """How a gradient shrinks or grows from the last timestep down to the one reached.

    `norms` are those from timestep `begin` on.
    """
    tokens, first = view.current.tokens, max(begin, view.known.gradients_from)
    newest, last = float(norms[first - begin]), float(norms[-1])
    if first == len(tokens) - 1 or not np.isfinite(newest) or last == 0 or newest == 0:
        return (Span(f"the loss arrives at “{visible(tokens[-1])}”"),)
    ratio, there = last / newest, visible(tokens[first])
    if ratio < 1:
        return Span(f"{_ratio(1 / ratio)}× more", Role.WARN), Span(f" at “{there}”")
    life = size(half_life(norms[first - begin :]), 1)
    return Span(f"{_ratio(ratio)}× less", Role.STRONG), Span(f" at “{there}”, half-life {life} t")


def _ratio(x: float) -> str:
    return f"{x:.1f}" if x < 100 else size(x, 0)


GRADIENT_VIEWS = (
    GradientView(
        "BPTT  ‖∂L/∂h_t‖",
        "How much of the gradient reaches each state",
        GradientTable,
        decay_summary,
    ),
    GradientView(
        "BPTT  local + future",
        "What each state gets from its own output and from later ones",
        SplitTable,
        split_summary,
    ),
    GradientView(
        "BPTT  ledger ‖∂L_k/∂h_t‖",
        "The ledger: each loss's own gradient at each state",
        LedgerTable,
        ledger_summary,
    ),
    GradientView(
        "BPTT  factors",
        "What each step back multiplies by, and what is left at most",
        FactorTable,
        factor_summary,
    ),
)
