"""What each dialog says of itself, all of it within the smallest usual terminal."""

from __future__ import annotations

from functools import partial

import pytest
from textual.app import App
from tui.test_explorer import explorer, top
from waiting import until

from rnn_tui.experiments import Experiment

DIALOGS = {
    "i": ("Type a sentence", "Known: I  love  hate  this  movie  is  great  bad", "enter: read it"),
    "E": ("Train how many epochs?", "Trains at full speed. space pauses, u undoes", "enter: do it"),
    "g": ("Go to which epoch?", "0 is the untrained network; you are at 0.", "enter: do it"),
    "o": ("Open an experiment, or a session", "The next character", "tab: a file of"),
    "S": ("Save this session", "rnn-tui FILE replays", "sentiment-epoch-0.rnn-session", "enter"),
    "k": (
        "Breakpoints: run until",
        "Stop training when a condition becomes true",
        "Such as  loss < 0.3",
    ),
    "equals_sign": (
        "Change h[3,0]",
        "For this pass only.",
        "a finite number",
        "tab: anything else",
    ),
    "X": (
        "Break it",
        "Put a classic bug into the running code.",
        "● none",
        "You would see: gradients too large",
    ),
    "P": ("Gradient check", "error below 1e−7.", "rel error", "esc: leave"),
    "R": (
        "Runs (each change starts one)",
        "▸ 1     –    unedited",
        "of run 1 every update is stored",
    ),
    "slash": ("Ask why", "Every number has a name", "↑↓ choose · enter: why"),
    "colon": ("Command", "Type a command, e.g. epoch 10.", "enter: do it · tab: complete"),
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
