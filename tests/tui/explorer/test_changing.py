"""Changing by hand, patched hidden values, and the Weights screen."""

from __future__ import annotations

import pytest
from making import make_experiment, make_stream
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static
from tui.explorer.test_explorer import explorer, notice

from rnn_tui.experiments import Experiment
from rnn_tui.present.tables.weights import ways
from rnn_tui.tui.dialogs.typed.change import ChangeScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.pages.weights import WeightsPage
from rnn_tui.tui.panes.matrix import MatrixLine, MatrixPane
from rnn_tui.tui.table.table import TableView


def dialog(pilot: Pilot[None]) -> ChangeScreen:
    assert isinstance(pilot.app.screen, ChangeScreen)
    return pilot.app.screen


def said(pilot: Pilot[None]) -> str:
    return str(dialog(pilot).query_one(".problem", Static).render())


async def ask(pilot: Pilot[None], text: str, *, enter: bool = True) -> None:
    """Put text into the field of the dialog."""
    dialog(pilot).query_one(Input).value = text
    await pilot.pause()
    if enter:
        await pilot.press("enter")
        await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


def page(screen: ExplorerScreen) -> WeightsPage:
    assert isinstance(screen.page, WeightsPage)
    return screen.page


def focused(screen: ExplorerScreen) -> str:
    assert isinstance(screen.focused, TableView)
    return str(screen.focused.id)


# The dialog


@pytest.mark.slow
async def test_anything_in_the_list_can_be_changed(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await press(pilot, "2", "equals_sign")
        field = dialog(pilot).query_one(Input)
        assert field.value == "training.learning_rate = 0.5"
        assert "allowed: a finite number, above 0" in said(pilot)
        await press(pilot, "0", ".", "1")
        assert field.value == "training.learning_rate = 0.1", "the value is typed over"
        assert said(pilot) == "learning_rate 0.5 → 0.1"
        await press(pilot, "enter")
        assert pilot.app.screen is screen
        assert screen.session.view.experiment.training.learning_rate == 0.1
        assert notice(screen).endswith("compare")
        await press(pilot, "u", "equals_sign")
        await press(pilot, "9", "ctrl+u", "0", ".", "2")
        field = dialog(pilot).query_one(Input)
        assert field.value == "0.2", "the name is cleared, too"
        assert said(pilot) == "learning_rate 0.5 → 0.2", "a number alone is for what is chosen"
        await press(pilot, "enter")
        assert screen.session.view.experiment.training.learning_rate == 0.2
        await press(pilot, "u")
        assert screen.session.view.experiment.training.learning_rate == 0.5


@pytest.mark.slow
async def test_the_arrows_choose_while_the_field_keeps_the_keys(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, _):
        await press(pilot, "2", "equals_sign", "up")
        field = dialog(pilot).query_one(Input)
        assert field.value == "rho = 0.50702"
        assert field.has_focus
        await press(pilot, "down", "down")
        assert field.value == "training.momentum = 0"
        rows = dialog(pilot).query_one(OptionList)
        assert rows.option_count == 18
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, ExplorerScreen)


async def test_any_name_may_be_typed_and_a_refusal_stays_in_the_dialog(
    sentiment: Experiment,
) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await press(pilot, "2", "equals_sign")
        await ask(pilot, "W_hh[9,9] = 1")
        assert said(pilot).startswith("W_hh has 3 × 3 numbers")
        assert not dialog(pilot).query_one(".problem").has_class("-fine")
        await ask(pilot, "h[2,0] = 1", enter=False)
        assert "has not been computed yet" in said(pilot)
        assert " f " in said(pilot), "and which key computes it"
        await ask(pilot, "W_hh[1,0] *= 2")
        assert screen.session.view.params.W_hh[1, 0] == -0.6


@pytest.mark.slow
async def test_the_run_is_paused_first(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await press(pilot, "2", "space", "equals_sign")
        assert isinstance(pilot.app.screen, ChangeScreen)
        assert screen.progress is None


# Patches


@pytest.mark.slow
async def test_a_hidden_state_is_patched_and_let_go(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await press(pilot, "F", "ctrl+home", "down", "down", "right", "equals_sign")
        assert dialog(pilot).query_one(".dialog").border_title == "Change h[1,1]"
        assert "a finite number from -1e+100 to 1e+100" in said(pilot)
        assert dialog(pilot).query_one(Input).value == repr(
            float(screen.session.view.known.trace.h[2, 1])
        )
        await press(pilot, "0", ".", "9", "enter")
        assert [tuple(p) for p in screen.session.view.patches] == [(1, 1, 0.9, "h", -1)]
        assert notice(screen).startswith("p(positive) 55.8% → ")
        hidden = screen.query_one("#hidden")
        assert str(hidden.border_subtitle).startswith("h[1,1] set by hand: +0.4293")
        await press(pilot, "down")
        assert str(hidden.border_subtitle).startswith("h[2,1] changes by ")
        await press(pilot, "delete")
        assert notice(screen) == "h[2,1] is not patched."
        await press(pilot, "up", "backspace")
        assert not screen.session.view.patches
        assert "= change" in str(hidden.border_subtitle)


@pytest.mark.slow
async def test_leaving_the_pass_says_that_the_patches_stay_behind(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await press(pilot, "F", "ctrl+home", "down", "equals_sign", "0", "enter")
        assert screen.session.view.patches
        await press(pilot, "right_square_bracket")
        assert not screen.session.view.patches
        assert notice(screen).startswith("The patch ended with the pass it was made in")
        await press(pilot, "u")
        assert screen.session.view.patches


async def test_nothing_to_let_go_away_from_the_states(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await press(pilot, "3", "delete")
        assert notice(screen).startswith("Choose a patched value in the Hidden state table")


@pytest.mark.slow
async def test_by_how_much_stands_in_the_cells_where_there_is_room(sentiment: Experiment) -> None:
    for size, wide in (((80, 24), False), ((120, 36), True)):
        async with explorer(sentiment, size) as (pilot, screen):
            screen.session.do("finish_forward")
            screen.session.set("h[0,0]", "0.9")
            screen.show()
            await pilot.pause()
            table = screen.query_one("#hidden-table", TableView).table
            assert table is not None
            assert len(table.cells(2, 2, 3)[0].text) == (14 if wide else 8)


# The Weights screen


async def test_the_weights_of_a_small_net_are_all_shown(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await press(pilot, "3")
        assert all(pane.display for pane in screen.query(MatrixPane))
        assert not screen.query_one(MatrixLine).display
        assert focused(screen) == "W_hh-table"
        await press(pilot, "M")
        assert focused(screen) == "b_h-table"
        await press(pilot, "shift+tab", "ctrl+home", "down", "right", "equals_sign")
        assert dialog(pilot).query_one(".dialog").border_title == "Change W_hh[1,1]"
        await press(pilot, "0", ".", "5", "enter")
        assert screen.session.view.params.W_hh[1, 1] == 0.5
        await press(pilot, "3")
        assert notice(screen).endswith("compare"), "nothing is said, as that page is in front"


@pytest.mark.slow
async def test_a_large_net_is_shown_array_by_array() -> None:
    made = make_experiment(model={"hidden_size": 64})
    async with explorer(made) as (pilot, screen):
        await press(pilot, "3")
        assert [pane.array for pane in screen.query(MatrixPane) if pane.display] == ["W_hh"]
        line = screen.query_one(MatrixLine)
        assert line.display
        assert " M " in notice(screen)
        await press(pilot, "M", "M")
        assert [pane.array for pane in screen.query(MatrixPane) if pane.display][-1] == "W_hy"
        assert focused(screen) == "W_hy-table"
        line.focus()
        await press(pilot, "left", "left", "left")
        assert page(screen).chosen == "W_xh"
        await press(pilot, "left")
        assert page(screen).chosen == "b_y", "and round"
        await pilot.click(MatrixLine, offset=(9, 0))
        assert page(screen).chosen == "W_hh"


@pytest.mark.slow
async def test_the_ways_to_look_at_the_weights(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await press(pilot, "3", "V")
        assert notice(screen).startswith("Change since the start, no update yet")
        await press(pilot, "V")
        assert notice(screen).startswith("Change in the last epoch, no update yet")
        await press(pilot, "V")
        assert "not computed yet" in notice(screen)
        table = screen.query_one("#W_hh-table", TableView).table
        assert table is not None
        assert table.cells(0, 1, 2)[0].text == "·"
        await press(pilot, "F", "B")
        table = screen.query_one("#W_hh-table", TableView).table
        assert table is not None
        assert table.cells(0, 1, 2)[0].text != "·"
        for _ in ways(screen.session.view):
            await press(pilot, "V")
            assert all(pane.display for pane in screen.query(MatrixPane))
        assert page(screen).way == 3


@pytest.mark.slow
async def test_a_cell_can_be_asked_why(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await press(pilot, "3", "down", "enter")
        assert pilot.app.screen is not screen
        title = str(pilot.app.screen.query_one(".dialog").border_title)
        assert "W_hh[1,0]" in title


async def test_a_learned_embedding_is_there_too() -> None:
    async with explorer(make_stream(learned=2), (120, 36)) as (pilot, screen):
        await press(pilot, "3")
        assert screen.query_one("#E-table", TableView).table is not None


@pytest.mark.slow
@pytest.mark.parametrize("size", [(30, 8), (40, 10), (60, 16), (160, 45)])
async def test_every_size_holds(sentiment: Experiment, size: tuple[int, int]) -> None:
    async with explorer(sentiment, size) as (pilot, screen):
        await press(pilot, "3", "V", "M", "equals_sign", "escape")
        screen.session.set("W_hh[0,0]", "1e308")
        screen.session.set("W_hh[0,1]", "-1e308")
        screen.show()
        await press(pilot, "e", "e")
        assert pilot.app.screen is not None
