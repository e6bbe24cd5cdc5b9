"""A curve of many points is drawn as if each were looked at, without looking at each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.arrays import Floats
from rnn_tui.present.charts.charts import draw, sparkline, sparks
from rnn_tui.present.charts.plot import Curve, Ink, Plot, Stroke
from rnn_tui.present.charts.points import FEW, Binned, ChartAxis, Even, Given
from rnn_tui.present.charts.scale import AxisScale
from rnn_tui.present.sentences.train_words import legend, overview_line
from rnn_tui.session.runs.series import Series


def noisy(count: int, seed: int, bad: float = 0.0) -> Floats:
    """A falling curve with noise, of which a share is not finite or not above 0."""
    rng = np.random.default_rng(seed)
    values = np.exp(-np.linspace(0, 3, count)) + 0.2 * rng.random(count)
    values[rng.random(count) < bad] = np.nan
    values[rng.random(count) < bad] = np.inf
    values[rng.random(count) < bad] = 0.0
    return values


@given(
    st.integers(1, 20_000),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(2, 300),
    st.sampled_from([0.0, 0.001, 0.3]),
    st.booleans(),
    st.none() | st.floats(0.01, 1.0),
    st.integers(0, 99),
)
def test_columns_come_to_what_their_points_do(
    count: int, start: float, part: float, columns: int, bad: float, log: bool,
    today: float | None, seed: int,
) -> None:  # fmt: skip
    even = Even(Series(noisy(count, seed, bad), today=today), offset=0.25, first=seed % 7)
    first = float(round(start * count))
    axis = ChartAxis(first, first + max(1.0, part * 1.2 * (count - first)), columns - 1)
    scale = AxisScale.fit([even.range(axis.first, axis.last, log)], log=log)
    x, y = even.x, even.y
    near = (x > axis.first - 1.0) & (x < axis.last + 1.0)
    given_ = Given(x[near], y[near])
    found, wanted = even.binned(axis, scale), given_.binned(axis, scale)
    for name in Binned._fields:
        one, other = np.asarray(getattr(found, name)), np.asarray(getattr(wanted, name))
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("bad", [0.0, 0.001])
@pytest.mark.parametrize("ends", [(0.0, 120_000.0), (37_000.0, 70_000.0), (80_000.0, 100_000.0)])
def test_the_picture_is_the_same(log: bool, bad: float, ends: tuple[float, float]) -> None:
    values = noisy(100_000, 3, bad)
    series = Series(values)
    x = np.arange(100_000.0)
    near = (x >= ends[0] - 1) & (x <= ends[1] + 1)
    given_ = Given(x[near], values[near])
    pictures = [
        draw(Plot((Curve("a", points),), first=ends[0], last=ends[1], log=log), 100, 20)
        for points in (Even(series), given_)
    ]
    assert pictures[0] == pictures[1]


def test_points_are_read_as_if_they_were_given() -> None:
    values = noisy(10_000, 5, 0.01)
    for first, offset in ((0, 0.0), (4000, 0.0), (7, 1 / 3)):
        even = Even(Series(values), offset, first)
        given_ = Given(even.x, even.y)
        for x in (-9.0, 0.0, 4000.4, 4000.5, 4000.6, 5e9, 17.5 + offset):
            assert repr(even.at(x)) == repr(given_.at(x)), (first, x)
        assert even.ends() == given_.ends()
        assert even.first_lost() == given_.first_lost()
        assert repr(even.newest()) == repr(given_.newest())
        for log in (False, True):
            for between in ((-np.inf, np.inf), (4100.0, 4100.0), (5000.25, 7000.75)):
                assert even.range(*between, log).tolist() == given_.range(*between, log).tolist()
        assert sparks(even, 60) == sparks(given_, 60)
    nothing = Even(Series(np.empty(0)))
    assert np.isnan(nothing.at(3))
    assert np.isnan(nothing.newest())
    assert nothing.first_lost() is None
    assert sparks(nothing, 4) == "    "


def test_a_curve_that_is_lost_for_good_says_from_where() -> None:
    values = np.ones(10_000)
    values[7000:] = np.nan
    assert Even(Series(values)).first_lost() == (7000.0, True)
    values[9000] = 1.0
    assert Even(Series(values)).first_lost() == (7000.0, False)


def test_a_flat_line_is_a_little_below_the_middle() -> None:
    for value in (0.0, 2.0, -3e-300, 1.79e308, -1.79e308):
        assert sparks(Even(Series(np.full(9000, value))), 3) == "▃▃▃", value
        assert sparks(Given(np.arange(3.0), np.full(3, value)), 1) == "▃"


def test_a_million_points_are_never_all_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 1_000_000
    curves = [Series(noisy(count, seed)) for seed in range(2)]
    clipped = Series((curves[0].stored > 0.9).astype(float))
    for one in (*curves, clipped):
        one.whole()
        one.whole(log=True)
    touched: list[int] = []
    points, read = Series._points, Series.read

    def counting(series: Series, places: np.ndarray) -> Floats:
        touched.append(places.size)
        return points(series, places)

    def reading(series: Series, first: int = 0, end: int | None = None) -> Floats:
        touched.append((len(series) if end is None else end) - first)
        return read(series, first, end)

    monkeypatch.setattr(Series, "_points", counting)
    monkeypatch.setattr(Series, "read", reading)
    for log in (False, True):
        plot = Plot(
            (
                Curve("run 1", Even(curves[1], first=500_000), Ink.PIN, Stroke.DOTTED),
                Curve("train", Even(curves[0].until(count, today=0.5))),
                Curve("clipped", Even(clipped), Ink.ALERT, Stroke.CROSSES),
            ),
            last=1.0 * count,
            log=log,
            reading=123_456.0,
        )
        assert draw(plot, 150, 30)
        assert legend(plot)
        assert overview_line("Loss", plot, 150, chosen=True)
    assert sparkline([Even(curves[0]), Even(curves[1], first=999_000)], 40, 3)
    assert 0 < sum(touched) < count / 4
    assert max(touched) <= max(FEW, 300 * 2 * 16)
