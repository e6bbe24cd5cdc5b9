"""The rows of the panes, made on demand from a view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rnn_tui.arrays import Floats
from rnn_tui.characters import cell_width, visible
from rnn_tui.engine.training.evaluating import Evaluation
from rnn_tui.present.answers import NO_LABEL, mark, role, said, wanted
from rnn_tui.present.digits import size, size_width
from rnn_tui.present.notation import counted
from rnn_tui.present.real_answers import numbers, outputs, real_of
from rnn_tui.present.tables.cells import NOTHING, Cell, Column, Role
from rnn_tui.present.tokens import heading, read_width
from rnn_tui.session.answers import answer
from rnn_tui.session.moved import before_newest, newest_from, worse
from rnn_tui.session.view import StepView

AMOUNT = size_width()  # cells of a column of such numbers

WORSE = " → worse"
YOU = "you"  # in the place of the number of a typed example


@dataclass(frozen=True, eq=False)
class ExamplesTable:
    """Every example with what the network says of it now."""

    view: StepView

    frozen_columns = 2
    by_row = True

    @cached_property
    def columns(self) -> Sequence[Column]:
        """Number, text, target, probability, loss, verdict; of numbers the answer and its error."""
        if not self.view.experiment.has_classes:
            wide = max(AMOUNT, min(24, 8 * self.view.experiment.output_size))
            return [
                Column("#", self._number_width),
                Column(f"example{of_rows(self.view)}", 0, "left"),
                Column("target", wide), Column("output", wide), Column("off by", AMOUNT),
                Column("loss", AMOUNT), *self._before_column(wide),
            ]  # fmt: skip
        typed = self.view.examples[self.row_count - 1]
        names = (*self.view.experiment.labels, *([] if typed.labelled else [NO_LABEL]))
        label = max(6, *(cell_width(visible(name)) for name in names))
        return [
            Column("#", self._number_width),
            Column(f"example{of_rows(self.view)}", 0, "left"),
            Column("target", label, "left"),
            Column(self._p_title, max(AMOUNT, cell_width(self._p_title))),
            Column("loss", AMOUNT),
            Column("says", label + 2, "left"),
            *self._before_column(AMOUNT),
        ]

    @cached_property
    def _before(self) -> Evaluation | None:
        return before_newest(self.view)

    @cached_property
    def _worse(self) -> frozenset[int]:
        view, before = self.view, self._before
        if view.training is None or before is None:
            return frozenset()
        return frozenset(worse(before, view.training))

    def _before_column(self, answer_width: int) -> list[Column]:
        """What the answers were before the newest epoch, and which of them were better."""
        if self._before is None:
            return []
        newest = newest_from(self.view) // self.view.history.updates + 1
        title = f"before {self.view.history.unit} {newest:,}"
        return [Column(title, max(cell_width(title), answer_width + len(WORSE)), "left")]

    def _before_cell(self, row: int, text: Callable[[Floats], str]) -> list[Cell]:
        if self._before is None:
            return []
        if row >= len(self._before.p):
            return [Cell("–")]
        grew = row in self._worse
        shown = text(self._before.p[row])
        return [Cell(f"{shown}{WORSE}" if grew else shown, Role.BAD if grew else Role.MUTED)]

    @property
    def _number_width(self) -> int:
        typed = self.row_count > len(self.view.experiment.train)
        return max(len(YOU) if typed else 2, len(str(self.row_count)))

    @property
    def _p_title(self) -> str:
        view = self.view
        return (
            f"p({visible(view.experiment.labels[1])})"
            if view.experiment.output_size == 1
            else "p(target)"
        )

    @property
    def row_count(self) -> int:
        """The training examples, and the typed one."""
        return len(self.view.examples)

    @property
    def current_row(self) -> int | None:
        """The example that is stepped."""
        return self.view.example

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of one row."""
        return self._row(row)[first:last]

    def _row(self, row: int) -> list[Cell]:
        view = self.view
        example, labels = view.examples[row], view.experiment.labels
        assert view.evaluation is not None, "the chunks of a stream are not listed"
        p, loss = view.evaluation.p[row], float(view.evaluation.losses[row])
        if not view.experiment.has_classes:
            return self._real(row, p, loss)
        found = answer(view.network, p, example)
        head = [
            Cell(YOU if row >= len(view.experiment.train) else str(row + 1), Role.MUTED),
            Cell(" ".join(visible(token) for token in example.tokens)),
            Cell(visible(wanted(found, labels)), Role.MUTED),
        ]
        place = 0 if view.experiment.output_size == 1 else found.target
        before = self._before_cell(row, lambda p: "–" if place is None else size(float(p[place])))
        if row == view.example and not view.known.answered:
            return [*head, NOTHING, NOTHING, NOTHING, *before]
        says = Cell(f"{mark(found)} {visible(said(found, labels))}".lstrip(), role(found))
        shown = Cell("–") if place is None else Cell(size(float(p[place]), room=AMOUNT))
        judged = Cell("–") if found.target is None else Cell(size(loss, room=AMOUNT))
        return [*head, shown, judged, says, *before]

    def _real(self, row: int, output: Floats, loss: float) -> list[Cell]:
        """An example whose answer is numbers."""
        view, example = self.view, self.view.examples[row]
        found = real_of(view, example, output)
        head = [
            Cell(YOU if row >= len(view.experiment.train) else str(row + 1), Role.MUTED),
            Cell(" ".join(visible(token) for token in example.tokens)),
            Cell(numbers(found.target), Role.MUTED),
        ]
        before = self._before_cell(row, outputs)
        if row == view.example and not view.known.answered:
            return [*head, NOTHING, NOTHING, NOTHING, *before]
        if found.target is None:
            return [*head, Cell(outputs(output)), Cell("–"), Cell("–"), *before]
        amounts = [Cell(size(one, room=AMOUNT)) for one in (found.off, loss)]
        return [*head, Cell(outputs(output), Role.STRONG), *amounts, *before]


def of_rows(view: StepView) -> str:
    """Of what the rows of examples are, where the pass beside them is of something else."""
    of = ["unpatched"] * bool(view.patches) + ["new weights"] * view.updated
    return f" · {', '.join(of)}" if of else ""


def of_pass(view: StepView) -> str:
    """Of what the pass is, where the rows of examples are of something else."""
    return ", ".join(["patched"] * bool(view.patches) + ["old weights"] * view.updated)


def first_state(view: StepView) -> str:
    """What the row of h[-1] is called, which no token stands beside."""
    return "carried" if view.carried else "start"


def timestep(view: StepView, t: int) -> str:
    """The number of a timestep; with an encoder, after whose it is: `enc 3`, `dec 4`."""
    if not view.network.encoder:
        return str(t)
    return f"{'enc' if view.current.encodes(t) else 'dec'} {t}"


def timestep_cell(view: StepView, t: int, state: str = "") -> Cell:
    """The number of a timestep, – for the start; of a row of a `state` its name, where counted."""
    whose = "" if t < 0 else timestep(view, t).removesuffix(str(t))
    named = f"{whose}{counted(state, t)}" if state else ""
    return Cell(timestep(view, t) if t >= 0 else "–", Role.MUTED, counted=named)


def timestep_column(view: StepView, state: str = "") -> Column:
    """A column of timesteps; of the rows of a `state`, those of its names."""
    last = timestep_cell(view, view.current.length - 1, state)
    width = max(2, len(last.text))
    return Column("t", width, counted=state, counted_width=cell_width(last.counted))


def token_column(view: StepView) -> Column:
    """A column of tokens, wide enough for most."""
    longest = read_width(view.experiment, view.current)
    return Column(heading(view.experiment), min(12, max(7 if view.carried else 5, longest)), "left")
