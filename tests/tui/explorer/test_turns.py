"""Keys that come at once: each acts on what the one before it has left."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input
from tui.explorer.test_explorer import explorer, running
from waiting import until

from rnn_tui.experiments import Experiment
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.typed.ask import AskScreen
from rnn_tui.tui.dialogs.typed.command import CommandScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen

NAMES = {"\r": "enter", "\x1b": "escape", ":": "colon", "/": "slash", " ": "space", ",": "comma",
         "[": "left_square_bracket", "]": "right_square_bracket", "!": "exclamation_mark"}  # fmt: skip


def type_at_once(pilot: Pilot[None], text: str) -> None:
    """As a terminal hands over what it has read in one piece."""
    for character in text:
        key = events.Key(NAMES.get(character, character), character)
        key.set_sender(pilot.app)
        pilot.app.post_message(key)


async def test_a_number_typed_with_the_key_that_asks_for_it(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        type_at_once(pilot, "E7\r")
        await until(pilot, lambda: screen.session.epoch == 7 and not running(screen))
        type_at_once(pilot, "g3\rf")
        await until(pilot, lambda: screen.session.epoch == 3)


async def test_what_is_typed_with_the_key_that_opens_a_dialog_is_in_it(
    sentiment: Experiment,
) -> None:
    async with explorer(sentiment) as (pilot, screen):
        type_at_once(pilot, "/h[2,1]")
        await until(pilot, lambda: isinstance(pilot.app.screen, AskScreen))
        await until(pilot, lambda: pilot.app.screen.query_one(Input).value == "h[2,1]")
        type_at_once(pilot, "\x1bfff:epoch 2\r")
        await until(pilot, lambda: screen.session.epoch == 2)
        assert screen.session.journal.entries[0].text == "forward 3"


@pytest.mark.slow
async def test_during_a_run_a_command_is_typed_at_once(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        type_at_once(pilot, " :epoch 3")
        await until(pilot, lambda: isinstance(pilot.app.screen, CommandScreen))
        await until(pilot, lambda: pilot.app.screen.query_one(Input).value == "epoch 3")
        assert not running(screen)


async def test_what_is_pasted_has_its_turn_too(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        type_at_once(pilot, ":")
        pilot.app.post_message(events.Paste("epoch 4"))
        type_at_once(pilot, "\r")
        await until(pilot, lambda: screen.session.epoch == 4)


@pytest.mark.slow
@pytest.mark.parametrize("screens", ["kkkk", "::", "?" * 9])
async def test_a_key_that_lies_on_itself_has_an_end(sentiment: Experiment, screens: str) -> None:
    async with explorer(sentiment) as (pilot, screen):
        type_at_once(pilot, screens + "\x1b" * len(screens) + "f")
        await until(pilot, lambda: bool(screen.session.journal.entries))
        assert isinstance(pilot.app.screen, ExplorerScreen)


async def test_what_is_typed_before_there_is_anything_is_done_then(sentiment: Experiment) -> None:
    app = Explorer(sentiment)
    async with app.run_test(size=(80, 24)) as pilot:
        type_at_once(pilot, "E5\r")
        await until(pilot, lambda: isinstance(app.screen, ExplorerScreen))
        screen = app.screen
        assert isinstance(screen, ExplorerScreen)
        await until(pilot, lambda: screen.session.epoch == 5 and not running(screen))
