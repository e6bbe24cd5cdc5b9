"""The explorer is put together from plain objects, and one table says which does what."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from waiting import until

from rnn_tui.experiments import Experiment, ExperimentError
from rnn_tui.present.tables.cells import Line
from rnn_tui.session.commands import keeping
from rnn_tui.session.session import Session
from rnn_tui.tui.app import Explorer, Opened
from rnn_tui.tui.bindings import ACTS
from rnn_tui.tui.explorer.acts import Controllers, acts
from rnn_tui.tui.explorer.controllers.history import History
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.screen_acts import OF_CLICKS

NO_ACTS = {"why_op", *OF_CLICKS}  # of a pane or the header: neither help nor palette list them


async def test_every_act_has_one_who_does_it(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(80, 24)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, ExplorerScreen)
        assert {*acts(screen.controllers)} == {act.verb for act in ACTS} | NO_ACTS


def test_no_controller_is_another_one_or_a_screen() -> None:
    for name, kind in inspect.get_annotations(Controllers, eval_str=True).items():
        assert kind.__bases__ == (object,), name


class Watcher:
    """Stands for the screen: notes what a controller asks of it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.unit = 0
        self.notice: Line | None = None
        self.happened = ""
        self.progress: Line | None = None
        self.reading_at: float | None = None
        self.room = self.uncovered = 80, 24
        self.asked: list[str] = []

    def attempt(
        self, move: Callable[[], object], then: Callable[[], object] = lambda: None
    ) -> None:
        move()
        self.asked.append("attempt")
        then()

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *words: self.asked.append(" ".join((name, *words)))


def test_a_controller_needs_no_more_than_a_face(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.epochs(3)
    face = Watcher(session)
    history = History(face)
    history.earlier()
    assert session.here == 2
    assert face.asked == ["pause", "attempt"]
    face.asked.clear()
    history.pin()
    assert face.asked[0] == "show"
    assert face.asked[1].startswith("tell Pinned: run 1 stays drawn")


class Slow:
    """Writes that wait until they may end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.may, self.begun = threading.Event(), threading.Event()
        self.written: list[str] = []
        self.at_once = self.most = 0
        self.is_full = False
        self._write = keeping.write
        monkeypatch.setattr(keeping, "write", self)
        monkeypatch.setattr("rnn_tui.tui.explorer.running.autosave.GATHERING", 0.001)

    def __call__(self, path: Path, text: str) -> None:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.begun.set()
        assert self.may.wait(60)
        self.at_once -= 1
        if self.is_full:
            raise ExperimentError("can't be written: no space left", file=str(path))
        self.written.append(text)
        self._write(path, text)


async def test_one_write_at_a_time_and_the_newest_stays(
    sentiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch)
    app = Explorer(*Opened(Session(sentiment), tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        await until(pilot, slow.begun.is_set)
        await pilot.press("f", "f")
        await pilot.pause(0.05)
        slow.may.set()
        await until(pilot, lambda: len(slow.written) == 2)
    assert slow.most == 1
    (kept,) = tmp_path.iterdir()
    assert kept.read_text(encoding="utf-8") == slow.written[-1]
    assert "forward 3" in slow.written[-1]


async def test_leaving_waits_for_the_write_under_way(
    sentiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch)
    app = Explorer(*Opened(Session(sentiment), tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        await until(pilot, slow.begun.is_set)
        threading.Timer(0.1, slow.may.set).start()
        await pilot.press("b", "q")
    assert slow.most == 1
    (kept,) = tmp_path.iterdir()
    assert kept.read_text(encoding="utf-8") == slow.written[-1]


@pytest.mark.slow
async def test_what_the_write_under_way_loses_is_said_on_leaving(
    sentiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch)
    slow.is_full = True
    app = Explorer(*Opened(Session(sentiment), tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        await until(pilot, slow.begun.is_set)
        threading.Timer(0.1, slow.may.set).start()
        await pilot.press("q")
    (said,) = app.unkept.values()
    assert said.endswith("no space left, and what was done last is lost")
