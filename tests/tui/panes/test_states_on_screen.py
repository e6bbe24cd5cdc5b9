"""A cell's other states, its gates and its layers, under a person's hands."""

from __future__ import annotations

import pytest
from tui.explorer.test_explorer import explorer, notice

from rnn_tui.experiments import Experiment, load
from rnn_tui.present.tables.gate_heat import GateHeat
from rnn_tui.present.tables.states import GateTable, StateTable
from rnn_tui.tui.dialogs.why import WhyScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.panes.gradient import GradientPane
from rnn_tui.tui.panes.hidden import HiddenPane
from rnn_tui.tui.panes.matrix import MatrixLine
from rnn_tui.tui.table.table import TableView

WHOLE = ("finish_forward", "finish_backward")


@pytest.fixture
def lstm() -> Experiment:
    return load("sentiment", ["model.cell=lstm"])


def shown(screen: ExplorerScreen) -> list[str]:
    return [str(view.id) for view in screen.query_one(HiddenPane).tables if view.display]


def table(screen: ExplorerScreen, name: str) -> TableView:
    return screen.query_one(f"#{name}", TableView)


@pytest.mark.slow
async def test_h_turns_to_c_and_to_the_gates(lstm: Experiment) -> None:
    async with explorer(lstm, (80, 24), WHOLE) as (pilot, screen):
        assert shown(screen) == ["hidden-table"]
        await pilot.press("right", "h")
        assert shown(screen) == ["c-states"]
        assert "c  the memory" in notice(screen)
        assert screen.focused is table(screen, "c-states")
        assert table(screen, "c-states").cursor_column == 3
        await pilot.press("h")
        assert shown(screen) == ["gates-table"]
        gates = table(screen, "gates-table")
        assert isinstance(gates.table, GateTable)
        assert gates.table.unit(gates.cursor_column) == screen.unit == 1
        await pilot.press("h")
        assert shown(screen) == ["gates-over-time"]
        await pilot.press("h")
        assert shown(screen) == ["hidden-table"]


@pytest.mark.slow
async def test_gates_over_time_choose_unit_and_timestep_and_follow(lstm: Experiment) -> None:
    async with explorer(lstm, (44, 16), ("forward",)) as (pilot, screen):
        await pilot.press("right", "h", "h", "h")
        heat = table(screen, "gates-over-time")
        pane = screen.query_one(HiddenPane)
        assert isinstance(heat.table, GateHeat)
        assert heat.table.narrow
        assert str(pane.border_title).startswith("Gates over time  0 closed … 1 open")
        assert screen.focused is heat
        assert heat.cursor == (1, 1), "the forget gate of unit 1, at the token that was read"
        assert str(pane.border_subtitle).startswith("f[0,1] 0.")
        await pilot.press("f")
        await pilot.pause()
        assert heat.cursor == (1, 2)
        assert str(pane.border_subtitle).startswith("f[1,1] 0.")
        await pilot.press("left", "f")
        assert heat.cursor == (1, 1), "one that was moved stays"
        await pilot.press("down")
        await pilot.pause()
        assert screen.unit == 2
        await pilot.press("enter")
        await pilot.pause()
        top = pilot.app.screen
        assert isinstance(top, WhyScreen)
        assert top.now.derivation.ref == "f[0,2]"


@pytest.mark.slow
async def test_gates_over_time_have_their_numbers_where_there_is_room(lstm: Experiment) -> None:
    async with explorer(lstm, (120, 36), WHOLE) as (pilot, screen):
        await pilot.press("h", "h", "h")
        heat = table(screen, "gates-over-time")
        assert isinstance(heat.table, GateHeat)
        assert not heat.table.narrow
        assert shown(screen) == ["gates-over-time"]


@pytest.mark.slow
async def test_a_gate_chooses_its_unit_and_can_be_asked(lstm: Experiment) -> None:
    async with explorer(lstm, (80, 24), WHOLE) as (pilot, screen):
        await pilot.press("h", "h", "right", "right", "right", "right", "right")
        await pilot.pause()
        assert screen.unit == 1
        assert table(screen, "hidden-table").cursor_column == 3
        pane = screen.query_one(HiddenPane)
        assert str(pane.border_subtitle).startswith("f[0,1] 0.")
        await pilot.press("enter")
        await pilot.pause()
        top = pilot.app.screen
        assert isinstance(top, WhyScreen)
        assert top.now.derivation.ref == "f[0,1]"


async def test_where_there_is_room_all_stand_together(lstm: Experiment) -> None:
    async with explorer(lstm, (160, 45), WHOLE) as (pilot, screen):
        await pilot.press("z")
        await pilot.pause()
        assert shown(screen) == ["hidden-table", "c-states", "gates-table"]
        title = str(screen.query_one(HiddenPane).border_title)
        assert title == "Hidden state h · c  the memory · Gates  ▁ closed … █ open"


async def test_a_vanilla_cell_has_nothing_to_turn_to(sentiment: Experiment) -> None:
    async with explorer(sentiment, (80, 24)) as (pilot, screen):
        await pilot.press("h")
        assert "one state, h, and no gates" in notice(screen)
        await pilot.press("L")
        assert "one layer" in notice(screen)


@pytest.mark.slow
async def test_l_goes_from_layer_to_layer() -> None:
    two = load("sentiment", ["model.cell=lstm", "model.layers=2"])
    async with explorer(two, (120, 36), WHOLE) as (pilot, screen):
        hidden = table(screen, "hidden-table")
        assert isinstance(hidden.table, StateTable)
        assert hidden.table.columns[2].title == "h_1[0]"
        await pilot.press("v")
        assert screen.query_one(GradientPane).border_title == "BPTT  layers"
        await pilot.press("L", "v")
        assert hidden.table.columns[2].title == "h[0]"
        title = str(screen.query_one(GradientPane).border_title)
        assert title == "BPTT  local + future · layer 0 (bottom)"
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, WhyScreen)


@pytest.mark.parametrize(("size", "told"), [((160, 45), "bar: share"), ((62, 24), "")])
async def test_bars_are_told_of_where_they_are_drawn(size: tuple[int, int], told: str) -> None:
    async with explorer(load("gates"), size) as (pilot, screen):
        await pilot.press("F", "B", "v")
        await pilot.pause()
        pane = screen.query_one(GradientPane)
        assert pane.query_one(TableView).has_bars == bool(told)
        assert str(pane.border_subtitle).startswith(told)
        assert bool(pane.border_subtitle) == bool(told)


@pytest.mark.slow
async def test_every_array_of_two_layers_is_reached_on_the_weights_page() -> None:
    two = load("sentiment", ["model.cell=lstm", "model.layers=2"])
    async with explorer(two, (80, 24)) as (pilot, screen):
        await pilot.press("3")
        await pilot.pause()
        line = screen.query_one(MatrixLine)
        names = [name for group in line.groups for name in group.names]
        assert line.chosen == "W_hi"
        await pilot.press("M")
        assert line.chosen == "b_i"
        assert names == list(two.layout.shapes)
        text = str(line.render())
        assert "layer 1" in text
        assert "W_xf_1" in text
        await pilot.click(MatrixLine, offset=(12, 2))
        await pilot.pause()
        assert line.chosen in names
