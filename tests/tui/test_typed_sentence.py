"""A sentence of one's own and its target, in the explorer."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Input
from tui.test_explorer import explorer, top

from rnn_tui.experiments import Experiment
from rnn_tui.tui.widgets.choice import Choice


def choice(pilot: Pilot[None]) -> Choice:
    return pilot.app.screen.query_one(Choice)


def shown(pilot: Pilot[None]) -> str:
    """The answers as they are printed, without any colour."""
    return str(choice(pilot).render()).replace("\N{NO-BREAK SPACE}", " ")


async def test_the_target_is_at_first_that_of_the_example_at_hand(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("i")
        await pilot.pause()
        assert shown(pilot) == "○ negative   ● positive"
        await pilot.press("escape", "]", "i")
        await pilot.pause()
        assert pilot.app.screen.query_one(Input).value == "I hate this movie"
        assert shown(pilot) == "● negative   ○ positive"
        await pilot.press("enter")
        await pilot.pause()
        assert screen.session.view.current.targets == (0,)


@pytest.mark.parametrize("key", ["right", "left", "down", "up", "space"])
async def test_another_target_is_chosen_and_enter_reads_it_from_there(
    sentiment: Experiment, key: str
) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("]", "i", "tab", key, "enter")
        await pilot.pause()
        assert top(pilot) is screen
        assert screen.session.view.typed
        assert screen.session.view.current.targets == (1,)
        await pilot.press("i")
        await pilot.pause()
        assert shown(pilot) == "○ negative   ● positive"


async def test_a_click_chooses_a_target_and_reads_nothing_yet(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("]", "i")
        await pilot.pause()
        left, room = choice(pilot).content_region.x - choice(pilot).region.x, len("● negative   ")
        await pilot.click(Choice, offset=(left + room, 1))
        await pilot.pause()
        assert shown(pilot) == "○ negative   ● positive"
        assert top(pilot) is not screen
