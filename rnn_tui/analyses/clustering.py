"""Clusters of points, joined two by two: average linkage.

The two nearest clusters become one until one is left. Distances to the joined one are the
update of Lance and Williams (1967) for the group average of Sokal and Michener (1958):

    d(i ∪ j, k) = (n_i d(i, k) + n_j d(j, k)) / (n_i + n_j)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tui.arrays import Floats


@dataclass(frozen=True)
class Join:
    """Two clusters become one; points are 0 … N−1, the k-th join is cluster N + k."""

    left: int
    right: int
    distance: float


@dataclass(frozen=True, eq=False)
class Tree:
    """`joins` (N − 1) of N points, in their order; distances never fall."""

    count: int
    joins: tuple[Join, ...]

    @cached_property
    def members(self) -> tuple[tuple[int, ...], ...]:
        """The points of every cluster, in the order in which they are drawn."""
        found: list[tuple[int, ...]] = [(point,) for point in range(self.count)]
        for join in self.joins:
            found.append(found[join.left] + found[join.right])
        return tuple(found)

    @property
    def order(self) -> tuple[int, ...]:
        """All points, such that no lines of a drawn tree cross."""
        return self.members[-1]


def distances(points: Floats) -> Floats:
    """Euclidean distances (N, N) between points (N, H)."""
    apart: Floats = np.linalg.norm(points[:, None] - points[None], axis=2)
    return apart


def cluster(apart: Floats) -> Tree:
    """The tree of points whose distances are (N, N), N ≥ 1; of equal pairs the first is joined."""
    count = len(apart)
    near = apart.astype(np.float64)
    np.fill_diagonal(near, np.inf)
    sizes, names = np.ones(count), list(range(count))
    joins = []
    for made in range(count, 2 * count - 1):
        i, j = sorted(divmod(int(near.argmin()), count))
        joins.append(Join(names[i], names[j], float(near[i, j])))
        merged = (sizes[i] * near[i] + sizes[j] * near[j]) / (sizes[i] + sizes[j])
        near[i], near[:, i] = merged, merged
        near[i, i] = near[j] = near[:, j] = np.inf
        sizes[i], names[i] = sizes[i] + sizes[j], made
    return Tree(count, tuple(joins))
