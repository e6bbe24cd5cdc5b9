"""Bars of eighths of a cell, as characters."""

from __future__ import annotations

EIGHTHS = " ▁▂▃▄▅▆▇█"


def filled(level: int, row: int) -> int:
    """The eighths that a bar of `level` eighths fills in row 0, 1, … from where it stands."""
    return min(8, max(0, level - 8 * row))


def block(level: int, row: int) -> str:
    """That cell."""
    return EIGHTHS[filled(level, row)]
