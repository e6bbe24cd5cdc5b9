"""One experiment under many settings, from several random starts each, held side by side."""

from rnn_tui.comparing.axes import Axis, axis_of
from rnn_tui.comparing.grid import Grid, GridCell, Length, Setting, grid_of
from rnn_tui.comparing.measuring import RunOutcome
from rnn_tui.comparing.running import GridProgress, compare
from rnn_tui.comparing.spread import Band, Comparison, Row, Spread
from rnn_tui.comparing.store import Store
from rnn_tui.processes import MOST_PROCESSES, WAITING

__all__ = [
    "MOST_PROCESSES",
    "WAITING",
    "Axis",
    "Band",
    "Comparison",
    "Grid",
    "GridCell",
    "GridProgress",
    "Length",
    "Row",
    "RunOutcome",
    "Setting",
    "Spread",
    "Store",
    "axis_of",
    "compare",
    "grid_of",
]
