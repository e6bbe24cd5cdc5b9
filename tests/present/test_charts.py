"""Scales, ticks, thinning and drawing."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.arrays import Floats
from rnn_tui.present.charts.charts import ChartRow, draw, sparks, thinned, x_at
from rnn_tui.present.charts.plot import LINES, Curve, Ink, Level, Mark, Plot, Stroke
from rnn_tui.present.charts.points import Even, Given, binned
from rnn_tui.present.charts.raster import Canvas, Painter
from rnn_tui.present.charts.scale import AxisScale, round_end, round_step, tick_labels
from rnn_tui.session.runs.series import Series

ANY = st.floats(allow_nan=True, allow_infinity=True)
FINITE = st.floats(allow_nan=False, allow_infinity=False)


def text(rows: tuple[ChartRow, ...]) -> list[str]:
    return ["".join(piece.text for piece in row) for row in rows]


def inks(rows: tuple[ChartRow, ...]) -> set[Ink]:
    return {piece.ink for row in rows for piece in row if piece.text.strip()}


def line(*y: float, **more: object) -> Plot:
    curve = Curve.of("train", np.arange(len(y), dtype=float), np.array(y))
    return replace(Plot((curve,), last=max(1.0, len(y) - 1.0)), **more)  # type: ignore[arg-type]


# Scales


@pytest.mark.parametrize(
    ("x", "end", "step"),
    [(0.7416, 0.8, 1.0), (3.178, 3.5, 5.0), (1.0, 1.0, 1.0), (0.3, 0.3, 0.5), (11.0, 12.0, 20.0),
     (30_000.0, 30_000.0, 50_000.0), (0.0, 0.0, 0.0), (1e-7, 1e-7, 1e-7)],
)  # fmt: skip
def test_round_numbers(x: float, end: float, step: float) -> None:
    assert round_end(x) == end
    assert round_step(x) == step


@given(st.floats(1e-12, 1e299))
def test_a_round_end_is_a_little_above(x: float) -> None:
    assert x * (1 - 1e-11) <= round_end(x) <= 1.34 * x


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([0.7416, 0.1285], (0.0, 0.8)),
        ([0.0, 0.0], (0.0, 1.0)),
        ([], (0.0, 1.0)),
        ([np.nan, np.inf, 3.0], (0.0, 3.0)),
        ([-1.0, 1.0], (-1.0, 1.0)),
    ],
)
def test_a_scale_fits_the_data(values: list[float], ends: tuple[float, float]) -> None:
    scale = AxisScale.fit([np.array(values, dtype=float)])
    assert (scale.low, scale.high) == ends


def test_a_scale_away_from_zero_is_round_at_both_ends() -> None:
    scale = AxisScale.fit([np.array([0.507, 1.1487])], from_zero=False)
    assert (scale.low, scale.high) == (0.5, 1.2)
    same = AxisScale.fit([np.array([2.0, 2.0])], from_zero=False)
    assert same.low < 2 < same.high


SIZES = [5e-324, 1e-310, 2.3e-308, 1e-300, 1e-9, 1.0, 1e299, 1e301, 1.7e308]


@pytest.mark.parametrize("from_zero", [False, True])
@pytest.mark.parametrize("log", [False, True])
def test_every_finite_number_has_a_scale(from_zero: bool, log: bool) -> None:
    """Also where a tenth of the axis would be no number any more, or its end too large for one."""
    ends = [0.0, *SIZES, *(-size for size in SIZES)]
    for low, high in itertools.product(ends, ends):
        scale = AxisScale.fit([np.array([low, high])], from_zero=from_zero, log=log)
        assert scale.low < scale.high
        for most in (1, 2, 6):
            ticks = scale.ticks(most)
            assert np.isfinite(ticks).all()
            assert len(ticks) < 50
            assert len(tick_labels(ticks)) == len(ticks)


def test_ticks_lead_from_end_to_end_where_they_can() -> None:
    assert AxisScale(0, 0.8).ticks(6) == [0, 0.2, 0.4, 0.6, 0.8]
    assert AxisScale(0, 0.8).ticks(3) == [0, 0.4, 0.8]
    assert AxisScale(0, 4).ticks(6) == [0, 1, 2, 3, 4]
    assert AxisScale(0, 1.2).ticks(4) == [0, 0.4, 0.8, 1.2]
    assert AxisScale(0, 3.5).ticks(5) == [0, 1, 2, 3]
    assert AxisScale(2250, 3000).ticks(6) == [2250, 2400, 2550, 2700, 2850, 3000]


@given(FINITE, FINITE, st.integers(2, 8))
def test_ticks_are_few_and_on_the_axis(low: float, high: float, most: int) -> None:
    if not low < high:
        return
    ticks = AxisScale(low, high).ticks(most)
    assert len(ticks) <= max(2, most)
    assert ticks == sorted(ticks)
    span = high / 2 - low / 2
    assert all(low / 2 - span * 1e-6 <= tick / 2 <= high / 2 + span * 1e-6 for tick in ticks)


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (0.1, 1.0, 6, [0.1, 0.2, 0.5, 1.0]),
        (1e-3, 1e3, 6, [1e-3, 1e-1, 1e1, 1e3]),
        (0.4, 2.0, 4, [0.5, 1.0, 2.0]),
        (0.1, 100.0, 8, [0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0]),
    ],
)
def test_logarithmic_ticks(low: float, high: float, most: int, ticks: list[float]) -> None:
    assert AxisScale(low, high, True).ticks(most) == pytest.approx(ticks)


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 0.8), (0.0, 1.2), (0.0, 6.0), (-3.1, -0.95), (0.48, 1.22), (3e-9, 8e-9)]
)
@pytest.mark.parametrize("rows", [3, 4, 6, 9, 15, 23, 38])
def test_a_number_stands_beside_its_value_and_as_far_from_the_next(
    low: float, high: float, rows: int
) -> None:
    scale, ticks = AxisScale(low, high).on_rows(rows, max(2, min(6, (rows + 1) // 2)))
    assert scale.low <= low + 1e-9
    assert scale.high >= high - 1e-9
    assert 2 <= len(ticks) <= 6
    places = scale.places(np.array(ticks)) * (rows - 1)
    assert places == pytest.approx(np.round(places), abs=1e-6)
    assert len({round(gap) for gap in np.diff(places)}) == 1
    for value, place in zip(ticks, places, strict=True):
        drawn = text(draw(line(*np.full(9, value), low=low, high=high), 40, rows + 2))
        beside = drawn[rows - 1 - round(float(place))]
        assert "┤⠒" in beside or "┤⠤" in beside, "in the middle of the row"


@given(st.lists(ANY, max_size=20), st.booleans(), st.booleans())
def test_everything_finite_has_its_place(values: list[float], log: bool, zero: bool) -> None:
    y = np.array(values, dtype=float)
    scale = AxisScale.fit([y], from_zero=zero, log=log)
    assert scale.low < scale.high
    places = scale.places(y)
    fits = np.isfinite(y) & ((y > 0) | (not log))
    assert (np.isfinite(places) == fits).all()
    assert ((places[fits] >= -1e-6) & (places[fits] <= 1 + 1e-6)).all()


def test_a_tenth_is_as_far_from_one_as_ten_on_a_logarithmic_scale() -> None:
    scale = AxisScale.fit([np.array([0.1, 1.0, 10.0, 0.0, -3.0])], log=True)
    places = scale.places(np.array([0.1, 1.0, 10.0, 0.0, -3.0]))
    assert places[:3] == pytest.approx([0, 0.5, 1])
    assert np.isnan(places[3:]).all()


@pytest.mark.parametrize(
    ("ticks", "labels"),
    [
        ([0, 0.2, 0.4], ["0.0", "0.2", "0.4"]),
        ([0, 1, 2], ["0", "1", "2"]),
        ([0, 5e5, 1e6], ["0", "5e5", "1e6"]),
        ([1e-6, 1e-3], ["1e−6", "1e−3"]),
        ([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"]),
        ([-0.5, 0.0], ["−0.5", "0.0"]),
    ],
)
def test_tick_labels(ticks: list[float], labels: list[str]) -> None:
    assert tick_labels(ticks) == labels


def test_shares_are_written_in_percent() -> None:
    assert tick_labels([0, 0.5, 1], percent=True) == ["0%", "50%", "100%"]


# Thinning


@given(
    st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), max_size=400),
    st.integers(1, 40),
)
def test_bins_keep_the_extremes(values: list[float], columns: int) -> None:
    y = np.array(values, dtype=float)
    x = np.linspace(0, columns - 1, len(y))
    bins = binned(x, y, columns)
    finite = y[np.isfinite(y)]
    assert len(bins.column) <= columns
    assert (np.diff(bins.column) > 0).all()
    assert len(bins.joined) == max(0, len(bins.column) - 1)
    if len(finite):
        assert bins.least.min() == finite.min()
        assert bins.most.max() == finite.max()
        assert (bins.least <= bins.mean + 1e-6).all()
        assert (bins.mean <= bins.most + 1e-6).all()


def test_no_line_crosses_what_is_not_finite() -> None:
    bins = binned(np.arange(6.0), np.array([1, 2, np.nan, 3, np.inf, 4]), 6)
    assert bins.column.tolist() == [0, 1, 3, 5]
    assert bins.joined.tolist() == [True, False, False]


def test_what_is_outside_the_axis_is_left_out() -> None:
    assert binned(np.array([-5.0, 0.0, 2.0, 9.0]), np.ones(4), 5).column.tolist() == [0, 2]


def test_a_spike_of_one_point_is_drawn() -> None:
    y = np.full(30_000, 0.5)
    y[12_345] = 9.0
    rows = text(draw(line(*y), 60, 12))
    assert any(0x2800 < ord(c) < 0x2900 for c in rows[1] + rows[2]), "near the top"
    assert "▁▁▇▁" in sparks(Given(np.arange(30_000.0), y), 20)


def test_thinned_keeps_peaks_and_ends() -> None:
    y = np.zeros(1000)
    y[0], y[333], y[999] = 1, 7, 2
    few = thinned([Even(Series(y))], 10)
    assert (few[0], few.max(), few[-1]) == (1, 7, 2)


def sparked(values: list[float], width: int) -> str:
    return sparks(Given(np.arange(len(values), dtype=float), np.array(values)), width)


def test_sparks() -> None:
    assert sparked([0.0, 0.5, 1.0], 3) == "▁▄▇"
    assert sparked([0.0, 1.0], 6) == "▁▁▁▁▁▇", "over the width"
    assert sparked([2.0, 2.0], 3) == "▃▃▃"
    assert sparked([3.0], 3) == "▃  "
    assert sparked([np.nan, np.inf], 3) == "   "
    assert sparked([], 3) == "   "
    assert sparked([1.0, np.nan, 2.0], 3) == "▁▁▇"
    assert sparked([np.nan, 1.0, 2.0], 3) == "▁▁▇"
    assert sparked([-1e308, 1e308], 2) == "▁▇"
    assert sparked([1.0, 2.0], 0) == ""
    assert len(sparked(np.random.default_rng(0).random(10_000).tolist(), 30)) == 30


# Drawing


def test_a_chart_looks_like_this() -> None:
    plot = line(*np.linspace(0.8, 0.2, 11), levels=(Level("floor", 0.1),))
    assert text(draw(plot, 40, 9)) == [
        "0.8┤⠢⠤⣀⣀                                ",
        "   │    ⠉⠉⠒⠒⠤⠤⣀⣀                        ",
        "   │            ⠉⠉⠒⠒⠤⠤⣀⣀                ",
        "0.4┤                    ⠉⠉⠒⠒⠤⠤⣀⣀        ",
        "   │                            ⠉⠉⠒⠒⠤⠤⣀⣀",
        "   │⡀ floor ⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀",
        "0.0┤                                    ",
        "   └┬─────────────────┬────────────────┬",
        "    0                 5         epoch 10",
    ]


def test_inks_tell_the_parts_apart() -> None:
    x = np.arange(500.0)
    noisy = 1 + np.random.default_rng(1).random(500)
    plot = Plot(
        (
            Curve.of("pinned", x, noisy - 0.5, Ink.PIN, Stroke.DOTTED),
            Curve.of("train", x, noisy),
            Curve.of("test", x, noisy + 1, Ink.SECOND, Stroke.DASHED),
            Curve.of("clipped", x[:9], x[:9], Ink.ALERT, Stroke.CROSSES),
        ),
        (Level("limit", 0.2),),
        (Mark("lr 1→2", 250.0),),
        last=500.0,
        reading=400.0,
    )
    rows = draw(plot, 80, 20)
    assert inks(rows) == set(Ink) - {Ink.WORDS, *LINES}
    assert "lr 1→2" in "".join(text(rows))
    assert sum(line.count("●") for line in text(rows)) == 3
    crosses = [row for row in text(rows) if "×" in row]
    assert len(crosses) == 1
    assert "limit" in crosses[0], "crosses stand on the limit"


def test_strokes_differ_without_colour() -> None:
    x, y = np.arange(100.0), np.full(100, 0.5)
    drawn = [
        sum(
            map(
                len,
                "".join(
                    text(draw(Plot((Curve.of("", x, y, Ink.FIRST, s),), last=99.0), 60, 9))
                ).split(),
            )
        )
        for s in (Stroke.SOLID, Stroke.DASHED, Stroke.DOTTED)
    ]
    assert drawn[0] > drawn[1]
    patterns = {
        "".join(text(draw(Plot((Curve.of("", x, y, Ink.FIRST, s),), last=99.0), 60, 9)))
        for s in (Stroke.SOLID, Stroke.DASHED, Stroke.DOTTED)
    }
    assert len(patterns) == 3


def test_the_last_number_says_what_is_counted() -> None:
    numbers = text(draw(line(*range(31)), 60, 9))[-1]
    assert numbers.split() == ["0", "10", "20", "epoch", "30"]
    assert text(draw(line(*range(31), unit="iteration"), 18, 9))[-1].split()[-1] == "30"
    assert text(draw(line(*range(31), unit="step"), 24, 9))[-1].split()[-2:] == ["step", "30"]
    steps = Plot((Curve.of("", np.arange(3.0), np.ones(3)),), unit="step", last=30_000.0)
    assert text(draw(steps, 70, 9))[-1].split()[-2:] == ["step", "30,000"]


def test_the_numbers_of_an_axis_never_touch() -> None:
    for width in range(19, 140):
        numbers = text(draw(line(*range(10_001), unit="step"), width, 7))[-1]
        assert numbers.split()[-2:] == ["step", "10,000"], width
        assert "0step" not in numbers


@given(
    st.lists(ANY, max_size=60),
    st.integers(0, 90),
    st.integers(0, 24),
    st.booleans(),
    st.lists(FINITE, max_size=2),
    st.none() | st.floats(0, 60),
)
def test_nothing_breaks_a_chart(
    values: list[float],
    width: int,
    height: int,
    log: bool,
    levels: list[float],
    reading: float | None,
) -> None:
    y = np.array(values, dtype=float)
    x = np.arange(len(y), dtype=float)
    plot = Plot(
        (Curve.of("train", x, y), Curve.of("clipped", x[:3], y[:3], Ink.ALERT, Stroke.CROSSES)),
        tuple(Level(f"{level:g}", level) for level in levels),
        (Mark("W_hh[1,0] 1→2", 3.0), Mark("", 59.0)),
        last=60.0,
        log=log,
        reading=reading,
    )
    rows = text(draw(plot, width, height))
    if width >= 2 and height >= 1:
        assert len(rows) == height
        assert {len(row) for row in rows} == {width}


def test_a_column_stands_for_an_x() -> None:
    plot = line(*np.linspace(0.8, 0.2, 11))
    assert x_at(plot, 40, 9, 4) == 0.0
    assert x_at(plot, 40, 9, 39) == 10.0
    assert x_at(plot, 40, 9, 3) is None, "the axis"
    assert x_at(plot, 8, 2, 0) is not None, "a chart without axes"


def test_names_cover_no_curve() -> None:
    full = Painter(line(1.0, 1.0), AxisScale(0, 1), 20, 1)
    full.curve(full.plot.curves[0])
    assert not any(full.canvas.is_free(column, 0, 3) for column in range(20))
    rows = text(draw(line(*[0.5] * 10, levels=(Level("half", 0.5),), high=1.0, low=0.0), 30, 7))
    named = [row for row in rows if "half" in row]
    assert len(named) == 1
    assert not any(0x2800 < ord(c) < 0x2900 for c in named[0]), "beside the line, which is covered"


def test_a_canvas_cuts_what_is_outside() -> None:
    canvas = Canvas(3, 2)
    canvas.put(-1, 0, "abcdef", Ink.EDIT)
    canvas.put(0, 9, "x", Ink.EDIT)
    canvas.dots(np.array([-1, 99]), np.array([0, 0]), Ink.FIRST)
    assert "".join(map(chr, canvas.codes[1].tolist())) == "bcd"
    assert not canvas.codes[0].any()
    assert not canvas.is_free(2, 0, 2)


def test_values_are_read_at_the_nearest_point() -> None:
    curve = Curve.of("", np.array([0.0, 10.0, 20.0]), np.array([1.0, 2.0, 3.0]))
    assert [curve.at(x) for x in (-5, 4, 6, 14.9, 99)] == [1, 1, 2, 2, 3]
    nothing: Floats = np.empty(0)
    assert np.isnan(Curve.of("", nothing, nothing).at(3))
    assert np.isnan(Curve.of("", nothing, nothing).now)
