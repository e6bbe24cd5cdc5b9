"""How the lines of a screen are shared out on the Step page."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.experiments import load
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.sizes import HIGH, LOW, Contents, step_heights
from rnn_tui.tui.sizes import _least as least
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.widgets.text_view import TextView

CONTENTS = st.builds(
    Contents,
    examples=st.none() | st.integers(0, 500),
    timesteps=st.integers(1, 300),
    units=st.integers(0, 500),
    begun=st.booleans(),
    curve=st.booleans(),
    states=st.integers(1, 2),
    layers=st.integers(1, 3),
    width=st.sampled_from([80, 120, 200]),
)


@settings(max_examples=60, deadline=None)
@given(st.integers(24, 70), CONTENTS)
def test_all_lines_are_given_and_none_twice(height: int, contents: Contents) -> None:
    around = 5  # header, timeline, keys; hint and operation, or a hint of two lines
    given = step_heights(height, contents)
    assert sum(given.values()) == max(height - around, sum(dict(least(height, contents)).values()))


@settings(max_examples=60, deadline=None)
@given(st.integers(HIGH, 70), CONTENTS)
def test_the_loss_has_no_empty_rows_while_the_tables_want_some(
    height: int, contents: Contents
) -> None:
    heights = step_heights(height, contents)
    if heights["middle"] < contents.timesteps + 4 or not contents.curve:
        assert heights["loss"] == 4


@settings(max_examples=60, deadline=None)
@given(st.integers(10, 70), CONTENTS)
def test_a_part_has_room_for_its_border_and_a_line_or_none(height: int, contents: Contents) -> None:
    assert all(lines == 0 or lines >= 3 for lines in step_heights(height, contents).values())


def test_an_empty_why_leaves_its_lines_to_the_tables() -> None:
    empty, full = (step_heights(36, Contents(None, 25, 64, begun)) for begun in (False, True))
    assert empty["why"] == 3
    assert empty["middle"] > full["middle"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "size", "rows"),
    [("sentiment", (80, 24), 5), ("phrases", (120, 36), 6), ("grammar", (120, 36), 7)],
)
async def test_so_many_rows_of_states_are_in_sight(
    name: str, size: tuple[int, int], rows: int
) -> None:
    async with Explorer(load(name)).run_test(size=size) as pilot:
        await pilot.press("F")
        await pilot.pause()
        table = pilot.app.screen.query_one("#hidden-table", TableView)
        assert table.page >= rows


@pytest.mark.slow
async def test_a_pane_that_has_no_room_comes_back_with_it() -> None:
    async with Explorer(load("sentiment")).run_test(size=(120, 36)) as pilot:
        await pilot.press("f")
        why = pilot.app.screen.query_one("#why")
        shown = [bool(why.display)]
        for height in (LOW, HIGH):
            await pilot.resize_terminal(120, height)
            await pilot.pause()
            shown.append(bool(why.display))
        assert shown == [True, False, True]
        assert "h[0]" in str(why.query_one("#why-text", TextView).text)
