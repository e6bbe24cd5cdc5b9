"""What a dialog ends with: once, and with nothing over it."""

from __future__ import annotations

import threading

from textual.app import App
from textual.screen import ModalScreen
from waiting import until

from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.toolkit.background import Job


class Working(Modal[int]):
    """Ends with what it works on in a thread, which waits until it may end."""

    def __init__(self) -> None:
        super().__init__()
        self.may, self.cancelled = threading.Event(), threading.Event()

    def on_mount(self) -> None:
        self._background.start(self._work, self.finish)

    def _work(self, job: Job[None]) -> int:
        assert self.may.wait(60)
        if job.is_cancelled():
            self.cancelled.set()
        return 7


async def test_it_ends_with_what_was_worked_out() -> None:
    app, given = App[None](), list[int | None]()
    async with app.run_test() as pilot:
        await app.push_screen(working := Working(), given.append)
        working.may.set()
        await until(pilot, lambda: given == [7])
        assert app.screen is app.screen_stack[0]


async def test_it_waits_for_what_lies_over_it() -> None:
    app, given = App[None](), list[int | None]()
    async with app.run_test() as pilot:
        await app.push_screen(working := Working(), given.append)
        await app.push_screen(over := ModalScreen[None]())
        working.may.set()
        await until(pilot, lambda: not working._background.at_work)
        await pilot.pause()
        assert app.screen is over
        assert given == []
        await app.pop_screen()
        await until(pilot, lambda: given == [7])
        assert app.screen is app.screen_stack[0]


async def test_left_before_it_ends_with_nothing_once() -> None:
    app, given = App[None](), list[int | None]()
    async with app.run_test() as pilot:
        await app.push_screen(working := Working(), given.append)
        working.dismiss(None)
        working.may.set()
        assert working.cancelled.wait(60)
        await pilot.pause()
        assert given == [None]
        assert app.screen is app.screen_stack[0]
