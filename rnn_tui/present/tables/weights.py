"""The weights as tables of heat, and what belongs to each: gradients, the optimizer's, change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from rnn_tui.characters import cell_width
from rnn_tui.equations.optimizers import Optimizer
from rnn_tui.present.capitals import sentence_case
from rnn_tui.present.digits import signed, signed_width, size
from rnn_tui.present.tables.cells import NOTHING, Cell, Column, Role, Scale
from rnn_tui.present.tables.legend import Heat
from rnn_tui.present.tables.weight_rows import column_names, row_names, use
from rnn_tui.session.moved import newest_from
from rnn_tui.session.view import StepView
from rnn_tui.session.weights import Values, measured

NUMBER = signed_width()  # the width of a column of numbers
MOST_HEADING = 10  # of a row's name
BORDER = 2

HINT = (
    "{change} change this weight · ⏎ why · {values} what changed, gradients and more · "
    "{matrix} next matrix"
)


class WeightsView(NamedTuple):
    """One way to look at the weights.

    `measure` is one that session.weights measures; `pattern` makes a title of an array's
    name, `ref` an address of name and index at an update,
    or since the first one of the newest epoch.
    """

    measure: str
    pattern: str
    ref: str
    about: str
    missing: str = ""


WEIGHTS: tuple[WeightsView, ...] = (
    WeightsView("weights", "{}", "{}[{}]", "The current weights"),
    WeightsView("example", "∂L/∂{}", "d{}[{}]", "Gradient of this example",
        "not computed yet: {finish_backward} backpropagate"),
    WeightsView("batch", "g of {}", "g_{}[{}]", "Gradient of the batch (g), before clipping",
        "not computed yet: {finish_backward}, then {op} reduce over the batch"),
)  # fmt: skip
CHANGE = WeightsView(
    "change", "Δ{}", "{}[{}]@0:{}", "Change since the start", "no update yet: {epoch} train"
)  # fmt: skip


NEWEST = WeightsView(
    "newest", "Δ{}", "{0}[{1}]@{3}:{2}", "Change in the last {unit}", CHANGE.missing
)  # fmt: skip


def ways(view: StepView) -> tuple[WeightsView, ...]:
    """The ways to look at the weights: what the optimizer keeps of each is among them.

    The changes come next to the weights themselves, as they are what one looks for after training.
    """
    newest = NEWEST._replace(about=NEWEST.about.format(unit=view.history.unit))
    own = (_of_optimizer(view.network.optimizer, name) for name in view.network.optimizer.vectors)
    return WEIGHTS[0], CHANGE, newest, *WEIGHTS[1:], *own


def _of_optimizer(optimizer: Optimizer, vector: str) -> WeightsView:
    symbol, words = optimizer.symbol(vector), optimizer.body.line(vector).words
    about, missing = sentence_case(words), ""
    if vector in optimizer.slots:
        about += ", of the last update"
    else:
        missing = "not computed yet: {finish_backward}, then {op} the update"
    return WeightsView(vector, f"{symbol} of {{}}", f"{symbol}_{{}}[{{}}]", about, missing)


LETTERS = {"H": "unit", "I": "input", "O": "output", "V": "token"}  # what an axis counts


def arrow(axes: str) -> str:
    """What an array leads from and to, by the letters of its axes."""
    if axes == "VI":
        return "token → input"
    return " ← ".join(LETTERS[letter] for letter in axes)


@dataclass(frozen=True, eq=False)
class MatrixTable:
    """One array of the parameters: a row for what is fed, a column for what it is fed from."""

    view: StepView
    name: str
    way: WeightsView

    frozen_columns = 1
    by_row = False
    current_row = None

    @cached_property
    def shape(self) -> tuple[int, int]:
        """Rows and columns; a bias is one column."""
        shape = self.view.params[self.name].shape
        return (shape[0], shape[1] if len(shape) > 1 else 1)

    @cached_property
    def values(self) -> Values:
        """The numbers, None while there are none."""
        return measured(self.view, self.way.measure, self.name)

    @property
    def title(self) -> str:
        """What stands on the border: `W_hh  unit ← unit`."""
        axes, network = self.view.params.layout.axes[self.name], self.view.network
        what = f"  {words}" if (words := use(network, self.name)) else ""
        return f"{self.way.pattern.replace('{}', self.name)}  {arrow(axes)}{what}"

    def summary(self, room: int) -> str:
        """The size of the whole and its norm, as much of it as has room."""
        shape = self.view.params[self.name].shape
        told = [" × ".join(map(str, shape))] if len(shape) > 1 else []
        if self.values is not None:
            with np.errstate(all="ignore"):
                told.append(f"norm {size(float(np.linalg.norm(self.values)))}")
        while told and len(" · ".join(told)) > room:
            told = told[1:]
        return " · ".join(told)

    @cached_property
    def columns(self) -> Sequence[Column]:
        """The rows' names, then a column for each number of a row."""
        heading = Column("", self._heading_width, "left")
        names = column_names(self.view, self.name, self.shape[1])
        return [heading, *(Column(name, max(NUMBER, cell_width(name))) for name in names)]

    @cached_property
    def _heading_width(self) -> int:
        longest = max(cell_width(one) for one in row_names(self.view, self.name, self.shape[0]))
        return min(MOST_HEADING, longest)

    @cached_property
    def _rows(self) -> Sequence[str]:
        return row_names(self.view, self.name, self.shape[0])

    @property
    def row_count(self) -> int:
        """As many as the array has."""
        return self.shape[0]

    @property
    def width(self) -> int:
        """How many terminal cells the whole of it takes, with the mark before it."""
        return 1 + sum(column.width + column.gap for column in self.columns)

    @property
    def needs(self) -> int:
        """How many terminal cells show all of its numbers, in a border.

        What the array is for may be cut in its title: numbers come first.
        """
        return max(self.width, self._least_title + 2) + BORDER

    @property
    def pictured_needs(self) -> int:
        """The same of its picture, a cell a column, with a number of it named above."""
        named = len(self.ref(self.row_count - 1, self.shape[1])) + len(" = ") + NUMBER
        return max(self.shape[1], named, self._least_title) + 2 + BORDER

    @property
    def _least_title(self) -> int:
        return len("  ".join(self.title.split("  ")[:2]))

    @property
    def missing(self) -> str:
        """What to do for the numbers to be there; nothing where they are."""
        if self.values is None and self.way.measure == "example" and not self.view.program.labels:
            return "no label, so no gradient: {edit_input} type a text with a label"
        return self.way.missing if self.values is None else ""

    def ref(self, row: int, column: int) -> str:
        """The address of the number in a cell, as it is looked at."""
        index = ",".join(map(str, self._index(row, column)))
        return self.way.ref.format(self.name, index, self._now, newest_from(self.view))

    def subject(self, row: int, column: int) -> str:
        """The address of the weight in a cell: what can be changed there."""
        return f"{self.name}[{','.join(map(str, self._index(row, column)))}]"

    @property
    def _now(self) -> int:
        return self.view.update + self.view.updated

    def _index(self, row: int, column: int) -> tuple[int, ...]:
        place = max(0, column - self.frozen_columns)
        return (row, place) if self.view.params[self.name].ndim > 1 else (row,)

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of one row."""
        return [self._cell(row, column) for column in range(first, last)]

    def _cell(self, row: int, column: int) -> Cell:
        if column == 0:
            return Cell(self._rows[row], Role.TOKEN)
        if self.values is None:
            return NOTHING
        value = float(self.values[self._index(row, column)])
        return Cell(signed(value, room=NUMBER), heat=value / self._largest)

    @property
    def heats(self) -> tuple[Heat, ...]:
        """That of its numbers, once there are any."""
        return () if self.values is None else (Heat(Scale.SIGNED, self._largest, "all: "),)

    @property
    def _largest(self) -> float:
        return largest_of_all(self.view, self.way.measure)


@lru_cache(maxsize=1)
def largest_of_all(view: StepView, measure: str) -> float:
    """The largest finite size in all arrays, which has the full colour in each of them."""
    names = view.params.layout.shapes
    return max(_largest(measured(view, measure, name)) for name in names) or 1.0


def _largest(values: Values) -> float:
    if values is None or not np.size(values):
        return 0.0
    top = float(max(np.max(values), -np.min(values)))
    if not np.isfinite(top):
        sizes = np.abs(np.asarray(values))
        top = float(sizes[np.isfinite(sizes)].max(initial=0.0))
    return top


def tables(view: StepView, way: WeightsView) -> dict[str, MatrixTable]:
    """A table for each array of the parameters."""
    return {name: MatrixTable(view, name, way) for name in view.params.layout.shapes}
