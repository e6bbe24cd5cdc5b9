"""A comparison as a table and as a chart."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from rnn_tui.comparing import Comparison, Length, RunOutcome, Spread, axis_of, grid_of
from rnn_tui.present.analyses import comparing as words
from rnn_tui.present.charts.charts import draw
from rnn_tui.present.charts.plot import Curve, Ink, Plot

CURVE = RunOutcome((1, 2, 3), (2.0, 1.5, 1.0), (), 0.5, math.nan, 7.25, 0.25, 1.125, 12.34, 3)


def compared(*losses: float, tested: bool = False, seeds: int = 1) -> Comparison:
    """Rows of `hello`, a learning rate each, with these last losses in the order of the runs."""
    rates = ",".join(f"0.{k + 1}" for k in range(len(losses) // seeds))
    axes = [axis_of(f"training.learning_rate={rates}")]
    grid = grid_of("hello", [], axes, seeds, Length(steps=3))
    outcomes = {}
    for place, loss in enumerate(losses):
        broke = None if math.isfinite(loss) else 2
        curve = (2.0, 1.5, loss)
        test = curve if tested else ()
        outcomes[place] = replace(
            CURVE, loss=curve, test_loss=test, test_accuracy=0.75, broke=broke
        )
    return Comparison.of(grid, outcomes)


def picture(plot: Plot, width: int = 60, height: int = 12) -> list[str]:
    return ["".join(piece.text for piece in row) for row in draw(plot, width, height)]


def test_a_row_says_all_in_figures() -> None:
    found = compared(1.0, 1.25, 1.5, 2.0, 2.0, 2.0, seeds=3)
    assert words.headings(found) == (
        "", "learning_rate", "train loss", "right", "max ‖g‖", "clipped", "ρ", "secs",
    )  # fmt: skip
    first, second = words.table_rows(found)
    assert first == ("▸a", "0.1", "1.2500\n1.0000–1.5000", "50.0%", "7.25", "25.0%", "1.12", "12.3")
    assert second[:3] == (" b", "0.2", "2.0000")
    assert list(words.notes(found)) == [
        "Medians over random starts; of losses the range, too; max ‖g‖ is that of all starts.",
        "▸ best: learning_rate=0.1, the least training loss",
    ]


def test_settings_of_gates_have_no_radius() -> None:
    found = compared(1.0, 1.25)
    without = Comparison.of(found.grid, dict.fromkeys(range(2), replace(CURVE, radius=math.nan)))
    assert words.headings(without)[-2:] == ("clipped", "secs")
    assert len(next(words.table_rows(without))) == len(words.headings(without))


def test_unseen_data_has_a_column_and_judges() -> None:
    found = compared(1.0, 0.5, tested=True)
    assert words.headings(found)[2:5] == ("train loss", "val loss", "right")
    assert next(words.table_rows(found))[4] == "75.0%"
    assert words.unseen(found) == "validation"
    assert list(words.notes(found)) == ["▸ best: learning_rate=0.2, the least validation loss"]


def test_what_can_hardly_be_told_apart_is_said() -> None:
    near = compared(1.0, 1.2, 1.4, 1.3, 1.5, 1.6, 2.0, 2.0, 2.0, seeds=3)
    assert list(words.notes(near))[-1].endswith("training loss; 1 other within its spread")
    same = compared(1.0, 1.0, 1.0, 2.0)
    assert list(words.notes(same))[-1].endswith("training loss; 2 others exactly as good")


def test_runs_that_broke_are_counted() -> None:
    found = compared(1.0, math.nan, 1.0, math.nan, math.nan, 1.0, seeds=3)
    first, second = words.table_rows(found)
    assert words.headings(found)[-1] == "broke"
    assert (first[-1], second[-1]) == ("1 of 3", "2 of 3")
    assert second[2] == "broke"
    assert any(line.startswith("broke: ") for line in words.notes(found))
    nothing = compared(math.nan, math.nan)
    assert not any("best" in line for line in words.notes(nothing))
    assert picture(words.plot(nothing))


@pytest.mark.parametrize(
    ("spread", "text"),
    [
        (Spread(0.5, 0.5, 0.5), "0.5000"),
        (Spread(0.5, 0.25, 1.0), "0.5000\n0.2500–1.0000"),
        (Spread(math.nan, 0.1, 0.1), "broke"),
    ],
)
def test_a_spread_in_words(spread: Spread, text: str) -> None:
    assert words.spread_text(spread) == text


def test_every_line_of_the_chart_has_a_letter_and_a_look_of_its_own() -> None:
    found = compared(1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
    plot = words.plot(found)
    assert [curve.letter for curve in plot.curves] == list("abcdef")
    assert len({(curve.ink, curve.stroke) for curve in plot.curves}) == 6
    assert plot.curves[0].name == "learning_rate=0.6"
    shown = "".join(picture(plot, 100, 20))
    assert all(shown.count(letter) >= 2 for letter in "abcdf"), "where it is alone, and at its end"
    assert "not drawn" not in words.chart_title(found)


def test_the_legend_says_where_a_curve_was_lowest() -> None:
    x = np.array([100.0, 1200.0, 1300.0])
    curve = Curve.of("a", x, np.array([2.0, 0.5, np.nan]))
    assert words.least_text(curve, "step") == "least 0.5000 at step 1,200"
    assert words.least_text(Curve.of("a", x, np.full(3, np.nan)), "step") == "broke"


def test_of_many_lines_the_ends_are_drawn() -> None:
    found = compared(*(1.0 + place / 10 for place in range(9)))
    names = [curve.name for curve in words.plot(found).curves]
    assert names == [f"learning_rate=0.{place}" for place in (1, 2, 3, 7, 8, 9)]
    assert words.chart_title(found).endswith("the best 3 and the worst 3, 3 between them not drawn")
    assert [row[0] for row in words.table_rows(found)] == [
        "▸a", " b", " c", " ", " ", " ", " d", " e", " f",
    ]  # fmt: skip


def test_a_range_is_shaded_between_its_ends_and_nowhere_else() -> None:
    x = np.array([0.0, 1.0])
    low, high = np.array([0.25, 0.25]), np.array([0.75, 0.75])
    curve = Curve.of("", x, np.array([0.5, 0.5]), band=(low, high))
    plot = Plot((curve,), low=0.0, high=1.0)
    rows = draw(plot, 40, 22)[:20]
    inks = [{piece.ink for piece in row if piece.text.strip(" ⠀│┤")} - {Ink.NUMBER} for row in rows]
    shaded = [place for place, found in enumerate(inks) if Ink.RANGE in found]
    (middle,) = (place for place, found in enumerate(inks) if Ink.FIRST in found)
    assert middle == pytest.approx(len(rows) / 2, abs=1)
    quarter = len(rows) // 4
    assert {*range(middle - quarter + 1, middle + quarter)} - {middle} <= {*shaded}
    assert {*shaded} <= {*range(middle - quarter, middle + quarter + 1)} - {middle}
    cells = [piece.text for row in rows for piece in row if piece.ink is Ink.RANGE]
    assert all(0 < bin(ord(c) - 0x2800).count("1") <= 4 for text in cells for c in text), "sparse"
    bare = draw(Plot((Curve.of("", x, np.array([0.5, 0.5])),), low=0.0, high=1.0), 40, 22)
    assert not any(piece.ink is Ink.RANGE for row in bare for piece in row)


def test_the_axis_reaches_to_the_ends_of_the_ranges() -> None:
    x = np.array([0.0, 1.0])
    ends = (np.array([1.0, 1.0]), np.array([9.0, np.nan]))
    plain = picture(Plot((Curve.of("", x, np.array([2.0, 2.0])),)))
    wide = picture(Plot((Curve.of("", x, np.array([2.0, 2.0]), band=ends),)))
    assert not any(line.lstrip().startswith("10") for line in plain)
    assert any(line.lstrip().startswith("10") for line in wide)
