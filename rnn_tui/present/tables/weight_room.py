"""Which arrays of the parameters stand side by side, and how many lines they have for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rnn_tui.present.tables.weight_rows import rows_of_all
from rnn_tui.present.tables.weights import BORDER, MatrixTable

LEAST_PLANE = 8  # lines for the eigenvalues under the tables
AMPLE_PLANE, MOST_TALL = 20, 3  # of them before rows of the tables are so tall
LOW = 16  # rows of an array that has numbers where others beside it are pictures


def all_fit(
    found: dict[str, MatrixTable], width: int, height: int, plane: int = LEAST_PLANE
) -> bool:
    """Whether all tables can be shown side by side, with lines for the `plane` below."""
    lines, (table, *_) = 0, found.values()
    for names in rows_of_all(table.view.network):
        side = [found[name] for name in names]
        if sum(table.needs for table in side) > width:
            return False
        lines += max(table.row_count for table in side) + 1 + BORDER
    return lines + plane <= height


def lines_a_row(found: dict[str, MatrixTable], height: int) -> int:
    """How many lines a row of each table may have, so that these come before a great plane."""
    network = next(iter(found.values())).view.network
    rows = [max(found[name].row_count for name in names) for names in rows_of_all(network)]
    spare = height - AMPLE_PLANE - sum(rows) - len(rows) * (1 + BORDER)
    return max(1, min(MOST_TALL, 1 + spare // sum(rows)))


class Side(NamedTuple):
    """Arrays side by side: the lines of their row, and the cells of each, 0 of one left out."""

    lines: int
    cells: tuple[int, ...]


def shared(side: Sequence[MatrixTable], cells: Sequence[int], width: int) -> tuple[int, ...]:
    """Cells of arrays side by side that fill the width: pictures have what numbers don't need."""
    pictures = [place for place, table in enumerate(side) if cells[place] < table.needs]
    takers, left = pictures or range(len(side)), max(0, width - sum(cells))
    whole = sum(cells[place] for place in takers)
    given, left_over = list(cells), left
    for place in takers:
        more = left_over if place == takers[-1] else left * cells[place] // whole
        given[place] += more
        left_over -= more
    return tuple(given)


def rows_shown(
    found: dict[str, MatrixTable], chosen: str, width: int, height: int, *,
    pictured: bool, plane: int = LEAST_PLANE,
) -> dict[int, Side]:  # fmt: skip
    """Where not all fit, rows whose arrays stand side by side, by their place.

    That of the `chosen` array, those behind it and those before it, as many as leave lines for the
    `plane` of the eigenvalues; numbers, or if `pictured` pictures where these have no room. Without
    room for what stands beside it the chosen one is alone in its row, and so are its like in the
    others; none are shown if it has no room for its numbers.
    """
    rows = rows_of_all(next(iter(found.values())).view.network)
    most = height - plane
    sides = [_side([found[name] for name in names], (width, most), pictured) for names in rows]
    first = last = next(place for place, names in enumerate(rows) if chosen in names)
    if not sides[first].lines:
        place = rows[first].index(chosen)
        sides = [
            side if side.lines else _alone([found[name] for name in names], place, width)
            for side, names in zip(sides, rows, strict=True)
        ]
        if not 0 < sides[first].lines <= most:
            return {}
    left = most - sides[first].lines
    while last + 1 < len(rows) and 0 < sides[last + 1].lines <= left:
        last += 1
        left -= sides[last].lines
    while first > 0 and 0 < sides[first - 1].lines <= left:
        first -= 1
        left -= sides[first].lines
    return {place: sides[place] for place in range(first, last + 1)}


def whole_rows(found: dict[str, MatrixTable], width: int, tall: int) -> dict[int, Side]:
    """All rows by their place, where all fit, each row of a table `tall` lines high."""
    made = {}
    for place, names in enumerate(rows_of_all(next(iter(found.values())).view.network)):
        side = [found[name] for name in names]
        lines = max(table.row_count for table in side) * tall + 1 + BORDER
        made[place] = Side(lines, shared(side, [table.needs for table in side], width))
    return made


def _alone(side: Sequence[MatrixTable], place: int, width: int) -> Side:
    """The array at a place of its row as numbers in all of the width; no lines without room."""
    place = min(place, len(side) - 1)
    if side[place].needs > width:
        return Side(0, ())
    cells = tuple(width if other == place else 0 for other in range(len(side)))
    return Side(side[place].row_count + 1 + BORDER, cells)


def _side(side: Sequence[MatrixTable], room: tuple[int, int], pictured: bool) -> Side:
    """Arrays as numbers, of low ones as many as have room, or as pictures; no lines without any."""
    rows, (width, most) = max(table.row_count for table in side), room
    cells = [table.needs for table in side]
    is_low = rows + 1 + BORDER <= most
    if sum(cells) <= width and (is_low or not pictured):
        return Side(min(rows + 1 + BORDER, most), shared(side, cells, width))
    cells = [table.pictured_needs for table in side]
    if not pictured or sum(cells) > width:
        return Side(0, ())
    if rows > LOW or not is_low:
        return Side(min(-(-rows // 2) + 1 + BORDER, most), shared(side, cells, width))
    for place in sorted(range(len(side)), key=lambda place: side[place].needs):
        if sum(cells) - cells[place] + side[place].needs <= width:
            cells[place] = side[place].needs
    return Side(rows + 1 + BORDER, shared(side, cells, width))
