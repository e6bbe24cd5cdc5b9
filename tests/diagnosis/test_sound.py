"""No cause is named of networks that learn, such as people really have."""

from __future__ import annotations

from pathlib import Path

import pytest
from diagnosis.sound import NAMES, sound

from rnn_tui.diagnosis import Case, diagnose
from rnn_tui.session.session import Session


@pytest.mark.slow
@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_healthy_run_has_nothing(kind: str, seed: int, tmp_path: Path) -> None:
    found = diagnose(Case.of(Session(sound(kind, seed, tmp_path))))
    assert not found.findings
    assert found.is_well


def test_a_run_that_ends_long_before_all_is_learnt_has_nothing(tmp_path: Path) -> None:
    found = diagnose(Case.of(Session(sound("short", 3, tmp_path))))
    assert not found.findings
    assert not found.learns
    assert found.later is not None
    assert found.later.updates > found.planned
    assert found.is_well
