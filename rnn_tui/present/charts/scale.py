"""Where values stand on an axis, and which of them are written beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.numerals import MINUS

ROUND_ENDS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0, 10.0)
EVEN_STEPS = (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)  # the best first
TRIED = 3  # numbers of rows between two ticks, the largest first
LEAST_SPAN = 1e-9  # of the size of its values; an axis with less would show rounding errors
SHORTEST = 1e-290  # axis: a tenth of a shorter one may be no number any more
LARGEST = float(np.finfo(np.float64).max)


def round_ticks(last: int, most: int) -> list[int]:
    """Multiples of 1, 2 or 5 times a power of ten from 0 to `last`, about `most` of them."""
    step = round_step(last / max(1, most))
    return list(range(0, last + 1, max(1, round(step))))


def round_step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not below `least`."""
    return _round_up(least, (1.0, 2.0, 5.0, 10.0))


def round_end(x: float) -> float:
    """A round number a little above `x`, so that an axis need not change with every point."""
    return _round_up(x, ROUND_ENDS)


def _round_up(x: float, leading: Sequence[float]) -> float:
    if not 1e-300 < x < 1e300:
        return max(x, 0.0)
    power = 10.0 ** math.floor(math.log10(x))
    least = x / power * (1 - 1e-12)
    return _exact(next((digits for digits in leading if digits >= least), 10.0) * power)


@dataclass(frozen=True)
class AxisScale:
    """An axis from `low` to `high`, both finite, low < high; above 0 where it is logarithmic."""

    low: float
    high: float
    log: bool = False

    @classmethod
    def fit(
        cls, values: Iterable[Floats], *, from_zero: bool = True, log: bool = False
    ) -> AxisScale:
        """An axis for all that can stand on it."""
        kept = [v[np.isfinite(v) & (v > 0)] if log else v[np.isfinite(v)] for v in values]
        kept = [v for v in kept if len(v)]
        if not kept:
            return cls(0.1, 1.0, log) if log else cls(0.0, 1.0)
        low, high = float(min(v.min() for v in kept)), float(max(v.max() for v in kept))
        return cls._decades(low, high) if log else cls._linear(low, high, from_zero)

    @classmethod
    def _linear(cls, low: float, high: float, from_zero: bool) -> AxisScale:
        if from_zero and low >= 0:
            return cls(0.0, round_end(max(high, SHORTEST)) if high else 1.0)
        if high - low <= max(LEAST_SPAN * max(abs(low), abs(high)), SHORTEST):
            margin = max(0.1 * abs(high), SHORTEST) if high else 1.0
            return cls(max(low - margin, -LARGEST), min(high + margin, LARGEST))
        if high / 2 - low / 2 > 1e300:
            return cls(low, high)
        step = round_step((high - low) / 10)
        return cls(_exact(math.floor(low / step) * step), _exact(math.ceil(high / step) * step))

    @classmethod
    def _decades(cls, low: float, high: float) -> AxisScale:
        if high / low < 1.5:
            low, high = low / 1.5, min(high * 1.5, LARGEST)
        below = 10.0 ** math.floor(math.log10(low)) if low > 1e-300 else low
        starts = [digits * below for digits in ROUND_ENDS if digits * below <= low]
        return cls(max(starts, default=low), round_end(high), True)

    def places(self, values: Floats) -> Floats:
        """The share of the axis at which each stands; NaN where it has no place."""
        with np.errstate(all="ignore"):
            if self.log:
                logs = np.log10(np.where(values > 0, values, np.nan))
                start, end = math.log10(self.low), math.log10(self.high)
                shares = (logs - start) / (end - start)
            else:  # halves, as the span of huge numbers overflows
                shares = (values / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return np.where(np.isfinite(shares), shares, np.nan)

    def ticks(self, most: int) -> list[float]:
        """At most about `most` round values on the axis, ascending."""
        if self.log:
            return self._log_ticks(most)
        half = self.high / 2 - self.low / 2
        if half > 1e299:
            return [self.low, self.high]
        step = self._even_step(most) or round_step(2 * half / max(1, most - 1))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [_exact(k * step) for k in range(first, last + 1)]

    def on_rows(self, rows: int, most: int) -> tuple[AxisScale, list[float]]:
        """A somewhat longer axis, and at most about `most` round values on it, in equal steps.

        Its ends stand in the middles of the lowest and the highest of so many rows, and so do the
        values in the middles of theirs: a value can be read off at its number. A logarithmic axis
        stays as it is.
        """
        if self.log or rows < 2 or self.high / 2 - self.low / 2 > 1e290:
            return self, self.ticks(most)
        found = [one for step in self._steps() if (one := self._on_rows(step, rows - 1, most))]
        if not found:
            return self, self.ticks(most)

        def cost(one: tuple[AxisScale, list[float]]) -> float:
            """How much longer it is; something for few values, steps of 4, an end without one."""
            scale, ticks = one
            longer = (scale.high - scale.low) / (self.high - self.low)
            is_four = _leading(ticks[1] - ticks[0]) == 4.0
            return longer + 1 / len(ticks) + 0.1 * is_four + 0.2 * (self.high not in ticks)

        return min(found, key=cost)

    def _steps(self) -> Iterator[float]:
        power = 10.0 ** math.floor(math.log10(self.high - self.low))
        for size in (power / 10, power, 10 * power):
            yield from (digits * size for digits in (1.0, 2.0, 2.5, 4.0, 5.0))

    def _on_rows(self, step: float, gaps: int, most: int) -> tuple[AxisScale, list[float]] | None:
        """With ticks at all multiples of `step`, so many whole rows apart; None if none fit."""
        widest = min(gaps, int(gaps * step / (self.high - self.low) + 1e-9))
        for apart in range(widest, max(0, widest - TRIED), -1):
            row = step / apart
            first = math.floor(self.low / row + 1e-9)
            last = first + gaps
            places = [k for k in range(first, last + 1) if k % apart == 0]
            if last * row > self.high - 1e-9 * step and 2 <= len(places) <= max(2, most):
                ends = _exact(first * row), _exact(last * row)
                return AxisScale(*ends), [_exact(k // apart * step) for k in places]
        return None

    def _even_step(self, most: int) -> float:
        """A round step that leads from one end right to the other; 0 if none does."""
        for steps, fewest in zip(EVEN_STEPS, (2, 1), strict=True):
            for count in range(most - 1, fewest - 1, -1):
                step = (self.high - self.low) / count
                start = self.low / step
                if _leading(step) in steps and abs(start - round(start)) < 1e-6:
                    return step
        return 0.0

    def _log_ticks(self, most: int) -> list[float]:
        first = math.floor(math.log10(self.low) + 1e-9)
        last = math.ceil(math.log10(self.high) - 1e-9)
        for digits in ((1, 2, 5), (1, 3), (1,)):
            ticks = [d * 10.0**k for k in range(first, min(last, 308) + 1) for d in digits]
            end = min(self.high * (1 + 1e-9), LARGEST)
            ticks = [v for v in ticks if self.low * (1 - 1e-9) <= v <= end]
            if len(ticks) <= most:
                return ticks
        return ticks[:: math.ceil(len(ticks) / max(1, most))]


def tick_labels(ticks: Sequence[float], percent: bool = False) -> list[str]:
    """All with as many decimals as are needed to tell them apart."""
    if percent:
        return [f"{100 * v:.0f}%" for v in ticks]
    largest = max((abs(v) for v in ticks), default=0.0)
    least = min((abs(v) for v in ticks if v), default=1.0)
    if largest >= 1e5 or (largest and least < 1e-4):
        return [_power(v) for v in ticks]
    decimals = max((_decimals(v) for v in ticks), default=0)
    if largest / least > 50:  # a logarithmic axis: each with what it needs
        return [f"{v:.{_decimals(v)}f}".replace("-", MINUS) for v in ticks]
    return [f"{v:.{decimals}f}".replace("-", MINUS) for v in ticks]


def _exact(x: float) -> float:
    """0.3 for 0.30000000000000004."""
    return float(f"{x:.12g}")


def _leading(x: float) -> float:
    """The number between 1 and 10 that x is a power of ten times of."""
    return float(f"{x:.6e}".split("e", maxsplit=1)[0])


def _decimals(v: float) -> int:
    """How many decimals a round number has."""
    text = f"{v:.10f}".rstrip("0")
    return len(text) - text.index(".") - 1


def _power(v: float) -> str:
    if v == 0:
        return "0"
    mantissa, exponent = f"{v:.1e}".split("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}".replace("-", MINUS)
