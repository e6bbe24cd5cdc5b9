"""Which moments there is nothing to wait for: those whose passes are short, or have been computed."""

from __future__ import annotations

import threading

import pytest
from limits import LIMIT
from making import make_stream

from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.experiments import load
from rnn_tui.session import passes
from rnn_tui.session.checks.proof import is_proof_at_hand, proof
from rnn_tui.session.passes import is_short
from rnn_tui.session.session import Session


def is_at_hand(session: Session) -> bool:
    """Asked each time anew, whatever it was before."""
    return session.is_at_hand


@pytest.fixture
def long_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every pass counts as long."""
    monkeypatch.setattr(passes, "SHORT", 0)


def test_bundled_experiments_have_no_long_pass() -> None:
    for name in ("sentiment", "grammar", "translation"):
        session = Session(load(name))
        assert session.is_at_hand
        assert session.trains_at_once(session.target("update"))


def test_a_pass_is_long_by_its_tokens_and_its_units() -> None:
    experiment = load("grammar")  # 64 units
    assert is_short(experiment, 1000)
    assert not is_short(experiment, 10_000)


@pytest.mark.usefixtures("long_passes")
def test_a_pass_is_at_hand_once_it_has_been_seen() -> None:
    session = Session(make_stream())
    assert not is_at_hand(session)
    _ = session.view
    for verb in ("forward", "finish_forward", "backward", "finish_backward"):
        session.do(verb)
        assert is_at_hand(session)
    session.do("op")
    assert not is_at_hand(session), "what the update computes is still to come"
    _ = session.view
    assert is_at_hand(session)
    session.do("next_example")
    assert not is_at_hand(session)
    assert not session.trains_at_once(session.target("update"))


@pytest.mark.usefixtures("long_passes")
def test_a_check_is_at_hand_once_it_has_been_measured() -> None:
    session = Session(make_stream())
    assert is_proof_at_hand(session.view, 0), "there is none before BPTT"
    session.do("finish_forward")
    session.do("finish_backward")
    assert not is_proof_at_hand(session.view, 0)
    measured = proof(session.view, 0)
    assert is_proof_at_hand(session.view, 0)
    assert not is_proof_at_hand(session.view, 1)
    again = proof(session.view, 0)
    assert measured is not None
    assert again is not None
    assert again.check is measured.check
    session.do("op")
    assert not is_proof_at_hand(session.view, 0), "that of the update is another"
    of_batch = proof(session.view, 0)
    assert of_batch is not None
    assert of_batch.check is not measured.check
    assert is_proof_at_hand(session.view, 0)


def test_two_threads_look_once(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_go_on, passes_made = threading.Event(), threading.Event(), []

    def slowly(*given: object) -> object:
        passes_made.append(given)
        begun.set()
        assert may_go_on.wait(LIMIT)
        return trace_example(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("rnn_tui.session.view.trace_example", slowly)
    session, seen = Session(make_stream()), []
    threads = [threading.Thread(target=lambda: seen.append(session.view)) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert begun.wait(LIMIT)
    assert not session.is_at_hand, "it is being computed"
    may_go_on.set()
    for thread in threads:
        thread.join(60)
    assert len(passes_made) == 1
    assert seen[0] is seen[1] is session.view
