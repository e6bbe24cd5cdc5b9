"""Sessions in the explorer: saved, kept, opened; and the colon line."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from session.seeing import seen
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static
from tui.explorer.test_explorer import explorer, notice, running
from waiting import until

from rnn_tui.cli.commands.explore import parser
from rnn_tui.experiments import Experiment
from rnn_tui.present.sentences.kept import kept_last
from rnn_tui.session.commands.keeping import kept, new_place, write
from rnn_tui.session.commands.saving import opened, read, text_of
from rnn_tui.session.session import Session
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.open import OpenScreen
from rnn_tui.tui.dialogs.typed.command import CommandScreen
from rnn_tui.tui.dialogs.typed.save import SaveScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.learn.rows import Rows


async def type_line(pilot: Pilot[None], line: str) -> None:
    """Type a command after a colon."""
    if not isinstance(pilot.app.screen, CommandScreen):
        await pilot.press("colon")
        await pilot.pause()
    field = pilot.app.screen.query_one(Input)
    field.value = line
    await pilot.press("enter")
    await pilot.pause()


def problem(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one(".problem", Static).render())


async def test_a_command_is_done_and_said(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await type_line(pilot, "forward 4")
        assert screen.session.view.known.answered
        assert notice(screen).startswith("answer at t=3: positive 55.8%")
        await type_line(pilot, "set W_hh[1,0] 0.5")
        assert screen.session.view.params.W_hh[1, 0] == 0.5
        assert notice(screen).startswith("W_hh[1,0] −0.3 → 0.5.")
        await type_line(pilot, "forward")
        assert "the forward pass is complete" in notice(screen)


@pytest.mark.slow
async def test_training_by_command_is_a_run_and_one_act(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await type_line(pilot, "epoch 12")
        await until(pilot, lambda: not running(screen) and screen.session.epoch == 12)
        await type_line(pilot, "run until loss < 0.3")
        await until(pilot, lambda: not running(screen) and screen.session.epoch == 20)
        await pilot.press("u", "u")
        assert screen.session.epoch == 0


async def test_what_is_no_command_is_told_under_the_line(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await type_line(pilot, "forwrd")
        assert type(pilot.app.screen) is CommandScreen
        assert 'did you mean "forward"?' in problem(pilot)
        await type_line(pilot, "")
        assert "type a verb" in problem(pilot)
        await pilot.press("escape")
        assert pilot.app.screen_stack[-1] == screen
        assert not screen.session.journal.entries


async def test_a_question_is_answered_there(sentiment: Experiment) -> None:
    async with explorer(sentiment, verbs=("forward",)) as (pilot, _):
        await type_line(pilot, "show hidden")
        said = str(pilot.app.screen.query_one("#said", Static).render())
        assert "t 0, token I, h[0] +0.4621" in said
        assert pilot.app.screen.query_one("#said").size.height >= 5, "it can be seen"


@pytest.mark.slow
async def test_completion_and_history(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, _):
        await type_line(pilot, "epoch 3")
        await pilot.press("colon")
        await pilot.pause()
        field = pilot.app.screen.query_one(Input)
        await pilot.press("b", "a", "c", "k", "w", "tab")
        assert field.value == "backward "
        field.value = "set training.mom"
        await pilot.pause()
        await pilot.press("tab")
        assert field.value == "set training.momentum"
        await pilot.press("up")
        assert field.value == "epoch 3"
        await pilot.press("down")
        assert field.value == ""


async def test_saving_asks_before_it_replaces(sentiment: Experiment, tmp_path: Path) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await type_line(pilot, "forward 2")
        path = tmp_path / "mine.rnn-session"
        for enters in (1, 2):
            await pilot.press("S")
            await pilot.pause()
            assert isinstance(pilot.app.screen, SaveScreen)
            pilot.app.screen.query_one(Input).value = str(tmp_path / "mine")
            for _ in range(enters):
                await pilot.press("enter")
                await pilot.pause()
            assert isinstance(pilot.app.screen, ExplorerScreen), "saved"
            screen.controllers.files._saved_as = None
        found = opened(read(path))
        assert found is not None
        assert seen(found.session) == seen(screen.session)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mine", "my session", "it's", "-x"])
async def test_the_command_that_is_told_opens_what_was_saved(
    sentiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "other").mkdir()
    for enters, folder in ((1, tmp_path), (2, tmp_path / "other")):
        monkeypatch.chdir(folder)
        async with explorer(sentiment) as (pilot, screen):
            await pilot.press("S")
            await pilot.pause()
            pilot.app.screen.query_one(Input).value = str(tmp_path / name)
            for _ in range(enters):
                await pilot.press("enter")
                await pilot.pause()
            _, _, command = notice(screen).partition("rnn-tui ")
            (argument,) = shlex.split(command)
            options = parser().parse_args([argument])
            assert Path(options.experiment).samefile(tmp_path / f"{name}.rnn-session")


async def test_what_can_not_be_saved_is_told(sentiment: Experiment, tmp_path: Path) -> None:
    async with explorer(sentiment) as (pilot, _):
        await pilot.press("S")
        await pilot.pause()
        pilot.app.screen.query_one(Input).value = str(tmp_path / "no" / "x")
        await pilot.press("enter")
        await pilot.pause()
        assert "there is no folder" in problem(pilot)


@pytest.mark.slow
async def test_a_session_is_kept_as_it_goes_and_opened_again(
    sentiment: Experiment, tmp_path: Path
) -> None:
    app = Explorer(sentiment, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert not kept(tmp_path), "nothing was done yet"
        await pilot.press("f", "e")
        await until(pilot, lambda: bool(kept(tmp_path)))
        first = app.screen
        assert isinstance(first, ExplorerScreen)
        await pilot.press("o")
        await pilot.pause()
        assert isinstance(app.screen, OpenScreen)
        rows = app.screen.query_one(OptionList)
        assert "last: 1 epoch trained" in str(rows.options[-1].prompt)
        rows.highlighted = len(rows.options) - 1
        rows.focus()
        await pilot.press("enter")
        await until(
            pilot, lambda: isinstance(app.screen, ExplorerScreen) and app.screen is not first
        )
        assert isinstance(app.screen, ExplorerScreen)
        assert seen(app.screen.session) == seen(first.session)
        await pilot.press("e")
    assert len(kept(tmp_path)) == 2, "going on with a session leaves its file alone"


async def test_a_start_names_what_was_kept_until_something_is_done(
    sentiment: Experiment, tmp_path: Path
) -> None:
    session, path = Session(sentiment), new_place("sentiment", tmp_path)
    session.do("epoch")
    write(path, text_of(session, path))
    app = Explorer(sentiment, tmp_path, last=kept_last(tmp_path))
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ExplorerScreen))
        screen = app.screen
        assert isinstance(screen, ExplorerScreen)
        await until(pilot, lambda: "1 epoch trained (go on: o ⏎" in screen.happened)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, OpenScreen))
        rows = app.screen.query_one(Rows)
        assert rows.highlighted is not None
        assert rows.rows[rows.highlighted].given == str(path)
        await pilot.press("escape", "f")
        await until(pilot, lambda: screen.session.view.known.states == 1)
        assert "epoch trained" not in screen.happened


async def test_leaving_writes_what_is_not_written_yet(
    sentiment: Experiment, tmp_path: Path
) -> None:
    app = Explorer(Session(sentiment), tmp_path, notice="as it was left")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, ExplorerScreen)
        assert notice(app.screen).startswith("as it was left")
        await pilot.press("f", "q")
    assert [one.text for one in read(kept(tmp_path)[0]).journal] == ["forward"]


@pytest.mark.slow
async def test_no_room_to_keep_a_session_is_told_once(
    sentiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    app = Explorer(sentiment, blocked / "sessions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f")
        screen = app.screen
        assert isinstance(screen, ExplorerScreen)
        await until(pilot, lambda: "not kept" in notice(screen))
        await pilot.press("f")
        assert "not kept" not in notice(screen)


async def test_a_damaged_session_is_told(sentiment: Experiment, tmp_path: Path) -> None:
    path = tmp_path / "x.rnn-session"
    path.write_text("hello")
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("o")
        await pilot.pause()
        pilot.app.screen.query_one(Input).focus()
        pilot.app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await pilot.pause()
        assert "expected a session of rnn-tui" in notice(screen)
