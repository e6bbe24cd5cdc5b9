"""Run until: the dialog, runs that stop, and back to where they would have."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static
from tui.explorer.test_explorer import explorer, notice, running
from waiting import until

from rnn_tui.experiments import Experiment, load
from rnn_tui.present.digits import short
from rnn_tui.session.breakpoints.breakpoints import scope_of
from rnn_tui.session.session import Session
from rnn_tui.tui.dialogs.finding import breakpoints as module
from rnn_tui.tui.dialogs.finding.breakpoints import BreakpointsScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen


def dialog(pilot: Pilot[None]) -> BreakpointsScreen:
    assert isinstance(pilot.app.screen, BreakpointsScreen)
    return pilot.app.screen


def problem(pilot: Pilot[None]) -> str:
    return str(dialog(pilot).query_one(".problem", Static).render())


def rows(pilot: Pilot[None]) -> list[str]:
    return [str(option.prompt) for option in dialog(pilot).query_one(OptionList).options]


async def type_in(pilot: Pilot[None], text: str) -> None:
    field = dialog(pilot).query_one(Input)
    field.focus()
    field.value = text
    await pilot.press("enter")
    await pilot.pause()


async def open_with(pilot: Pilot[None], *texts: str) -> None:
    await pilot.press("k")
    await pilot.pause()
    for text in texts:
        await type_in(pilot, text)


async def rest(pilot: Pilot[None], screen: ExplorerScreen) -> None:
    await pilot.pause()
    await until(pilot, lambda: not running(screen))
    await pilot.pause()


@pytest.mark.slow
async def test_a_run_stops_exactly_and_goes_on_past_it(sentiment: Experiment) -> None:
    plain = Session(sentiment)
    plain.epochs(60)
    loss = plain.view.history.loss
    first, second, *_ = (i for i in range(1, 60) if loss[i] < 0.3 <= loss[i - 1])
    async with explorer(sentiment) as (pilot, screen):
        await open_with(pilot, "loss < 0.3")
        await pilot.press("escape", "E", "enter")
        await rest(pilot, screen)
        assert screen.session.moment.cursor.update == first + 1
        assert notice(screen) == (
            f"Stopped after epoch {first}: loss < 0.3, as loss was {short(float(loss[first]))} "
            "before it.  space  train on"
        )
        await pilot.press("E", "enter")
        await rest(pilot, screen)
        assert screen.session.moment.cursor.update == second + 1
        await pilot.press("u", "u")
        await pilot.pause()
        assert screen.session.epoch == 0
        await pilot.press("r", *["plus"] * 4, "space")
        await rest(pilot, screen)
        assert screen.session.epoch == first + 1, "they survive undo and reset"
        await pilot.press("k")
        await pilot.pause()
        await pilot.press("enter", "escape", "space")
        await rest(pilot, screen)
        assert notice(screen).startswith("The 30 planned epochs are done"), "it was turned off"


@pytest.mark.slow
async def test_a_run_that_ends_without_a_stop_says_so(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await open_with(pilot, "loss < -1")
        await pilot.press("escape", *["plus"] * 4, "space")
        await rest(pilot, screen)
        assert notice(screen) == (
            "The 30 planned epochs are done: loss < -1 did not become true.  space  train on"
        )
        await pilot.press("E", "4", "enter")
        await rest(pilot, screen)
        assert notice(screen) == "At epoch 34: loss < -1 did not become true.  space  train on"
        await open_with(pilot, "loss > 1000")
        await pilot.press("escape", "g", *"36", "enter")
        await rest(pilot, screen)
        assert notice(screen).startswith("At epoch 36: none of the 2 breakpoints became true.")


async def test_what_held_from_the_start_is_told_apart(sentiment: Experiment) -> None:
    async with explorer(sentiment, verbs=("epoch",)) as (pilot, screen):
        await open_with(pilot, "loss > -1")
        await pilot.press("escape", "E", "4", "enter")
        await rest(pilot, screen)
        assert notice(screen).startswith(
            "At epoch 5: loss > -1 was true from the start, so it stops nothing"
        )


@pytest.mark.slow
async def test_in_reverse_to_the_bit(sentiment: Experiment) -> None:
    direct = Session(sentiment)
    direct.epochs(50)
    params = [direct.moment.timeline.state(k).params.W_hh[1, 0] for k in range(51)]
    limit = float(np.round((min(params) + max(params)) / 2, 3))
    over = [abs(one) > abs(limit) for one in params]
    last = max(k for k in range(1, 50) if over[k] and not over[k - 1])
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("E", "5", "0", "enter")
        await rest(pilot, screen)
        assert screen.session.epoch == 50
        await open_with(pilot, f"abs(W_hh[1,0]) > {abs(limit)}", "epoch == 3")
        dialog(pilot).query_one(OptionList).focus()
        await pilot.press("home", "b")
        await pilot.pause()
        await until(pilot, lambda: pilot.app.screen is screen)
        await pilot.pause()
        assert screen.session.epoch == last
        direct.go_to_epoch(last)
        here, there = (s.moment.timeline.state(last) for s in (screen.session, direct))
        assert (here.params.flat == there.params.flat).all()
        assert (here.slots["velocity"] == there.slots["velocity"]).all()
        assert notice(screen).startswith(f"Back to the end of epoch {last - 1}: abs(W_hh[1,0])")
        await pilot.press("u")
        await pilot.pause()
        assert screen.session.epoch == 50
        await pilot.press("k")
        await pilot.pause()
        await pilot.press("home", "enter", "end", "enter")
        await pilot.pause()
        await until(pilot, lambda: pilot.app.screen is screen)
        assert screen.session.epoch == 3, "the row goes by those that are on"


@pytest.mark.slow
async def test_what_the_dialog_says(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("k")
        await pilot.pause()
        assert pilot.app.focused is dialog(pilot).query_one(Input)
        await pilot.press("enter")
        await pilot.pause()
        assert problem(pilot) == "type a condition, such as loss < 0.3"
        await type_in(pilot, "los < 0.3")
        assert 'did you mean "loss"?' in problem(pilot)
        await type_in(pilot, "W_hh[7,0] > 1")
        assert "W_hh goes from [0,0] to [2,2], there is no W_hh[7,0]" in problem(pilot)
        dialog(pilot).query_one(Input).value = "rho > 1"
        await pilot.pause()
        assert problem(pilot).startswith("not true here, as rho is 0.")
        dialog(pilot).query_one(Input).value = "loss > 1"
        await pilot.pause()
        assert problem(pilot) == "not true yet: there is no loss before the first update"
        dialog(pilot).action_example(0)
        await pilot.press("enter")
        await pilot.pause()
        assert rows(pilot)[0] == "● loss < 0.3"
        dialog(pilot).query_one(OptionList).focus()
        await pilot.press("home", "enter")
        await pilot.pause()
        assert rows(pilot)[0] == "○ loss < 0.3"
        await pilot.press("end", "b")
        await pilot.pause()
        await until(pilot, lambda: "never became true before epoch" in problem(pilot))
        await pilot.press("home", "delete")
        await pilot.pause()
        assert len(rows(pilot)) == 1
        await pilot.press("b")
        await pilot.pause()
        assert problem(pilot) == "turn a breakpoint on first, or type one"
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is screen


async def test_a_search_can_be_stopped(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(
        _: object,
        conditions: object,
        before: int,
        report: Callable[[int], object],
        cancelled: Callable[[], bool],
    ) -> tuple[()]:
        report(4)
        while not cancelled():
            time.sleep(0.01)
        return ()

    monkeypatch.setattr(module, "last_hits", endless)
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("e")
        await open_with(pilot, "loss < 0.3")
        dialog(pilot).query_one(OptionList).focus()
        await pilot.press("b")
        await pilot.pause()
        await until(pilot, lambda: problem(pilot) == "Searching back: epoch 4 … esc stops it")
        await pilot.press("escape")
        await pilot.pause()
        assert problem(pilot) == "the search was stopped"
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert screen.session.epoch == 1


@pytest.mark.slow
async def test_opening_another_experiment_keeps_those_that_fit(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        for text in ("loss < 0.3", "W_xh[2,1] > 0", "W_hy[0,0] > 5"):
            screen.controllers.stops.breakpoints.add(text, scope_of(screen.session.view))
        await pilot.press("o")
        await pilot.pause()
        field = pilot.app.screen.query_one(Input)
        field.focus()
        field.value = "phrases"
        await pilot.press("enter")
        await pilot.pause()
        other = pilot.app.screen
        assert isinstance(other, ExplorerScreen)
        assert other is not screen
        kept = [one.condition.text for one in other.controllers.stops.breakpoints.items]
        assert kept == ["loss < 0.3", "W_xh[2,1] > 0", "W_hy[0,0] > 5"]


@pytest.mark.slow
async def test_in_the_middle_of_an_epoch() -> None:
    async with explorer(load("phrases")) as (pilot, screen):
        await open_with(pilot, "step == 7")
        await pilot.press("escape", "E", "enter")
        await rest(pilot, screen)
        assert screen.session.moment.cursor.update == 7
        assert notice(screen).startswith("Stopped after update 7 of epoch 0: step == 7, as step is")
