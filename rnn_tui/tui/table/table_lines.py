"""A table drawn line by line, straight from its rows: its size costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual.geometry import Region, Size
from textual.reactive import reactive, var
from textual.strip import Strip

from rnn_tui.present.tables.cells import Column, Table
from rnn_tui.present.tables.legend import Heat, fitting, heats_of, room_for_scales
from rnn_tui.tui.table.heat_look import HeatLook
from rnn_tui.tui.table.legend_line import in_line
from rnn_tui.tui.table.table_layout import NO_COLUMNS, TableLayout
from rnn_tui.tui.table.table_painter import CSS, PARTS, TablePainter, TableStyles
from rnn_tui.tui.text import SPELLING
from rnn_tui.tui.widgets.lines_view import LinesView

if TYPE_CHECKING:
    from rnn_tui.present.notation import Speller


HALVES = 2  # a cell of the terminal is about twice as high as it is wide
TALL_TEXT = 3  # lines of a row that has neither heat nor bars: more would only be empty
MOST_STRETCHED = 3  # times as wide as it is high a number on heat is


class TableLines(LinesView[TableStyles]):
    """Draws a `Table`; asks it only for the cells that are on the screen.

    The header and the table's frozen columns stay in place. A subclass has `cursor`
    moved, and drawn while `_has_cursor`.
    """

    STAYING = 1  # the header
    MOST_TALL: ClassVar[int] = 9  # lines of a row, where it is to be read from afar

    COMPONENT_CLASSES: ClassVar[set[str]] = PARTS
    DEFAULT_CSS = CSS

    table: reactive[Table | None] = reactive(None, init=False, layout=False)
    cursor: var[tuple[int, int]] = var((0, 0), init=False)  # its row and column
    spoken: reactive[frozenset[tuple[int, int]]]  # cells that a lesson speaks of
    spoken = reactive(frozenset(), init=False, layout=False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._has_cursor = False
        self._is_large = False  # with wide columns and tall rows, to be read from afar
        self._fit = NO_COLUMNS
        self._fitted_to: tuple[Sequence[Column], int, int, Speller | None, int]
        self._fitted_to = ((), 0, 0, None, 0)
        self._painter: TablePainter | None = None  # only during a paint

    @property
    def frozen_columns(self) -> int:
        """How many columns stay in place."""
        return self.table.frozen_columns if self.table else 0

    # What is where

    @property
    def has_bars(self) -> bool:
        """Whether bars are drawn."""
        return self._fit.has_bars

    def enlarge(self, large: bool) -> None:
        """Spread the columns over all of the room, and rows over more lines; or as they were."""
        if large != self._is_large:
            self._is_large = large
            self._measure()
            self.refresh()

    def watch_show_vertical_scrollbar(self) -> None:
        """A scrollbar takes from what is left to the columns."""
        self._measure()

    def _measure(self) -> None:
        """Look at every column, only here, and only if they or their room are others."""
        columns = self.table.columns if self.table else ()
        room, spread = self.inside.width, self._spread
        speller = SPELLING.speller
        if self._fitted_to[0] is not columns or self._fitted_to[1:] != (
            self.frozen_columns, room, speller, spread
        ):  # fmt: skip
            self._fitted_to = columns, self.frozen_columns, room, speller, spread
            named = columns if keeps_names(self.table) else spelled(columns)
            if spread:
                room -= room_for_scales(self.table, room)  # beside the headings
            self._fit = TableLayout.fit(named, self.frozen_columns, room, spread=spread)
        rows = self.table.row_count if self.table else 0
        self.extend_to(Size(self._fit.width, rows * self._tall + self.STAYING))

    @property
    def _spread(self) -> int:
        """How wide a column may become: any width, or of heat one that keeps cells near square."""
        if not self._is_large:
            return 0
        return MOST_STRETCHED * HALVES * self._tall if self.heats else self.inside.width

    @property
    def _tall(self) -> int:
        """Lines of a row."""
        rows = self.table.row_count if self.table else 0
        if not self._is_large or not rows:
            return 1
        drawn = self.has_bars or hasattr(self.table, "heats")
        most = self.MOST_TALL if drawn else min(self.MOST_TALL, TALL_TEXT)
        return max(1, min(most, self.page // rows))

    def _line_of(self, row: int) -> Region:
        """Where a row is drawn."""
        y, tall = self.STAYING - self.scroll_offset.y, self._tall
        return Region(0, row * tall + y, self.size.width, tall)

    def _row_at(self, y: int) -> int:
        """Which row is drawn at a line below the header."""
        return (y - self.STAYING + self.scroll_offset.y) // self._tall

    def _cell_at(self, x: int, y: int) -> tuple[int, int] | None:
        """Beside the columns that may be chosen, the row in the cursor's column."""
        row = self._row_at(y)
        column = self._fit.column_at(x, self.scroll_offset.x)
        if self.table is None or y < self.STAYING or row >= self.table.row_count or column is None:
            return None  # the header, or empty space
        return row, column if column >= self._fit.first_choice else self.cursor[1]

    def _reveal(self, row: int, column: int | None = None) -> None:
        """Scroll so that a row, and a column if one is given, can be seen."""
        if not self.container_size:
            return  # the first resize sees to it
        x = self.scroll_offset.x
        if column is not None and column >= self._fit.frozen:
            # one cell less, which the mark of more columns may cover
            room = self.inside.width - self._fit.frozen_width - 1
            start = self._fit.offset(column)
            x = min(max(x, start + self._fit.widths[column] - max(1, room)), start)
        self.reveal(row * self._tall, self._tall, x=x)

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """One paint: what is in sight, and in which styles, is found out once for all lines."""
        self._painter = self._new_painter()
        try:
            return super().render_lines(crop)
        finally:
            self._painter = None

    def render_line(self, y: int) -> Strip:
        """The header, or a row."""
        painter = self._painter or self._new_painter()
        if painter is None:
            return Strip.blank(self._drawn_width, self.rich_style)
        strip = painter.line(y, self.scroll_offset.y)
        if y != self._legend_line:
            return strip
        return self._with_legend(strip, painter.look.base, 0 if y else self._fit.width)

    # What its colours mean

    @property
    def heats(self) -> tuple[Heat, ...]:
        """The scales of the numbers."""
        return heats_of(self.table)

    @property
    def _legend_line(self) -> int | None:
        """The line that has room for the legend: the header, or the last where it is empty."""
        if fitting(self.heats, self._drawn_width - self._fit.width):
            return 0
        last = self.size.height - 1
        is_empty = self.virtual_size.height <= last
        return last if is_empty and fitting(self.heats, self._drawn_width) else None

    def _with_legend(self, strip: Strip, base: Style, used: int) -> Strip:
        """A line with the legend at its end, as much of it as fits beside the cells `used`."""
        heats = fitting(self.heats, self._drawn_width - used)
        if not heats:
            return strip
        muted = base + Style(color=self.get_component_rich_style("table--muted").color)
        shown = Strip(in_line(HeatLook.of(self), muted, heats))
        rest = strip.crop(0, self._drawn_width - shown.cell_length - 1)
        return Strip.join([rest, shown, Strip.blank(1, base)])

    @property
    def _drawn_width(self) -> int:
        return self.inside.width or self.size.width

    def _new_painter(self) -> TablePainter | None:
        if self.table is None:
            return None
        self._look = self._look or TableStyles.of(self)
        cursor = self.cursor if self._has_cursor else None
        scroll, width = self.scroll_offset.x, self._drawn_width
        tall = self._tall
        return TablePainter(
            self.table, self._fit, self._look, cursor, scroll, width, tall, self.spoken
        )


def keeps_names(table: object) -> bool:
    """Whether a table shows code, whose names are its own in every notation."""
    return bool(getattr(table, "keeps_names", False))


def spelled(columns: Sequence[Column]) -> Sequence[Column]:
    """Columns with their headings in the notation of the screen, as wide as that needs."""
    if SPELLING.is_own:
        return columns
    shown = ((one, SPELLING.title_of(one), SPELLING.width_of(one)) for one in columns)
    return [replace(one, title=title, width=width) for one, title, width in shown]
