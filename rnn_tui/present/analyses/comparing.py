"""A comparison in words: the table of its settings, and the chart of their learning curves."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from rnn_tui.comparing import Band, Comparison, Row, Spread
from rnn_tui.comparing.grid import names_of
from rnn_tui.present.charts.plot import Curve, Ink, Level, Plot, Stroke
from rnn_tui.present.digits import EMPTY, counted, percent, size

MOST_CURVES = 6
BEST = "▸"
LEAST_SECONDS = 0.1  # below which no figure is told
LETTERS = "abcdef"
DROPPED = ("secs", "ρ", "clipped", "max ‖g‖", "right", "error")  # where there is no room for them
WIDE_RANGE = 2.0  # from the least to the most loss: from then on the axis is logarithmic
LOOKS = (
    (Ink.FIRST, Stroke.SOLID), (Ink.SECOND, Stroke.SOLID), (Ink.PIN, Stroke.SOLID),
    (Ink.EDIT, Stroke.DASHED), (Ink.SECOND, Stroke.DASHED), (Ink.PIN, Stroke.DOTTED),
)  # fmt: skip

Charted = tuple[tuple[str, Row], ...]


def unseen(comparison: Comparison) -> str:
    """What the data is called that settings are ranked by."""
    if not comparison.is_tested:
        return "training"
    return "test" if comparison.grid.experiment.stream is None else "validation"


def charted(comparison: Comparison) -> Charted:
    """The rows whose curves are drawn, the best first, each with its letter.

    All of them where they are few; of many the best and the worst half as many each.
    """
    rows = comparison.ranked
    if len(rows) > MOST_CURVES:
        rows = (*rows[: MOST_CURVES // 2], *rows[-MOST_CURVES // 2 :])
    return tuple(zip(LETTERS, rows, strict=False))


def headings(comparison: Comparison) -> tuple[str, ...]:
    """The names of the columns: the mark, the axes, the numbers."""
    name = "val" if unseen(comparison) == "validation" else "test"
    tested = (f"{name} loss",) if comparison.is_tested else ()
    broke = ("broke",) if _any_broke(comparison) else ()
    judged = "right" if comparison.grid.experiment.has_classes else "error"
    return (
        "", *names_of(comparison.grid.axes), "train loss", *tested, judged, "max ‖g‖", "clipped",
        *(("ρ",) if _any_radius(comparison) else ()), "secs", *broke,
    )  # fmt: skip


def table_rows(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    """A row for each setting, in their order."""
    letters = {id(row): letter for letter, row in charted(comparison)}
    for row in comparison.rows:
        best = BEST if row is comparison.best else " "
        mark = f"{best}{letters.get(id(row), '')}"
        yield mark, *row.setting.values, *_numbers(comparison, row)


def _numbers(comparison: Comparison, row: Row) -> Iterator[str]:
    yield spread_text(row.loss)
    if comparison.is_tested:
        yield spread_text(row.test_loss)
    told = percent if comparison.grid.experiment.has_classes else size
    yield told(row.accuracy.median) if math.isfinite(row.accuracy.median) else EMPTY
    yield size(row.grad_norm, 2)
    yield percent(row.median("clipped"))
    if _any_radius(comparison):
        radius = row.median("radius")
        yield EMPTY if math.isnan(radius) else size(radius, 2)
    seconds = row.median("seconds")
    yield f"{seconds:.1f}" if seconds >= LEAST_SECONDS else f"<{LEAST_SECONDS}"
    if _any_broke(comparison):
        yield f"{row.broke} of {len(row.cells)}" if row.broke else "none"


def spread_text(spread: Spread) -> str:
    """`0.4512`: the median; under it `0.4490–0.4533`, the least and the most, where they differ."""
    if math.isnan(spread.median):
        return "broke"
    if spread.low == spread.high:
        return size(spread.median)
    return f"{size(spread.median)}\n{size(spread.low)}–{size(spread.high)}"


def _any_radius(comparison: Comparison) -> bool:
    """Whether any setting has one, which is of W_hh: cells with gates have several matrices."""
    return not all(math.isnan(row.median("radius")) for row in comparison.rows)


def _any_broke(comparison: Comparison) -> bool:
    return any(row.broke for row in comparison.rows)


def notes(comparison: Comparison) -> Iterator[str]:
    """What is to be known of the table, a line each."""
    if any(len(row.cells) > 1 for row in comparison.rows):
        yield "Medians over random starts; of losses the range, too; max ‖g‖ is that of all starts."
    if comparison.best is not None:
        yield _best_note(comparison, comparison.best)
    if _any_broke(comparison):
        yield "broke: runs that ended in inf or NaN; in the median they count as the worst."


def _best_note(comparison: Comparison, best: Row) -> str:
    """Which setting is best by what, and how many others can hardly be told from it."""
    told = f"{BEST} best: {best.setting.name}, the least {unseen(comparison)} loss"
    rest = [row.judged for row in comparison.rows if row is not best]
    same = sum(other.median == best.judged.median for other in rest)
    near = sum(other.low <= best.judged.high for other in rest) - same
    if same:
        told += f"; {counted(same, 'other')} exactly as good"
    if near and len(best.cells) > 1:
        told += f"; {counted(near, 'other')} within its spread"
    return told


def plot(comparison: Comparison) -> Plot:
    """The learning curves: the median of each setting, shaded from the least to the most."""
    drawn = charted(comparison)
    curves = tuple(
        _curve(letter, row, *look) for (letter, row), look in zip(drawn, LOOKS, strict=False)
    )
    floor = comparison.grid.experiment.floor if comparison.is_tested else None
    log = _is_wide([row.curve for _, row in drawn])
    return Plot(
        curves,
        () if floor is None else (Level(f"floor {size(floor)}", floor),),
        unit=comparison.grid.unit,
        last=max((float(curve.x[-1]) for curve in curves if len(curve.x)), default=1.0) or 1.0,
        from_zero=False,
        log=log,
    )


def _curve(letter: str, row: Row, ink: Ink, stroke: Stroke) -> Curve:
    band = row.curve
    several = len(row.cells) > 1
    ends = (band.low, band.high) if several else None
    return Curve.of(row.setting.name, band.x, band.median, ink, stroke, ends, letter)


def least_text(curve: Curve, unit: str) -> str:
    """The lowest point of a curve: what it comes to if training stops there."""
    if not np.isfinite(curve.y).any():
        return "broke"
    place = int(np.nanargmin(curve.y))
    return f"least {size(float(curve.y[place]))} at {unit} {curve.x[place]:,.0f}"


def _is_wide(bands: list[Band]) -> bool:
    values = np.concatenate([band.median for band in bands])
    values = values[np.isfinite(values) & (values > 0)]
    return bool(len(values) and values.max() > WIDE_RANGE * values.min())


def chart_title(comparison: Comparison) -> str:
    """What the chart shows, and what it leaves out."""
    title = f"{unseen(comparison)} loss by {comparison.grid.unit}"
    if any(len(row.cells) > 1 for row in comparison.rows):
        title += ", shaded from the least to the most"
    left_out = len(comparison.rows) - MOST_CURVES
    if left_out > 0:
        half = MOST_CURVES // 2
        title += f"; the best {half} and the worst {half}, {left_out} between them not drawn"
    return title
