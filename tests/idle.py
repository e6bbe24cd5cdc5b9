"""When a screen has come to rest: its event loop has nothing left to do by itself.

Textual's pilot waits until the process has computed little for a fiftieth of a second. On a
busy machine that is so whenever others have the processors, and then a test looks at what is
half done; on an idle one it costs that time at every key. Here a pause ends when the loop is
about to sleep for a while, on any machine: what could still happen then is up to timers and
threads, for which tests wait by themselves (`waiting`).
"""

from __future__ import annotations

import asyncio
import selectors

import pytest
from textual._context import active_app

SOON = 0.01  # seconds: a new size is handed on by a timer, after 1/120 s
NAPS = 20
MOST_PAINTS = 200  # one after the other, after which a screen would go on for ever


class Watched(selectors.DefaultSelector):
    """The selector of an event loop, which says when the loop would sleep.

    A loop with something to do looks for input without waiting for it. One that would wait
    longer than for a timer that is `SOON` due, and has no input, has done all that it can. So has
    one that slept `NAPS` times: with two timers of a screen that take turns no sleep is long.
    """

    newest: Watched  # that of the loop that was made last

    def __init__(self) -> None:
        super().__init__()
        Watched.newest = self
        self._asked: list[asyncio.Future[None]] = []
        self._naps = 0  # since it was last idle
        self.turns = 0  # of the loop, until now

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.turns += 1
        if not self._asked:
            return super().select(timeout)
        if timeout is not None and timeout <= SOON and self._naps < NAPS:
            self._naps += timeout > 0
            return super().select(timeout)
        found = super().select(0)
        if not found:
            self._naps = 0
            for asked in self._asked:
                if not asked.done():
                    asked.set_result(None)
            self._asked.clear()
        return found

    async def idle(self) -> None:
        """Let the loop go on until it would sleep."""
        asked = asyncio.get_running_loop().create_future()
        self._asked.append(asked)
        await asked


async def settled(*_seconds: float) -> None:
    """Let the app do all that it can do by itself, and paint it."""
    selector, app = Watched.newest, active_app.get()
    await selector.idle()
    for _ in range(MOST_PAINTS):
        if not app.screen_stack:
            return
        turns = selector.turns
        app.screen._on_timer_update()
        await selector.idle()
        if selector.turns == turns + 1:  # the one that said so
            return
    pytest.fail("the screen is laid out again and again")


async def nothing_to_do(_pilot: object, _timeout: float = 0.0) -> bool:
    """Let the app do all that it can do; a pilot asks each widget instead, at every key."""
    await Watched.newest.idle()
    return True


def install() -> None:
    """Have event loops say when they are idle, and Textual's pilot wait for that."""
    patch = pytest.MonkeyPatch()
    patch.setattr("selectors.DefaultSelector", Watched)
    for module in ("app", "pilot"):
        patch.setattr(f"textual.{module}.wait_for_idle", settled)
    patch.setattr("textual.pilot.Pilot._wait_for_screen", nothing_to_do)
