"""Sessions that are kept, in words: what was done last, and how to go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnn_tui.experiments import Experiment
from rnn_tui.present.sentences.kept import (
    done_text,
    kept_greeting,
    kept_last,
    kept_line,
    kept_title,
)
from rnn_tui.session.commands import keeping
from rnn_tui.session.commands.command_lines import Command, parse_journal
from rnn_tui.session.commands.saving import text_of
from rnn_tui.session.commands.verbs import VERBS
from rnn_tui.session.session import Session


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("epoch 1 * 5", "5 epochs trained"),
        ("update 3", "3 updates trained"),
        ("finish_backward", "backpropagation finished"),
        ("forward", "1 timestep forward"),
        ("goto epoch 30", "went to epoch 30"),
        ("goto run 2 at 40", "went to run 2"),
        ("set W_hh[1,0] 0.5", "changed W_hh[1,0]"),
    ],
)
def test_what_was_done_last_is_said_in_words(line: str, said: str) -> None:
    assert done_text(parse_journal(line)) == said


def test_no_verb_is_said_as_it_is_written() -> None:
    """Of those that a journal can hold."""
    given = {"example": ("2",), "goto": ("epoch", "3"), "set": ("h", "1"), "put": ("h", "1")}
    for verb in VERBS.values():
        if not verb.asks:
            said = done_text(Command(verb.name, given.get(verb.name, ())))
            assert "_" not in said
            assert said != verb.name


def test_leaving_says_where_a_session_is_and_how_to_go_on(
    sentiment: Experiment, tmp_path: Path
) -> None:
    session, folder = Session(sentiment), tmp_path / "kept sessions"
    session.do("epoch")
    older, newer = (keeping.new_place("sentiment", folder) for _ in range(2))
    for path in (older, newer):
        keeping.write(path, text_of(session, path))
    assert kept_line(newer) == f"Session kept in {newer}. Go on with it: rnn-tui --resume"
    assert kept_line(older).endswith(f"rnn-tui '{older}'"), "--resume would take the other one"
    assert kept_title(newer).endswith(", last: 1 epoch trained")


def test_the_next_start_names_the_newest_or_that_of_the_experiment_asked_for(
    sentiment: Experiment, tmp_path: Path
) -> None:
    assert kept_last(None) is None
    assert kept_last(tmp_path) is None
    session = Session(sentiment)
    session.do("epoch")
    older, newer = (keeping.new_place(name, tmp_path) for name in ("sentiment", "bank"))
    for path in (older, newer):
        keeping.write(path, text_of(session, path))
    newest, own = kept_last(tmp_path), kept_last(tmp_path, "sentiment")
    assert newest is not None
    assert own is not None
    assert (newest.path, own.path) == (newer, older)
    assert kept_greeting(newest, "o").endswith(", 1 epoch trained (go on: o ⏎ or --resume)")
    assert kept_greeting(own, "o").endswith("(go on: o ⏎)"), "--resume would take the other one"
    assert kept_greeting(own, "o", brief=True) == "Last time: sentiment (o ⏎)"
    assert kept_last(tmp_path, "grammar") is None
    newer.write_text("damaged")
    assert kept_last(tmp_path) is None, "nothing to go on with"
