"""A legend in the colours of the widget that it belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.content import Content
from textual.style import Style as TextStyle

from rnn_tui.present.tables.cells import Cell
from rnn_tui.present.tables.legend import Heat, legend
from rnn_tui.tui.table.heat_look import HeatLook
from rnn_tui.tui.text import MUTED

SHORT = 3  # cells from 0 to an end, on a border


def in_line(look: HeatLook, muted: Style, heats: Sequence[Heat]) -> list[Segment]:
    """A legend as a piece of a line; nothing where heat can't be seen."""
    if look.colourless and look.ansi:
        return []
    return [Segment(cell.text, _style(look, muted, cell)) for cell in legend(heats)]


def _style(look: HeatLook, muted: Style, cell: Cell) -> Style:
    if cell.heat is None:
        return muted
    return look.shade(cell.heat, cell.scale)


def on_border(look: HeatLook, heats: Sequence[Heat]) -> Content:
    """A legend for a border."""
    if look.colourless and look.ansi:
        return Content("")
    pieces = []
    for cell in legend(heats, SHORT):
        if cell.heat is None:
            pieces.append(Content.styled(cell.text, MUTED))
        else:
            ground = look.shade(cell.heat, cell.scale).bgcolor
            style = TextStyle(background=Color.from_rich_color(ground)) if ground else ""
            pieces.append(Content.styled(cell.text, style))
    return Content("").join(pieces)
