"""The bundled experiments of each kind of task on every screen."""

from __future__ import annotations

import pytest
from textual.widgets import Input, RadioSet
from waiting import until

from rnn_tui.experiments import load
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.pages.text import TextPage
from rnn_tui.tui.panes.text.passage import PassageView
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.widgets.figures import Figures

SIZES = [(80, 24), (120, 36)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "size"), [("tagging", SIZES[0]), ("melody", SIZES[0]), ("translation", SIZES[1])]
)
async def test_it_steps_on_every_screen(name: str, size: tuple[int, int]) -> None:
    app = Explorer(load(name))
    async with app.run_test(size=size) as pilot:
        screen = app.screen
        assert isinstance(screen, ExplorerScreen)
        for page in "1234":
            await pilot.press(page, "f", "F", "b", "B", "n", "e")
            await until(pilot, lambda: screen.progress is None)
            await pilot.press("right_square_bracket")
            await pilot.pause()
        assert screen.session.epoch == 4
        assert screen.session.view.example != 0
        await pilot.press("1", "F", "B")
        await pilot.pause()
        assert screen.session.view.done == screen.session.view.program.backward_end
        assert "reads" in str(screen.query_one("#strip", Figures).visual)


@pytest.mark.slow
async def test_a_sentence_is_typed_and_translated() -> None:
    app = Explorer(load("translation"))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = app.screen
        assert isinstance(screen, ExplorerScreen)
        await pilot.press("i")
        await pilot.pause()
        assert not app.screen.query(RadioSet)
        text, wanted = app.screen.query(Input)
        text.value, wanted.value = "the cat sleeps", "le chat dort"
        await pilot.press("enter", "F")
        await pilot.pause()
        assert screen.session.view.current.tokens[-4:] == ("<start>", "le", "chat", "dort")
        await pilot.press("4")
        await pilot.pause()
        page = screen.page
        assert isinstance(page, TextPage)
        sample = page.query_one("#sample-text", PassageView).passage
        assert sample is not None
        assert sample.tokens[:4] == ("the", "cat", "sleeps", "<start>")
        page.query_one("#next-table", TableView).focus()
        await pilot.press("enter")
        assert "An answer begins with" in "".join(span.text for span in screen.notice or ())


@pytest.mark.slow
async def test_a_melody_begins_with_one_note() -> None:
    app = Explorer(load("melody"))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = app.screen
        assert isinstance(screen, ExplorerScreen)
        await pilot.press("4", "w")
        page = screen.page
        await pilot.pause()
        field = app.screen.query_one(Input)
        field.value = "C D"
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen is not screen, "two notes are refused"
        field.value = "G"
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen_stack[-1] is screen
        sample = page.query_one("#sample-text", PassageView).passage
        assert sample is not None
        assert sample.tokens[0] == "G"
        assert set(sample.tokens) <= set("ABCDEFG")
