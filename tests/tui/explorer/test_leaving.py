"""Leaving in the middle of something: the exit code is that of the leaving, whoever comes first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from textual.css.query import NoMatches
from tui.explorer.test_explorer import explorer

from rnn_tui.experiments import Experiment
from rnn_tui.tui.dialogs.help import HelpScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.pages.switcher import Pages


@pytest.mark.slow
@pytest.mark.parametrize("page", ["train", "weights", "text"])
async def test_a_page_that_is_being_made_does_not_break_it(
    sentiment: Experiment, page: str
) -> None:
    async with explorer(sentiment) as (pilot, screen):
        making = asyncio.create_task(screen.query_one(Pages).make(page))
        while not screen.query(f"#{page}"):
            await asyncio.sleep(0)
        assert not screen.query_one(f"#{page}").is_mounted, "it has begun, no more"
        pilot.app.exit(return_code=143)
        await making
    assert pilot.app.return_code == 143


async def test_a_dialog_that_is_about_to_open_does_not_break_it(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, _):
        pilot.app.push_screen(HelpScreen("", ""))
        pilot.app.exit(return_code=143)
    assert pilot.app.return_code == 143


async def failing(e: Experiment, leaving: bool, act: Callable[[ExplorerScreen], object]) -> None:
    async with explorer(e) as (pilot, screen):
        if leaving:
            pilot.app.exit()
        screen.call_later(act, screen)
        await pilot.pause()


async def test_what_fails_before_is_an_error(sentiment: Experiment) -> None:
    with pytest.raises(NoMatches):
        await failing(sentiment, False, lambda screen: screen.query_one("#nothing"))


async def test_what_fails_for_another_reason_is_an_error(sentiment: Experiment) -> None:
    with pytest.raises(ZeroDivisionError):
        await failing(sentiment, True, lambda _: 1 / 0)
