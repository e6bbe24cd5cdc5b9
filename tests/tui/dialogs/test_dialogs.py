"""What each dialog says of itself, all of it within the smallest usual terminal."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import cast

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, Static
from tui.explorer.test_explorer import explorer, top
from waiting import until

from rnn_tui.experiments import Experiment
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.learn.rows import Rows

DIALOGS = {
    "i": (
        "Type a sentence",
        "Known tokens: I  love  hate  this  movie  is  great  bad",
        "⏎ read it",
    ),
    "E": ("Train how many epochs?", "Trains at full speed. space pauses, u undoes", "⏎ do it"),
    "g": ("Go to which epoch?", "0 is the untrained network; you are at 0.", "⏎ do it"),
    "o": ("Open an experiment, a lesson or a session", "You will see", "type to search"),
    "S": ("Save this session", "rnn-tui FILE replays", "sentiment-epoch-0.rnn-session", "⏎ save"),
    "k": (
        "Breakpoints: run until",
        "Stop training when a condition becomes true",
        "Such as  loss < 0.3",
    ),
    "equals_sign": (
        "Change h[3,0]",
        "For this pass only.",
        "a finite number",
        "tab anything else",
    ),
    "X": (
        "Break it",
        "Put a classic bug into the running code.",
        "● none",
        "You would see: gradients too large",
    ),
    "P": ("Gradient check", "error below 1e−7.", "rel error", "esc leave"),
    "R": (
        "Runs (each change starts one)",
        "▸ 1     –    unedited",
        "of run 1 every update is stored",
    ),
    "slash": ("Ask why", "Every number has a name", "↑↓ choose · ⏎ why"),
    "colon": ("Command", "Type a command, e.g. epoch 10.", "⏎ run it · tab complete"),
    "question_mark": ("Help · Hidden state", "esc leave"),
}


def lines(app: App[None]) -> str:
    """What is on the screen, line by line."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in strips).replace("\xa0", " ")


def says(app: App[None], said: tuple[str, ...]) -> bool:
    """Whether all of that is on the screen."""
    shown = lines(app)
    return all(text in shown for text in said)


@pytest.mark.slow
async def test_each_says_what_it_is_for_and_which_keys_it_has(sentiment: Experiment) -> None:
    async with explorer(sentiment, verbs=("finish_forward",)) as (pilot, screen):
        for key, said in DIALOGS.items():
            await pilot.press(key)
            await until(pilot, partial(says, pilot.app, said))
            await pilot.press("escape")
            await until(pilot, lambda: top(pilot) is screen)


async def test_in_a_small_room_the_numbers_come_first(sentiment: Experiment) -> None:
    verbs = ("finish_forward", "backward", "backward")
    async with explorer(sentiment, (60, 16), verbs) as (pilot, _):
        shown = lines(pilot.app)
        for text in ("I love this movie", "Hidden state", "0.1399   0.41×", "reaches “this”"):
            assert text in shown, f"{text!r} in\n{shown}"


@pytest.mark.slow
async def test_o_searches_and_leads_to_lessons_and_files(
    sentiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = sentiment.path.read_text(encoding="utf-8").replace("Sentiment", "My own", 1)
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    (tmp_path / "wrong.toml").write_text(text.replace("hidden_size", "size"), encoding="utf-8")
    async with explorer(sentiment) as (pilot, _):
        await pilot.press("o")
        rows = await opened(pilot)
        assert marked(rows) == "sentiment", "what is open"
        await pilot.press("down", "down")
        assert marked(rows) == "recurrence", "beside its experiment"
        await pilot.press("up", "up", "up")
        assert rows.highlighted == len(rows.rows) - 1, "round to the end, past the heading"
        await pilot.press(*"one hot")
        await until(pilot, lambda: marked(rows) == "onehot")
        await pilot.press("enter")
        await until(pilot, lambda: playing(pilot) == "onehot")

        await pilot.press("o")
        rows = await opened(pilot)
        field, problem = (
            pilot.app.screen.query_one(Input),
            pilot.app.screen.query_one(".problem", Static),
        )
        for typed, found, said in (
            ("xyzzy", "", "no experiment"),
            ("~/none.toml", "", "can't be read"),
            ("own wrong", "wrong.toml", "wrong.toml: model.size: "),
        ):
            field.value = typed
            await until(pilot, partial(is_marked, rows, found))
            await pilot.press("enter")
            await until(pilot, partial(tells, problem, said))
        field.value = "my own mine"
        await until(pilot, partial(is_marked, rows, "mine.toml"))
        assert await pilot.click(rows, offset=(4, 1)), "under its heading"
        await until(pilot, lambda: isinstance(top(pilot), ExplorerScreen))
        assert not playing(pilot), "the lesson is left, and what was below it is another session"
        assert cast("ExplorerScreen", top(pilot)).session.experiment.name == "mine"


def playing(pilot: Pilot[None]) -> str:
    """The lesson that is on the screen."""
    screen = top(pilot)
    play = screen.controllers.learning.play if isinstance(screen, ExplorerScreen) else None
    return play.lesson.id if play is not None else ""


async def opened(pilot: Pilot[None]) -> Rows:
    """The rows of the dialog, once it is there."""
    await until(pilot, lambda: any(rows.rows for rows in pilot.app.screen.query(Rows)))
    return pilot.app.screen.query_one(Rows)


def marked(rows: Rows) -> str:
    """What the marked row leads to."""
    return "" if rows.highlighted is None else rows.rows[rows.highlighted].given


def is_marked(rows: Rows, given: str) -> bool:
    return marked(rows) == given


def tells(problem: Static, said: str) -> bool:
    return said in str(problem.visual)
