"""A sentence of one's own and its label, in the explorer."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static
from tui.explorer.test_explorer import explorer, top

from rnn_tui.experiments import Experiment, load
from rnn_tui.tui.widgets.choice import Choice


def choice(pilot: Pilot[None]) -> Choice:
    return pilot.app.screen.query_one(Choice)


def shown(pilot: Pilot[None]) -> str:
    """The answers as they are printed, without any colour."""
    return str(choice(pilot).render()).replace("\N{NO-BREAK SPACE}", " ")


async def test_a_typed_sentence_has_no_label_until_one_is_chosen(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("]", "i")
        await pilot.pause()
        assert pilot.app.screen.query_one(Input).value == "I hate this movie"
        assert shown(pilot) == "● no label   ○ negative   ○ positive"
        await pilot.press("enter")
        await pilot.pause()
        assert screen.session.view.typed
        assert not screen.session.view.current.labelled
        assert screen.session.journal.entries[-1].text == 'input "I hate this movie"'


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keys", "target"),
    [("right", 0), ("left", 1), ("down", 0), ("up", 1), ("space", 0), ("right right", 1)],
)
async def test_a_label_is_chosen_and_enter_reads_the_text_from_there(
    sentiment: Experiment, keys: str, target: int
) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("]", "i", "tab", *keys.split(), "enter")
        await pilot.pause()
        assert top(pilot) is screen
        assert screen.session.view.typed
        assert screen.session.view.current.labelled
        assert screen.session.view.current.targets == (target,)
        await pilot.press("i")
        await pilot.pause()
        marks = ["○", "○"]
        marks[target] = "●"
        assert shown(pilot) == f"○ no label   {marks[0]} negative   {marks[1]} positive"


async def test_a_click_chooses_a_label_and_reads_nothing_yet(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("]", "i")
        await pilot.pause()
        left = choice(pilot).content_region.x - choice(pilot).region.x
        room = len("● no label   ○ negative   ")
        await pilot.click(Choice, offset=(left + room, 1))
        await pilot.pause()
        assert shown(pilot) == "○ no label   ○ negative   ● positive"
        assert top(pilot) is not screen


async def test_rows_of_a_series_are_typed_as_numbers() -> None:
    async with explorer(load("sine", ["model.hidden_size=4"])) as (pilot, screen):
        await pilot.press("i")
        await pilot.pause()
        text, wanted = pilot.app.screen.query(Input)
        assert text.value.count(";") == screen.session.view.current.length - 1
        about = str(pilot.app.screen.query_one(".about", Static).content)
        assert about.startswith("Rows of one number")
        text.value = "0.1; x"
        await pilot.press("enter")
        await pilot.pause()
        problem = str(pilot.app.screen.query_one(".problem", Static).content)
        assert 'row 2: expected a finite number, found "x"' in problem
        text.value, wanted.value = "0.1; 0.25", "0.25 0.3"
        await pilot.press("enter", "F")
        await pilot.pause()
        view = screen.session.view
        assert view.current.tokens == ("0.1", "0.25")
        assert view.current.labelled
        assert screen.session.journal.entries[-2].text == 'input "0.1 ; 0.25" as "0.25 ; 0.3 ;"'
        await pilot.press("4")
        await pilot.pause()
        assert screen.page.NAME == "text"
