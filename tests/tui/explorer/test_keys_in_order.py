"""Keys and pastes that arrive in one go: none is lost, whatever opens or closes meanwhile."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input
from tui.explorer.test_explorer import explorer, top
from waiting import until

from rnn_tui.experiments import Experiment
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.typed.ask import AskScreen
from rnn_tui.tui.dialogs.typed.command import CommandScreen
from rnn_tui.tui.dialogs.typed.prompt import NumberPrompt, SentencePrompt
from rnn_tui.tui.dialogs.why import WhyScreen

ENTER, ESCAPE = "\r", "\x1b"
NAMES = {ENTER: "enter", ESCAPE: "escape", "/": "slash", ":": "colon", " ": "space"}


def send(pilot: Pilot[None], text: str) -> None:
    """All of it at once, as a terminal hands over what it has read."""
    for character in text:
        pilot.app.post_message(events.Key(NAMES.get(character, character), character))


def field(pilot: Pilot[None]) -> str:
    """What stands in the field of the dialog that is open; nothing where there is none."""
    fields = list(pilot.app.screen.query(Input))
    return fields[0].value if fields else ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "dialog", "text"),
    [
        ("/h[2,1]", AskScreen, "h[2,1]"),
        (":epoch 3", CommandScreen, "epoch 3"),
        ("iI love bad", SentencePrompt, "I love bad"),
        ("E7", NumberPrompt, "7"),
        (f":ep{ESCAPE}/W_hh[1,0]", AskScreen, "W_hh[1,0]"),
        (f"E{ESCAPE}:", CommandScreen, ""),
    ],
)
async def test_a_dialog_gets_what_is_typed_behind_its_key(
    sentiment: Experiment, typed: str, dialog: type, text: str
) -> None:
    async with explorer(sentiment) as (pilot, _):
        send(pilot, typed)
        await until(pilot, lambda: isinstance(top(pilot), dialog) and field(pilot) == text)


@pytest.mark.slow
async def test_a_dialog_that_is_done_gives_way_to_the_next(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        send(pilot, f"E7{ENTER}")
        await until(pilot, lambda: screen.session.view.epoch == 7 and top(pilot) is screen)
        send(pilot, f":again{ENTER}:forward 2{ENTER}f/h[1,0]{ENTER}")
        await until(pilot, lambda: isinstance(top(pilot), WhyScreen))
        assert (screen.session.view.epoch, screen.session.view.t) == (7, 2)


@pytest.mark.slow
async def test_a_run_is_paused_by_what_is_typed_into_it(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("space")
        send(pilot, f":goto epoch 3{ENTER}")
        await until(pilot, lambda: screen.session.view.epoch == 3 and top(pilot) is screen)


async def test_keys_before_the_first_frame(sentiment: Experiment) -> None:
    app = Explorer(sentiment)
    for key in (events.Key("slash", "/"), *(events.Key(c, c) for c in "loss")):
        app.turns.waiting.append(key)
    async with app.run_test() as pilot:
        await until(pilot, lambda: isinstance(top(pilot), AskScreen) and field(pilot) == "loss")


@pytest.mark.slow
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
async def test_lines_that_are_pasted_become_one(sentiment: Experiment, ends: str) -> None:
    async with explorer(sentiment) as (pilot, screen):
        pilot.app.post_message(events.Key("i", "i"))
        pilot.app.post_message(events.Paste(f"I love{ends}this movie{ends}"))
        await until(pilot, lambda: field(pilot) == "I love this movie")
        send(pilot, ENTER)
        await until(pilot, lambda: top(pilot) is screen)
        assert screen.session.view.current.text == "I love this movie"


async def test_what_is_pasted_where_no_field_is_does_nothing(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        pilot.app.post_message(events.Paste("q\nq"))
        send(pilot, "f")
        await until(pilot, lambda: screen.session.view.t == 0)
