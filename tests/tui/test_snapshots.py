"""Pictures of the screens. Update one only after looking at the new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from rnn_tui.experiments import Experiment
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.explorer.explorer import ExplorerScreen

Compare = Callable[..., bool]

SIZES = {"80x24": (80, 24), "120x36": (120, 36), "160x45": (160, 45)}
STEPS = {
    "opened": [],
    "forward": ["forward", "forward"],
    "back": ["finish_forward", "finish_backward"],
    "update": ["finish_forward", "finish_backward", "op", "op"],
}


def at(experiment: Experiment, *verbs: str, epochs: int = 0) -> Callable[[Pilot[Any]], Any]:
    """Bring the explorer to a moment before the picture is taken."""

    async def prepare(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        screen = pilot.app.screen
        assert isinstance(screen, ExplorerScreen)
        if epochs:
            screen.session.epochs(epochs)
        for verb in verbs:
            screen.session.do(verb)
        screen.show()
        await pilot.pause()

    return prepare


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("moment", list(STEPS))
def test_step_screen(snap_compare: Compare, sentiment: Experiment, size: str, moment: str) -> None:
    prepare = at(sentiment, *STEPS[moment])
    assert snap_compare(Explorer(sentiment), terminal_size=SIZES[size], run_before=prepare)


@pytest.mark.parametrize("size", list(SIZES))
def test_past_the_published_epochs(snap_compare: Compare, sentiment: Experiment, size: str) -> None:
    prepare = at(sentiment, "finish_backward", epochs=40)
    assert snap_compare(Explorer(sentiment), terminal_size=SIZES[size], run_before=prepare)


def test_readme(snap_compare: Compare, sentiment: Experiment) -> None:
    """The picture in the README."""
    prepare = at(sentiment, "finish_backward", epochs=12)
    assert snap_compare(Explorer(sentiment), terminal_size=(120, 36), run_before=prepare)


def test_small(snap_compare: Compare, sentiment: Experiment) -> None:
    prepare = at(sentiment, "finish_forward", "backward", "backward")
    assert snap_compare(Explorer(sentiment), terminal_size=(60, 16), run_before=prepare)


def test_light(snap_compare: Compare, sentiment: Experiment) -> None:
    move = at(sentiment, "backward", epochs=3)

    async def prepare(pilot: Pilot[Any]) -> None:
        pilot.app.theme = "textual-light"
        await move(pilot)

    assert snap_compare(Explorer(sentiment), terminal_size=(80, 24), run_before=prepare)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("help", ["question_mark"]),
        ("why", ["down", "down", "right", "enter"]),
        ("sentence", ["i"]),
        ("epochs", ["E"]),
        ("open", ["o"]),
    ],
)
def test_dialogs(snap_compare: Compare, sentiment: Experiment, name: str, keys: list[str]) -> None:
    move = at(sentiment, "finish_forward")

    async def prepare(pilot: Pilot[Any]) -> None:
        await move(pilot)
        await pilot.press(*keys)
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False
        await pilot.pause()

    assert snap_compare(Explorer(sentiment), terminal_size=(80, 24), run_before=prepare)
