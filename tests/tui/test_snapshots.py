"""Pictures of the screens: a dozen, each of what no other shows, at the size where most can go wrong.

Update one only after looking at the new one. What a screen says is held by tests of its words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from session.test_branches import forked
from textual.pilot import Pilot
from textual.widgets import Input
from waiting import computed, until

from rnn_tui.experiments import Experiment, load
from rnn_tui.lessons.courses import lesson_named
from rnn_tui.lessons.taking.playing import Play
from rnn_tui.present.learning.markup import key_left
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.finding.autopsy import AutopsyScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.explorer.face import program_of
from rnn_tui.tui.learn.learner import Learner
from rnn_tui.tui.learn.rows import Rows

Compare = Callable[..., bool]
Prepare = Callable[[Pilot[Any]], Any]

SMALL, MIDDLE, LARGE = (80, 24), (120, 36), (160, 45)
EXPLODING = ["training.learning_rate=5", "training.clip=none", "model.activation=relu"]


def at(*keys: str, epochs: int = 0, update: int = 0) -> Prepare:
    """Bring the explorer to a moment, and then press keys."""

    async def prepare(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        screen = top(pilot)
        if epochs:
            screen.session.epochs(epochs)
        if update:
            screen.session.go_to_update(update)
        screen.show()
        await pressed(pilot, *keys)

    return prepare


def top(pilot: Pilot[Any]) -> ExplorerScreen:
    assert isinstance(pilot.app.screen, ExplorerScreen)
    return pilot.app.screen


async def pressed(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys one by one, and wait for what they have computed."""
    for key in keys:
        await pilot.press(key)
    await computed(pilot)
    for field in pilot.app.screen.query(Input):
        field.cursor_blink = False


def small_grammar() -> Experiment:
    """A text on which training is fast."""
    return load("grammar", ["data.sentences=60", "model.hidden_size=16"])


# The Step screen


@pytest.mark.slow
def test_readme(snap_compare: Compare, sentiment: Experiment) -> None:
    """The picture in the README."""
    prepare = at("F", "B", epochs=12)
    assert snap_compare(Explorer(sentiment), terminal_size=MIDDLE, run_before=prepare)


def test_step_in_the_update(snap_compare: Compare, sentiment: Experiment) -> None:
    prepare = at("F", "B", "n", "n")
    assert snap_compare(Explorer(sentiment), terminal_size=SMALL, run_before=prepare)


@pytest.mark.slow
def test_step_with_gates(snap_compare: Compare) -> None:
    """An LSTM: how far its gates are open, and what is left along c beside the whole Jacobian."""
    lstm = load("sentiment", ["model.cell=lstm"])
    prepare = at("F", "B", "h", "h", "v", "v", "v", "v")
    assert snap_compare(Explorer(lstm), terminal_size=MIDDLE, run_before=prepare)


@pytest.mark.slow
def test_step_with_two_layers(snap_compare: Compare) -> None:
    """The gradient goes down and back; the lower layer's states; the Program says the layer."""
    two = load("sentiment", ["model.cell=lstm", "model.layers=2"])
    prepare = at("F", "b", "b", "v", "L", "h")
    assert snap_compare(Explorer(two), terminal_size=LARGE, run_before=prepare)


@pytest.mark.slow
def test_step_on_a_text(snap_compare: Compare) -> None:
    prepare = at("s", "F", "b", "b", "b")
    assert snap_compare(Explorer(load("grammar")), terminal_size=LARGE, run_before=prepare)


# The other pages


@pytest.mark.slow
def test_train_in_a_light_theme(snap_compare: Compare, sentiment: Experiment) -> None:
    async def prepare(pilot: Pilot[Any]) -> None:
        pilot.app.theme = "textual-light"
        await at("2", epochs=24)(pilot)
        screen = top(pilot)
        settings = replace(screen.session.view.experiment.training, learning_rate=0.1)
        screen.session.edit_settings(settings)
        await at("down", "down", epochs=24)(pilot)

    assert snap_compare(Explorer(sentiment), terminal_size=MIDDLE, run_before=prepare)


@pytest.mark.slow
def test_train_on_a_text(snap_compare: Compare) -> None:
    prepare = at("2", *["left"] * 4, update=1200)
    assert snap_compare(Explorer(small_grammar()), terminal_size=SMALL, run_before=prepare)


def test_weights(snap_compare: Compare, sentiment: Experiment) -> None:
    prepare = at("3", "down", "right", epochs=12)
    assert snap_compare(Explorer(sentiment), terminal_size=LARGE, run_before=prepare)


@pytest.mark.slow
def test_text_that_is_written(snap_compare: Compare) -> None:
    prepare = at("4", "tab", "c", "c", update=400)
    assert snap_compare(Explorer(small_grammar()), terminal_size=MIDDLE, run_before=prepare)


@pytest.mark.slow
def test_text_that_is_read(snap_compare: Compare, sentiment: Experiment) -> None:
    prepare = at("4", "c", update=30)
    assert snap_compare(Explorer(sentiment), terminal_size=SMALL, run_before=prepare)


# The lessons beside a page


def lesson(name: str, place: int, *keys: str) -> Prepare:
    """Take a lesson from one of its steps on."""

    async def prepare(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        play = Play(lesson_named(name), key=key_left)
        play.go_to(place)
        program_of(top(pilot)).screens.open_lesson(play, Learner())
        await until(pilot, lambda: isinstance(pilot.app.focused, Rows | Input))
        await pressed(pilot, *keys)

    return prepare


@pytest.mark.slow
def test_a_step_that_is_done(snap_compare: Compare, sentiment: Experiment) -> None:
    prepare = lesson("recurrence", 3, "f")
    assert snap_compare(Explorer(sentiment), terminal_size=SMALL, run_before=prepare)


@pytest.mark.slow
def test_a_step_that_is_predicted(snap_compare: Compare, sentiment: Experiment) -> None:
    prepare = lesson("bptt", 1, "1", "enter", "3")
    assert snap_compare(Explorer(sentiment), terminal_size=MIDDLE, run_before=prepare)


@pytest.mark.slow
def test_a_step_that_is_written(snap_compare: Compare, sentiment: Experiment) -> None:
    prepare = lesson("bptt", 6, *"W_hh@delta", "enter")
    assert snap_compare(Explorer(sentiment), terminal_size=LARGE, run_before=prepare)


# Dialogs


def test_why(snap_compare: Compare, sentiment: Experiment) -> None:
    asked = ("slash", *"dW_hh", "left_square_bracket", "1", "comma", "0", "right_square_bracket")
    prepare = at("F", "B", *asked, "enter")
    assert snap_compare(Explorer(sentiment), terminal_size=MIDDLE, run_before=prepare)


@pytest.mark.slow
def test_find_the_line(snap_compare: Compare, sentiment: Experiment) -> None:
    prepare = at("F", "B", "X", "enter", "X", "enter", "down", "enter")
    assert snap_compare(Explorer(sentiment), terminal_size=SMALL, run_before=prepare)


def test_microscope(snap_compare: Compare, sentiment: Experiment) -> None:
    assert snap_compare(Explorer(sentiment), terminal_size=MIDDLE, run_before=at("G"))


def test_runs(snap_compare: Compare, sentiment: Experiment) -> None:
    async def prepare(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        screen = top(pilot)
        screen.session = forked(sentiment)
        screen.session.pin(2)
        screen.session.go_to_epoch(8)
        screen.show()
        await pressed(pilot, "R")

    assert snap_compare(Explorer(sentiment), terminal_size=MIDDLE, run_before=prepare)


@pytest.mark.slow
def test_autopsy(snap_compare: Compare) -> None:
    async def prepare(pilot: Pilot[Any]) -> None:
        await pilot.press("E", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, AutopsyScreen))
        await pilot.pause()

    app = Explorer(load("grammar", EXPLODING))
    assert snap_compare(app, terminal_size=SMALL, run_before=prepare)
