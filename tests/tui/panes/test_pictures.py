"""The palette's Screenshot: where the picture goes, and what is said where it can't."""

from __future__ import annotations

from pathlib import Path

import pytest
from waiting import until

from rnn_tui.experiments import load
from rnn_tui.tui import pictures
from rnn_tui.tui.app import Explorer


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of a user who has no folder for downloads."""
    monkeypatch.setattr(pictures, "user_downloads_path", lambda: tmp_path / "Downloads")
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def said(app: Explorer, path: str | None = None) -> str:
    """What the program tells of a picture that it was to save."""
    async with app.run_test() as pilot:
        app.deliver_screenshot(path=path)
        await until(pilot, lambda: len(app._notifications) > 0)
        (told,) = app._notifications
        return told.message


async def test_without_a_folder_for_downloads(nowhere: Path) -> None:
    told = await said(Explorer(load("sentiment")))
    (picture,) = nowhere.glob("*.svg")
    assert str(picture) in told
    assert picture.read_text("utf-8").startswith("<svg")


async def test_the_folder_for_downloads_comes_first(nowhere: Path) -> None:
    (nowhere / "Downloads").mkdir()
    await said(Explorer(load("sentiment")))
    assert [path.parent.name for path in nowhere.rglob("*.svg")] == ["Downloads"]


async def test_why_a_picture_was_not_saved(nowhere: Path) -> None:
    told = await said(Explorer(load("sentiment")), str(nowhere / "no"))
    assert told == "Not saved: no such file or directory"


def test_a_folder_that_there_is(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> Path:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "cwd", gone)
    assert pictures.picture_folder() == Path.home()
