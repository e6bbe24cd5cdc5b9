"""A pane that fills the page: large, never wider than the terminal, and as it was afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widget import Widget

from rnn_tui.experiments import load
from rnn_tui.present.tables.cells import Column
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.panes.network import NetworkView
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.table.table_layout import TableLayout
from rnn_tui.tui.toolkit.backdrop import lines_of

SIZES = [(60, 16), (80, 24), (160, 45)]
BARS = (Column("t", 3), Column("norm", 8), Column("", 0, "left"))


def screen_of(pilot: Pilot[Any]) -> ExplorerScreen:
    assert isinstance(pilot.app.screen, ExplorerScreen)
    return pilot.app.screen


def regions(screen: ExplorerScreen) -> dict[Widget, Region]:
    return {pane: pane.region for pane in screen.page.query(Pane)}


def reachable(screen: ExplorerScreen) -> list[Pane]:
    return [pane for pane in screen.page.query(Pane) if pane.region.area]


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["sentiment", "grammar"])
async def test_each_pane_fills_the_page_and_no_more(name: str, size: tuple[int, int]) -> None:
    async with Explorer(load(name)).run_test(size=size) as pilot:
        await pilot.press("F", "b")
        for page in "1234":
            await pilot.press(page)
            await pilot.pause()
            screen = screen_of(pilot)
            before, all_of_it = regions(screen), screen.pages.region
            for pane in reachable(screen):
                screen.page.zoom(pane)
                await pilot.pause()
                assert pane.region == all_of_it, pane
                inside = [one for one in pane.walk_children(Widget) if one.region.area]
                assert all(all_of_it.contains_region(one.region) for one in inside), pane
                screen.page.zoom(None)
                await pilot.pause()
                assert regions(screen) == before, pane


async def test_header_and_keys_stay_and_say_how_to_get_back() -> None:
    async with Explorer(load("sentiment")).run_test(size=(80, 24)) as pilot:
        await pilot.press("F", "B", "z")
        await pilot.pause()
        first, *_, hint, keys = (strip.text for strip in lines_of(pilot.app.screen))
        assert "[1 Step]" in first
        assert "fills the screen ·  z  or  esc  back" in hint
        assert keys.startswith(" esc back")
        await pilot.press("escape")
        await pilot.pause()
        assert screen_of(pilot).page.zoomed is None
        assert "esc back" not in lines_of(pilot.app.screen)[-1].text


async def test_a_large_table_has_wide_cells_tall_rows_and_bars_to_the_edge() -> None:
    async with Explorer(load("sentiment")).run_test(size=(100, 30)) as pilot:
        await pilot.press("F", "B")
        table = screen_of(pilot).query_one("#gradient-table", TableView)
        before = table._fit.widths
        table.focus()
        await pilot.press("z")
        await pilot.pause()
        assert all(new > old for new, old in zip(table._fit.widths, before, strict=True))
        assert table._fit.width + 1 == table.size.width
        assert table._tall > 1
        await pilot.click(table, offset=(30, table.STAYING + 2 * table._tall))
        assert table.cursor_row == 2
        await pilot.press("escape", "z", "z")
        assert table._fit.widths == before


@pytest.mark.parametrize("room", [0, 10, 13, 20, 50, 200])
def test_columns_that_are_spread_take_no_more_room_than_there_is(room: int) -> None:
    plain = TableLayout.fit(BARS, 1, room)
    wide = TableLayout.fit(BARS, 1, room, spread=True)
    assert all(new >= old for new, old in zip(wide.widths[:2], plain.widths[:2], strict=True))
    assert wide.width <= max(room, plain.width)


async def test_esc_without_a_zoomed_pane_says_nothing() -> None:
    async with Explorer(load("sentiment")).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        before = screen_of(pilot).notice
        await pilot.press("escape")
        assert screen_of(pilot).notice == before


@pytest.mark.parametrize("size", [(60, 16), (100, 30)])
async def test_the_network_has_the_screen_where_it_has_no_room_beside_others(
    size: tuple[int, int],
) -> None:
    async with Explorer(load("gates")).run_test(size=size) as pilot:
        await pilot.press("F", "2")
        await pilot.pause()
        screen = screen_of(pilot)
        await pilot.press("Z")
        await pilot.pause()
        view = screen.query_one(NetworkView)
        assert screen.page.NAME == "step"
        assert view.has_focus
        assert view.region.height > size[1] // 2
        assert view.drawing is not None
        assert any("+0.3" in piece.text for row in view.drawing.rows for piece in row)
        await pilot.press("Z")
        await pilot.pause()
        assert not view.region.area
        assert screen.focused is not None
        assert screen.focused.region.area, "the keys go to a pane that is seen"
