"""No text of anybody's reaches the screen, the clipboard or a picture of it as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import hostile
import pytest
from hostile import ACTS, EVIL, Hostile, evil
from rich.segment import Segment
from textual.color import Color
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input
from tui.explorer.test_explorer import explorer, notice
from waiting import computed

from rnn_tui.characters import visible
from rnn_tui.experiments import ExperimentError, load
from rnn_tui.session.commands import keeping
from rnn_tui.session.session import Session
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.gate import LOST, ScreenGate, is_inert

PAGES = ("1", "2", "3", "4")
FEW = ("F", "B", "v", "v", "enter", "i", "y", "e")
MANY = (  # each opens something, or goes on; after some there is a dialog to leave
    "F", "B", "n", "v", "v", "v", "enter", "slash", "i", "equals_sign", "o", "S", "colon", "k",
    "R", "G", "P", "E", "g", "y", "question_mark", "X", "ctrl+p", "e", "e", "u",
)  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    return hostile.write(tmp_path_factory.mktemp("hostile"))


def texts(pilot: Pilot[None]) -> Iterator[str]:
    """What each line of the screen says, as it goes to the terminal."""
    for strip in pilot.app.screen._compositor.render_strips():
        yield "".join(segment.text for segment in strip)


def check(pilot: Pilot[None], after: str) -> None:
    """Nothing acts, nothing had to be taken out at the last gate, and every line is as wide."""
    for line in texts(pilot):
        assert not ACTS.search(line), (after, line)
        assert LOST not in line, (after, line)
    widths = {strip.cell_length for strip in pilot.app.screen._compositor.render_strips()}
    assert widths == {pilot.app.size.width}, after


async def through(pilot: Pilot[None], screen: ExplorerScreen, keys: Sequence[str]) -> None:
    """Every page, and what the keys bring up, looked at."""
    for page in PAGES:
        await pilot.press(page)
        await computed(pilot)
        check(pilot, page)
    await pilot.press("1")
    for key in keys:
        await pilot.press(key)
        await computed(pilot)
        check(pilot, key)
        if pilot.app.screen is not screen:
            await pilot.press("escape")
            await computed(pilot)
    for page in PAGES[1:]:
        await pilot.press(page)
        await computed(pilot)
        check(pilot, f"{page} after training")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["words", "tags", "answers", "text", "rows"])
async def test_no_text_acts_on_the_screen(files: Hostile, name: str, tmp_path: Path) -> None:
    size, keys = ((120, 36), MANY) if name in ("words", "text") else ((80, 24), FEW)
    async with explorer(load(getattr(files, name)), size) as (pilot, screen):
        autosave = screen.controllers.autosave
        autosave.folder = tmp_path / evil("kept")
        screen.session.do("forward")
        autosave.keep_now()  # a session of such a name, to be listed
        await through(pilot, screen, keys)
        shown = "\n".join(texts(pilot))
        assert "␛" in shown, "there was nothing to take care of"


async def test_what_is_copied_is_what_is_seen(files: Hostile) -> None:
    async with explorer(load(files.words), verbs=("finish_forward",)) as (pilot, screen):
        for pane in ("hidden-table", "examples", "gradient-table"):
            screen.query_one(f"#{pane}").focus()
            await pilot.press("y")
            assert visible(evil("a")) in pilot.app.clipboard, pane
            assert not ACTS.search(pilot.app.clipboard.replace("\t", ""))
        pilot.app.copy_to_clipboard(EVIL)
        assert not ACTS.search(pilot.app.clipboard)


async def test_a_picture_of_the_screen_has_no_such_characters(files: Hostile) -> None:
    async with explorer(load(files.words)) as (pilot, _):
        assert not ACTS.search(pilot.app.export_screenshot().replace("\t", ""))


@pytest.mark.slow
async def test_what_is_typed_and_refused_does_not_act(files: Hostile) -> None:
    async with explorer(load(files.words)) as (pilot, screen):
        for key in ("i", "slash", "colon", "o", "S"):
            await pilot.press(key)
            await pilot.pause()
            pilot.app.screen.query(Input).first().value = f"~{EVIL}/{EVIL}"
            await pilot.press("enter")
            await computed(pilot)
            check(pilot, key)
            await pilot.press("escape")
            await pilot.pause()
        screen.say(f"a notice {EVIL}")
        pilot.app.notify(f"a message {EVIL}")
        await pilot.pause()
        assert not any(ACTS.search(line) for line in texts(pilot))
        assert EVIL in notice(screen)


def test_the_last_gate_keeps_widths() -> None:
    """Of whatever was drawn past all that knows of signs."""
    gate = ScreenGate()
    segments = [Segment(f"a{EVIL}\n\ue000b"), Segment("─ é 世\xa0")]
    (first, second) = gate.apply(segments, Color(0, 0, 0))
    assert is_inert(first.text)
    assert second == segments[1]
    assert Strip([first]).cell_length == Strip(segments[:1]).cell_length
    assert not ACTS.search(first.text)
    kept = segments[1:]
    assert gate.apply(kept, Color(0, 0, 0)) is kept


# What the disk does not take


async def test_what_is_lost_on_leaving_is_said(
    files: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, text: str) -> None:
        raise ExperimentError("can't be written: no space left on device", file=str(path))

    monkeypatch.setattr(keeping, "write", full)
    app = Explorer(Session(load(files.words)), tmp_path)
    async with app.run_test() as pilot:
        await pilot.press("f", "q")
    (said,) = app.unkept.values()
    assert "no space left on device, and what was done last is lost" in said
    assert str(tmp_path) in said
