"""The recurrent cells, one file each: their parameters, states and the lines of both passes."""

from __future__ import annotations

from rnn_tui.equations.cells import gru, lstm, vanilla
from rnn_tui.equations.cells.cell import Cell

__all__ = ["CELLS", "Cell"]

CELLS: dict[str, Cell] = {
    "rnn": Cell.of("rnn", vanilla),
    "lstm": Cell.of("lstm", lstm),
    "gru": Cell.of("gru", gru),
}
