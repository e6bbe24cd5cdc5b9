"""The recurrent cells, one file each: their parameters, states and the lines of both passes."""

from __future__ import annotations

from functools import lru_cache

from rnn_tui.equations.cells import gru, gru_before, lstm, vanilla
from rnn_tui.equations.cells.cell import Cell

__all__ = ["ALSO", "CELLS", "Cell", "cell_of"]

CELLS: dict[str, Cell] = {
    "rnn": Cell.of("rnn", vanilla),
    "lstm": Cell.of("lstm", lstm),
    "gru": Cell.of("gru", gru),
}
ALSO = {"vanilla": "rnn"}  # what cells are called besides
# By the name of the cell, and what model.gru_reset and model.update_gate say.
VARIANTS: dict[tuple[str, str, str], Cell] = {
    ("gru", "after", "keeps"): CELLS["gru"],
    ("gru", "after", "replaces"): gru.replacing_cell(CELLS["gru"], gru),
    ("gru", "before", "keeps"): Cell.of("gru", gru_before),
    ("gru", "before", "replaces"): gru.replacing_cell(Cell.of("gru", gru_before), gru_before),
}


def cell_of(
    name: str, gru_reset: str = "after", update_gate: str = "keeps", biases: str = "one"
) -> Cell:
    """The cell of this name, in the variant that is asked for where it has any."""
    cell = VARIANTS.get((name, gru_reset, update_gate), CELLS[name])
    return _with_two_biases(cell) if biases == "two" else cell


@lru_cache(maxsize=16)
def _with_two_biases(cell: Cell) -> Cell:
    return cell.with_two_biases()
