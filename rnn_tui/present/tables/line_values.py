"""The numbers of a line of the code: what it reads, what it makes, and that at every timestep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from rnn_tui.characters import cell_width
from rnn_tui.present.digits import short, signed, signed_width, size, size_width
from rnn_tui.present.tables.cells import NOTHING, Cell, Column, Role
from rnn_tui.present.tables.tables import first_state
from rnn_tui.present.tokens import read_text, read_width
from rnn_tui.session.why.line_now import LineNow
from rnn_tui.session.why.updates.update_variables import weights_into
from rnn_tui.session.why.variables import Variable

MOST_ROWS = 3  # of a matrix that is shown whole
MOST_TOKEN = 12
NUMBER, NORM = signed_width(), size_width()  # cells of a column of such numbers


class Entry(NamedTuple):
    """A row above the timesteps: a variable, or one row of a matrix."""

    variable: Variable
    row: int | None
    is_first: bool
    is_result: bool

    @property
    def name(self) -> str:
        """`dh`, `W_hhᵀ[0]`, `→ delta`."""
        turned = "ᵀ" if self.variable.turned else ""
        place = "" if self.row is None else f"[{self.row}]"
        return f"{'→ ' if self.is_result else ''}{self.variable.name}{turned}{place}"

    @property
    def shape(self) -> str:
        """`(3,2)`, beside the first row of a variable; nothing of a single number."""
        sizes = self.variable.shape if self.is_first else ()
        return f"({','.join(map(str, sizes))}{',' * (len(sizes) == 1)})" if sizes else ""


@dataclass(frozen=True, eq=False)
class LineValues:
    """A row a variable, then a row a timestep; a column a number.

    A matrix is shown `whole` where it is small, else by the row of the unit that is looked at. Of
    an update's vectors the numbers of the weights into that unit are shown.
    """

    line: LineNow
    whole: bool = True

    frozen_columns = 3
    by_row = False
    keeps_names = True

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """What stands above the timesteps: operands, then the result."""
        found: list[Entry] = []
        for variable in self.line.operands:
            found += self._rows(variable)
        if self.line.result is not None:
            found += self._rows(self.line.result, is_result=True)
        return tuple(found)

    def _rows(self, variable: Variable, *, is_result: bool = False) -> Iterator[Entry]:
        if variable.chosen is None:
            yield Entry(variable, None, True, is_result)
            return
        small = self.whole and variable.shape[0] <= MOST_ROWS
        for place in range(variable.shape[0]) if small else (variable.chosen,):
            first = not small or place == 0
            yield Entry(variable, place, first, is_result and first)

    @property
    def frozen_rows(self) -> int:
        """How many rows stay in place while the timesteps scroll."""
        return len(self.entries)

    @property
    def row_count(self) -> int:
        """The variables, and the timesteps at which the line runs."""
        return len(self.entries) + len(self.line.times)

    @cached_property
    def current_row(self) -> int | None:
        """The timestep that the numbers above are of."""
        t = self.line.t
        if t is None or not self.line.times:
            return None
        return len(self.entries) + self.line.times.index(t)

    # Columns

    @cached_property
    def columns(self) -> Sequence[Column]:
        """Name, shape and length, then the numbers; above them which timestep they are of."""
        line, t = self.line, self.line.t
        head = "update" if t is None else f"t={t}"
        beside = "" if t is None else read_text(line.view, t)
        names = [head, *(one.name for one in self.entries), *map(self._name, line.times[-1:])]
        shapes = ["(9)", *(one.shape for one in self.entries)]
        longest = read_width(line.view.experiment, line.view.current) + len("→ ") * line.sends
        token = max(cell_width(beside), longest if line.times else 0)
        widths = max(map(len, names)), max(min(MOST_TOKEN, token), *map(len, shapes))
        return _columns(head, beside, widths, self._titles)

    @cached_property
    def _titles(self) -> tuple[str, ...]:
        """Of the numbers: their places, or the weights that they belong to."""
        if any(one.variable.of_weights for one in self.entries):
            return tuple(address for address, _ in self._weights)
        shapes = [one.variable.shape for one in self.entries]
        shapes += [self.line.at(t).shape for t in self.line.times[:1]]
        return _numbered(max((shape[-1] for shape in shapes if shape), default=1))

    @cached_property
    def _weights(self) -> tuple[tuple[str, int], ...]:
        return weights_into(self.line.view, self.line.unit)

    # Cells

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of one row."""
        numbers = range(max(first, self.frozen_columns), last)
        return [*self._head(row)[first:last], *(self._cell(row, column) for column in numbers)]

    def _head(self, row: int) -> list[Cell]:
        variable, _ = self._at(row)
        norm = variable.norm
        length = NOTHING if norm is None else Cell(size(norm, room=NORM), Role.MUTED)
        length = length if variable.shape else Cell("")
        if row < self.frozen_rows:
            one = self.entries[row]
            name = Cell(one.name, Role.ACCENT if one.is_result else Role.STRONG)
            return [name, Cell(one.shape, Role.MUTED), length if one.is_first else Cell("")]
        t = self._timestep(row)
        return [Cell(self._name(t), Role.MUTED), Cell(self._whose(t), Role.TOKEN), length]

    def _whose(self, t: int) -> str:
        """The token whose numbers those of a timestep are: who gets a gradient that is sent."""
        view = self.line.view
        if not self.line.sends:
            return read_text(view, t)
        return f"→ {read_text(view, t - 1) if t else first_state(view)}"

    def _timestep(self, row: int) -> int:
        return self.line.times[row - self.frozen_rows]

    def _name(self, t: int) -> str:
        """What a timestep's row is called: with a plus where it adds to the sum above.

        Of a matrix with the row that is shown.
        """
        result = self.line.result
        several = result is not None and len(result.shape) > 1 and result.shape[0] > 1
        row = f" [{result.chosen}]" if several and result is not None else ""
        return f"{'+ ' if self.line.adds else ''}t={t}{row}"

    def _cell(self, row: int, column: int) -> Cell:
        variable, index = self._place(row, column)
        if index is None:
            return Cell("")
        number = variable.number(*index)
        if number is None:
            return NOTHING
        role = Role.STRONG if row < self.frozen_rows and self.entries[row].is_result else Role.TEXT
        value = float(number.value)
        return Cell(signed(value, room=NUMBER) if variable.shape else short(value), role)

    # What is where

    def _at(self, row: int) -> tuple[Variable, int | None]:
        """The variable of a row and, of a matrix, which row of it is shown."""
        if row < self.frozen_rows:
            return self.entries[row].variable, self.entries[row].row
        t = self._timestep(row)
        if t not in self._made:
            variable = self.line.at(t)
            self._made[t] = variable, variable.chosen
        return self._made[t]

    @cached_property
    def _made(self) -> dict[int, tuple[Variable, int | None]]:
        """What the line made, of those timesteps that were drawn."""
        return {}

    def _place(self, row: int, column: int) -> tuple[Variable, tuple[int, ...] | None]:
        """Which number stands in a cell; no index where there is none."""
        variable, place = self._at(row)
        j = max(0, column - self.frozen_columns)
        if not variable.shape:
            return variable, () if j == 0 else None
        if variable.of_weights:
            return variable, (self._weights[j][1],)
        if j >= variable.shape[-1]:
            return variable, None
        return variable, (j,) if place is None else (place, j)

    def ref(self, row: int, column: int) -> str:
        """The address of a number; of what a timestep adds, that of the sum."""
        variable, index = self._place(row, column)
        number = None if index is None else variable.number(*index)
        if number is None or index is None:
            return ""
        if row < self.frozen_rows or not self.line.adds:
            return number.ref
        if len(index) < len(self.entries[-1].variable.shape):  # to the row of the token there
            index = int(self.line.view.current.ids[self._timestep(row)]), *index
        return f"{variable.name}[{','.join(map(str, index))}]"


@lru_cache(maxsize=64)
def _columns(
    head: str, beside: str, widths: tuple[int, int], titles: tuple[str, ...]
) -> tuple[Column, ...]:
    """The same ones as long as they are, so that they need not be measured again."""
    numbers = (Column(title, max(NUMBER, len(title))) for title in titles)
    name, shape = widths
    return (
        Column(head, name, "left"), Column(beside, shape, "left"), Column("‖·‖", NORM), *numbers
    )  # fmt: skip


@lru_cache(maxsize=32)
def _numbered(count: int) -> tuple[str, ...]:
    return tuple(f"[{j}]" for j in range(count))
