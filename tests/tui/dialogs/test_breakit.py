"""The break-it lab and the gradient check, as they are used."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import OptionList, Static
from waiting import until

from rnn_tui.engine.checks.gradient_check import ArrayCheck
from rnn_tui.engine.update import update_bodies
from rnn_tui.equations.cells import CELLS
from rnn_tui.equations.faults import FAULTS
from rnn_tui.equations.optimizers import OPTIMIZERS
from rnn_tui.experiments import Experiment, TrainingConfig, load
from rnn_tui.present.sentences import breakit as words
from rnn_tui.session.checks.breakit import fault_lines
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.finding.breakit import BreakItScreen, FindScreen
from rnn_tui.tui.dialogs.finding.proof import ProofScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.panes.tokens import TokensPane
from rnn_tui.tui.widgets.bars import HintLine, StatusLine


def explorer_of(pilot: Pilot[Any]) -> ExplorerScreen:
    screen = pilot.app.screen_stack[1]
    assert isinstance(screen, ExplorerScreen)
    return screen


def text_of(pilot: Pilot[Any], kind: type[Static]) -> str:
    return str(explorer_of(pilot).query_one(kind).visual)


def border(pilot: Pilot[Any]) -> str:
    return Content.from_markup(explorer_of(pilot).query_one(TokensPane).border_subtitle or "").plain


def is_secret(screen: ExplorerScreen) -> bool:
    return screen.controllers.checks.is_secret


async def choose(pilot: Pilot[Any], name: str) -> None:
    """Open the lab and choose a row."""
    await pilot.press("X")
    await pilot.pause()
    lab = pilot.app.screen
    assert isinstance(lab, BreakItScreen)
    keys = [choice.key for choice in lab.choices]
    lab.query_one(OptionList).highlighted = keys.index(name)
    await pilot.press("enter")
    await pilot.pause()


async def rows(pilot: Pilot[Any]) -> str:
    """What the whole check says once it is done."""
    await pilot.press("P")
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, ProofScreen)
    checks = screen.query_one("#checks", Static)
    await until(pilot, lambda: "‖numeric‖" in str(checks.visual))
    return str(checks.visual)


async def test_the_check_is_there_when_bptt_is_through(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert border(pilot) == "· gradient check: after backpropagation"
        await pilot.press("F", "b", "b", "b")
        await pilot.pause()
        assert border(pilot) == "· gradient check: after backpropagation"
        await pilot.press("b")
        await pilot.pause()
        assert border(pilot).startswith("✓ check dW_hh[0,1]  analytic −0.161417  numeric −0.161417")
        await pilot.press("right")
        await pilot.pause()
        assert border(pilot).startswith("✓ check dW_hh[1,")
        await pilot.press("n")
        await pilot.pause()
        assert border(pilot).startswith("✓ check g_W_hh[1,")


@pytest.mark.slow
async def test_a_bug_is_seen_found_and_mended(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(80, 24)) as pilot:
        await pilot.press("F", "B")
        await choose(pilot, "no-accumulation")
        assert border(pilot).startswith("✗ check dW_hh[0,0]  analytic 0.000000  numeric −0.018626")
        assert "BROKEN CODE" in text_of(pilot, StatusLine)
        assert "see the check" in text_of(pilot, HintLine)
        shown = await rows(pilot)
        assert "Wrong: dW_hh; right are dW_xh, db_h, dW_hy, db_y" in shown
        await pilot.press("escape")
        await choose(pilot, words.MEND)
        assert "The code is correct again; the bug was: a timestep overwrites" in text_of(
            pilot, HintLine
        )
        assert "BROKEN" not in text_of(pilot, StatusLine)
        await pilot.press("u")
        await pilot.pause()
        assert "BROKEN CODE" in text_of(pilot, StatusLine)
        await pilot.press("u")
        await pilot.pause()
        assert explorer_of(pilot).session.view.network.fault is None
        assert "No error found: the code computes the gradient of this loss." in await rows(pilot)


@pytest.mark.slow
async def test_a_bug_in_the_mean_shows_in_the_batch_alone(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(80, 24)) as pilot:
        await choose(pilot, "no-mean")
        assert "backpropagate" in text_of(pilot, HintLine)
        await pilot.press("F", "B")
        await pilot.pause()
        assert border(pilot).startswith("✓")
        assert "that of the batch is not" in await rows(pilot)
        await pilot.press("escape", "n")
        await pilot.pause()
        assert border(pilot).startswith("✗ check g_W_hh")


@pytest.mark.slow
async def test_a_surprise_is_not_named_until_its_line_is_found(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(80, 24)) as pilot:
        await pilot.press("F", "B")
        await choose(pilot, words.SURPRISE)
        screen = explorer_of(pilot)
        fault = screen.session.view.network.fault
        assert fault is not None
        lines_of_fault = fault_lines(screen.session.view, fault)
        assert lines_of_fault is not None
        await pilot.press("u", "U", "e")
        await pilot.press("X")
        await pilot.pause()
        lab = pilot.app.screen
        assert isinstance(lab, BreakItScreen)
        assert not [one for one in lab.choices if one.line[0].text.startswith("●")]
        await pilot.press("escape")
        await choose(pilot, words.FIND)
        found = pilot.app.screen
        assert isinstance(found, FindScreen)
        lines = found.query_one(OptionList)
        said = found.query_one("#verdict", Static)
        places = {suspect.text: str(i) for i, suspect in enumerate(found.suspects)}
        lines.highlighted = lines.get_option_index(places["db_h += delta"])
        await pilot.press("enter")
        assert "Correct: " in str(said.visual)
        await pilot.press("h")
        assert str(said.visual) == fault.hint
        await pilot.press("escape")
        assert is_secret(screen), "a wrong guess tells nothing"
        await choose(pilot, words.FIND)
        found = pilot.app.screen
        assert isinstance(found, FindScreen)
        lines = found.query_one(OptionList)
        lines.highlighted = lines.get_option_index(places[lines_of_fault.wrong.text])
        await pilot.press("enter")
        assert lines_of_fault.right.text in str(found.query_one("#verdict", Static).visual)
        await pilot.press("escape")
        await pilot.pause()
        assert not is_secret(screen)
        assert "Found" in text_of(pilot, HintLine)


@pytest.mark.slow
async def test_nothing_names_the_bug_while_one_looks_for_it(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(160, 45)) as pilot:
        await choose(pilot, words.SURPRISE)
        fault = explorer_of(pilot).session.view.network.fault
        assert fault is not None
        await pilot.press("e", "e", "2")
        await pilot.pause()
        shown = pilot.app.export_screenshot()
        assert fault.name not in shown
        assert "bug in" in shown.replace("&#160;", " "), "an edit on the chart"


@pytest.mark.slow
async def test_what_shows_nowhere_is_refused_with_the_reason() -> None:
    async with Explorer(load("phrases")).run_test(size=(80, 24)) as pilot:
        await choose(pilot, "no-mean")
        assert "one example" in text_of(pilot, HintLine)
        await choose(pilot, words.MEND)
        assert "no bug in the code" in text_of(pilot, HintLine)


async def test_leaving_a_check_stops_it(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = []

    def endless(view: object, watch: Callable[[range], Iterable[int]]) -> tuple[ArrayCheck, ...]:
        for place in watch(range(10**9)):
            reached.append(place)
            time.sleep(0.001)
        return ()

    monkeypatch.setattr("rnn_tui.tui.dialogs.finding.proof.whole_check", endless)
    async with Explorer(sentiment).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        others = {*threading.enumerate()}
        await pilot.press("P")
        await pilot.pause()
        screen = pilot.app.screen
        assert isinstance(screen, ProofScreen)
        await until(pilot, lambda: len(reached) >= 30)
        await pilot.pause()
        said = str(screen.query_one("#checks", Static).visual)
        assert re.fullmatch(r"measuring [1-9]\d* of 44 numbers", said)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ExplorerScreen)
        await until(
            pilot, lambda: {*threading.enumerate()} <= others
        )  # it would never end by itself


@pytest.mark.slow
@pytest.mark.parametrize("size", [(40, 10), (20, 8), (60, 16)])
@pytest.mark.parametrize("key", ["X", "P"])
async def test_it_opens_in_any_room(sentiment: Experiment, size: tuple[int, int], key: str) -> None:
    async with Explorer(sentiment).run_test(size=size) as pilot:
        await pilot.press("F", "B")
        await choose(pilot, "no-slope")
        await pilot.press(key)
        await pilot.pause()
        if key == "X":
            await pilot.press("home", "enter")
            await pilot.pause()
            assert isinstance(pilot.app.screen, FindScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ExplorerScreen)
        assert border(pilot).startswith("✗ ")


def test_every_bug_says_what_it_is_in_one_line() -> None:
    for fault in FAULTS.values():
        assert len(fault.slip) <= 46, fault.name
        bodies = update_bodies(OPTIMIZERS["sgd"], TrainingConfig(reduction="mean"))
        found = (
            fault.line_in(CELLS["rnn"])
            or fault.line_in(CELLS["lstm"])
            or fault.line_in_update(bodies)
        )
        assert found is not None
        assert found[0].text not in fault.hint, "a hint is not the answer"
