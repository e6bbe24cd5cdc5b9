"""A legend in the colours of the widget that it belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style

from rnn_tui.present.tables.cells import Cell
from rnn_tui.present.tables.legend import Heat, legend
from rnn_tui.tui.table.heat_look import HeatLook


def in_line(look: HeatLook, muted: Style, heats: Sequence[Heat]) -> list[Segment]:
    """A legend as a piece of a line; nothing where heat can't be seen."""
    if look.colourless and look.ansi:
        return []
    return [Segment(cell.text, _style(look, muted, cell)) for cell in legend(heats)]


def _style(look: HeatLook, muted: Style, cell: Cell) -> Style:
    if cell.heat is None:
        return muted
    return look.shade(cell.heat, cell.scale)
