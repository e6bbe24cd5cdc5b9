"""Points of a plane on a canvas of braille dots: eigenvalues, and states seen from two axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rnn_tui.arrays import Floats, Ints
from rnn_tui.characters import cell_width
from rnn_tui.present.charts.charts import ChartRow, Inked
from rnn_tui.present.charts.plot import Ink
from rnn_tui.present.charts.raster import ACROSS, DOWN, Canvas
from rnn_tui.present.digits import signed

MARGIN = 0.06  # of the range, round the points


@dataclass(frozen=True)
class Frame:
    """What part of the plane is drawn, from `left` to `right` and from `low` to `high`."""

    left: float
    right: float
    low: float
    high: float

    @classmethod
    def round(cls, points: Floats) -> Frame:
        """Where all points (N, 2) have room."""
        least, most = points.min(axis=0), points.max(axis=0)
        room = MARGIN * np.maximum(most - least, 1e-9)
        (left, low), (right, high) = (least - room).tolist(), (most + room).tolist()
        return cls(left, right, low, high)

    @classmethod
    def square(cls, reach: float, columns: int, rows: int) -> Frame:
        """Up to ±`reach` both ways, and as much more as makes circles round."""
        across, down = ACROSS * columns - 1, DOWN * rows - 1
        scale = reach / min(across, down)
        return cls(-scale * across, scale * across, -scale * down, scale * down)


class Plane:
    """A canvas on which points are named by their coordinates."""

    def __init__(self, frame: Frame, columns: int, rows: int) -> None:
        self.frame, self.canvas = frame, Canvas(columns, rows)

    def _dots(self, points: Floats) -> tuple[Ints, Ints]:
        frame, canvas = self.frame, self.canvas
        x = (points[:, 0] - frame.left) / (frame.right - frame.left) * (ACROSS * canvas.columns - 1)
        y = (points[:, 1] - frame.low) / (frame.high - frame.low) * (DOWN * canvas.rows - 1)
        return np.rint(x).astype(np.int64), np.rint(y).astype(np.int64)

    def dots(self, points: Floats, ink: Ink, *, under: bool = False) -> None:
        """A dot at each of the points (N, 2)."""
        self.canvas.dots(*self._dots(points), ink, under=under)

    def axes(self) -> None:
        """A dotted line through zero, each way."""
        frame, canvas = self.frame, self.canvas
        x = np.linspace(frame.left, frame.right, canvas.columns)
        y = np.linspace(frame.low, frame.high, 2 * canvas.rows)
        self.dots(np.column_stack([x, np.zeros_like(x)]), Ink.AXIS, under=True)
        self.dots(np.column_stack([np.zeros_like(y), y]), Ink.AXIS, under=True)

    def path(self, points: Floats, ink: Ink) -> None:
        """Straight lines from each of the points to the next."""
        share = np.linspace(0, 1, ACROSS * (self.canvas.columns + 2 * self.canvas.rows))[:, None]
        for start, end in pairwise(points):
            self.dots(start + share * (end - start), ink)

    def marks(self, points: Floats, texts: Sequence[str], ink: Ink) -> None:
        """A text at each of the points (N, 2); those that come later cover those before."""
        x, y = self._dots(points)
        for column, row, text in zip(
            (x // ACROSS).tolist(), (y // DOWN).tolist(), texts, strict=True
        ):
            self.canvas.put(
                min(column, max(0, self.canvas.columns - cell_width(text))), row, text, ink
            )

    def rows(self, across: str = "", up: str = "") -> tuple[ChartRow, ...]:
        """The picture in a frame with the ends of its axes, and their names."""
        frame, width = self.frame, self.canvas.columns
        ends = [signed(one, 1) for one in (frame.high, frame.low, frame.left, frame.right)]
        margin = max(map(len, (*ends[:2], up)))
        labels = {0: ends[0], self.canvas.rows // 2: up, self.canvas.rows - 1: ends[1]}
        lines: list[ChartRow] = []
        for number, line in enumerate(self.canvas.lines()):
            drawn = [Inked(text, ink) for text, ink in line]
            label = Inked(labels.get(number, "").rjust(margin), Ink.NUMBER)
            lines.append((label, Inked("│", Ink.AXIS), *drawn))
        lines.append((Inked(" " * margin + "└" + "─" * width, Ink.AXIS),))
        named = across.center(max(0, width - len(ends[2]) - len(ends[3])))
        lines.append((Inked(" " * (margin + 1) + ends[2] + named + ends[3], Ink.NUMBER),))
        return tuple(lines)
