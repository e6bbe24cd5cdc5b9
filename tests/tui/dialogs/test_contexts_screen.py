"""Two contexts on the screen: opened, looked through, another one chosen, typed, gone to."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static
from waiting import until

from rnn_tui.experiments import load
from rnn_tui.session.commands.meaning import relevance
from rnn_tui.session.session import Session
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.candidates import CandidatesScreen
from rnn_tui.tui.dialogs.contexts import ContextsScreen
from rnn_tui.tui.dialogs.typed.prompt import SentencePrompt
from rnn_tui.tui.dialogs.why import WhyScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.screen_acts import words_of
from rnn_tui.tui.table.matrix_view import MatrixView
from rnn_tui.tui.table.table import TableView


async def opened(pilot: Pilot[Any]) -> ContextsScreen:
    await pilot.press("c")
    await until(pilot, lambda: isinstance(pilot.app.screen, ContextsScreen))
    await pilot.pause()
    dialog = pilot.app.screen
    assert isinstance(dialog, ContextsScreen)
    return dialog


def said(dialog: ContextsScreen, name: str = "#story") -> str:
    return str(dialog.query_one(name, Static).visual)


def session_of(pilot: Pilot[Any]) -> Session:
    screen = pilot.app.screen_stack[1]
    assert isinstance(screen, ExplorerScreen)
    return screen.session


async def test_two_contexts_from_the_key_to_the_other_sentence() -> None:
    async with Explorer(load("bank")).run_test(size=(80, 24)) as pilot:
        dialog = await opened(pilot)
        first = said(dialog)
        assert "Up to “the” both read the same; “bank” moves unit 0 by " in first
        side, here, there = (dialog.query_one(one, TableView)
                             for one in ("#side", "#units-here", "#units-there"))  # fmt: skip
        assert here.has_focus
        assert here.cursor == there.cursor == (2, 1)
        assert dialog.query_one(".dialog").region.bottom <= 24
        assert here.region.height >= 6, "all five rows below their heading"
        await pilot.resize_terminal(60, 16)
        await until(pilot, lambda: "The states differ" not in said(dialog))
        assert min(side.region.height, here.region.height) >= 3, "tables before sentences"
        await pilot.resize_terminal(80, 24)
        await pilot.press("down", "right")
        assert "“is” moves unit 1 by " in said(dialog)
        assert side.cursor_row == there.cursor_row == 3
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, WhyScreen))
        await pilot.press("escape", "h")
        assert "This cell has one state, h" in said(dialog, ".problem")

        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.screen, CandidatesScreen))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "savings" not in said(dialog))
        assert dialog.other.example.text == "the city bank is quiet"
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: said(dialog) == first)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(pilot.app.screen, SentencePrompt))
        pilot.app.screen.query_one(Input).value = "a bank is old"
        await pilot.press("enter")
        await until(pilot, lambda: "They differ from the first word on" in said(dialog))
        assert "no label" in said(dialog, "#answers")

        await pilot.press("g")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExplorerScreen))
        view = session_of(pilot).view
        assert (view.typed, view.current.text) == (True, "a bank is old")


@pytest.mark.slow
async def test_its_key_belongs_to_the_text_page_there_and_a_lone_example_asks() -> None:
    async with Explorer(load("gates")).run_test(size=(120, 36)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, SentencePrompt))
        pilot.app.screen.query_one(Input).value = "x1 x3 x3 x4"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ContextsScreen))
        asked = pilot.app.screen
        assert isinstance(asked, ContextsScreen)
        await until(pilot, lambda: "“x3” moves unit " in said(asked))
        await pilot.press("h")
        await until(pilot, lambda: " of c by " in said(asked))
    async with Explorer(load("phrases")).run_test(size=(120, 36)) as pilot:
        dialog = await opened(pilot)
        assert all(view.is_picture for view in dialog.query(MatrixView)), "64 units are a picture"
        await pilot.press("escape", "colon")
        await pilot.pause()
        pilot.app.screen.query_one(Input).value = "contexts 3"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ContextsScreen))
        by_verb = pilot.app.screen
        assert isinstance(by_verb, ContextsScreen)
        assert by_verb.other.place == 2
        await pilot.press("escape", "4", "c")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ExplorerScreen), "c orders the units there"


def test_the_palette_finds_it_by_meaning() -> None:
    label, about = words_of("contexts")
    for query in ("bank", "context", "compare sentences", "same word"):
        assert relevance(query, label, about), query
