"""Where the points of a curve are: given one by one, or evenly along a run of any length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from rnn_tui.arrays import Bools, Floats, Ints
from rnn_tui.present.charts.scale import AxisScale
from rnn_tui.session.runs.series import Extents, Series

FEW = 4096  # points of which each is looked at


class Binned(NamedTuple):
    """A curve thinned out to dot columns: where, from least to most, the mean; (n,) each.

    `joined` (n - 1,) says whether a line may be drawn from one to the next, `thinned`
    whether points share a column.
    """

    column: Ints
    least: Floats
    most: Floats
    mean: Floats
    joined: Bools
    thinned: bool = False


class ChartAxis(NamedTuple):
    """The x axis: from `first` to `last` over dot columns 0 … `across`."""

    first: float
    last: float
    across: int

    def columns(self, x: Floats) -> Floats:
        """Dot columns, not rounded."""
        span = max(self.last - self.first, 1e-9)
        return (x - self.first) / span * self.across


class Points(Protocol):
    """Points of a curve, x ascending; those whose y is not finite are left out of pictures."""

    @property
    def x(self) -> Floats:
        """All x, (n,)."""

    @property
    def y(self) -> Floats:
        """All y, (n,)."""

    def __len__(self) -> int: ...

    def at(self, x: float) -> float:
        """The y of the point nearest to x; NaN where there is none."""

    def ends(self) -> tuple[float, float]:
        """The first x and the last; there is a point."""

    def newest(self) -> float:
        """The last y; NaN where there is none."""

    def first_lost(self) -> tuple[float, bool] | None:
        """The x of the first that is not finite, and whether all after it are not either."""

    def range(self, first: float, last: float, log: bool = False) -> Floats:
        """The least and the most y between two x and next to them, above 0 only if `log`."""

    def binned(self, axis: ChartAxis, scale: AxisScale) -> Binned:
        """Places on the scale, at most one for each column of the axis."""


@dataclass(frozen=True, eq=False)
class Given:
    """Points anywhere: `x` (n,) ascending, `y` (n,)."""

    x: Floats
    y: Floats

    def __len__(self) -> int:
        return len(self.x)

    def at(self, x: float) -> float:
        """That of the nearest point, the one before if two are as near."""
        if not len(self.x):
            return float("nan")
        after = min(int(np.searchsorted(self.x, x)), len(self.x) - 1)
        before = max(0, after - 1)
        nearest = before if x - self.x[before] <= self.x[after] - x else after
        return float(self.y[nearest])

    def ends(self) -> tuple[float, float]:
        """The first and the last."""
        return float(self.x[0]), float(self.x[-1])

    def newest(self) -> float:
        """The last."""
        return float(self.y[-1]) if len(self.y) else float("nan")

    def first_lost(self) -> tuple[float, bool] | None:
        """Found by looking at all of them."""
        lost = np.flatnonzero(~np.isfinite(self.y))
        return (float(self.x[lost[0]]), len(lost) == len(self.y) - lost[0]) if len(lost) else None

    def range(self, first: float, last: float, log: bool = False) -> Floats:
        """Found by looking at all of them."""
        start, end = np.searchsorted(self.x, [first, last])
        y = self.y[max(0, int(start) - 1) : int(end) + 1]
        y = y[np.isfinite(y) & ((y > 0) | (not log))]
        return np.array([y.min(), y.max()]) if len(y) else np.empty(0)

    def binned(self, axis: ChartAxis, scale: AxisScale) -> Binned:
        """Point by point; what is outside the scale is left out."""
        shares = scale.places(self.y)
        shares = np.where((shares > -0.02) & (shares < 1.02), shares, np.nan)
        bins = binned(axis.columns(self.x), shares, axis.across + 1)
        return bins._replace(thinned=len(bins.column) < 0.9 * np.isfinite(shares).sum())


@dataclass(frozen=True, eq=False)
class Even:
    """A point for each of a `series` from place `first` on; place k has x = k + `offset`.

    What it comes to in the columns of a picture is asked of the series, in as many
    steps as there are columns, unless there are few points.
    """

    series: Series
    offset: float = 0.0
    first: int = 0

    @property
    def x(self) -> Floats:
        """All of them, made anew."""
        return _even(self.first, max(self.first, len(self.series)), self.offset)

    @property
    def y(self) -> Floats:
        """All of them."""
        return self.series.read(self.first)

    def __len__(self) -> int:
        return max(0, len(self.series) - self.first)

    def is_same(self, other: Even) -> bool:
        """Whether these are the same points of the same curve."""
        placed = (self.offset, self.first) == (other.offset, other.first)
        return placed and self.series.is_same(other.series)

    def at(self, x: float) -> float:
        """That of the nearest point, the one before if two are as near."""
        if not len(self):
            return float("nan")
        nearest = int(np.ceil(min(max(x - self.offset, -1.0), float(len(self.series))) - 0.5))
        return self.series[min(max(nearest, self.first), len(self.series) - 1)]

    def ends(self) -> tuple[float, float]:
        """The first and the last."""
        return self.first + self.offset, len(self.series) - 1 + self.offset

    def newest(self) -> float:
        """The last."""
        return self.series[-1] if len(self) else float("nan")

    def first_lost(self) -> tuple[float, bool] | None:
        """Found by halving."""
        if not len(self) or (place := self.series.first_lost(self.first)) is None:
            return None
        after = self._over(np.array([place]), np.array([len(self.series)]), log=False)
        return place + self.offset, not after.number[0]

    def range(self, first: float, last: float, log: bool = False) -> Floats:
        """Asked of the series as one stretch."""
        start, end = self._between(first, last)
        found = self._over(np.array([start]), np.array([end]), log)
        return np.array([found.least[0], found.most[0]]) if found.number[0] else np.empty(0)

    def binned(self, axis: ChartAxis, scale: AxisScale) -> Binned:
        """Column by column; all values have to be on the scale."""
        start, end = self._between(axis.first, axis.last)
        if end - start <= FEW:
            x = _even(start, end, self.offset)
            return Given(x, self.series.read(start, end)).binned(axis, scale)
        column = np.arange(axis.across + 1)
        edges = self._edges(axis, np.arange(axis.across + 2), start, end)
        found = self._over(edges[:-1], edges[1:], scale.log)
        kept = found.number > 0
        mean = 10.0**found.mean if scale.log else found.mean
        least, most, means = (scale.places(one[kept]) for one in (found.least, found.most, mean))
        bins = Binned(column[kept], least, most, means, self._joined(edges, kept, scale))
        return bins._replace(thinned=len(bins.column) < 0.9 * found.number.sum())

    def _over(self, first: Ints, end: Ints, log: bool) -> Extents:
        return self.series.over(first, end, log)

    def _between(self, first: float, last: float) -> tuple[int, int]:
        """The places between two x and next to them, as a stretch."""
        start = np.ceil(first - self.offset) - 1
        end = np.ceil(last - self.offset) + 1
        low, high = self.first, max(self.first, len(self.series))
        return int(np.clip(start, low, high)), int(np.clip(end, low, high))

    def _edges(self, axis: ChartAxis, columns: Ints, start: int, end: int) -> Ints:
        """For each column the first place, from start to end, that is drawn in it or after it."""
        if not axis.across:
            return np.where(columns > 0, end, start)
        span = max(axis.last - axis.first, 1e-9)
        near = (columns - 0.5) * span / axis.across + axis.first - self.offset
        near = np.clip(np.floor(near), start - 2, end + 2).astype(np.int64)
        about = near[:, None] + np.arange(-2, 3)
        before = np.rint(axis.columns(about + self.offset)) < columns[:, None]
        edges: Ints = np.clip(near - 2 + before.sum(axis=1), start, end)
        return edges

    def _joined(self, edges: Ints, kept: Bools, scale: AxisScale) -> Bools:
        """Whether the last point of a column and the first of the next stand side by side."""
        first, end = edges[:-1][kept], edges[1:][kept]
        sides = np.stack([end[:-1] - 1, first[1:]], axis=1)
        whole = self._over(sides.ravel(), sides.ravel() + 1, scale.log).number.reshape(-1, 2)
        joined: Bools = (end[:-1] == first[1:]) & (whole > 0).all(axis=1)
        return joined


def _even(start: int, end: int, offset: float) -> Floats:
    return np.arange(start, end, dtype=np.float64) + offset


def binned(x: Floats, y: Floats, columns: int) -> Binned:
    """Points with x in 0 … columns - 1, ascending, at most one for each column.

    Extremes are kept, so that a spike of one point does not vanish. A point whose y
    is NaN is left out, and no line crosses its place.
    """
    nearest = np.rint(x)
    kept = np.flatnonzero(np.isfinite(y) & (nearest >= 0) & (nearest < columns))
    where, values = nearest[kept].astype(np.int64), y[kept]
    if not len(kept):
        nothing = np.empty(0)
        return Binned(where, nothing, nothing, nothing, nothing.astype(bool))
    starts = np.flatnonzero(np.diff(where, prepend=-1))
    counts = np.diff(starts, append=len(where))
    ends = starts + counts - 1
    return Binned(
        where[starts],
        np.minimum.reduceat(values, starts),
        np.maximum.reduceat(values, starts),
        np.add.reduceat(values, starts) / counts,
        np.diff(kept)[ends[:-1]] == 1,
    )
