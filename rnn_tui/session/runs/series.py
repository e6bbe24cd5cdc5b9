"""A curve of any length, seen from afar: what stretches of it come to, without reading them.

Over a growing curve stands a pyramid: of every 16 points, and of 32, 64, … of them,
the least, the most, the mean and how many count. They are made as the curve grows, and
a stretch is put together of a few of them. W stretches of n points together take
O(W log n) numbers, however long the curve is. A number of a curve has 8 bytes, the
pyramid over it 4 more, and as many again for a logarithmic scale once that was asked for.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Bools, Floats, Ints, frozen

BLOCK = 16  # points of a stone in the lowest level


class Extents(NamedTuple):
    """What stretches of points come to, each (n,), of the points that count.

    Those are the finite ones; on a logarithmic scale the ones above 0, of which `mean`
    is the logarithm's to base 10. Where none counts, `least` is inf and `most` -inf.
    """

    least: Floats
    most: Floats
    mean: Floats
    number: Floats

    @classmethod
    def of(cls, values: Floats, log: bool, among: object = True) -> Extents:
        """Of each row of `values` (n, m), as far as it is `among` those meant."""
        with np.errstate(invalid="ignore", divide="ignore"):
            counts = np.isfinite(values) & (values > 0 if log else True) & np.asarray(among)
            number = counts.sum(axis=1).astype(np.float64)
            scaled = np.log10(np.where(counts, values, 1.0)) if log else values
            shares = np.where(counts, scaled, 0.0) / np.maximum(number, 1.0)[:, None]
        return cls(
            np.where(counts, values, np.inf).min(axis=1, initial=np.inf),
            np.where(counts, values, -np.inf).max(axis=1, initial=-np.inf),
            shares.sum(axis=1),
            number,
        )

    def joined(self, other: Extents) -> Extents:
        """Of these and other points together; no sum of large numbers overflows."""
        number = self.number + other.number
        share = self.number / np.maximum(number, 1.0)
        return Extents(
            np.minimum(self.least, other.least),
            np.maximum(self.most, other.most),
            self.mean * share + other.mean * np.where(number > 0, 1 - share, 0.0),
            number,
        )


class _Pyramid:
    """The stones over a growing curve, a level above the other, in arrays with room to grow."""

    def __init__(self, log: bool) -> None:
        self.log = log
        self.levels: list[Floats] = []  # (4, capacity): the columns of Extents
        self._counts: list[int] = []

    def copy(self, points: int) -> _Pyramid:
        """The stones of the first points at most, shared until there are more."""
        other = _Pyramid(self.log)
        for level, (stones, count) in enumerate(zip(self.levels, self._counts, strict=True)):
            kept = min(count, points // (BLOCK << level))
            other.levels.append(stones[:, :kept])
            other._counts.append(kept)
        return other

    def extend(self, values: Floats) -> None:
        """Add the stones that are whole by now."""
        done, whole = self._count(0), len(values) // BLOCK
        if whole <= done:
            return
        below = Extents.of(values[done * BLOCK : whole * BLOCK].reshape(-1, BLOCK), self.log)
        self._add(0, whole, below)
        level = 1
        while (whole := whole // 2) > (done := self._count(level)):
            pairs = self.levels[level - 1][:, 2 * done : 2 * whole]
            self._add(level, whole, Extents(*pairs[:, ::2]).joined(Extents(*pairs[:, 1::2])))
            level += 1

    def _count(self, level: int) -> int:
        return self._counts[level] if level < len(self._counts) else 0

    def _add(self, level: int, count: int, stones: Extents) -> None:
        if level == len(self.levels):
            self.levels.append(np.empty((len(Extents._fields), 16)))
            self._counts.append(0)
        done, made = self._counts[level], self.levels[level]
        if count > made.shape[1]:
            roomier = np.empty((len(made), 2 * count))
            roomier[:, :done] = made[:, :done]
            self.levels[level] = made = roomier  # what was handed out keeps the old one
        made[:, done:count] = np.stack(stones)
        self._counts[level] = count


class Growth:
    """What a growing curve was summed up to so far. Any thread may ask."""

    def __init__(self) -> None:
        self._pyramids: dict[bool, _Pyramid] = {}
        self._lock = threading.Lock()

    def copy(self, points: int) -> Growth:
        """That of a curve with the same first points, which goes on in its own way."""
        other = Growth()
        with self._lock:
            other._pyramids = {log: one.copy(points) for log, one in self._pyramids.items()}
        return other

    def levels(self, values: Floats, log: bool) -> list[Floats]:
        """The stones of at least these points, the first of the curve."""
        with self._lock:
            pyramid = self._pyramids.setdefault(log, _Pyramid(log))
            pyramid.extend(values)
            return list(pyramid.levels)

    @property
    def nbytes(self) -> int:
        """Bytes held by all stones."""
        return sum(level.nbytes for one in self._pyramids.values() for level in one.levels)


@dataclass(frozen=True, eq=False)
class Series:
    """The first points of a growing curve, `stored` (n,), and after them `today` if there is one.

    Without a `growth` the curve is one that does not grow.
    """

    stored: Floats
    growth: Growth = field(default_factory=Growth)
    today: float | None = None

    def __len__(self) -> int:
        return len(self.stored) + (self.today is not None)

    def __getitem__(self, place: int) -> float:
        place += len(self) if place < 0 else 0
        if not 0 <= place < len(self):
            raise IndexError(place)
        return float(self._points(np.array(place)))

    def until(self, count: int, today: float | None = None) -> Series:
        """The first `count` points at most, and after them another one if it is given."""
        return replace(self, stored=self.stored[:count], today=today)

    def is_same(self, other: Series) -> bool:
        """Whether this is the same part of the same curve."""
        grown = self.growth is other.growth and len(self.stored) == len(other.stored)
        return grown and repr(self.today) == repr(other.today)  # NaN is the same as NaN

    def read(self, first: int = 0, end: int | None = None) -> Floats:
        """All points from `first` up to `end`, read-only; no more than the whole curve."""
        end = len(self) if end is None else min(end, len(self))
        if end <= len(self.stored):
            return self.stored[first:end]
        return frozen(self._points(np.arange(min(first, end), end)))

    def whole(self, log: bool = False) -> Extents:
        """What all of it comes to, arrays (1,)."""
        return self.over(np.array([0]), np.array([len(self)]), log)

    def total(self) -> int:
        """The sum of counts."""
        whole = self.whole()
        return round(float(whole.mean[0] * whole.number[0]))

    def over(self, first: Ints, end: Ints, log: bool = False) -> Extents:
        """What the stretches from `first` (n,) up to `end` (n,) come to; they may be empty."""
        levels = self.growth.levels(self.stored, log)
        left = -(-first // BLOCK)
        right = np.maximum(left, np.minimum(end, len(self.stored)) // BLOCK)
        inside = left < right
        found = self._raw(first, np.where(inside, left * BLOCK, end), log)
        found = found.joined(self._raw(np.where(inside, right * BLOCK, end), end, log))
        for stones in levels:
            if not (left < right).any():
                break
            odd = (left < right) & (left % 2 == 1)
            found = _put(found, odd, self._stones(stones, left[odd]))
            left = left + odd
            odd = (left < right) & (right % 2 == 1)
            right = right - odd
            found = _put(found, odd, self._stones(stones, right[odd]))
            left, right = left // 2, right // 2
        return found

    def first_lost(self, first: int = 0) -> int | None:
        """The first point, from `first` on, that is not finite; None where all are."""
        end = len(self)
        while end - first > 1:
            middle = (first + end) // 2
            lost = self._lost(first, middle)
            first, end = (first, middle) if lost else (middle, end)
        return first if end > first and self._lost(first, end) else None

    def _lost(self, first: int, end: int) -> bool:
        return bool(self.over(np.array([first]), np.array([end])).number[0] < end - first)

    def _raw(self, first: Ints, end: Ints, log: bool) -> Extents:
        """Of short stretches, from their points."""
        longest = int((end - first).max(initial=0))
        places = first[:, None] + np.arange(longest)
        among = places < end[:, None]
        return Extents.of(self._points(np.where(among, places, 0)), log, among)

    def _points(self, places: Ints) -> Floats:
        """Single points; 0 where there is not one at all."""
        last = len(self.stored) - 1
        known = self.stored if last >= 0 else np.zeros(1)
        values: Floats = known[np.clip(places, 0, max(last, 0))]
        return values if self.today is None else np.where(places > last, self.today, values)

    def _stones(self, level: Floats, places: Ints) -> Extents:
        return Extents(*level[:, places])


def _put(found: Extents, chosen: Bools, more: Extents) -> Extents:
    """The extents with those of some stretches joined to more."""
    if not chosen.any():
        return found
    joined = Extents(*(part[chosen] for part in found)).joined(more)
    for part, new in zip(found, joined, strict=True):
        part[chosen] = new
    return found
