"""The Step screen on the other systems: a text with an answer at every timestep, many phrases."""

from __future__ import annotations

import pytest
from textual.widgets import Input, RadioSet, Static
from waiting import computed, until

from rnn_tui.experiments import Experiment, load
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.why import WhyScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.panes.gradient import GradientPane
from rnn_tui.tui.table.table import TableView

SIZES = {"80x24": (80, 24), "120x36": (120, 36), "160x45": (160, 45)}


@pytest.fixture
def small() -> Experiment:
    return load("grammar", ["data.sentences=30", "model.hidden_size=6", "training.steps=12"])


def notice(screen: ExplorerScreen) -> str:
    return "".join(span.text for span in screen.notice or ())


@pytest.mark.slow
async def test_steps_go_from_chunk_to_chunk_and_back(small: Experiment) -> None:
    app = Explorer(small)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = app.screen
        assert isinstance(screen, ExplorerScreen)
        await pilot.press("s", "s")
        assert (screen.session.view.update, screen.session.view.example) == (2, 2)
        before = screen.session.view.known.trace.h[0].tobytes()
        await pilot.press("s", "u")
        assert screen.session.view.known.trace.h[0].tobytes() == before
        await pilot.press("right_square_bracket")
        assert not screen.session.view.program.trains
        assert screen.session.view.carried, "what the text before leaves, though it is only read"


@pytest.mark.slow
async def test_prompts_and_runs_count_steps(small: Experiment) -> None:
    app = Explorer(small)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = app.screen
        assert isinstance(screen, ExplorerScreen)
        await pilot.press("E")
        app.screen.query_one(Input).value = "5"
        await pilot.press("enter")
        await computed(pilot)
        assert screen.session.view.update == 5
        await pilot.press("g")
        app.screen.query_one(Input).value = "3"
        await pilot.press("enter")
        await pilot.pause()
        assert (screen.session.view.update, screen.session.view.example) == (3, 3)
        screen.controllers.runs._speed = float("inf")
        await pilot.press("space")
        await computed(pilot)
        assert screen.session.view.update == 12, "a run stops at the planned steps"
        await until(pilot, lambda: "looking for the cause" not in notice(screen))
        assert "12 planned steps are done" in notice(screen) or "proof and cure" in notice(screen)


@pytest.mark.slow
async def test_each_way_to_look_at_gradients_explains_its_cells() -> None:
    app = Explorer(load("hello"))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("F", "B")
        pane = app.screen.query_one(GradientPane)
        table = pane.query_one(TableView)
        titles = []
        for _ in range(4):
            titles.append(str(pane.border_title))
            table.focus()
            await pilot.press("home", "enter")
            await pilot.pause()
            assert isinstance(app.screen, WhyScreen), titles
            await pilot.press("escape", "v")
        assert len(set(titles)) == 4
        assert str(pane.border_title) == titles[0], "and round again"


@pytest.mark.slow
async def test_the_wall_is_explained(small: Experiment) -> None:
    app = Explorer(small)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("s", "F", "B")
        table = app.screen.query_one("#gradient-table", TableView)
        table.focus()
        await pilot.press("home", "ctrl+home", *["up"] * 30, "enter")
        await pilot.pause()
        assert isinstance(app.screen, WhyScreen)
        assert "Truncated BPTT" in str(app.screen.query_one("#why-lines", Static).render())


@pytest.mark.slow
async def test_a_typed_text_needs_no_target(small: Experiment) -> None:
    app = Explorer(small)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.screen
        assert isinstance(screen, ExplorerScreen)
        await pilot.press("i")
        assert not app.screen.query(RadioSet)
        app.screen.query_one(Input).value = "the king"
        await pilot.press("enter", "F")
        assert screen.session.view.current.text == "the kin"
        assert screen.session.view.known.answered


@pytest.mark.slow
async def test_the_current_phrase_is_in_sight() -> None:
    for size in SIZES.values():
        async with Explorer(load("phrases")).run_test(size=size) as pilot:
            await pilot.pause()
            screen = pilot.app.screen
            assert isinstance(screen, ExplorerScreen)
            table = screen.query_one("#examples", TableView)
            row = screen.session.view.example
            shown = min(table.size.height, table.parent.content_size.height - 1) - 1  # type: ignore[union-attr]
            assert table.scroll_offset.y <= row < table.scroll_offset.y + shown
