"""How the lines of a table are drawn, from its cells, its layout and its styles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget

from rnn_tui.present.tables.cells import Cell, Role, Scale, Table
from rnn_tui.tui.palette import heat
from rnn_tui.tui.table.fitting import bar, fitted
from rnn_tui.tui.table.table_layout import GUTTER, TableLayout
from rnn_tui.tui.table.two_sided import one_sided, two_sided
from rnn_tui.tui.text import SPELLING

BARS = (Role.BAR, Role.POSITIVE, Role.NEGATIVE, Role.GRADIENT)
PARTS = {
    "table--header", "table--cursor", "table--choice", "table--current", "table--spoken",
    *(f"table--{role}" for role in Role),
    *(f"table--bar-{role}" for role in BARS),
}  # fmt: skip
HIDDEN = "\0"  # in place of what the edge of the pane would cut
CSS = """
TableLines {
    scrollbar-size: 1 1;
    background: $surface;
    color: $foreground;
    & > .table--header { color: $muted; text-style: bold; }
    & > .table--current { background: $current; text-style: bold; }
    & > .table--spoken { color: $text-accent; text-style: bold underline; }
    & > .table--cursor {
        background: $number-cursor-background;
        color: $number-cursor-foreground;
        text-style: bold;
    }
    & > .table--choice {
        background: $block-cursor-background;
        color: $block-cursor-foreground;
        text-style: bold;
    }
    &:nocolor > .table--cursor, &:nocolor > .table--choice { text-style: bold reverse; }
    & > .table--muted { color: $muted; }
    & > .table--empty { color: $empty; }
    & > .table--token { text-style: bold; }
    & > .table--good { color: $text-success; }
    & > .table--bad { color: $text-error; }
    & > .table--warn { color: $text-warning; }
    & > .table--accent { color: $text-accent; }
    & > .table--strong { text-style: bold; }
    & > .table--bar-bar { color: $bar; }
    & > .table--bar-positive { color: $positive-bar; }
    & > .table--bar-negative { color: $negative-bar; }
    & > .table--bar-gradient { color: $gradient-bar; }
    & > .table--positive { color: $positive; }
    & > .table--negative { color: $negative; }
    & > .table--gradient { color: $gradient; }
    & > .table--gate { color: $gate; }
    & > .table--done { color: $done; }
    & > .table--struck { color: $muted; }
}
"""


@dataclass(frozen=True, eq=False)
class TableStyles:
    """The styles of a table; those of the roles are laid over the row's."""

    base: Style
    current: Style
    header: Style
    cursor: Style  # on a number that has no colours of its own
    choice: Style  # on a row
    spoken: Style  # laid over that of a number which a lesson speaks of
    roles: Mapping[str, Style]
    bars: Mapping[str, Style]
    background: Color
    foreground: Color
    ansi: bool
    colourless: bool

    @classmethod
    def of(cls, widget: Widget) -> TableStyles:
        """The styles that the stylesheets give to a widget with these `PARTS`."""
        return cls(
            base=widget.rich_style,
            current=widget.get_component_rich_style("table--current"),
            header=widget.get_component_rich_style("table--header"),
            cursor=widget.get_component_rich_style("table--cursor"),
            choice=widget.get_component_rich_style("table--choice"),
            spoken=_weight(widget.get_component_rich_style("table--spoken")),
            roles=Overlays(widget, "table--"),
            bars=Overlays(widget, "table--bar-"),
            background=widget.background_colors[1],
            foreground=widget.styles.color,
            ansi=widget.app.native_ansi_color,
            colourless=widget.app.no_color,
        )

    def style(self, cell: Cell, row: Style) -> Style:
        """The style of a cell in a row of this style.

        A number keeps its own weight, and takes the row's colours where it has none:
        as NaN, or as background where only the terminal's own colours may be used.
        """
        if cell.heat is None:
            return row + (self.roles if cell.bar is None else self.bars)[cell.role]
        shade = heat(cell.heat, self.background, self.foreground, self.ansi, cell.scale)
        return shade if shade.bgcolor else Style.from_color(row.color, row.bgcolor) + shade

    def on_number(self, value: float | None, scale: Scale) -> Style:
        """The cursor on a number: its colours the other way round, so that its sign can be seen.

        No colour that has a meaning is the cursor's own.
        """
        if value is None or self.ansi or self.colourless:
            return self.cursor
        shade = heat(value, self.background, self.foreground, scale=scale)
        return Style(color=shade.bgcolor, bgcolor=shade.color, bold=True) if shade else self.cursor


def _weight(style: Style) -> Style:
    """How a style writes, without its colours: those of heat stay."""
    return Style(bold=style.bold, underline=style.underline, reverse=style.reverse)


class Overlays(dict[str, Style]):
    """The styles of roles without their background, each looked up when it is first drawn."""

    def __init__(self, widget: Widget, prefix: str) -> None:
        super().__init__({Role.TEXT: Style.null()})
        self.widget = widget
        self.prefix = prefix

    def __missing__(self, role: str) -> Style:
        style = self.widget.get_component_rich_style(self.prefix + role)
        self[role] = Style(color=style.color, bold=style.bold)
        return self[role]


@dataclass(frozen=True, eq=False)
class TablePainter:
    """Draws a table as it stands in one paint, `width` cells wide, its rows `tall` lines each.

    `scroll` is how far it has been scrolled sideways; `cursor` is a row and a
    column, or None while the keys go elsewhere. The cells `spoken` are those that a lesson
    speaks of, each a row and a column.
    """

    table: Table
    layout: TableLayout
    look: TableStyles
    cursor: tuple[int, int] | None
    scroll: int
    width: int
    tall: int = 1
    spoken: frozenset[tuple[int, int]] = frozenset()

    def line(self, y: int, top: int) -> Strip:
        """The header for 0, then the rows from `top` on, then nothing."""
        if y == 0:
            return self._header()
        row, part = divmod(top + y - 1, self.tall)
        if row >= self.table.row_count:
            return self.blank
        return self._row(row, part)

    @cached_property
    def blank(self) -> Strip:
        """A line below the last row."""
        return Strip.blank(self.width, self.look.base)

    @cached_property
    def _room(self) -> int:
        """What the frozen columns leave to those that scroll."""
        return self.width - self.layout.frozen_width

    @cached_property
    def _frozen(self) -> range:
        return range(self.layout.frozen)

    @cached_property
    def _in_sight(self) -> range:
        return self.layout.in_sight(self.scroll, self._room)

    @cached_property
    def _keeps_names(self) -> bool:
        """Whether the table shows code, whose names are its own in every notation."""
        return getattr(self.table, "keeps_names", False)

    def _header(self) -> Strip:
        style = self.look.header
        frozen = [Segment(" " * GUTTER, style), *self._titles(self._frozen)]
        strip = self._joined(frozen, self._titles(self._in_sight), style)
        return self._edges(strip)

    def _titles(self, columns: range) -> list[Segment]:
        return [
            Segment(self._fitted(title, c) + self._gap(c), self.look.header)
            for c in columns
            for title in (self._whole(self.layout.columns[c].title, c).replace(HIDDEN, ""),)
        ]

    def _edges(self, strip: Strip) -> Strip:
        """Marks in the header where there are more columns to either side."""
        if self._room <= 0:
            return strip
        if self.scroll + self._room < self.layout.scrolling_width:
            strip = self._marked(strip, self.width - 1, "›")
        if self.scroll > 0:
            strip = self._marked(strip, self.layout.frozen_width - 1, "‹")
        return strip

    def _marked(self, strip: Strip, place: int, mark: str) -> Strip:
        before, after = strip.crop(0, place), strip.crop(place + 1, self.width)
        return Strip.join([before, Strip([Segment(mark, self.look.header)]), after])

    def _row(self, row: int, part: int) -> Strip:
        """A line of a row: that in the middle has the texts, all have colours.

        The last has no bars, where there are several, so that these stay apart.
        """
        current = row == self.table.current_row
        style = self.look.current if current else self.look.base
        named = part == (self.tall - 1) // 2
        barred = self.tall == 1 or part < self.tall - 1
        mark = Segment("▸ " if current and named else " " * GUTTER, style)
        frozen = [mark, *self._cells(row, self._frozen, style, named, barred)]
        cells = self._cells(row, self._in_sight, style, named, barred)
        return self._joined(frozen, cells, style)

    def _cells(
        self, row: int, columns: range, style: Style, named: bool, barred: bool
    ) -> list[Segment]:
        segments = []
        cells = self.table.cells(row, columns.start, columns.stop)
        for c, cell in zip(columns, cells, strict=True):
            chosen = self._chosen(row, c)
            if cell.two_sided and cell.bar is not None and not chosen:
                axis = self.look.roles[Role.MUTED]
                width = self.layout.widths[c]
                segments += two_sided(cell.bar, width, style, self.look.bars, axis)
                segments.append(Segment(self._gap(c), style))
                continue
            if cell.bar is None:
                shown = cell.text if self._keeps_names else SPELLING.text_of(cell)
                text = self._whole(shown, c) if named else ""
            else:
                drawn = one_sided if cell.two_sided else bar
                text = drawn(cell.bar, self.layout.widths[c]) if barred else ""
            cell_style = self.look.style(cell, style)
            if chosen and self.table.by_row:
                cell_style = self.look.choice
            elif chosen and (named or cell.heat is None or not cell_style.bgcolor):
                cell_style = self.look.on_number(cell.heat, cell.scale)
            if (row, c) in self.spoken:
                cell_style += self.look.spoken
            fitted, gap = self._fitted(text.replace(HIDDEN, ""), c), self._gap(c)
            if text == HIDDEN:
                segments += [Segment(fitted + gap, style)]
            elif cell.picture and text and not chosen:
                apart = style + self.look.roles[Role.GATE]
                segments += [Segment(fitted[:-1], cell_style), Segment(fitted[-1] + gap, apart)]
            else:
                segments += [Segment(fitted, cell_style), Segment(gap, style)]
        return segments

    def _whole(self, text: str, column: int) -> str:
        """Nothing of a number that the edge of the pane would cut: 7.2e−11 is not 7.2e−1.

        Where there is room for no other column, an ellipsis.
        """
        if column < self.layout.frozen or self.layout.columns[column].align != "right":
            return text
        width = self.layout.widths[column]
        first = self.scroll - self.layout.offset(column)  # cells of it that are out of sight
        beyond = width - first - self._room
        if (first <= width - len(text) and beyond <= 0) or len(text) < 2:
            return text
        return HIDDEN if len(self._in_sight) > 1 else "…" + " " * max(0, min(beyond, width - 1))

    def _chosen(self, row: int, column: int) -> bool:
        if self.cursor is None or row != self.cursor[0]:
            return False
        return self.table.by_row or column == self.cursor[1]

    def _gap(self, column: int) -> str:
        return " " * self.layout.columns[column].gap

    def _fitted(self, text: str, column: int) -> str:
        return fitted(text, self.layout.widths[column], self.layout.columns[column].align)

    def _joined(self, frozen: list[Segment], scrolling: list[Segment], style: Style) -> Strip:
        """Frozen columns, then what is in sight of the rest."""
        strip = Strip(frozen)
        if scrolling:
            hidden = self.scroll - self.layout.offset(self._in_sight.start)
            strip = Strip.join([strip, Strip(scrolling).crop(hidden, hidden + self._room)])
        return strip.adjust_cell_length(self.width, style).simplify()
