"""Waiting for what a screen comes to by itself, and for what is computed beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic

from limits import LIMIT
from textual.app import App
from textual.css.query import NoMatches
from textual.pilot import Pilot

from rnn_tui.tui.explorer.acts import Controllers
from rnn_tui.tui.toolkit.background import Background


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the screen go on until a condition holds; the test fails where it never does."""
    end = monotonic() + LIMIT
    while not _holds(condition):
        assert monotonic() < end, "it never came to that"
        await pilot.pause(0.01)


def _holds(condition: Callable[[], bool]) -> bool:
    """A screen that has no widgets yet, or that another lies on for a moment, fulfils nothing."""
    try:
        return condition()
    except (NoMatches, AssertionError):
        return False


async def computed(pilot: Pilot[None]) -> None:
    """Let the screen go on until nothing is computed beside it any more."""
    await pilot.pause()
    await until(pilot, lambda: all(worker.is_finished for worker in pilot.app.workers))
    await until(pilot, lambda: not _is_at_work(pilot.app))
    await pilot.pause()


def _is_at_work(app: App[None]) -> bool:
    nodes = (node for screen in app.screen_stack for node in screen.walk_children(with_self=True))
    return any(one.at_work for node in nodes for one in _backgrounds(node))


def _backgrounds(holder: object) -> Iterator[Background]:
    """All that a widget works with, or a screen and its controllers."""
    for value in vars(holder).values():
        if isinstance(value, Background):
            yield value
        elif isinstance(value, Controllers):
            for controller in vars(value).values():
                yield from _backgrounds(controller)
