"""What the pictures of analyses are put together from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats, Ints
from rnn_tui.characters import cell_width
from rnn_tui.present.charts.charts import ChartRow, Inked, draw
from rnn_tui.present.charts.plot import Curve, Ink, Plot

ROWS = 18  # of a picture
GAP = 2  # between pictures side by side


@dataclass(frozen=True)
class AnalysisPicture:
    """A title, sentences, and lines that are drawn."""

    title: str
    says: tuple[str, ...]
    rows: tuple[ChartRow, ...]


def text(line: str, ink: Ink = Ink.NUMBER) -> ChartRow:
    """A line of one ink."""
    return (Inked(line, ink),)


def width_of(row: ChartRow) -> int:
    """How many cells a line takes."""
    return sum(cell_width(piece.text) for piece in row)


def beside(left: Sequence[ChartRow], right: Sequence[ChartRow]) -> tuple[ChartRow, ...]:
    """Two pictures next to each other."""
    room = max(map(width_of, left)) + GAP
    return tuple(
        (*one, Inked(" " * (room - width_of(one)), Ink.NUMBER), *other)
        for one, other in zip_longest(left, right, fillvalue=())
    )


def chart(caption: str, plot: Plot, width: int, rows: int = ROWS) -> list[ChartRow]:
    """A chart under what its y axis is, and over its legend."""
    named = [curve for curve in plot.curves if curve.name]
    legend = [
        (Inked(f"  {curve.stroke.sample} ", curve.ink), Inked(curve.name, Ink.NUMBER))
        for curve in named
    ]
    return [text(caption), *draw(plot, width, rows), *legend]


def over_training(name: str, steps: Ints, values: Floats, **more: Any) -> Plot:
    """One curve by the updates of a training."""
    curve = Curve.of(name, steps.astype(np.float64), values)
    return Plot((curve,), unit="update", last=max(1.0, float(steps[-1])), **more)
