"""How a published figure compares with what is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.figures.figure import Figure, unit

SLACK = 1e-9  # of a unit of the last digit: a tie as printed counts as equal either way

Value = Floats | str  # what one run gives: numbers (n,), or a text


class FigureVerdict(StrEnum):
    """How a figure compares with what is measured."""

    MATCH = "match"
    LAST_DIGIT = "last-digit"
    ERRATUM = "erratum"
    MISMATCH = "mismatch"


@dataclass(frozen=True, eq=False)
class Result:
    """A figure with what was measured: one value, or one of each random start."""

    figure: Figure
    values: tuple[Value, ...]
    verdict: FigureVerdict

    @property
    def measured(self) -> Value:
        """The value; of several runs each number's median, or the text that is wrong if any is."""
        if self.figure.spelled:
            return min(self.values, key=self.figure.spelled.__eq__)
        return np.median(_rows(self.values), axis=0)

    @property
    def span(self) -> tuple[Floats, Floats] | None:
        """The lowest and the highest of each number over the random starts, if there are any."""
        if not self.figure.seeds or self.figure.spelled:
            return None
        rows = _rows(self.values)
        return rows.min(axis=0), rows.max(axis=0)


def compare(figure: Figure, values: Sequence[Value]) -> Result:
    """A figure beside what was measured."""
    return Result(figure, tuple(values), _verdict(figure, values))


def judge(figure: Figure, *values: Value) -> FigureVerdict:
    """The verdict on what was measured, in one run or in several."""
    return compare(figure, values).verdict


def _verdict(figure: Figure, values: Sequence[Value]) -> FigureVerdict:
    """That on a figure's worst number.

    One with a `why` must not match, or the explanation itself is wrong.
    """
    if figure.spelled:
        worst = 0 if all(value == figure.spelled for value in values) else 2
    elif any(len(value) != len(figure.published) for value in values):
        return FigureVerdict.MISMATCH
    else:
        columns = zip(figure.numbers, _rows(values).T, strict=True)
        away = _outside if figure.seeds else _distance
        worst = max(away(float(one), unit(one), column) for one, column in columns)
    if figure.why:
        return FigureVerdict.ERRATUM if worst > 0 else FigureVerdict.MISMATCH
    return (FigureVerdict.MATCH, FigureVerdict.LAST_DIGIT, FigureVerdict.MISMATCH)[worst]


def _distance(printed: float, digit: float, values: Floats) -> int:
    """0 when equal as printed, 1 when one unit of the last digit off, else 2."""
    apart = abs(float(values[0]) - printed) / digit
    if not apart <= 1.5 + SLACK:
        return 2
    return 0 if apart <= 0.5 + SLACK else 1


def _outside(printed: float, digit: float, values: Floats) -> int:
    """0 within the range of the random starts, or outside it by no more than it is wide; else 2."""
    low, high = float(values.min()), float(values.max())
    spare = (high - low) + (0.5 + SLACK) * digit
    return 0 if low - spare <= printed <= high + spare else 2


def _rows(values: Sequence[Value]) -> Floats:
    return np.stack([np.asarray(value, dtype=np.float64) for value in values])
