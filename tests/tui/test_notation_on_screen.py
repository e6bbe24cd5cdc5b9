"""One key writes the whole screen in another notation."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from rnn_tui.experiments import Experiment
from rnn_tui.tui.app import Explorer


def screen_text(pilot: Pilot[None]) -> str:
    screen = pilot.app.screen
    return "\n".join(strip.text for strip in screen._compositor.render_strips())


@pytest.mark.slow
async def test_names_change_in_titles_formulas_and_hints_and_come_back(
    sentiment: Experiment,
) -> None:
    async with Explorer(sentiment).run_test(size=(120, 45)) as pilot:
        await pilot.press("F", "b")
        await pilot.pause()
        ours = screen_text(pilot)
        assert "dW_hh[0]" in ours
        assert "h_2ᵀ" in ours
        assert "W_hh" in ours
        await pilot.press("N")
        await pilot.pause()
        assert "h₃ᵀ" in screen_text(pilot)
        assert "h_2ᵀ" not in screen_text(pilot)
        await pilot.press("N")
        await pilot.pause()
        letters = screen_text(pilot)
        assert "dW[0]" in letters
        assert "W_hh" not in letters
        await pilot.press("3")
        await pilot.pause()
        weights = screen_text(pilot)
        assert "W_x" not in weights
        assert "U  unit ← input" in weights
        await pilot.press("1", "N", "N")
        await pilot.pause()
        assert screen_text(pilot).splitlines()[:-3] == ours.splitlines()[:-3]


async def test_another_explorer_begins_in_the_notation_of_the_code(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(120, 45)) as pilot:
        await pilot.press("F", "b")
        await pilot.pause()
        assert "dW_hh[0]" in screen_text(pilot)
