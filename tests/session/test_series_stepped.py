"""Curves seen from afar: the same as looking at all their points, in few steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.arrays import Floats
from rnn_tui.engine.training.training import Record
from rnn_tui.session.runs.records import Records
from rnn_tui.session.runs.series import Growth, Series


def values_of(count: int, seed: int) -> Floats:
    """Anything that a figure may be: small, huge, negative, 0, not finite."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=count) * 10.0 ** rng.integers(-8, 9, count)
    values[rng.random(count) < 0.05] = 0.0
    values[rng.random(count) < 0.03] = np.nan
    values[rng.random(count) < 0.03] = np.inf
    return values


def directly(values: Floats, log: bool) -> tuple[float, float, float, int]:
    """What a stretch comes to, from its points."""
    counts = values[np.isfinite(values) & ((values > 0) | (not log))]
    if not len(counts):
        return np.inf, -np.inf, 0.0, 0
    mean = np.log10(counts).mean() if log else counts.mean()
    return counts.min(), counts.max(), float(mean), len(counts)


STRETCHES = st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), min_size=1, max_size=9)


@given(
    st.lists(st.integers(0, 3000), min_size=1, max_size=5),
    STRETCHES,
    st.booleans(),
    st.none() | st.floats(),
    st.integers(0, 999),
)
def test_a_stretch_comes_to_what_its_points_do(
    counts: list[int], stretches: list[tuple[int, int]], log: bool, today: float | None, seed: int
) -> None:
    values, growth = values_of(3000, seed), Growth()
    for count in counts:  # as it grows, and looked at again when it was shorter
        series = Series(values[:count], growth, today)
        points = series.read()
        assert len(points) == len(series) == count + (today is not None)
        places = np.array(stretches).clip(0, len(points))
        first, end = places.min(axis=1), places.max(axis=1)
        found = series.over(first, end, log)
        for k, (a, b) in enumerate(zip(first.tolist(), end.tolist(), strict=True)):
            least, most, mean, number = directly(points[a:b], log)
            assert (found.least[k], found.most[k], found.number[k]) == (least, most, number)
            size = max(abs(least), abs(most)) if number and not log else 1.0
            assert found.mean[k] == pytest.approx(mean, rel=1e-9, abs=1e-9 * size)


@given(st.integers(0, 3000), st.integers(0, 2000), st.integers(0, 2000), st.integers(0, 99))
def test_a_fork_goes_on_in_its_own_way(seen: int, at: int, more: int, seed: int) -> None:
    values, other = values_of(3000, seed), values_of(2000, seed + 1)
    growth = Growth()
    Series(values[:seen], growth).whole()
    forked = np.concatenate([values[:at], other[:more]])
    for fork, points in ((growth.copy(at), forked), (growth, values)):
        whole = Series(points, fork).whole()
        assert (whole.least[0], whole.most[0]) == directly(points, log=False)[:2]
        assert whole.number[0] == np.isfinite(points).sum()


def test_no_mean_of_huge_numbers_overflows() -> None:
    whole = Series(np.array([1.5e308, 1.7e308] * 500)).whole()
    assert whole.mean[0] == pytest.approx(1.6e308)
    assert Series(np.array([-1.7e308, 1.7e308] * 500)).whole().mean[0] == 0


@given(st.integers(1, 2000), st.integers(0, 2000), st.booleans())
def test_the_first_that_is_not_finite_is_found(count: int, place: int, stays: bool) -> None:
    values = np.ones(count)
    values[place : None if stays else place + 1] = np.nan
    found = Series(values).first_lost()
    assert found == (place if place < count else None)


@pytest.mark.parametrize("count", [100_000, 1_000_000])
def test_so_many_stretches_touch_so_many_numbers(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W stretches over n points: 2 blocks of 16 at their ends and 2 stones a level, each."""
    touched, width = 0, 300
    points, stones = Series._points, Series._stones

    def counting_points(series: Series, places: np.ndarray) -> Floats:
        nonlocal touched
        touched += places.size
        return points(series, places)

    def counting_stones(series: Series, level: Floats, places: np.ndarray) -> object:
        nonlocal touched
        touched += places.size
        return stones(series, level, places)

    series = Series(np.ones(count))
    series.whole()  # the pyramid is made once
    monkeypatch.setattr(Series, "_points", counting_points)
    monkeypatch.setattr(Series, "_stones", counting_stones)
    edges = np.linspace(7, count - 5, width + 1).astype(np.int64)
    assert series.over(edges[:-1], edges[1:]).number.sum() == edges[-1] - edges[0]
    assert 0 < touched <= width * (2 * 16 + 2 * np.log2(count / 16))


def test_what_a_point_of_all_curves_takes() -> None:
    records = Records()
    for _ in range(4096):
        records.append(Record(1.0, 1, 2, 3.0, False, 0.1))
    curves = records.curves(4096, 1)
    for curve in curves:
        curve.whole()
    assert curves.loss.growth.nbytes / 4096 < 9, "4 bytes, and room to grow"
    fork = records.copy(2000)
    assert np.shares_memory(
        fork.curves(2000, 1).loss.growth.levels(fork.curves(2000, 1).loss.stored, False)[0],
        curves.loss.growth.levels(curves.loss.stored, False)[0],
    )
