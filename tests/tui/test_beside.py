"""What is computed beside the screen: one thing at a time, and the newest wish comes next."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from limits import LIMIT
from textual.app import App, ComposeResult
from textual.widgets import Static
from waiting import until

from rnn_tui.tui.toolkit import beside
from rnn_tui.tui.toolkit.beside import Beside


class Asker(Static):
    """Shows what a `wish` comes to; each waits until it may end."""

    def __init__(self) -> None:
        super().__init__()
        self.beside = Beside(self)
        self.may, self.begun = threading.Event(), threading.Event()
        self.wish = 0
        self.shown: list[int] = []
        self.threads: list[threading.Thread] = []

    def ask(self, wish: int) -> None:
        self.wish = wish
        self.beside.work_out(lambda: self._compute(wish), self._show)

    def _compute(self, wish: int) -> int:
        self.threads.append(threading.current_thread())
        self.begun.set()
        assert self.may.wait(LIMIT)
        if wish < 0:
            raise ValueError(f"no {wish}")
        return wish

    def _show(self, wish: int) -> None:
        assert threading.current_thread() is threading.main_thread()
        if wish == self.wish:
            self.shown.append(wish)
        else:
            self.ask(self.wish)


class Asking(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.asker = Asker()

    def compose(self) -> ComposeResult:
        yield self.asker


@pytest.fixture
def app() -> Iterator[Asking]:
    app = Asking()
    yield app
    app.asker.may.set()


async def test_one_thing_at_a_time_and_the_newest_wish_next(app: Asking) -> None:
    asker = app.asker
    async with app.run_test() as pilot:
        for wish in (1, 2, 3):
            asker.ask(wish)
            await pilot.pause()
        assert asker.beside.at_work
        assert len(asker.threads) == 1
        asker.may.set()
        await until(pilot, lambda: not asker.beside.at_work)
        assert asker.shown == [3], "what came too late is let go, what lay between not computed"
        assert len(asker.threads) == 2
        assert threading.main_thread() not in asker.threads


async def test_it_says_how_long_it_took(app: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    asker = app.asker
    monkeypatch.setattr(beside, "monotonic", iter((3.0, 5.5)).__next__)
    async with app.run_test() as pilot:
        asker.may.set()
        asker.ask(1)
        await until(pilot, lambda: not asker.beside.at_work)
        assert asker.beside.took == 2.5


async def test_a_result_whose_owner_has_gone_goes_too(app: Asking) -> None:
    asker = app.asker
    async with app.run_test() as pilot:
        asker.ask(1)
        assert asker.begun.wait(LIMIT)
        await asker.remove()
        asker.may.set()
        asker.threads[0].join(60)
        await pilot.pause()
        assert asker.shown == []


async def test_a_result_that_comes_while_its_owner_goes_is_let_go(
    app: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker = app.asker
    monkeypatch.setattr(Asker, "is_attached", False)
    async with app.run_test() as pilot:
        asker.may.set()
        asker.ask(1)
        await until(pilot, lambda: not asker.beside.at_work)
        assert asker.shown == []


async def test_an_error_ends_the_program(app: Asking) -> None:
    asker = app.asker
    with pytest.raises(ValueError, match="no -1"):  # noqa: PT012 - it ends the whole program
        async with app.run_test() as pilot:
            asker.may.set()
            asker.ask(-1)
            await until(pilot, lambda: not asker.beside.at_work)
            await pilot.pause()


def test_leaving_waits_for_nothing(app: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    asker = app.asker
    lost: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lost.append)

    async def leave() -> None:
        async with app.run_test():
            asker.ask(1)
            assert asker.begun.wait(LIMIT)

    asyncio.run(leave())
    (thread,) = asker.threads
    assert thread.is_alive()
    assert thread.daemon
    asker.may.set()
    thread.join(60)
    assert lost == asker.shown == []


def test_where_there_is_no_program_a_result_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    lost: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lost.append)
    asker = Asker()
    asker.may.set()
    asker.ask(1)
    assert asker.begun.wait(LIMIT)
    asker.threads[0].join(60)
    assert lost == asker.shown == []
