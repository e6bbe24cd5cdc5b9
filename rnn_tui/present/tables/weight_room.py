"""Which arrays of the parameters stand side by side, and how many lines they have for it."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.present.tables.weight_rows import rows_of_all
from rnn_tui.present.tables.weights import BORDER, MatrixTable

LEAST_PLANE = 8  # lines for the eigenvalues under the tables
AMPLE_PLANE, MOST_TALL = 20, 3  # of them before rows of the tables are so tall


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


def rows_shown(
    found: dict[str, MatrixTable], chosen: str, width: int, height: int, *, pictured: bool
) -> dict[int, int]:
    """Where not all fit, rows whose arrays stand side by side, by their place: the lines of each.

    That of the `chosen` array, those behind it and those before it, as many as leave room for the
    eigenvalues; numbers, or if `pictured` pictures where these have no room. None if the chosen one
    has no room for what stands beside it.
    """
    rows = rows_of_all(next(iter(found.values())).view.network)
    lines = [_lines_of([found[name] for name in names], width, pictured) for names in rows]
    first = last = next(place for place, names in enumerate(rows) if chosen in names)
    if not lines[first]:
        return {}
    left = height - LEAST_PLANE - lines[first]
    while last + 1 < len(rows) and 0 < lines[last + 1] <= left:
        last += 1
        left -= lines[last]
    while first > 0 and 0 < lines[first - 1] <= left:
        first -= 1
        left -= lines[first]
    return {place: lines[place] for place in range(first, last + 1)}


def _lines_of(side: Sequence[MatrixTable], width: int, pictured: bool) -> int:
    """Lines of arrays side by side, as numbers or as pictures; 0 without room for them."""
    rows = max(table.row_count for table in side)
    if sum(table.needs for table in side) <= width:
        return rows + 1 + BORDER
    if pictured and sum(table.pictured_needs for table in side) <= width:
        return -(-rows // 2) + 1 + BORDER
    return 0
