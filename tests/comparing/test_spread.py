"""Medians and ranges over random starts, against NumPy."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.comparing import Band, Comparison, Length, RunOutcome, Spread, axis_of, grid_of

LOSSES = st.floats(0, 1e6)
OUTCOME = RunOutcome((0, 1), (2.0, 1.0), (), 0.5, math.nan, 1.0, 0.0, 1.0, 0.1, 2)


def ended(loss: float, **changes: object) -> RunOutcome:
    """A run whose last loss is this."""
    return replace(OUTCOME, loss=(2.0, loss), **changes)  # type: ignore[arg-type]


@given(st.lists(LOSSES, min_size=1, max_size=9))
def test_a_spread_is_what_numpy_says(values: list[float]) -> None:
    assert Spread.of(values) == Spread(float(np.median(values)), min(values), max(values))


@given(st.lists(LOSSES, min_size=1, max_size=6), st.integers(1, 6))
def test_runs_that_broke_are_the_worst(values: list[float], broke: int) -> None:
    found = Spread.of([*values, *[math.nan] * broke])
    median = np.median([*values, *[np.inf] * broke])
    assert found.median == median or (math.isnan(found.median) and math.isinf(median))
    assert (found.low, found.high) == (min(values), max(values))
    assert math.isnan(Spread.of([math.nan] * broke).median)


@given(
    st.lists(st.lists(LOSSES, min_size=3, max_size=3), min_size=1, max_size=5), st.integers(0, 2)
)
def test_a_band_is_the_spread_at_every_point(table: list[list[float]], lost: int) -> None:
    whole = [replace(OUTCOME, x=(1, 2, 3), loss=tuple(row)) for row in table]
    short = replace(OUTCOME, x=(1, 2, 3)[:lost], loss=(5.0, 5.0, 5.0)[:lost], broke=lost)
    band = Band.of([short, *whole], lambda one: one.loss)
    np.testing.assert_array_equal(band.x, [1, 2, 3])
    padded = np.array([[*short.loss, *[np.nan] * (3 - lost)], *table])
    np.testing.assert_array_equal(band.low, np.nanmin(padded, axis=0))
    np.testing.assert_array_equal(band.high, np.nanmax(padded, axis=0))
    median = np.median(np.where(np.isnan(padded), np.inf, padded), axis=0)
    np.testing.assert_array_equal(band.median, np.where(np.isinf(median), np.nan, median))


@given(st.lists(LOSSES, min_size=6, max_size=6))
def test_the_best_has_the_least_median(losses: list[float]) -> None:
    grid = grid_of("hello", [], [axis_of("model.hidden_size=2,3")], 3, Length(steps=2))
    found = Comparison.of(grid, {place: ended(loss) for place, loss in enumerate(losses)})
    medians = [float(np.median(losses[:3])), float(np.median(losses[3:]))]
    assert [row.loss.median for row in found.rows] == medians
    assert found.best is found.rows[int(np.argmin(medians))]
    assert [row.judged.median for row in found.ranked] == sorted(medians)


def test_unseen_data_judges_where_there_is_any() -> None:
    grid = grid_of("hello", [], [axis_of("model.hidden_size=2,3")], 1, Length(steps=2))
    fitted = ended(0.1, test_loss=(2.0, 1.9), test_accuracy=0.4)
    modest = ended(0.9, test_loss=(2.0, 1.1), test_accuracy=0.7)
    found = Comparison.of(grid, {0: fitted, 1: modest})
    assert found.best is found.rows[1]
    assert found.rows[1].accuracy.median == 0.7
    alone = Comparison.of(grid, {0: ended(0.1), 1: ended(0.9)})
    assert alone.best is alone.rows[0]
    assert alone.rows[1].accuracy.median == 0.5
    broken = Comparison.of(grid, {0: ended(0.1, broke=1), 1: ended(0.9, broke=1)})
    assert broken.best is None
