"""Which arrays of the parameters stand side by side, and how many lines they have for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rnn_tui.present.tables.weight_rows import rows_of_all
from rnn_tui.present.tables.weights import BORDER, MatrixTable

LEAST_PLANE = 8  # lines for the eigenvalues under the tables
AMPLE_PLANE, MOST_TALL = 20, 3  # of them before rows of the tables are so tall
LOW = 16  # rows of an array that has numbers where others beside it are pictures


def all_fit(found: dict[str, MatrixTable], width: int, height: int) -> bool:
    """Whether all tables can be shown side by side, with room for the eigenvalues below."""
    lines, (table, *_) = 0, found.values()
    for names in rows_of_all(table.view.network):
        side = [found[name] for name in names]
        if sum(table.needs for table in side) > width:
            return False
        lines += max(table.row_count for table in side) + 1 + BORDER
    return lines + LEAST_PLANE <= height


def lines_a_row(found: dict[str, MatrixTable], height: int) -> int:
    """How many lines a row of each table may have, so that these come before a great plane."""
    network = next(iter(found.values())).view.network
    rows = [max(found[name].row_count for name in names) for names in rows_of_all(network)]
    spare = height - AMPLE_PLANE - sum(rows) - len(rows) * (1 + BORDER)
    return max(1, min(MOST_TALL, 1 + spare // sum(rows)))


class Side(NamedTuple):
    """Arrays side by side: the lines of their row, and the cells of each."""

    lines: int
    cells: tuple[int, ...]


def rows_shown(
    found: dict[str, MatrixTable], chosen: str, width: int, height: int, *, pictured: bool
) -> dict[int, Side]:
    """Where not all fit, rows whose arrays stand side by side, by their place.

    That of the `chosen` array, those behind it and those before it, as many as leave room for the
    eigenvalues; numbers, or if `pictured` pictures where these have no room. None if the chosen one
    has no room for what stands beside it.
    """
    rows = rows_of_all(next(iter(found.values())).view.network)
    most = height - LEAST_PLANE
    sides = [_side([found[name] for name in names], (width, most), pictured) for names in rows]
    first = last = next(place for place, names in enumerate(rows) if chosen in names)
    if not sides[first].lines:
        return {}
    left = most - sides[first].lines
    while last + 1 < len(rows) and 0 < sides[last + 1].lines <= left:
        last += 1
        left -= sides[last].lines
    while first > 0 and 0 < sides[first - 1].lines <= left:
        first -= 1
        left -= sides[first].lines
    return {place: sides[place] for place in range(first, last + 1)}


def _side(side: Sequence[MatrixTable], room: tuple[int, int], pictured: bool) -> Side:
    """Arrays as numbers, of low ones as many as have room, or as pictures; no lines without any."""
    rows, (width, most) = max(table.row_count for table in side), room
    cells = [table.needs for table in side]
    is_low = rows + 1 + BORDER <= most
    if sum(cells) <= width and (is_low or not pictured):
        return Side(min(rows + 1 + BORDER, most), tuple(cells))
    cells = [table.pictured_needs for table in side]
    if not pictured or sum(cells) > width:
        return Side(0, ())
    if rows > LOW or not is_low:
        return Side(min(-(-rows // 2) + 1 + BORDER, most), tuple(cells))
    for place in sorted(range(len(side)), key=lambda place: side[place].needs):
        if sum(cells) - cells[place] + side[place].needs <= width:
            cells[place] = side[place].needs
    return Side(rows + 1 + BORDER, tuple(cells))
