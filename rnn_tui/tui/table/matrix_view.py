"""A table of an array, which is a picture where there is no room for its numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip

from rnn_tui.arrays import Floats
from rnn_tui.present.contexts.tables import UnitsTable
from rnn_tui.present.tables.weights import MatrixTable
from rnn_tui.tui.palette import heat
from rnn_tui.tui.table.fitting import fitted
from rnn_tui.tui.table.heat_look import HeatLook
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.text import SPELLING

Array = MatrixTable | UnitsTable  # tables whose `values` can be a picture

UPPER, LOWER = "▀", "▄"
CURSOR = "▴", "▾"  # on the upper and on the lower half of a cell
HALVES = 2  # of a cell of the terminal: each is about a square
MOST = 3  # times as wide as it is high, or as high as it is wide, a number may be
AROUND = 3  # cells: what frozen columns and marks need at least


class Grid(NamedTuple):
    """How an array is laid out on squares: `block` numbers a side in one, or one on several.

    These are `side` squares high and `across` wide. Of the numbers in a block the one that is
    farthest from 0 is shown.
    """

    rows: int
    columns: int
    block: int
    side: int
    across: int

    @classmethod
    def of(cls, shape: tuple[int, int], width: int, height: int) -> Grid:
        """All columns in `width` squares; rows, too, if one number can have several of them.

        A number is a square, and wider or higher where columns or lines are left over.
        """
        rows, columns = shape
        block = max(1, -(-columns // max(1, width)))
        if block > 1:
            return cls(rows, columns, block, 1, 1)
        across, side = width // columns, max(1, HALVES * height // rows)
        square = min(across, side)
        return cls(rows, columns, block, min(side, MOST * square), min(across, MOST * square))

    @property
    def lines(self) -> int:
        """Lines of the terminal that it takes."""
        squares = -(-self.rows // self.block) * self.side
        return -(-squares // HALVES)

    def place(self, x: int, y: int) -> tuple[int, int] | None:
        """The row and column that a square is of; None beside the array."""
        row, column = y // self.side * self.block, x // self.across * self.block
        return (row, column) if row < self.rows and column < self.columns else None

    def square(self, row: int, column: int) -> tuple[int, int]:
        """The first square of a number, as x and y."""
        return column // self.block * self.across, row // self.block * self.side


class MatrixView(TableView):
    """Shows an array's table as numbers where they fit, else as squares of heat in half blocks.

    Then the number under the cursor stands above the picture. All else is as in a table: the
    cursor, a click, what is asked about and what can be changed.
    """

    MOST_TALL = 16  # of heat, a few rows of which are to fill a screen
    wants_picture = True

    _blocks: tuple[Array, Grid, Floats] | None = None  # what each shows, and of what

    @property
    def is_picture(self) -> bool:
        """Whether there is less room than the numbers need, and a picture is wanted."""
        table = self.table
        if not (self.wants_picture and isinstance(table, Array)) or table.values is None:
            return False
        width, height = self.container_size
        return self._fit.width > width or table.row_count > max(1, height - self.STAYING)

    @property
    def grid(self) -> Grid:
        """The squares for the size as it is."""
        assert isinstance(self.table, Array)
        width, height = self.container_size
        return Grid.of(self.table.shape, max(1, width - AROUND), max(1, height - self.STAYING))

    def turn(self, picture: bool) -> None:
        """Want pictures, or numbers always."""
        self.wants_picture = picture
        self._measure()
        self._reveal(*self.cursor)
        self.refresh()

    def extend_to(self, size: Size) -> None:
        """Be as large as all columns and lines; a picture is as wide as there is room."""
        if self.is_picture:
            width = max(1, self.container_size.width - AROUND)  # however wide a scrollbar is
            size = Size(width, self.grid.lines + self.STAYING)
        super().extend_to(size)

    def _line_of(self, row: int) -> Region:
        """In a picture the header is another, too, and a paint of all costs no more."""
        return self.size.region if self.is_picture else super()._line_of(row)

    def _reveal(self, row: int, column: int | None = None) -> None:
        if not self.is_picture:
            super()._reveal(row, column)
        elif self.container_size:
            _, y = self.grid.square(row, 0)
            self.reveal(y // HALVES)

    def _cell_at(self, x: int, y: int) -> tuple[int, int] | None:
        if not self.is_picture:
            return super()._cell_at(x, y)
        line = y - self.STAYING
        upper = (line + self.scroll_offset.y) * HALVES
        place = self.grid.place(x - 1, upper) if line >= 0 and x > 0 else None
        return self._strongest(*place) if place else None

    def _strongest(self, row: int, column: int) -> tuple[int, int]:
        """The place of the number that a block shows, as the table counts columns."""
        block = self.grid.block
        part = np.abs(self._numbers[row : row + block, column : column + block])
        down, right = np.unravel_index(int(part.argmax()), part.shape)
        return row + int(down), column + int(right) + self.frozen_columns

    def action_cursor(self, rows: int, columns: int) -> None:
        """Move the cursor, in a picture from block to block."""
        step = self.grid.block if self.is_picture else 1
        super().action_cursor(rows * step, columns * step)

    def go_to(self, row: int, column: int) -> None:
        """Move the cursor to a cell, however far away."""
        super().action_cursor(row - self.cursor_row, column - self.cursor_column)

    # Drawing

    @property
    def _numbers(self) -> Floats:
        assert isinstance(self.table, Array)
        numbers: Floats = np.nan_to_num(np.asarray(self.table.values)).reshape(self.table.shape)
        return numbers

    def _heats(self) -> Floats:
        """What each block shows, against the largest number: in -1…1."""
        assert isinstance(self.table, Array)
        grid, numbers = self.grid, self._numbers
        if self._blocks is None or self._blocks[0] is not self.table or self._blocks[1] != grid:
            rows, columns = (np.arange(0, size, grid.block) for size in (grid.rows, grid.columns))
            most = np.maximum.reduceat(np.maximum.reduceat(numbers, rows), columns, axis=1)
            least = np.minimum.reduceat(np.minimum.reduceat(numbers, rows), columns, axis=1)
            shown = np.where(most >= -least, most, least) / self.table.heats[0].most
            self._blocks = self.table, grid, shown
        return self._blocks[2]

    def render_line(self, y: int) -> Strip:
        """The number under the cursor, or two squares in each cell."""
        if not self.is_picture:
            return super().render_line(y)
        width, base = self._drawn_width, self.rich_style
        if y == 0:
            style = self.get_component_rich_style("table--header")
            named = f" {self._named}"
            strip = Strip([Segment(fitted(named, width, "left"), style)])
            return self._with_legend(strip, base, cell_len(named))
        upper = (y - self.STAYING + self.scroll_offset.y) * HALVES
        cells = [Segment(" ", base), *self._squares(upper)]
        return Strip(cells).adjust_cell_length(width, base).simplify()

    @property
    def _named(self) -> str:
        """The number under the cursor with its name."""
        assert isinstance(self.table, Array)
        row, column = self.cursor_row, max(self.cursor_column, self.frozen_columns)
        if isinstance(self.table, UnitsTable):
            return SPELLING.of(self.table.named(row, column))
        (cell,) = self.table.cells(row, column, column + 1)
        return f"{SPELLING.of(self.table.ref(row, column))} = {cell.text}"

    def _squares(self, upper: int) -> list[Segment]:
        """A line of cells, each with a square at `upper` and the one below it."""
        grid, look, heats = self.grid, HeatLook.of(self), self._heats()
        at = grid.square(self.cursor_row, max(0, self.cursor_column - self.frozen_columns))
        marked = self._has_cursor and at[1] // HALVES * HALVES == upper
        made = []
        for x in range(heats.shape[1] * grid.across):
            above, below = (_color(look, heats, grid, x, upper + half) for half in range(HALVES))
            if marked and x == at[0]:
                ink = Style(color=look.foreground.rich_color, bgcolor=above, bold=True)
                made.append(Segment(CURSOR[at[1] - upper], ink))
            else:
                made.append(_two_squares(above, below))
        return made


def _two_squares(above: Color | None, below: Color | None) -> Segment:
    """A cell with a square in each half; the terminal's own background is no ink to draw with."""
    if above is None or not above.is_default:
        return Segment(UPPER, Style(color=above, bgcolor=below))
    return Segment(" " if below == above else LOWER, Style(color=below))


def _color(look: HeatLook, heats: Floats, grid: Grid, x: int, y: int) -> Color | None:
    """The colour of a square; that of the pane below the array."""
    if y // grid.side >= heats.shape[0]:
        return look.background.rich_color
    style = heat(float(heats[y // grid.side, x // grid.across]), look.background, look.foreground,
                 look.ansi)  # fmt: skip
    return style.bgcolor or style.color or look.background.rich_color
