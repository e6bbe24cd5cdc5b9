"""The axes of charts: plain cells, each tick in its place with its number under or beside it."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.present.charts import frame as frames
from rnn_tui.present.charts.charts import line_chart
from rnn_tui.present.charts.frame import frame
from rnn_tui.session.runs.series import Series

Y_TICKS = {0: "0.00", 6: "0.25", 12: "0.50"}


def test_a_frame_looks_like_this() -> None:
    assert frame(40, 7, {0: "0", 17: "10", 35: "epoch 20"}, {0: "0.0", 2: "0.4", 4: "0.8"}) == (
        "0.8┤                                    ",
        "   │                                    ",
        "0.4┤                                    ",
        "   │                                    ",
        "0.0┤                                    ",
        "   └┬────────────────┬─────────────────┬",
        "    0                10         epoch 20",
    )


@st.composite
def sizes_and_ticks(draw: st.DrawFn) -> tuple[int, int, list[int], list[int]]:
    """A size, and cells of ticks on both axes; numbers are of one digit, so none touches another."""
    width, height = draw(st.integers(20, 200)), draw(st.integers(5, 60))
    x = draw(st.sets(st.integers(0, (width - 3) // 2), min_size=1, max_size=6))
    y = draw(st.sets(st.integers(0, height - 3), min_size=1, max_size=6))
    return width, height, [2 * one for one in sorted(x)], sorted(y)


@given(sizes_and_ticks())
def test_each_tick_is_in_its_cell_and_its_number_with_it(
    drawn: tuple[int, int, list[int], list[int]],
) -> None:
    width, height, x, y = drawn
    x = [one for one in x if one < width - 2] or [0]
    lines = frame(width, height, dict.fromkeys(x, "7"), dict.fromkeys(y, "8"))
    assert len(lines) == height
    assert all(len(line) == width and line.isprintable() for line in lines)
    *beside, axis, numbers = lines
    assert [cell - 2 for cell, sign in enumerate(axis) if sign == "┬"] == x
    assert [cell - 2 for cell, sign in enumerate(numbers) if sign == "7"] == x
    rows = [len(beside) - 1 - row for row, line in enumerate(beside) if line.startswith("8┤")]
    assert sorted(rows) == y


def test_a_number_that_would_leave_the_axis_is_moved_back_to_its_end() -> None:
    for cell in range(30, 35):
        numbers = frame(40, 15, {0: "0", cell: "epoch 30"}, Y_TICKS)[-1]
        assert numbers.split() == ["0", "epoch", "30"]


def test_a_frame_is_drawn_once() -> None:
    first = frame(50, 9, {0: "0", 20: "20"}, {0: "0", 5: "5"})
    assert frame(50, 9, {0: "0", 20: "20"}, {0: "0", 5: "5"}) is first


def test_a_chart_is_drawn_without_axes_where_plotext_can_not_be_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frames._frame.cache_clear()
    monkeypatch.setitem(sys.modules, "plotext", None)
    assert frame(40, 15, {0: "0"}, Y_TICKS) == ()
    lines = line_chart(Series(np.array([1.0, 0.5, 0.25])), 40, 9)
    assert len(lines) == 9
    assert any(line.strip() for line in lines)
    assert not any("┤" in line for line in lines)
