"""Bars that stand on a line of text where a unit is positive, and hang from it where negative."""

from __future__ import annotations

import math
from typing import NamedTuple

from rnn_tui.present.charts.eighths import EIGHTHS, filled


class Block(NamedTuple):
    """One cell of a bar. A `hanging` one is to be drawn with its two colours exchanged."""

    text: str
    hanging: bool = False


EMPTY = Block(" ")


def standing(share: float, row: int, rows: int) -> Block:
    """The cell of a bar in row 0, 1, … above the text, of a value of −1 to 1."""
    return Block(EIGHTHS[_eighths(share, row, rows)])


def hanging(share: float, row: int, rows: int) -> Block:
    """The cell of a bar in row 0, 1, … below the text.

    There are no blocks that hang, so it is the rest that is drawn, in exchanged colours.
    """
    part = _eighths(-share, row, rows)
    return Block(EIGHTHS[8 - part], True) if 0 < part < 8 else Block(EIGHTHS[part])


def _eighths(share: float, row: int, rows: int) -> int:
    if math.isnan(share):
        return 0
    whole = round(8 * rows * max(0.0, min(1.0, share)))
    return filled(whole, row)
