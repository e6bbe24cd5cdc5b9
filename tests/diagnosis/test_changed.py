"""What was changed in a session before a run went wrong, and what is said of going back."""

from __future__ import annotations

import pytest

from rnn_tui.diagnosis import Case, Diagnosis, diagnose, ended_badly
from rnn_tui.experiments import load
from rnn_tui.present.plain.speaking import perform
from rnn_tui.present.sentences.diagnosis import summary
from rnn_tui.session.commands.command_lines import parse
from rnn_tui.session.session import Session


def done(*lines: str) -> tuple[Session, tuple[str, ...]]:
    """A session of the first experiment after some commands, and what was said of the last."""
    session = Session(load("sentiment"))
    said: tuple[str, ...] = ()
    for line in lines:
        said = perform(session, parse(line)).said
    return session, said


def found_in(session: Session) -> Diagnosis:
    return diagnose(Case.of(session))


def test_the_change_before_the_trouble_is_the_first_suspect() -> None:
    session, _ = done("epoch 40", "set learning_rate 20", "epoch 10")
    found = found_in(session)
    first = found.findings[0]
    assert first.cause == "The learning rate 20, set at epoch 40 (before: 0.5), is too high"
    assert first.verb == "set training.learning_rate 0.5"
    assert "in 30 updates, 20 of them trained as a trial" in summary(found)


def test_of_two_changes_the_one_that_did_harm_is_named_and_how_to_get_before_it() -> None:
    session, _ = done(
        "epoch 20", "set learning_rate 8", "epoch 10", "set learning_rate 5000", "epoch 5"
    )
    first = found_in(session).findings[0]
    assert first.cause == "The learning rate 8, set at epoch 20 (before: 0.5), is too high"
    assert first.tried is not None
    assert first.tried.cured < 0.1
    assert perform(session, parse(first.verb)).ok
    assert session.moment.timeline.number == 1


def test_a_jump_that_has_come_down_is_told_of_the_run_at_hand() -> None:
    assert not found_in(done("epoch 25")[0]).findings
    (one,) = found_in(done("epoch 60")[0]).findings
    assert one.name == "jump"
    assert "to 0.704 at epoch 31, though it has come down since" in one.cause


@pytest.mark.parametrize(("epochs", "is_bad"), [(25, False), (31, True)])
def test_a_run_that_ends_in_a_jump_has_ended_badly(epochs: int, is_bad: bool) -> None:
    session, _ = done(f"epoch {epochs}")
    assert ended_badly(session.moment.timeline, session.view.in_force) is is_bad


def test_a_cure_says_all_that_it_changes() -> None:
    _, said = done("epoch 20", "set learning_rate 500", "epoch 10", "cure clip")
    assert "learning_rate was 500, is 0.5." in said
    assert "clip_limit was 5, is 0.2." in said
