"""The frame that stands while an experiment is read, and what becomes of the keys typed meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event

import pytest
from limits import LIMIT
from terminal import Terminal
from textual.pilot import Pilot
from textual.widgets import Static
from waiting import until

from rnn_tui.cli.commands.explore import parser
from rnn_tui.cli.opening import contents, glance, opened
from rnn_tui.experiments import ExperimentError, load
from rnn_tui.session.commands.saving import save
from rnn_tui.session.session import Session
from rnn_tui.tui.app import Explorer, Opened, ToOpen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.explorer.opening import OpeningScreen
from rnn_tui.tui.pages.switcher import Pages
from rnn_tui.tui.sizes import Contents

PANES = "#tokens", "#hidden", "#gradient", "#why", "#program", "#loss", "#timeline"
LINES = ".status", ".hint", ".acts"
SIZES = (60, 16), (80, 24), (120, 36), (160, 45)


class Reading:
    """An experiment that is read once it may be."""

    def __init__(self, name: str = "sentiment") -> None:
        document = glance(name) or {}
        self.may = Event()
        self.session = Session(load(name))
        shown = contents(document)
        self.app = Explorer(ToOpen(name, document["title"], shown, self._read))

    def _read(self, tell: Callable[[str], object]) -> Opened:
        tell("line 1 of 2")
        assert self.may.wait(LIMIT)
        return Opened(self.session, notice="Begun")

    @asynccontextmanager
    async def begun(self, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
        """The frame is there; in the end it may be read."""
        async with self.app.run_test(size=size) as pilot:
            await pilot.pause()
            assert isinstance(self.app.screen, OpeningScreen)
            try:
                yield pilot
            finally:
                self.may.set()

    async def done(self, pilot: Pilot[None]) -> ExplorerScreen:
        """The explorer, once it is there."""
        self.may.set()
        await until(pilot, lambda: isinstance(self.app.screen, ExplorerScreen))
        await until(pilot, lambda: self.app.turns.is_open)
        assert isinstance(self.app.screen, ExplorerScreen)
        return self.app.screen


def text(screen: OpeningScreen, selector: str) -> str:
    return str(screen.query_one(selector, Static).visual)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["sentiment", "phrases", "grammar"])
async def test_the_panes_stand_where_they_will(name: str, size: tuple[int, int]) -> None:
    reading = Reading(name)
    async with reading.begun(size) as pilot:
        opening = reading.app.screen
        before = {pane: opening.query_one(pane) for pane in PANES}
        regions = {pane: widget.region for pane, widget in before.items()}
        assert any(region.area for region in regions.values())
        explorer = await reading.done(pilot)
        await pilot.pause()
        assert regions == {pane: explorer.query_one(pane).region for pane in PANES}
        for pane, widget in before.items():
            title = str(explorer.query_one(pane).border_title)
            assert title.startswith(str(widget.border_title or ""))
        lines = explorer.query("StatusLine, HintLine, KeyLine")
        assert [opening.query_one(line).region for line in LINES] == [one.region for one in lines]


async def test_it_says_what_it_reads_and_what_was_typed() -> None:
    reading = Reading()
    async with reading.begun() as pilot:
        opening = pilot.app.screen
        assert isinstance(opening, OpeningScreen)
        assert "Sentiment of four sentences" in text(opening, ".status")
        assert text(opening, ".hint") == "Loading “sentiment”, line 1 of 2"
        await pilot.press("f", "down")
        assert text(opening, ".hint") == "Loading “sentiment”, line 1 of 2, then does f down"


async def test_keys_typed_meanwhile_act_in_their_order() -> None:
    reading = Reading()
    async with reading.begun() as pilot:
        await pilot.press("f", "f", "u", "n", "tab")
        assert reading.session.moment.cursor == Session(load("sentiment")).moment.cursor
        screen = await reading.done(pilot)
        await pilot.pause()
        same = Session(load("sentiment"))
        for verb in ("forward", "forward", "undo", "op"):
            same.undo() if verb == "undo" else same.do(verb)
        assert screen.session.moment.cursor == same.moment.cursor
        assert screen.focused is not None
        assert screen.focused.id == "gradient-table"


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_it_can_be_left_while_it_reads(key: str) -> None:
    reading = Reading()
    async with reading.begun() as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert reading.app._exit
        assert reading.app.failure is None


async def test_what_keeps_it_from_reading_ends_it() -> None:
    def read(_: object) -> Opened:
        raise ExperimentError("no such thing", file="here")

    app = Explorer(ToOpen("it", "It", Contents(4, 4), read))
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.failure is not None)
    assert str(app.failure) == "here: no such thing"


@pytest.mark.slow
def test_a_file_that_reads_well_and_says_wrong_things_leaves_one_line(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text('title = "Wrong"\ntask = "many-to-nothing"\n', encoding="utf-8")
    terminal = Terminal(str(path))
    assert terminal.leave() == 2
    _, _, after = terminal.output.rpartition(b"\x1b[?1049l")
    (line,) = (one for one in after.splitlines() if b"rnn-tui: " in one)
    assert b"wrong.toml" in line
    assert b"Traceback" not in terminal.output


@pytest.mark.parametrize(
    "written", [None, "title = ", "\ufefftitle = 'with a mark'", "x = " + "[" * 2000]
)
def test_what_only_the_reader_can_judge_is_left_to_it(tmp_path: Path, written: str | None) -> None:
    path = tmp_path / "it.toml"
    if written is not None:
        path.write_text(written, encoding="utf-8")
    assert glance(str(path)) is None
    assert glance("no such name") is None
    assert glance(parser().parse_args([]).experiment) is not None


def test_of_a_saved_session_it_shows_what_was_begun_with(tmp_path: Path) -> None:
    path = tmp_path / "a walk.rnn-session"
    save(Session(load("sentiment")), path)
    assert glance(str(path)) == glance("sentiment") != {}
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace('"sentiment"', '"./gone.toml"'), encoding="utf-8")
    assert glance(str(path)) == {}, "a session all the same"
    for wrong in ("", "rnn-tui session 1\n", whole.replace("experiment ", "experiments ")):
        path.write_text(wrong, encoding="utf-8")
        assert glance(str(path)) is None
    assert glance(str(tmp_path / "none.rnn-session")) is None


def test_a_saved_session_is_done_again_behind_the_first_frame(tmp_path: Path) -> None:
    session, path = Session(load("sentiment")), tmp_path / "it.rnn-session"
    session.do("forward")
    session.do("epoch")
    save(session, path)
    options = parser().parse_args([str(path)])
    told: list[str] = []
    again = opened(options, told.append).session
    assert again.moment.cursor == session.moment.cursor
    assert told == [f"replaying: {done} of 2 commands" for done in range(3)]


async def test_a_page_is_made_once_however_many_ask() -> None:
    async with Explorer(load("sentiment")).run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        pages = pilot.app.screen.query_one(Pages)

        async def ask() -> bool:
            is_new = await pages.make("train")
            assert pages.query("#train #loss-chart"), "all of it is there"
            return is_new

        assert [*await asyncio.gather(ask(), ask(), ask())] == [True, False, False]
