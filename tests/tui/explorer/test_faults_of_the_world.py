"""What a file system, a disk, a number or a window can do to the explorer: a line, never an end."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static
from tui.explorer.test_explorer import explorer, notice
from waiting import until

from rnn_tui.experiments import Experiment, load
from rnn_tui.session.commands.keeping import kept
from rnn_tui.session.commands.saving import read
from rnn_tui.session.session import Session
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.finding.microscope import MicroscopeScreen
from rnn_tui.tui.dialogs.open import OpenScreen
from rnn_tui.tui.dialogs.typed.prompt import NumberPrompt
from rnn_tui.tui.dialogs.typed.save import SaveScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen


async def answer(pilot: Pilot[None], key: str, text: str) -> str:
    """What a dialog says to a text in its field."""
    await pilot.press(key)
    await pilot.pause()
    field = pilot.app.screen.query_one(Input)
    field.focus()
    field.value = text
    await pilot.press("enter")
    await pilot.pause()
    found = pilot.app.screen.query(".problem")
    return str(found.first(Static).render()) if found else ""


def no_space(_: int) -> None:
    """In place of what writes a file out to the disk."""
    raise OSError(28, "No space left on device")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("a\0b", "a NUL in its name"),
        ("x" * 300, "name too long"),
        ("file/a", "not a directory"),
        ("no/a", "there is no folder"),
        ("~nosuchuser/a", "there is no folder"),
    ],
)
async def test_where_nothing_can_be_saved(
    sentiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, said: str
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.chdir(tmp_path)
    async with explorer(sentiment) as (pilot, _):
        assert said in await answer(pilot, "S", path)
        assert isinstance(pilot.app.screen, SaveScreen)


async def test_a_working_folder_that_is_gone(
    sentiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    async with explorer(sentiment) as (pilot, screen):
        shutil.rmtree(tmp_path / "gone")
        assert "the working folder is gone" in await answer(pilot, "S", "mine")
        await pilot.press("escape")
        await answer(pilot, "S", str(tmp_path / "mine"))
        assert notice(screen).startswith("Saved")
        assert read(tmp_path / "mine.rnn-session").experiment == "sentiment"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("pipe.toml", "a pipe"),
        ("pipe.rnn-session", "a pipe"),
        ("text.toml", "a pipe"),
        ("~nosuchuser/x.rnn-session", "no such file"),
        ("~nosuchuser/x.toml", "no such file"),
        ("a\0b.rnn-session", "can't be read"),
        ("a\0b.toml", "can't be read"),
        (f"{'x' * 300}.rnn-session", "name too long"),
    ],
)
async def test_what_can_not_be_opened(
    sentiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("pipe.toml", "pipe.rnn-session", "pipe.txt"):
        os.mkfifo(name)
    text = load("hello").path.read_text()
    text = re.sub(r'^text = ".*"$', 'text_file = "pipe.txt"', text, flags=re.MULTILINE)
    (tmp_path / "text.toml").write_text(text)
    async with explorer(sentiment) as (pilot, screen):
        told = await answer(pilot, "o", path)
        await until(pilot, lambda: said in told or said in notice(screen))


async def test_sessions_that_can_not_be_listed(
    sentiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, look = tmp_path / "closed" / "sessions", Path.glob

    def closed(folder: Path, pattern: str) -> Iterator[Path]:
        if folder == where:
            raise PermissionError(13, "Permission denied")
        return look(folder, pattern)

    app = Explorer(sentiment, where)
    async with app.run_test(size=(80, 24)) as pilot:
        monkeypatch.setattr(Path, "glob", closed)
        await pilot.press("o")
        await pilot.pause()
        assert isinstance(app.screen, OpenScreen)


# Leaving


@pytest.mark.slow
async def test_what_could_not_be_kept_is_tried_again(
    sentiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = Explorer(sentiment, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, ExplorerScreen)
        with monkeypatch.context() as full:
            full.setattr("os.fsync", no_space)
            await pilot.press("f")
            await until(pilot, lambda: "not kept" in notice(screen))
        await pilot.press("f")
        await until(pilot, lambda: bool(kept(tmp_path)))
    assert [one.text for one in read(kept(tmp_path)[0]).journal] == ["forward 2"]


def test_a_signal_leaves_a_line_where_nobody_can_be_asked(
    sentiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def told_to_end() -> str:
        app = Explorer(Session(sentiment), tmp_path)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert isinstance(app.screen, ExplorerScreen)
            app.screen.session.do("forward")
            monkeypatch.setattr("os.fsync", no_space)
            app._end(15)
        return "; ".join(app.unkept.values())

    import asyncio

    assert "no space left" in asyncio.run(told_to_end())


# Numbers


@pytest.mark.slow
@pytest.mark.parametrize("key", ["g", "E"])
async def test_a_number_of_any_length_is_answered(sentiment: Experiment, key: str) -> None:
    async with explorer(sentiment) as (pilot, _):
        said = await answer(pilot, key, "9" * 5000)
        assert said == "a whole number, such as 10, is needed"
        assert isinstance(pilot.app.screen, NumberPrompt)
        field = pilot.app.screen.query_one(Input)
        field.value = ""
        await pilot.press(*"2" * 26, "x")
        assert field.value == "2" * 16, "no more than that, and no letter"
        for text in ("²", "--5", "٣", "1_0", ""):
            field.value = text
            await pilot.press("enter")
            assert isinstance(pilot.app.screen, NumberPrompt)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1, 1), (1, 24), (80, 1), (3, 3)])
async def test_the_microscope_in_a_window_of_a_cell(
    sentiment: Experiment, size: tuple[int, int]
) -> None:
    async with explorer(sentiment, verbs=("finish_forward", "finish_backward")) as (pilot, _):
        await pilot.resize_terminal(*size)
        await pilot.press("G")
        await until(pilot, lambda: isinstance(pilot.app.screen, MicroscopeScreen))
        await pilot.resize_terminal(80, 24)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, ExplorerScreen)


@pytest.mark.slow
async def test_curves_of_the_smallest_numbers() -> None:
    experiment = load("sentiment", ["training.learning_rate=5e-324"])
    async with explorer(experiment, (120, 36)) as (pilot, screen):
        await pilot.press("e", "e", "2")
        await until(pilot, lambda: screen.page.NAME == "train")
        assert screen.session.epoch == 2
