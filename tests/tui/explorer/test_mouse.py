"""What a mouse and tab reach: panes, cells, and the way out of dialogs."""

from __future__ import annotations

from typing import Any

import pytest
from session.diverging import diverging_experiment
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input
from waiting import until

from rnn_tui.experiments import load
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.bindings import ACT_OF_VERB
from rnn_tui.tui.dialogs.finding.autopsy import AutopsyScreen
from rnn_tui.tui.dialogs.help import HelpScreen
from rnn_tui.tui.dialogs.modal import Modal, with_clicks
from rnn_tui.tui.dialogs.why import WhyScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.panes.network import NetworkView
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.panes.tokens import TokensPane
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.toolkit.backdrop import lines_of
from rnn_tui.tui.widgets.bars import StatusLine
from rnn_tui.tui.widgets.keys import KeyLine

PAGES = [("sentiment", (60, 16)), ("sentiment", (120, 36)), ("hello", (80, 24)),
         ("melody", (100, 30)), ("grammar", (160, 45))]  # fmt: skip
OPENING = ["question_mark", "slash", "colon", "i", "g", "E", "k", "R", "o", "S", "X", "G",
           "equals_sign"]  # fmt: skip


def explorer_of(pilot: Pilot[Any]) -> ExplorerScreen:
    assert isinstance(pilot.app.screen_stack[1], ExplorerScreen)
    return pilot.app.screen_stack[1]


def pane_of(widget: Widget | None) -> Pane | None:
    ways = widget.ancestors_with_self if widget else ()
    return next((one for one in ways if isinstance(one, Pane)), None)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "size"), PAGES)
async def test_every_pane_is_reached_by_tab_and_click_and_explains_itself(
    name: str, size: tuple[int, int]
) -> None:
    async with Explorer(load(name)).run_test(size=size) as pilot:
        for page in "1234":
            await pilot.press(page)
            await pilot.pause()
            screen = explorer_of(pilot)
            panes = {pane for pane in screen.page.query(Pane) if pane.region.area}
            assert {pane_of(widget) for widget in screen.focus_chain} >= panes
            for pane in panes:
                await pilot.click(pane, offset=(0, 0))
                assert pane_of(screen.focused) is pane
                await pilot.press("question_mark")
                help_screen = pilot.app.screen
                assert isinstance(help_screen, HelpScreen)
                assert help_screen.text.endswith(pane.HELP_TEXT)
                assert ("h_t = " in help_screen.text) >= pane.TELLS_NETWORK
                await pilot.press("escape")


@pytest.mark.slow
@pytest.mark.parametrize("key", OPENING)
async def test_a_dialog_is_left_by_a_click_outside_and_on_its_esc(key: str) -> None:
    async with Explorer(load("sentiment")).run_test(size=(160, 45)) as pilot:
        for way in ("outside", "esc"):
            await pilot.press("F", key)
            await pilot.pause()
            dialog = pilot.app.screen
            assert isinstance(dialog, Modal)
            offset = (0, 0)
            if way == "esc":
                lines = [strip.text for strip in lines_of(dialog)]
                y = max(i for i, line in enumerate(lines) if "esc" in line and "╰" in line)
                offset = (lines[y].index("esc") + 1, y)
            await pilot.click(offset=offset)
            await until(pilot, lambda: pilot.app.screen is explorer_of(pilot))


def top(pilot: Pilot[Any]) -> object:
    """The screen that has the keys."""
    return pilot.app.screen


async def test_a_click_inside_a_dialog_keeps_it() -> None:
    async with Explorer(load("sentiment")).run_test(size=(120, 36)) as pilot:
        await pilot.press("i")
        await pilot.pause()
        await pilot.click(Input)
        await pilot.pause()
        assert isinstance(pilot.app.screen, Modal)


def test_names_of_keys_are_clicked_and_nothing_else_is() -> None:
    text = with_clicks("⏎ on · del remove · b back · ↑↓ choose · esc leave")
    clicks = (span for span in text.spans if "@click" in str(span.style))
    clicked = [text.plain[span.start : span.end] for span in clicks]
    assert clicked == ["⏎ on", "del remove", "b back", "esc leave"]


async def test_a_number_chooses_a_cure_and_enter_applies_it() -> None:
    async with Explorer(diverging_experiment()).run_test(size=(120, 36)) as pilot:
        await pilot.press("e")
        await pilot.pause()
        card = pilot.app.screen
        assert isinstance(card, AutopsyScreen)
        timeline = explorer_of(pilot).session.moment.timeline
        await pilot.press("enter")
        assert top(pilot) is card, "none was chosen"
        await pilot.press("2", "1", "1")
        assert card.chosen == 0
        assert top(pilot) is card
        assert explorer_of(pilot).session.moment.timeline is timeline
        await pilot.press("down", "up", "enter")
        await pilot.pause()
        assert pilot.app.screen is explorer_of(pilot)
        assert explorer_of(pilot).session.moment.timeline is not timeline


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "side"), [("#hidden-table", "right"), ("#gradient-table", "left")]
)
async def test_why_stands_beside_what_it_explains(table: str, side: str) -> None:
    async with Explorer(load("sentiment")).run_test(size=(120, 36)) as pilot:
        await pilot.press("F", "B")
        shown = explorer_of(pilot).query_one(table, TableView)
        shown.focus()
        await pilot.press("enter")
        await pilot.pause()
        why = pilot.app.screen
        assert isinstance(why, WhyScreen)
        dialog = why.query_one(".dialog").region
        assert dialog.x > 50 if side == "right" else dialog.right < 70
        assert dialog.intersection(shown.region).width <= 2, "the table can be read"


async def test_tips_say_what_a_click_does() -> None:
    async with Explorer(load("sentiment")).run_test(size=(120, 36), tooltips=True) as pilot:
        await pilot.press("F")
        screen = explorer_of(pilot)
        lines = [strip.text for strip in lines_of(pilot.app.screen)]
        for widget, line, text in (
            (StatusLine, 0, "2 Train"),
            (KeyLine, -1, "b backward"),
            (TokensPane, -1, ""),
        ):
            y = line % len(lines) if text else screen.query_one(TokensPane).region.y
            x = lines[y].index(text or "backward") + 1
            await pilot.hover(offset=(x, y))
            wanted = "train_page" if "Train" in text else "backward" if text else "finish_backward"
            act = ACT_OF_VERB[wanted]
            assert screen.query_one(widget).tooltip == f"{act.about}  ({act.key_text})"
        table = screen.query_one("#hidden-table", TableView)
        await pilot.hover(table, offset=(14, 3))
        assert str(table.tooltip).startswith("h[1,0]")


@pytest.mark.parametrize("view", ["#gradient-table", "#network-view"])
async def test_a_click_in_a_pane_without_the_focus_only_selects(view: str) -> None:
    async with Explorer(load("sentiment")).run_test(size=(120, 36)) as pilot:
        await pilot.press("F", "B")
        await pilot.pause()
        screen = explorer_of(pilot)
        shown = screen.query_one(view)
        if isinstance(shown, TableView):
            x, y = 15, 1  # where its cursor is
            assert shown.cursor == (0, 2)
        else:
            assert isinstance(shown, NetworkView)
            assert shown.node is not None
            x, y = shown.node.x, shown.node.y
        await pilot.click(shown, offset=(x, y))
        await pilot.pause()
        assert top(pilot) is screen
        assert screen.focused is shown
        await pilot.click(shown, offset=(x, y))
        await pilot.pause()
        assert isinstance(pilot.app.screen, WhyScreen)
