"""The curves of a run: the same numbers however they are asked for, and what was edited."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import make_experiment, make_stream

from rnn_tui.engine.training.training import Record
from rnn_tui.session.runs.history import Change, Edit
from rnn_tui.session.runs.records import RecordPoints, Records
from rnn_tui.session.session import Session


def made(count: int, seed: int = 0) -> Records:
    """Records of nothing in particular, some of them not finite."""
    rng = np.random.default_rng(seed)
    records = Records()
    for _ in range(count):
        norm = float(rng.choice([rng.random(), np.nan, np.inf], p=[0.9, 0.05, 0.05]))
        loss = float(rng.choice([rng.random(), np.nan], p=[0.95, 0.05]))
        right, outputs = int(rng.integers(0, 3)), int(rng.integers(3, 5))
        records.append(Record(loss, right, outputs, norm, bool(rng.random() < 0.5), rng.random()))
    return records


@given(st.integers(1, 7), st.lists(st.integers(0, 400), min_size=1, max_size=8), st.integers(0, 99))
def test_points_do_not_depend_on_when_they_were_asked_for(
    updates: int, counts: list[int], seed: int
) -> None:
    records = made(400, seed)
    for count in counts:
        points = records.points(count, updates)
        whole = RecordPoints.of(records.rows(min(count, 400 // updates) * updates), updates)
        for name in RecordPoints._fields:
            one, other = getattr(points, name), getattr(whole, name)
            assert one.tobytes() == np.ascontiguousarray(other).tobytes(), name
            assert not one.flags.writeable


def test_a_point_is_the_mean_an_output_and_the_largest_norm() -> None:
    records = Records()
    for loss, right, outputs, norm, clipped in ((6.0, 1, 3, 0.5, False), (1.0, 2, 4, 2.5, True)):
        records.append(Record(loss, right, outputs, norm, clipped, 0.1 * outputs))
    points = records.points(9, 2)
    assert [float(curve[0]) for curve in points] == [1.0, 3 / 7, 2.5, 1.0, 0.4]
    assert records.points(9, 3).loss.size == 0, "no whole point"


def test_what_was_handed_out_stays_as_it_was() -> None:
    records = made(10)
    early = records.points(10, 1)
    before = early.loss.copy()
    for _ in range(5000):
        records.append(Record(9.0, 0, 1, 9.0, True, 9.0))
    assert records.points(5010, 1).loss[-1] == 9.0
    assert early.loss.tobytes() == before.tobytes()


@given(st.integers(0, 200), st.integers(1, 3), st.integers(0, 5), st.integers(0, 99))
def test_a_fork_shares_what_it_has_in_common_until_it_goes_on(
    at: int, updates: int, asked: int, seed: int
) -> None:
    records = made(200, seed)
    records.points(asked * 40, updates)
    fork = records.copy(at)
    assert not at or np.shares_memory(fork.rows(at), records.rows(at))
    before = records.rows(200).tobytes()
    for _ in range(7):
        fork.append(Record(9.0, 0, 1, 9.0, True, 9.0))
        records.append(Record(8.0, 0, 1, 8.0, True, 8.0))
    assert records.rows(200).tobytes() == before
    for one, rows in ((fork, at + 7), (records, 207)):
        found = one.points(rows, updates)
        whole = RecordPoints.of(one.rows(rows // updates * updates), updates)
        assert [x.tobytes() for x in found] == [np.ascontiguousarray(x).tobytes() for x in whole]
    assert fork.rows(at).tobytes() == records.rows(at).tobytes()


def test_no_row_is_added_up_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    add_up = RecordPoints.of

    def counting(rows: np.ndarray, updates: int) -> RecordPoints:
        seen.append(len(rows))
        return add_up(rows, updates)

    monkeypatch.setattr(RecordPoints, "of", counting)
    records = made(3000)
    for count in (1, 10, 10, 500, 20, 3000, 2999):
        records.points(count, 1)
    assert seen == [1, 9, 490, 2500]


def test_a_fork_has_the_points_of_its_parent() -> None:
    records = made(100)
    fork = records.copy(60)
    fork.append(Record(1.0, 1, 1, 1.0, False, 1.0))
    assert fork.points(60, 1).loss.tobytes() == records.points(60, 1).loss.tobytes()
    assert fork.points(99, 1).loss.size == 61


# Edits


def test_edits_are_remembered_with_what_they_changed() -> None:
    session = Session(make_experiment())
    session.epochs(3)
    training = session.experiment.training
    session.edit_settings(replace(training, learning_rate=0.01, freeze=("W_hh",)))
    changes = Change("learning_rate", 0.3, 0.01), Change("freeze", (), ("W_hh",))
    assert list(session.view.history.edits) == [Edit(3, changes)]
    session.epochs(2)
    old = float(session.view.params.W_hh[2, 1])
    session.edit_parameter("W_hh", (2, 1), 1.5)
    both = session.view.history.edits
    assert both[0].update == 3
    assert both[1:] == (Edit(5, (Change("W_hh[2,1]", old, 1.5),)),)
    session.go_to_epoch(4)
    assert session.view.history.edits == both[:1]
    session.go_to_epoch(1)
    assert not session.view.history.edits


def test_edits_at_one_place_all_count() -> None:
    session = Session(make_experiment())
    session.epochs(1)
    session.edit_parameter("b_h", (0,), 0.5)
    session.edit_parameter("b_y", (1,), -0.5)
    session.edit_parameter("b_h", (0,), 0.5)  # changes nothing
    assert [edit.changes[0].name for edit in session.view.history.edits] == ["b_h[0]", "b_y[1]"]
    session.undo()
    session.undo()
    assert len(session.view.history.edits) == 1


def test_an_edit_of_the_past_leaves_the_later_ones_behind() -> None:
    session = Session(make_stream())
    session.go_to_update(6)
    training = session.experiment.training
    session.edit_settings(replace(training, clip="value", clip_limit=0.5))
    session.go_to_update(2)
    session.edit_parameter("W_hy", (0, 0), 0.25)
    session.go_to_update(8)
    names = [change.name for edit in session.view.history.edits for change in edit.changes]
    assert names == ["W_hy[0,0]"]
