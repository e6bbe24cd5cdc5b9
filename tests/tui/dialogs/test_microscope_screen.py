"""The gradient under the microscope, as it is used."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES
from textual.widgets import Static
from waiting import until

from rnn_tui.experiments import Experiment, load
from rnn_tui.session.checks.microscope_limits import Limits
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.finding.microscope import MicroscopeScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen


def microscope(pilot: Pilot[Any]) -> MicroscopeScreen:
    screen = pilot.app.screen
    assert isinstance(screen, MicroscopeScreen)
    return screen


def explorer_of(pilot: Pilot[Any]) -> ExplorerScreen:
    screen = pilot.app.screen_stack[1]
    assert isinstance(screen, ExplorerScreen)
    return screen


def text(pilot: Pilot[Any], name: str) -> str:
    return str(microscope(pilot).query_one(name, Static).visual)


def refused(pilot: Pilot[Any]) -> str:
    line = microscope(pilot).query_one("#refused", Static)
    return str(line.visual) if line.display else ""


async def test_the_keys_move_the_limits_beside_which_they_stand(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(80, 24)) as pilot:
        await pilot.press("G")
        assert microscope(pilot).limits == Limits(2, 0.5, 0.2)
        assert "I → love → ║ → this → movie" in text(pilot, "#picture")
        await pilot.press("right", "down", "comma")
        assert microscope(pilot).limits == Limits(3, 0.2, 0.1)
        assert "I → ║ → love → this → movie" in text(pilot, "#picture")
        assert "by value it turns by 29°" in text(pilot, "#reading")
        await pilot.press("left", "up", "plus", "plus", "minus")
        assert microscope(pilot).limits == Limits(2, 0.5, 0.2)
        await pilot.press("left", "left")
        assert refused(pilot) == "A gradient goes back at least one timestep."
        await pilot.press("right", "right", "right")
        assert refused(pilot) == ""
        await pilot.press("right")
        assert refused(pilot) == "The gradient already reaches the first timestep."
        assert "Not truncated" in text(pilot, "#reading")
        await pilot.press("escape")
        assert pilot.app.screen is explorer_of(pilot)
        assert explorer_of(pilot).session.refusal("undo") is not None, "looking changes nothing"


async def test_the_batch_and_back(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(80, 24)) as pilot:
        await pilot.press("G", "l")
        screen = microscope(pilot)
        assert "the batch of 4" in str(screen.query_one(".dialog").border_title)
        assert "0.1964 100%" in text(pilot, "#picture")
        await pilot.press("l")
        assert "0.6862 100%" in text(pilot, "#picture")
        await pilot.press("escape", "F", "B", "n", "G")
        assert microscope(pilot).subject.batch, "in the update it opens on the batch"


@pytest.mark.slow
@pytest.mark.parametrize(("key", "kind", "limit"), [("n", "norm", 0.5), ("v", "value", 0.2)])
async def test_a_clip_is_put_in_force_and_taken_back(
    sentiment: Experiment, key: str, kind: str, limit: float
) -> None:
    async with Explorer(sentiment).run_test(size=(80, 24)) as pilot:
        before = sentiment.training
        await pilot.press("e", "G", key)
        await pilot.pause()
        screen = explorer_of(pilot)
        assert pilot.app.screen is screen
        settings = screen.session.view.experiment.training
        assert (settings.clip, settings.clip_limit) == (kind, limit)
        said = "".join(span.text for span in screen.notice or ())
        assert said.startswith(f"Training clips by {kind} at {limit:g} from here on")
        await pilot.press("G", key)
        assert refused(pilot) == f"Training clips by {kind} at {limit:g} already."
        await pilot.press("escape", "u")
        await pilot.pause()
        assert screen.session.view.experiment.training == before


@pytest.mark.slow
async def test_a_stream_has_no_batch_and_goes_on_before_its_chunk() -> None:
    async with Explorer(load("hello")).run_test(size=(80, 24)) as pilot:
        await pilot.press("G", "l")
        assert refused(pilot).startswith("An update trains on one example here")
    async with Explorer(load("grammar")).run_test(size=(120, 36)) as pilot:
        await pilot.press("s", "s", "G")
        assert "…→║→" in text(pilot, "#picture")
        await pilot.press(*["right"] * 20)
        assert "50 before" in text(pilot, "#picture")
        assert "cut at the chunk's start" in text(pilot, "#reading")


@pytest.mark.slow
async def test_it_opens_in_any_theme(sentiment: Experiment) -> None:
    app = Explorer(sentiment)
    async with app.run_test(size=(80, 24)) as pilot:
        for theme in sorted(BUILTIN_THEMES)[::8]:
            app.theme = theme
            await pilot.press("G", "right")
            assert microscope(pilot).limits.k == 3, theme
            await pilot.press("escape")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(40, 12), (60, 16), (80, 24), (200, 60)])
async def test_what_does_not_fit_can_be_scrolled_to(
    sentiment: Experiment, size: tuple[int, int]
) -> None:
    async with Explorer(sentiment).run_test(size=size) as pilot:
        await pilot.press("G")
        await pilot.pause()
        area = microscope(pilot).query_one("VerticalScroll")
        assert (area.max_scroll_y == 0) == (size[1] >= 24)
        await pilot.press(*["pagedown"] * 4)
        await until(pilot, lambda: area.scroll_y == area.max_scroll_y)
