"""One key writes the whole screen in another notation."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from waiting import until

from rnn_tui.experiments import Experiment, load
from rnn_tui.present.notation import NOTATIONS
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
        for row in ("h₀ start  0.0000", "h token  unit 0  unit 1", "▸ h₄ movie  0.3454   1.00×"):
            assert row in screen_text(pilot), "states have one name, in rows and in formulas"
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


async def test_a_page_that_was_made_is_drawn_in_another_notation(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(120, 36)) as pilot:
        await pilot.press("e", "e", "2")
        await until(pilot, lambda: "ρ(W_hh)" in screen_text(pilot))
        await pilot.press("1", "N", "N")
        await pilot.resize_terminal(160, 45)
        await pilot.press("2")
        await until(pilot, lambda: "ρ(W) " in screen_text(pilot))
        assert "W_hh" not in screen_text(pilot)


@pytest.mark.parametrize("name", ["sentiment", "gates"])
async def test_no_name_moves_what_stands_beside_it_in_the_picture(name: str) -> None:
    async with Explorer(load(name)).run_test(size=(160, 45)) as pilot:
        await pilot.press("F", "B")
        for _ in NOTATIONS:
            await pilot.press("N")
            await pilot.pause()
            lines = screen_text(pilot).splitlines()
            tops = next(line for line in lines if line.count("╭──") == 4)
            below = lines[lines.index(tops) + 1]
            places = [k for k, letter in enumerate(tops) if letter in "╭╮"]
            assert [below[k] for k in places] == ["│"] * 8


async def test_where_names_are_typed_they_are_those_of_the_code(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(120, 36)) as pilot:
        await pilot.press("N", "N", "slash")
        await until(pilot, lambda: "Ask why · names of the code" in screen_text(pilot))
        assert "W_hh[1,0]@12" in screen_text(pilot)


async def test_another_explorer_begins_in_the_notation_of_the_code(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(120, 45)) as pilot:
        await pilot.press("F", "b")
        await pilot.pause()
        assert "dW_hh[0]" in screen_text(pilot)
