"""What a chart shows, before it is drawn: curves, levels, marks, and between which ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.present.charts.points import Given, Points


class Ink(IntEnum):
    """What a piece of a chart means; the terminal gives each a style of its own."""

    NUMBER = 0  # beside an axis
    FIRST = 1  # the main curve
    SECOND = 2  # the curve beside it
    RANGE = 3  # between the least and the most of points that share a column
    PIN = 4  # a run kept for comparison
    LEVEL = 5  # a limit or a bound
    EDIT = 6  # where something was changed by hand
    ALERT = 7  # where clipping cut in
    READING = 8  # where the user reads values
    AXIS = 9
    WORDS = 10  # a sentence below
    LINE_1 = 11  # one of several curves of equal rank; no meaning, but one hue each
    LINE_2 = 12
    LINE_3 = 13
    LINE_4 = 14
    LINE_5 = 15
    LINE_6 = 16
    LINE_7 = 17
    LINE_8 = 18


LINES = tuple(ink for ink in Ink if ink.name.startswith("LINE_"))


class Stroke(Enum):
    """How a curve is drawn, so that curves can be told apart without colour."""

    SOLID = "━━"
    DASHED = "╍╍"
    DOTTED = "┈┈"
    CROSSES = "×"  # only where it is above 0, on the lowest level or else at the bottom

    @property
    def sample(self) -> str:
        """What stands for it in a legend."""
        return self.value


@dataclass(frozen=True, eq=False)
class Curve:
    """A curve through points; those that aren't finite are left out.

    `band` are the ends, (n,) each, of a range that is shaded behind it; a `letter` is
    put on it here and there, so that many curves can be told apart. With `steps` each value holds
    up to the next point, as of what takes no value in between.
    """

    name: str
    points: Points
    ink: Ink = Ink.FIRST
    stroke: Stroke = Stroke.SOLID
    band: tuple[Floats, Floats] | None = None
    letter: str = ""
    steps: bool = False

    @classmethod
    def of(
        cls, name: str, x: Floats, y: Floats, ink: Ink = Ink.FIRST,
        stroke: Stroke = Stroke.SOLID, band: tuple[Floats, Floats] | None = None, letter: str = "",
    ) -> Curve:  # fmt: skip
        """One through the points `x` (n,), ascending, and `y` (n,)."""
        return cls(name, Given(x, y), ink, stroke, band, letter)

    @property
    def x(self) -> Floats:
        """All x, (n,)."""
        return self.points.x

    @property
    def y(self) -> Floats:
        """All y, (n,)."""
        return self.points.y

    def at(self, x: float) -> float:
        """The value of the point nearest to `x`; NaN where there is none."""
        return self.points.at(x)

    @property
    def now(self) -> float:
        """The newest value; NaN where there is none."""
        return self.points.newest()

    @property
    def jump(self) -> float:
        """How far the newest point is from the one before; infinite where one isn't finite."""
        steps = np.abs(np.diff(self.y[-2:]))
        return float(np.nan_to_num(steps, nan=np.inf).max(initial=0.0))


class Level(NamedTuple):
    """A horizontal line with a name."""

    name: str
    y: float


class Mark(NamedTuple):
    """A vertical line with a name."""

    name: str
    x: float


@dataclass(frozen=True, eq=False)
class Plot:
    """A chart of `curves`, the later ones drawn over the earlier, x from `first` to `last`.

    `low` and `high` are the ends of the y axis; None fits them to the data, at 0 below
    where `from_zero`. On a logarithmic axis what is not above 0 is left out.
    """

    curves: tuple[Curve, ...]
    levels: tuple[Level, ...] = ()
    marks: tuple[Mark, ...] = ()
    unit: str = "epoch"
    first: float = 0.0
    last: float = 1.0
    low: float | None = None
    high: float | None = None
    from_zero: bool = True
    log: bool = False
    percent: bool = False
    reading: float | None = None
