"""The ledger of losses: which loss sends how much gradient to which state."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.characters import cell_width, cut, visible
from rnn_tui.engine.spectrum.ledger import Ledger, ledger, ledger_start
from rnn_tui.present.answers import NO_LABEL
from rnn_tui.present.digits import size
from rnn_tui.present.notation import counted
from rnn_tui.present.real_answers import target_text
from rnn_tui.present.tables.by_timestep import MEAN
from rnn_tui.present.tables.cells import NOTHING, Cell, Column, Role, Scale
from rnn_tui.present.tables.legend import Heat
from rnn_tui.present.tokens import reads_rows
from rnn_tui.session.view import StepView
from rnn_tui.session.why.state_norms import name_of_figure

LEDGER_HEAD = ("loss of", "loss")
TITLE = 10  # cells of a column's title, at most


@dataclass(frozen=True, eq=False)
class LedgerTable:
    """‖dL_k/dh_t‖: a row a loss, a column a state, the total below.

    Of several layers the states are the last one's. In a very long pass they are those of its end.
    """

    view: StepView

    frozen_columns = len(LEDGER_HEAD)
    by_row = False

    @cached_property
    def columns(self) -> Sequence[Column]:
        """The loss with its target, its value, then a column a timestep."""
        encodes, rows = self.view.current.encodes, reads_rows(self.view)
        tokens = self.view.current.tokens
        beside = ["" if rows else f" {visible(token)}" for token in tokens]
        titles = [
            tuple("enc " * encodes(t) + cut(f"{state}{beside[t]}", TITLE)
                  for state in (f"h_{t}", counted("h", t)))
            for t in range(self.first, self.view.current.length)
        ]  # fmt: skip
        name = min(16, max(7, *map(cell_width, self._names)))
        head = [Column(LEDGER_HEAD[0], name, "left"), Column(LEDGER_HEAD[1], MEAN)]
        return [
            *head,
            *(Column(one, max(MEAN, cell_width(one)), counted=other) for one, other in titles),
        ]

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
            return f"{name_of_figure('norm', 'h', self.view.network.depth - 1)}[{t}]"
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
        if not example.labelled:
            return [f"L_{t} {NO_LABEL}" for t, _ in answers]
        if not self.view.experiment.has_classes:
            return [
                f"L_{t} {target_text(example, self._skipped + k)}"
                for k, (t, _) in enumerate(answers)
            ]
        return [f"L_{t} {visible(labels[c])}" for t, c in answers]

    def _loss_of(self, k: int, total: bool) -> Cell:
        known = self.view.known
        if not known.has("loss", self._outputs[-1 if total else k]):
            return NOTHING
        losses = known.trace.losses
        return Cell(size(float(losses.sum() if total else losses[k + self._skipped]), 3, MEAN))

    def _share_of(self, k: int, t: int, total: bool) -> Cell:
        if not total and self._outputs[k] < t:
            return Cell("")
        if t < self.view.known.gradients_from:
            return NOTHING
        if total:
            return Cell(size(float(self._totals[t]), 3, MEAN), Role.STRONG)
        value = self._ledger.norm(k + self._skipped, t)
        return Cell(size(value, 3, MEAN), heat=value / self._largest, scale=Scale.GRADIENT)

    @property
    def heats(self) -> tuple[Heat, ...]:
        """That of each loss's share, once there is one."""
        known = self.view.known
        begun = known.gradients_from < self.view.current.length
        return (Heat(Scale.GRADIENT, self._largest),) if begun else ()

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
