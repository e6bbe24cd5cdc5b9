"""Large arrays as pictures: every number has its square, and the one under the cursor is named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import Color
from textual.pilot import Pilot

from rnn_tui.experiments import load
from rnn_tui.present.tables.weights import MatrixTable
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.why import WhyScreen
from rnn_tui.tui.table.matrix_view import HALVES, UPPER, Grid, MatrixView, _two_squares

SIZES = st.integers(1, 700)


@settings(max_examples=80, deadline=None)
@given(SIZES, SIZES, st.integers(1, 200), st.integers(1, 60))
def test_every_number_is_in_the_square_that_it_has(
    rows: int, columns: int, width: int, height: int
) -> None:
    grid = Grid.of((rows, columns), width, height)
    for row, column in ((0, 0), (rows - 1, columns - 1), (rows // 2, columns // 3)):
        x, y = grid.square(row, column)
        assert x < width
        assert y < grid.lines * HALVES
        first = grid.place(x, y)
        assert first is not None
        assert first[0] <= row < first[0] + grid.block
        assert first[1] <= column < first[1] + grid.block


def test_a_small_array_fills_the_room_that_it_has() -> None:
    grid = Grid.of((6, 40), 170, 30)
    assert (grid.across, grid.side, grid.lines) == (4, 10, 30), "squares would be 4 a side"
    narrow = Grid.of((40, 3), 100, 30)
    assert (narrow.across, narrow.side) == (3, 1), "and never more than some times"


def view_of(pilot: Pilot[Any], name: str = "W_hh") -> MatrixView:
    return pilot.app.screen.query_one(f"#{name}-table", MatrixView)


@pytest.mark.parametrize(
    "size",
    [
        (80, 24),
        *(pytest.param(size, marks=pytest.mark.slow) for size in [(60, 16), (120, 36)]),
    ],
)
async def test_a_large_matrix_is_a_picture_and_numbers_on_a_key(size: tuple[int, int]) -> None:
    async with Explorer(load("grammar")).run_test(size=size) as pilot:
        await pilot.press("3")
        await pilot.pause()
        view = view_of(pilot)
        assert view.is_picture
        assert view.virtual_size.width <= size[0]
        assert UPPER * 8 in view.render_line(1).text
        await pilot.press("H")
        await pilot.pause()
        assert "h[0]" in view.render_line(0).text
        await pilot.press("H")
        assert UPPER * 8 in view.render_line(1).text


@pytest.mark.slow
async def test_the_number_under_the_cursor_is_named_and_explained() -> None:
    async with Explorer(load("grammar")).run_test(size=(120, 36)) as pilot:
        await pilot.press("3")
        await pilot.pause()
        view = view_of(pilot)
        await pilot.press("down", "right", "right")
        table = view.table
        assert isinstance(table, MatrixTable)
        assert f"W_hh[1,2] = {table.cells(1, 3, 4)[0].text}" in view.render_line(0).text
        await pilot.click(view, offset=(1 + 7, 1 + 2))
        assert view.cursor == (4, 8)
        await pilot.click(view, offset=(1 + 7, 1 + 2))
        await pilot.pause()
        assert isinstance(pilot.app.screen, WhyScreen)


async def test_a_small_matrix_stays_a_table() -> None:
    async with Explorer(load("sentiment")).run_test(size=(80, 24)) as pilot:
        await pilot.press("3")
        await pilot.pause()
        assert not view_of(pilot).is_picture


def test_a_square_without_colour_is_blank_on_the_terminals_own_background() -> None:
    none, blue = Color.default(), Color.parse("blue")
    drawn = [_two_squares(*pair) for pair in ((none, none), (none, blue), (blue, none))]
    assert [one.text for one in drawn] == [" ", "▄", "▀"]
    assert all(one.style is not None and one.style.color == blue for one in drawn[1:])
