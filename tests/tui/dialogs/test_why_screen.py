"""Asking why, by key and by address."""

from __future__ import annotations

import pytest
from making import make_stream
from textual.widgets import Input, OptionList, Static

from rnn_tui.experiments import load
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.typed.ask import AskScreen
from rnn_tui.tui.dialogs.why import WhyScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.table.table import TableView


def title(app: Explorer) -> str:
    assert isinstance(app.screen, WhyScreen)
    return str(app.screen.query_one(".dialog").border_title)


def said(app: Explorer, name: str = "#why-said") -> str:
    return str(app.screen.query_one(name, Static).render())


async def test_down_to_where_a_number_begins_and_back() -> None:
    app = Explorer(load("sentiment"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f", "f", "right", "enter")
        assert title(app) == "Why h[1,1]"
        await pilot.press("enter")
        assert title(app) == "Why h[1,1] › pre[1,1]"
        await pilot.press("down", "enter", "right", "enter")
        assert title(app) == "Why h[1,1] › pre[1,1] › hh[1,1] › h[0,0]"
        assert "+0.4621" in said(app, "#why-lines")
        await pilot.press("enter", "enter", "right", "enter", "enter")
        await pilot.pause()
        assert "given, not computed" in said(app)
        await pilot.press("g")
        await pilot.pause()
        assert "You are already at epoch 0" in said(app)
        await pilot.press("backspace", "backspace", "backspace")
        assert title(app) == "Why h[1,1] › pre[1,1] › hh[1,1] › h[0,0]"
        await pilot.press(*["backspace"] * 4)
        assert title(app) == "Why h[1,1]"
        assert "the first number you asked for" in said(app)
        await pilot.press("escape")
        assert isinstance(app.screen, ExplorerScreen)


async def test_it_begins_on_the_largest_term_and_comes_back_to_the_one_it_left() -> None:
    app = Explorer(load("sentiment"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("F", "B", "slash")
        app.screen.query_one(Input).value = "dh[2,0]"
        await pilot.press("enter")
        await pilot.pause()
        table = app.screen.query_one(TableView)
        assert table.table is not None
        assert [cell.text for cell in table.table.cells(0, 0, 2)] == ["dh_local[2,0]", "0.0000"]
        assert table.cursor_row == 1, "it has no output of its own"
        await pilot.press("enter")
        assert title(app) == "Why dh[2,0] › dh_next[3,0]"
        before = table.cursor_row
        await pilot.press("down" if before == 0 else "up", "enter", "backspace")
        assert table.cursor_row == (1 if before == 0 else before - 1)


@pytest.mark.slow
async def test_a_weight_leads_to_the_epoch_that_moved_it() -> None:
    app = Explorer(load("sentiment"))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press(*["e"] * 15, "slash", *"W_hh", "left_square_bracket", *"1", "comma", "0")
        await pilot.press("right_square_bracket", "enter")
        await pilot.pause()
        assert title(app) == "Why W_hh[1,0]"
        await pilot.press("down", "enter")
        assert "v_W_hh[1,0]@" in title(app)
        update = int(title(app).rpartition("@")[2])
        await pilot.press("g")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, ExplorerScreen)
        assert screen.session.view.update == update < 15


async def test_completion_by_tab_and_by_arrows() -> None:
    app = Explorer(load("sentiment"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("F", "slash")
        assert isinstance(app.screen, AskScreen)
        names = app.screen.query_one(OptionList).option_count
        await pilot.press("d", "h", "_")
        assert app.screen.query_one(OptionList).option_count < names
        await pilot.press("tab", "tab", "down", "down", "enter")
        field = app.screen.query_one(Input)
        assert field.value == "dh_local[0,1]"
        assert "not been computed yet" in said(app, ".problem")
        field.value = "pre[2,9]"
        await pilot.press("enter")
        assert isinstance(app.screen, AskScreen)
        assert "9 is not a unit from 0 to 2" in said(app, ".problem")
        field.value = "pre[2,1]"
        await pilot.press("enter")
        await pilot.pause()
        assert title(app) == "Why pre[2,1]"


async def test_the_why_pane_goes_into_its_last_op() -> None:
    app = Explorer(load("sentiment"))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("F", "B", "n", "n")
        app.screen.query_one("#why-text").focus()
        await pilot.press("enter")
        await pilot.pause()
        assert title(app) == "Why grad_norm"
        await pilot.press("s", "y")
        assert "Copied" in said(app)


async def test_a_token_that_is_not_read_has_a_gradient_of_nothing() -> None:
    app = Explorer(make_stream("abcabdabcd", 2, learned=2))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("F", "B", "slash", *"dE", "left_square_bracket", *"3,0")
        await pilot.press("right_square_bracket", "enter")
        assert title(app) == "Why dE[3,0]"
        await pilot.press("down", "enter", "escape")
        assert isinstance(app.screen, ExplorerScreen)


@pytest.mark.slow
async def test_the_cursor_goes_to_the_number_that_was_asked_for() -> None:
    app = Explorer(make_stream("abcd" * 300, 900))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("F", "slash")
        app.screen.query_one(Input).value = "h[700,2]"
        await pilot.press("enter")
        await pilot.pause()
        assert title(app) == "Why h[700,2]"
        await pilot.press("escape")
        table = app.screen.query_one("#hidden-table", TableView)
        assert (table.cursor_row, table.cursor_column) == (701, 4)
        assert table.scroll_offset.y <= 701 < table.scroll_offset.y + table.size.height


async def test_all_terms_are_in_sight_beside_what_is_explained() -> None:
    app = Explorer(load("sentiment"))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("F", "B")
        for ref in ("hh[1,0]", "dh_next[1,0]", "y[3,0]", "W_hy[0,0]"):
            assert isinstance(app.screen, ExplorerScreen)
            app.screen.controllers.asking.explain(
                ref, app.screen.query_one("#gradient-table").region
            )
            await pilot.pause()
            table = app.screen.query_one("#why-terms", TableView)
            assert table.table is not None
            assert table.size.height > table.table.row_count
            assert not table.show_horizontal_scrollbar
            assert table.virtual_size.width <= table.size.width
            await pilot.press("escape")
