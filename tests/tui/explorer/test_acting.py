"""What an act on the session computes is computed beside the screen, says so, and can be stopped."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from limits import LIMIT
from making import make_experiment
from textual.pilot import Pilot
from textual.widgets import Static
from tui.explorer.test_explorer import notice
from tui.explorer.test_sessions import type_line
from waiting import until

from rnn_tui.engine.training.training import Trainer
from rnn_tui.present.plain.speaking import perform
from rnn_tui.session import passes
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import explain
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.computing import ComputingScreen
from rnn_tui.tui.dialogs.why import WhyScreen
from rnn_tui.tui.explorer.controllers import computing
from rnn_tui.tui.explorer.explorer import ExplorerScreen

TRAINED = 40


class Held:
    """A session with few checkpoints, whose updates wait until they may be done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.session = Session(make_experiment(batch="example"), budget=1)
        self.session.updates(TRAINED)
        self.session.set("learning_rate", "0.1")  # as run 2
        self.before = self.session.moment
        self.entries = self.session.journal.entries
        self.may = Event()
        advance = Trainer.advance

        def slowly(trainer: Trainer, *given: Any) -> Any:
            assert self.may.wait(LIMIT)
            return advance(trainer, *given)

        monkeypatch.setattr(Trainer, "advance", slowly)
        monkeypatch.setattr(computing, "PATIENCE", 0.0)

    @property
    def is_untouched(self) -> bool:
        """Whether nothing has come of what was begun."""
        return self.session.moment is self.before and self.session.journal.entries == self.entries


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    return Held(monkeypatch)


def line(pilot: Pilot[None]) -> str:
    assert isinstance(pilot.app.screen, ComputingScreen)
    return str(pilot.app.screen.query_one(Static).content)


async def explorer_in_front(pilot: Pilot[None]) -> ExplorerScreen:
    await until(pilot, lambda: isinstance(pilot.app.screen, ExplorerScreen))
    assert isinstance(pilot.app.screen, ExplorerScreen)
    return pilot.app.screen


@pytest.mark.parametrize("stops", ["escape", "space"])
@pytest.mark.parametrize(
    "done", ["<", "goto update 30", "goto run 1 at 90", "cure clip of 90", "epoch 20 * 2"]
)
async def test_what_trains_or_trains_again_is_stopped_as_if_it_had_not_begun(
    held: Held, done: str, stops: str
) -> None:
    async with Explorer(held.session).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await (pilot.press("less_than_sign") if done == "<" else type_line(pilot, done))
        await until(pilot, lambda: " of " in line(pilot))
        await pilot.press("f")
        assert line(pilot).startswith("f has to wait")
        await pilot.press(stops)
        assert line(pilot).startswith("Stopping")
        held.may.set()
        screen = await explorer_in_front(pilot)
        await until(pilot, lambda: notice(screen).startswith("Stopped: nothing has changed"))
        assert held.is_untouched
        assert screen.view is held.session.view


async def test_an_earlier_moment_comes_when_its_updates_are_done_again(held: Held) -> None:
    async with Explorer(held.session).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await type_line(pilot, "goto update 30")
        await until(pilot, lambda: "0 of 30 updates · esc stop" in line(pilot))
        held.may.set()
        screen = await explorer_in_front(pilot)
        assert held.session.moment.cursor.update == 30
        assert screen.view is held.session.view
        await pilot.press("u")
        await explorer_in_front(pilot)
        assert held.session.moment is held.before


@pytest.mark.parametrize(
    ("typed", "reached"), [("update 9", 49), ("epoch 2", 45), ("goto update 77", 77)]
)
async def test_what_only_trains_is_a_run_however_short(
    held: Held, typed: str, reached: int
) -> None:
    async with Explorer(held.session).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = await explorer_in_front(pilot)
        await type_line(pilot, typed)
        assert screen.progress is not None
        assert pilot.app.screen is screen
        held.may.set()
        await until(pilot, lambda: screen.progress is None)
        assert held.session.moment.cursor.update == reached
        await pilot.press("u")
        await until(pilot, lambda: held.session.moment is held.before)


async def test_a_question_that_is_stopped_is_not_waited_for(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(*given: Any) -> Any:
        assert held.may.wait(LIMIT)
        return explain(*given)

    monkeypatch.setattr("rnn_tui.tui.dialogs.why.explain", slowly)
    async with Explorer(held.session).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = await explorer_in_front(pilot)
        screen.controllers.asking.explain("W_hh[0,0]")
        await until(pilot, lambda: line(pilot).startswith("Computing …"))
        await pilot.press("escape")
        assert await explorer_in_front(pilot) is screen
        assert notice(screen).startswith("Stopped")
        held.may.set()
        screen.controllers.asking.explain("W_hh[0,0]")
        await until(pilot, lambda: isinstance(pilot.app.screen, WhyScreen))


async def test_an_answer_under_the_colon_line_may_be_left(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(*given: Any) -> Any:
        assert held.may.wait(LIMIT)
        return perform(*given)

    monkeypatch.setattr("rnn_tui.tui.dialogs.typed.command.perform", slowly)
    monkeypatch.setattr("rnn_tui.tui.dialogs.typed.command.PATIENCE", 0.0)

    def said() -> str:
        return str(pilot.app.screen.query_one("#said", Static).content)

    async with Explorer(held.session).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await type_line(pilot, "show weights")
        assert said() == "Computing …"
        await type_line(pilot, "show here")
        held.may.set()
        await until(pilot, lambda: said().startswith("epoch"))
        held.may.clear()
        await type_line(pilot, "show weights")
        await pilot.press("escape")
        await explorer_in_front(pilot)
        held.may.set()


async def test_a_key_that_trains_long_may_be_pressed_ahead(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each press is an epoch, and an act of its own, however long the one before it takes."""
    monkeypatch.setattr(passes, "SHORT", 0)
    async with Explorer(held.session).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = await explorer_in_front(pilot)
        await pilot.press("e", "e", "e")
        assert held.session.moment is held.before
        held.may.set()
        await until(pilot, lambda: held.session.moment.cursor.update == 48)
        await until(pilot, lambda: screen.progress is None)
        for reached in (45, 42, TRAINED):
            await pilot.press("u")
            await explorer_in_front(pilot)
            assert held.session.moment.cursor.update == reached
        held.may.clear()
        await pilot.press("e", "e", "f")
        held.may.set()
        await explorer_in_front(pilot)
        assert screen.progress is None
        assert held.session.moment.cursor.update <= 42, "another key pauses, and nothing follows"
