"""Runs that learn, but badly, and what a file of numbers is amiss with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from diagnosis.injecting import SETTINGS, built, first_word, healthy, injected

from rnn_tui.diagnosis import Case, Diagnosis, Finding, diagnose
from rnn_tui.experiments import Experiment, load
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import explain


def first(experiment: Experiment) -> Finding:
    return found_in(experiment).findings[0]


def found_in(experiment: Experiment) -> Diagnosis:
    session = Session(experiment)
    found = diagnose(Case.of(session))
    for one in found.findings:
        assert all(explain(session.view, ref).value == value for ref, value in one.evidence)
    return found


def test_steps_that_keep_a_series_far_from_its_floor_are_too_long() -> None:
    assert not found_in(load("sine")).findings
    one = first(load("sine", ["training.learning_rate=0.3"]))
    assert one.name == "rate-too-high"
    assert one.tried is not None
    assert one.tried.cured < 0.1 * one.tried.loss


@pytest.mark.slow
@pytest.mark.parametrize("title", ["chunk below the dependency", "few units for a text"])
def test_a_text_that_is_learnt_in_part_is_told_by_a_control(title: str) -> None:
    one = first(injected(SETTINGS[title], 2))
    assert one.name == SETTINGS[title].expected
    assert one.tried is not None
    assert one.tried.cured < one.tried.loss


def test_a_momentum_is_named_beside_the_rate_that_would_do_as_well() -> None:
    made = healthy(1, task=first_word, cell="rnn", optimizer="sgd")
    made["training"] |= {"momentum": 0.99, "learning_rate": 0.2}
    named = [one.name for one in found_in(built(made)).findings]
    assert named[:1] == ["momentum-too-high"]


def _table(folder: Path, rows: np.ndarray, **more: object) -> Experiment:
    file = folder / "load.csv"
    file.write_text("\n".join(["a,y", *(f"{a:.4f},{y:.4f}" for a, y in rows.tolist())]))
    put = [f"{key}={value}" for key, value in more.items()]
    return load(file, ['data.predict=["y"]', "training.steps=300", *put])


def _rows() -> np.ndarray:
    t = np.arange(400)
    return np.column_stack([np.cos(t / 5), 50 + 5 * np.sin(t / 4)])


def test_a_number_far_from_all_others_is_named_with_its_row_and_column(tmp_path: Path) -> None:
    assert not found_in(_table(tmp_path, _rows())).findings
    rows = _rows()
    rows[99, 1] = 99999
    one = first(_table(tmp_path, rows))
    assert one.name == "outlier"
    assert "the input “y” at line 101 of load.csv" in one.cause


def test_targets_that_never_change_are_named(tmp_path: Path) -> None:
    rows = _rows()
    rows[:, 1] = 7
    assert first(_table(tmp_path, rows)).name == "one-class"
