"""The row of the whole check that torch computes."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from limits import LIMIT
from textual.pilot import Pilot
from textual.widgets import Static
from waiting import computed, until

from rnn_tui.experiments import Experiment, load
from rnn_tui.parity import NoTorchError, Step
from rnn_tui.session.passes import Pass
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.finding.proof import ProofScreen

SCREEN = "rnn_tui.tui.dialogs.finding.proof"
AGREES = Step(0, 1.0, 1, {"h": 2e-16, "dW_hh": 1e-17, "W_hh": 1e-17})
DIFFERS = Step(0, 1.0, 1, {"h": 2e-16, "dW_hh": 0.5, "W_hh": 0.1})
ENDLESS = Step(0, float("inf"), 1, {"h": 0.0, "dW_hh": float("inf"), "W_hh": 0.0})


async def shown(pilot: Pilot[Any], said: str) -> str:
    """What the check says, once it says this."""
    screen = pilot.app.screen
    assert isinstance(screen, ProofScreen)
    checks = screen.query_one("#checks", Static)
    await until(pilot, lambda: said in str(checks.visual))
    return str(checks.visual)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (AGREES, "✓ PyTorch: all of this update by autograd, within 2e−16."),
        (DIFFERS, "✗ PyTorch: by autograd this update has another dW_hh."),
        (ENDLESS, "! PyTorch: not finite"),
        (None, "! PyTorch: torch: broken"),
    ],
)
async def test_it_comes_when_the_arrays_are_there_already(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch, step: Step | None, said: str
) -> None:
    asked = threading.Event()

    def by_torch(one: Pass) -> Step:
        asked.wait(LIMIT)
        if step is None:
            raise NoTorchError("torch: broken")
        return step

    monkeypatch.setattr(f"{SCREEN}.is_installed", lambda: True)
    monkeypatch.setattr(f"{SCREEN}.by_torch", by_torch)
    async with Explorer(sentiment).run_test(size=(80, 24)) as pilot:
        await pilot.press("P")
        await pilot.pause()
        assert "✓ dW_hh" in await shown(pilot, "the same update by autograd …")
        asked.set()
        text = await shown(pilot, said)
        assert "the same update by autograd …" not in text
        assert text.splitlines()[-1].startswith(said)
        assert "No error found: the code computes the gradient of this loss." in text


async def test_without_torch_there_is_no_such_row(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{SCREEN}.is_installed", lambda: False)
    async with Explorer(sentiment).run_test(size=(80, 24)) as pilot:
        await pilot.press("P")
        await pilot.pause()
        text = await shown(pilot, "the code computes")
        await computed(pilot)
        assert "PyTorch" not in text


@pytest.mark.torch
@pytest.mark.parametrize("name", ["sentiment", "hello"])
async def test_torch_itself_agrees_until_there_is_a_bug(name: str) -> None:
    app = Explorer(load(name))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "F", "B", "P")
        await pilot.pause()
        assert "all of this update by autograd" in await shown(pilot, "✓ PyTorch")
    app = Explorer(load(name, ["training.fault=shifted-state"]))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "F", "B", "P")
        await pilot.pause()
        assert "this update has another dW_hh." in await shown(pilot, "✗ PyTorch")
