"""A tree of clusters as lines: leaves at the left, joined the farther right the less alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnn_tui.analyses.clustering import Tree

UP, RIGHT, DOWN, LEFT = 1, 2, 4, 8
_LINES = " ╵╶└╷│┌├╴┘─┴┐┤┬┼"  # by the sum of the directions in which a line leaves


def dendrogram(tree: Tree, width: int) -> list[str]:
    """A line for each point, in the tree's order; columns are distances, 0 at the left."""
    grid = np.zeros((tree.count, max(2, width)), np.int64)
    farthest = max((join.distance for join in tree.joins), default=1.0) or 1.0
    row = {point: place for place, point in enumerate(tree.order)}
    column = dict.fromkeys(range(tree.count), 0)
    for made, join in enumerate(tree.joins, start=tree.count):
        at = max(1, round(join.distance / farthest * (grid.shape[1] - 1)))
        at = max(at, column[join.left], column[join.right])
        first, last = sorted((row[join.left], row[join.right]))
        for child in (join.left, join.right):
            _across(grid, row[child], column[child], at)
        grid[first:last, at] |= DOWN
        grid[first + 1 : last + 1, at] |= UP
        row[made], column[made] = (first + last) // 2, at
    return ["".join(_LINES[cell] for cell in line).rstrip() for line in grid.tolist()]


def _across(
    grid: np.ndarray[tuple[int, int], np.dtype[np.int64]], row: int, start: int, end: int
) -> None:
    grid[row, start:end] |= RIGHT
    grid[row, start + 1 : end + 1] |= LEFT


def ruler(farthest: float, width: int, name: str) -> Sequence[str]:
    """The axis of distances under a tree, and its numbers."""
    end = f"{farthest:.2f}"
    return "└" + "─" * (width - 2) + "┘", "0" + name.center(max(0, width - 1 - len(end))) + end
