"""Help says what is under the cursor, and its filter finds keys and symbols."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from rnn_tui.experiments import Experiment, load
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.bindings import ACTS
from rnn_tui.tui.dialogs.help import KEY_WIDTH, HelpScreen, key_list
from rnn_tui.tui.panes.gradient import GradientPane
from rnn_tui.tui.panes.hidden import HiddenPane
from rnn_tui.tui.panes.network import NetworkPane
from rnn_tui.tui.panes.text.lens import LensPane


def top(pilot: Pilot[None]) -> object:
    """The screen that has the keys."""
    return pilot.app.screen


def shown(screen: HelpScreen, part: str) -> str:
    widget = screen.query_one(part, Static)
    return str(widget.render()) if widget.display else ""


@pytest.mark.slow
async def test_the_number_under_the_cursor_is_explained_first(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(100, 30)) as pilot:
        await pilot.press("f", "f", "ctrl+home", "down", "down", "right", "question_mark")
        await pilot.pause()
        screen = pilot.app.screen
        assert isinstance(screen, HelpScreen)
        told = shown(screen, ".pointed")
        assert told.startswith("h[1,1]: the hidden state after a token")
        assert told.endswith("after token 1 “love”, unit 1")


@pytest.mark.slow
async def test_the_filter_finds_keys_and_symbols_and_esc_ends_it(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(100, 30)) as pilot:
        await pilot.press("question_mark", "slash", *"rho")
        await pilot.pause()
        screen = pilot.app.screen
        assert isinstance(screen, HelpScreen)
        assert "the spectral radius of W_hh" in shown(screen, ".keys")
        assert shown(screen, ".about") == ""
        await pilot.press("backspace", "backspace", "backspace", *"microscope")
        await pilot.pause()
        assert "Compare full, truncated and clipped gradients" in shown(screen, ".keys")
        assert "Read the next token" not in shown(screen, ".keys")
        await pilot.press("escape")
        await pilot.pause()
        assert top(pilot) is screen
        assert not screen.query_one(Input).display
        assert shown(screen, ".about") == screen.text
        await pilot.press("escape")
        await pilot.pause()
        assert top(pilot) is not screen


def test_each_key_stands_once_whatever_the_page() -> None:
    for page in ("", "step", "train", "weights", "text"):
        rows = [row for row in key_list(page).plain.split("\n") if row.startswith(" ")]
        keys = [key for row in rows for key in row[: 2 + KEY_WIDTH].split()]
        for act in ACTS:
            if (act.verb, page) == ("contexts", "text"):
                continue  # its key is another act's there
            # Of all pages and of the Text page; of help and of a lesson's step.
            twice = (act.key_text == "c" and page != "text") or act.key_text == "?"
            assert keys.count(act.key_text) == 1 + twice, act.verb
            assert any(row.endswith(act.about) for row in rows), act.verb
    assert key_list("", "zzz").plain == "No key has “zzz”"


def test_help_is_silent_on_gates_and_layers_where_there_are_none(sentiment: Experiment) -> None:
    gated = load("gates").network
    for pane in (HiddenPane, GradientPane, NetworkPane, LensPane):
        assert "LSTM" not in pane.help_on(sentiment.network)
        assert "LSTM" in pane.help_on(gated)
        assert pane.HELP_LAYERS not in pane.help_on(gated)
