"""What becomes of a cause of which no cure helps, or whose look itself goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from diagnosis.injecting import SETTINGS, Injection, built, healthy, injected
from diagnosis.injecting import first_word as first

from rnn_tui.diagnosis import Case, diagnose, trying
from rnn_tui.diagnosis.case import Cancelled
from rnn_tui.diagnosis.causes import gates, rare, told, units
from rnn_tui.diagnosis.finding import Suspicion
from rnn_tui.engine.spectrum.carousel import least_kept
from rnn_tui.experiments import load
from rnn_tui.present.sentences.diagnosis import details, lines, spoken
from rnn_tui.session.session import Session
from rnn_tui.session.why.metrics.proving import traces_of

LOOKS = (told, rare, trying, units)


@pytest.mark.slow
@pytest.mark.parametrize("injection", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("are_refused", [True, False])
def test_a_cause_without_a_cure_is_told_without_one(
    injection: Injection, are_refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every cure is refused, or there is none at all."""
    for one in LOOKS:
        monkeypatch.setattr(one, "with_cure", lambda *_: None)
    if not are_refused:
        monkeypatch.setattr(told, "_remembering", lambda _: iter(()))
        monkeypatch.setattr(gates, "opened", lambda *_: iter(()))
        doubts = tuple(_without_cures(look) for look in trying.DOUBTS)
        monkeypatch.setattr(trying, "DOUBTS", doubts)
    found = diagnose(Case.of(Session(injected(injection, 3))))
    assert not found.failed
    assert all(one.cure for one in found.findings)
    assert [*lines(found, lambda _: "")]
    assert [*spoken(found)]
    assert all(details(one) for one in found.findings)


def _without_cures(look: object) -> object:
    def looked(case: Case) -> Iterator[Suspicion]:
        yield from (replace(one, cures=()) for one in look(case))  # type: ignore[operator]

    return looked


def test_an_error_in_one_check_keeps_nothing_else_from_being_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def wrong(case: Case) -> Iterator[Suspicion]:
        raise IndexError("of nothing")

    monkeypatch.setattr(trying, "DOUBTS", (wrong, *trying.DOUBTS))
    frozen = load("sentiment", ["training.learning_rate=1e-9"])
    found = diagnose(Case.of(Session(frozen)))
    assert [one.name for one in found.findings] == ["rate-too-low"]
    assert "1 check failed: test_cures.wrong: IndexError('of nothing')" in next(
        lines(found, lambda _: "")
    )
    assert found.as_json()["failed"]


def test_a_look_that_is_cancelled_is_no_error() -> None:
    def cancelled(case: Case) -> list[Suspicion]:
        if case.updates:
            raise Cancelled
        return []

    case = Case.of(Session(load("sentiment")))
    with pytest.raises(Cancelled):
        case.looked(cancelled)
    assert not case.failed


def test_a_shut_forget_gate_is_named_and_opening_it_is_tried() -> None:
    found = diagnose(Case.of(Session(injected(SETTINGS["shut gate"], 0))))
    one = found.findings[0]
    assert one.name == "shut-gate"
    assert one.verb.startswith("set model.forget_bias ")
    assert one.tried is not None
    assert one.tried.held is not None
    before, after = one.tried.held
    assert before is not None
    assert after < before


def test_what_a_gate_keeps_by_hand() -> None:
    """Without a bias and by tiny weights a gate is half open; a vanilla network has none."""
    made = healthy(0, task=first, cell="lstm")
    made["model"] |= {"init": "normal", "init_scale": 1e-9}
    kept = least_kept(traces_of(Case.of(Session(built(made))).one()))
    assert kept is not None
    assert kept.share == pytest.approx(0.5)
    assert least_kept(traces_of(Case.of(Session(load("sentiment"))).one())) is None
