"""The recurrent cells, one file each: their parameters, states and the lines of both passes."""

from __future__ import annotations

from rnn_tui.engine.cells import vanilla
from rnn_tui.engine.cells.cell import Cell

__all__ = ["CELLS", "Cell"]

CELLS: dict[str, Cell] = {"rnn": Cell.of("rnn", vanilla)}
