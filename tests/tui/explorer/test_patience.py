"""A pass that takes long is computed beside the screen, which stays alive meanwhile."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import numpy as np
import pytest
from limits import LIMIT
from making import make_stream
from textual.pilot import Pilot
from textual.widgets import Static
from waiting import computed, until

from rnn_tui.engine.checks.gradient_check import check_number
from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.session import passes
from rnn_tui.session.session import Session
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.computing import ComputingScreen
from rnn_tui.tui.dialogs.help import HelpScreen
from rnn_tui.tui.explorer.controllers import computing
from rnn_tui.tui.explorer.explorer import ExplorerScreen


class Slow:
    """An explorer in which every pass counts as long; from `hold` on one waits for `let_go`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.session = Session(make_stream("abcabdabcdabdcabcd" * 3, 4, steps=5000))
        self.app = Explorer(self.session)
        self.threads: list[threading.Thread] = []
        self._may = threading.Event()
        self._may.set()
        self.hold, self.let_go = self._may.clear, self._may.set

        def slowly(*given: Any) -> Any:
            self.threads.append(threading.current_thread())
            assert self._may.wait(LIMIT)
            return trace_example(*given)

        monkeypatch.setattr("rnn_tui.session.view.trace_example", slowly)
        monkeypatch.setattr(computing, "PATIENCE", 0.0)
        monkeypatch.setattr(passes, "SHORT", 0)

    @property
    def line(self) -> str:
        """What stands on the line over the footer."""
        assert isinstance(self.app.screen, ComputingScreen)
        return str(self.app.screen.query_one(Static).content)

    @property
    def top(self) -> object:
        """The screen that has the keys."""
        return self.app.screen

    @property
    def explorer(self) -> ExplorerScreen:
        """The explorer, whatever lies over it."""
        (screen,) = (one for one in self.app.screen_stack if isinstance(one, ExplorerScreen))
        return screen

    @property
    def hint(self) -> str:
        return "".join(span.text for span in self.explorer.notice or ())

    async def until(self, pilot: Pilot[None], screen: type = ExplorerScreen) -> None:
        """Wait until a screen is in front."""
        await until(pilot, lambda: isinstance(self.app.screen, screen))
        await pilot.pause()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    return Slow(monkeypatch)


async def test_another_chunk_is_there_when_it_has_been_computed(slow: Slow) -> None:
    async with slow.app.run_test(size=(80, 24)) as pilot:
        await slow.until(pilot)
        await pilot.press("f", "f")
        await pilot.pause()
        assert isinstance(slow.app.screen, ExplorerScreen), "the same pass is there already"
        first = slow.explorer.view
        slow.hold()
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "pass of 4 tokens through 3 units" in slow.line)
        await pilot.press("b")
        assert slow.line.startswith("b has to wait. Computing a pass")
        await pilot.press("question_mark")
        assert isinstance(slow.top, HelpScreen)
        await pilot.press("escape")
        assert isinstance(slow.app.screen, ComputingScreen)
        explorer = slow.explorer
        assert explorer.view is first, "nothing moved before it is there"
        slow.let_go()
        await slow.until(pilot)
        assert explorer.view is slow.session.view is not first
        assert explorer.view is not None
        assert (explorer.view.example, explorer.view.t) == (1, 1)
        assert "It predicts" in slow.hint
        assert threading.main_thread() not in slow.threads


async def test_undo_leads_back_to_the_same_bits(slow: Slow) -> None:
    async with slow.app.run_test(size=(80, 24)) as pilot:
        await slow.until(pilot)
        await pilot.press("F", "B")
        await pilot.pause()
        before = slow.session.view
        await pilot.press("right_square_bracket")
        await slow.until(pilot)
        assert slow.session.view.example == 1
        await pilot.press("u")
        await slow.until(pilot)
        after = slow.session.view
        assert (after.example, after.done) == (before.example, before.done)
        assert after is not before
        assert np.array_equal(after.known.trace.dh, before.known.trace.dh)


async def test_help_may_stay_open_until_after_the_end(slow: Slow) -> None:
    async with slow.app.run_test(size=(80, 24)) as pilot:
        await slow.until(pilot)
        slow.hold()
        await pilot.press("right_square_bracket", "question_mark")
        slow.let_go()
        explorer = slow.explorer
        await until(pilot, lambda: explorer.view is not None and explorer.view.example == 1)
        assert isinstance(slow.top, HelpScreen)
        await pilot.press("escape")
        await slow.until(pilot)


async def test_leaving_waits_for_nothing(slow: Slow) -> None:
    async with slow.app.run_test(size=(80, 24)) as pilot:
        await slow.until(pilot)
        slow.hold()
        await pilot.press("right_square_bracket", "q")
        await pilot.pause()
        assert not slow.app.is_running or slow.app._exit
        assert slow.threads[-1].is_alive()
        slow.let_go()


async def test_a_run_goes_on_while_its_moments_are_computed(slow: Slow) -> None:
    async with slow.app.run_test(size=(80, 24)) as pilot:
        await slow.until(pilot)
        explorer = slow.explorer
        slow.hold()
        await pilot.press("plus", "plus", "space")
        await until(pilot, lambda: slow.session.moment.cursor.update >= 3)
        assert slow.app.screen is explorer
        assert explorer.view is not None
        assert explorer.view.update == 0, "none of the run is there to be shown"
        assert explorer.progress is not None
        await pilot.press("space")
        assert isinstance(slow.app.screen, ComputingScreen)
        slow.let_go()
        await slow.until(pilot)
        assert explorer.view.update == slow.session.moment.cursor.update >= 3
        assert slow.hint.startswith("Paused at step")


def _has_reached(slow: Slow, update: int) -> bool:
    explorer = slow.explorer
    there = slow.session.moment.cursor.update == update and explorer.progress is None
    return there and slow.app.screen is explorer


async def test_a_long_update_is_a_run(slow: Slow) -> None:
    async with slow.app.run_test(size=(80, 24)) as pilot:
        await slow.until(pilot)
        explorer = slow.explorer
        chunks = slow.session.moment.timeline.trainer.updates_per_epoch
        for key, reached in (("s", 1), ("s", 2), ("e", chunks), ("u", 2), ("u", 1), ("u", 0)):
            await pilot.press(key)
            await until(pilot, partial(_has_reached, slow, reached))
            assert explorer.view is slow.session.view
        assert threading.main_thread() not in slow.threads


@pytest.mark.slow
async def test_what_can_not_be_computed_ends_the_program(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*given: object) -> None:
        raise MemoryError("no room for a pass")

    with pytest.raises(MemoryError, match="no room"):  # noqa: PT012 - it ends the whole program
        async with slow.app.run_test(size=(80, 24)) as pilot:
            await slow.until(pilot)
            monkeypatch.setattr("rnn_tui.session.view.trace_example", fails)
            await pilot.press("right_square_bracket")
            await until(pilot, lambda: slow.app._exception is not None)


async def test_the_gradient_check_of_a_long_pass_comes_later(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on, threads = threading.Event(), []

    def slowly(*given: Any) -> Any:
        threads.append(threading.current_thread())
        assert may_go_on.wait(LIMIT)
        return check_number(*given)

    monkeypatch.setattr("rnn_tui.session.checks.proof.check_number", slowly)
    async with slow.app.run_test(size=(120, 36)) as pilot:
        await slow.until(pilot)
        await pilot.press("F", "B")
        await pilot.pause()
        tokens = slow.app.screen.query_one("#tokens")
        assert "checking the gradient" in str(tokens.border_subtitle)
        may_go_on.set()
        await computed(pilot)
        assert "analytic" in str(tokens.border_subtitle)
        await pilot.press("u", "U")
        await pilot.pause()
        assert "analytic" in str(tokens.border_subtitle)
        assert len(threads) == 1
        assert threads[0] is not threading.main_thread()
