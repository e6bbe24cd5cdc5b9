"""What is computed beside the screen: one thing at a time, and the newest wish comes next."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from queue import Queue

import pytest
from limits import LIMIT
from textual.app import App, ComposeResult
from textual.widgets import Static
from waiting import until

from rnn_tui.tui.toolkit import background
from rnn_tui.tui.toolkit.background import Background, Job


class Asker(Static):
    """Shows what a `wish` comes to; each waits until it may end."""

    def __init__(self) -> None:
        super().__init__()
        self.background = Background(self)
        self.may, self.begun = threading.Event(), threading.Event()
        self.wish = 0
        self.shown: list[int] = []
        self.threads: list[threading.Thread] = []

    def ask(self, wish: int) -> None:
        self.wish = wish
        self.background.start(lambda _: self._compute(wish), self._show)

    def _compute(self, wish: int) -> int:
        self.threads.append(threading.current_thread())
        self.begun.set()
        assert self.may.wait(60)
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
        assert asker.background.at_work
        assert len(asker.threads) == 1
        asker.may.set()
        await until(pilot, lambda: not asker.background.at_work)
        assert asker.shown == [3], "what came too late is let go, what lay between not computed"
        assert len(asker.threads) == 2
        assert threading.main_thread() not in asker.threads


async def test_what_is_short_is_waited_for_and_its_result_is_there(app: Asking) -> None:
    asker, begun = app.asker, list[int]()
    async with app.run_test() as pilot:
        asker.may.set()
        asker.background.start(lambda _: asker._compute(1), begun.append, patience=LIMIT)
        assert begun == [1], "before anything else is done"
        assert not asker.background.at_work
        await pilot.pause()
        assert begun == [1], "and once"


async def test_what_is_long_is_not_waited_for(app: Asking) -> None:
    asker, begun = app.asker, list[int]()
    async with app.run_test() as pilot:
        asker.background.start(lambda _: asker._compute(1), begun.append, patience=0.001)
        assert asker.background.at_work
        assert not begun
        asker.may.set()
        await until(pilot, lambda: begun == [1])


async def test_it_says_how_long_it_took(app: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    asker = app.asker
    monkeypatch.setattr(background, "monotonic", iter((3.0, 5.5)).__next__)
    async with app.run_test() as pilot:
        asker.may.set()
        asker.ask(1)
        await until(pilot, lambda: not asker.background.at_work)
        assert asker.background.took == 2.5


async def test_a_result_whose_owner_has_gone_goes_too(app: Asking) -> None:
    asker = app.asker
    async with app.run_test() as pilot:
        asker.ask(1)
        assert asker.begun.wait(60)
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
        await until(pilot, lambda: not asker.background.at_work)
        assert asker.shown == []


async def test_an_error_ends_the_program(app: Asking) -> None:
    asker = app.asker
    with pytest.raises(ValueError, match="no -1"):  # noqa: PT012 - it ends the whole program
        async with app.run_test() as pilot:
            asker.may.set()
            asker.ask(-1)
            await until(pilot, lambda: not asker.background.at_work)
            await pilot.pause()


def test_leaving_waits_for_nothing(app: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    asker = app.asker
    lost: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lost.append)

    async def leave() -> None:
        async with app.run_test():
            asker.ask(1)
            assert asker.begun.wait(60)

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
    assert asker.begun.wait(60)
    asker.threads[0].join(60)
    assert lost == asker.shown == []


class Counting(App[None]):
    """Has numbers counted up to, in a thread that waits to be let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.background = Background(self)
        self.steps: Queue[int | None] = Queue()
        self.read: list[int] = []
        self.ended: list[int] = []
        self.done = threading.Event()

    def count(self, job: Job[int]) -> int:
        """Report what it is given, until it is given nothing or cancelled."""
        last = 0
        try:
            while (step := self.steps.get(timeout=60)) is not None:
                job.check()
                last = step
                job.report(step)
        finally:
            self.done.set()
        return last

    def begin(self) -> None:
        self.background.start(self.count, self.ended.append, self.read.append)


async def test_reports_are_whole_and_the_newest_stands_for_all() -> None:
    app = Counting()
    async with app.run_test() as pilot:
        app.begin()
        app.steps.put(1)
        await until(pilot, lambda: app.read == [1])
        for step in (2, 3, 4, None):
            app.steps.put(step)
        app.done.wait(60)  # the screen has had no turn meanwhile
        await until(pilot, lambda: not app.background.at_work)
        assert app.read == [1, 4]
        assert app.ended == [4]


async def test_what_is_cancelled_ends_and_nothing_comes_of_it() -> None:
    app = Counting()
    async with app.run_test() as pilot:
        app.begin()
        app.steps.put(1)
        await until(pilot, lambda: app.read == [1])
        app.background.cancel()
        assert not app.background.at_work
        app.steps.put(2)
        assert app.done.wait(60)
        app.background.wait()
        await pilot.pause()
        assert (app.read, app.ended) == ([1], [])


async def test_the_next_does_not_wait_for_what_was_cancelled() -> None:
    app = Counting()
    async with app.run_test() as pilot:
        app.begin()
        app.background.cancel()
        app.background.start(lambda _: 7, app.ended.append)
        await until(pilot, lambda: app.ended == [7])
        assert not app.done.is_set()
        app.steps.put(None)
        assert app.done.wait(60)
        await pilot.pause()
        assert app.ended == [7]


async def test_a_report_on_its_way_is_let_go_with_the_rest() -> None:
    app = Counting()
    async with app.run_test() as pilot:
        app.begin()
        for step in (1, None):
            app.steps.put(step)
        app.background.wait()  # both are on their way, and the screen has had no turn
        app.background.cancel()
        await pilot.pause()
        assert (app.read, app.ended) == ([], [])


async def test_an_error_of_what_was_cancelled_is_not_lost() -> None:
    may = threading.Event()

    def fails(_: Job[None]) -> None:
        assert may.wait(60)
        raise ValueError("out of room")

    app = Counting()
    with pytest.raises(ValueError, match="out of room"):  # noqa: PT012 - it ends the whole program
        async with app.run_test() as pilot:
            app.background.start(fails)
            app.background.cancel()
            may.set()
            app.background.wait()
            await pilot.pause()
            await pilot.pause()


async def test_work_ends_with_its_owner() -> None:
    app = Counting()
    async with app.run_test():
        app.begin()
    app.steps.put(1)
    app.background.wait()
    assert app.read == app.ended == []
