"""What a lesson's act trains for long is done beside the screen, and can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest
from limits import LIMIT
from textual.pilot import Pilot
from textual.widgets import Input
from waiting import until

from rnn_tui.experiments import Experiment
from rnn_tui.lessons.taking.playing import Play
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.computing import ComputingScreen
from rnn_tui.tui.explorer.controllers import computing
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.learn.rows import Rows


class Held:
    """Updates that wait in a thread until they may be done; every act counts as a long one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.may = Event()
        extend = Timeline.extend

        def slowly(timeline: Timeline, *, seen: bool = True) -> None:
            assert self.may.wait(LIMIT)
            extend(timeline, seen=seen)

        monkeypatch.setattr(Timeline, "extend", slowly)
        monkeypatch.setattr(computing, "PATIENCE", 0.0)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    return Held(monkeypatch)


async def begun(pilot: Pilot[None]) -> Play:
    """The lesson on training, at its first step, which wants ten epochs."""
    own = pilot.app.screen
    assert isinstance(own, ExplorerScreen)
    await own.controllers.learning.learn("training")
    await until(pilot, lambda: pilot.app.screen is not own)
    await in_dock(pilot)
    play = top(pilot).controllers.learning.play
    assert play is not None
    return play


async def in_dock(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.focused, Rows | Input))


def top(pilot: Pilot[None]) -> ExplorerScreen:
    assert isinstance(pilot.app.screen, ExplorerScreen)
    return pilot.app.screen


def epochs_shown(pilot: Pilot[None]) -> int:
    view = top(pilot).view
    assert view is not None
    return view.epochs


def in_front(pilot: Pilot[None], kind: type) -> Callable[[], bool]:
    return lambda: isinstance(pilot.app.screen, kind)


def hint(pilot: Pilot[None]) -> str:
    return "".join(span.text for span in top(pilot).notice or ())


async def test_a_solution_that_trains_is_stopped_and_done(
    sentiment: Experiment, held: Held
) -> None:
    async with Explorer(sentiment).run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        play = await begun(pilot)
        moment = play.session.moment
        await pilot.press("exclamation_mark")
        await until(pilot, in_front(pilot, ComputingScreen))
        await pilot.press("f", "escape")
        held.may.set()  # it looks before the next update
        await until(pilot, in_front(pilot, ExplorerScreen))
        await in_dock(pilot)
        assert not play.here.over
        assert play.session.moment is moment, "the key had to wait, and nothing was trained"
        await until(pilot, lambda: hint(pilot).startswith("Stopped"))

        await pilot.press("exclamation_mark")
        await until(pilot, lambda: play.here.carried_out)
        await until(pilot, in_front(pilot, ExplorerScreen))
        assert top(pilot).session.here == 10
        await until(pilot, lambda: epochs_shown(pilot) == 10)


async def test_a_lesson_goes_on_where_it_was_left_and_need_not(
    sentiment: Experiment, held: Held
) -> None:
    """What leads to the place where it was left is trained again, unless it is stopped."""
    async with Explorer(sentiment).run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        own = top(pilot)
        held.may.set()
        play = await begun(pilot)
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: play.here.carried_out)
        await in_dock(pilot)
        await pilot.press("right")
        await until(pilot, lambda: play.place == 1)
        await in_dock(pilot)
        await pilot.press("5")
        await until(pilot, lambda: pilot.app.screen is own)
        held.may.clear()
        learner = own.controllers.learning.learner
        learner.play = None  # as at another start
        await own.controllers.learning.learn("training")
        await until(pilot, in_front(pilot, ComputingScreen))
        await pilot.press("escape")
        held.may.set()
        await until(pilot, lambda: pilot.app.screen is own)
        await own.controllers.learning.learn("training")
        await until(pilot, lambda: pilot.app.screen is not own)
        await in_dock(pilot)
        gone_on = top(pilot).controllers.learning.play
        assert gone_on is not None
        assert gone_on is not play
        assert gone_on.place == 1
        assert gone_on.session.here == 10
