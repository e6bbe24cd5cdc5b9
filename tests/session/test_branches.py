"""The runs of a session beside each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from making import make_experiment, make_stream
from session.diverging import diverging_experiment
from session.seeing import seen

from rnn_tui.experiments import Experiment
from rnn_tui.session.moment import Refused
from rnn_tui.session.runs.branches import MOST_PINS, old_future, shared
from rnn_tui.session.session import Session


def forked(experiment: Experiment) -> Session:
    """Run 1 to epoch 30, run 2 from 12 to 24, run 3 from 6 to 9, all edited by learning rate."""
    session = Session(experiment)
    session.epochs(30)
    session.go_to_epoch(12)
    session.set("training.learning_rate", "0.1")
    session.epochs(12)
    session.go_to_epoch(6)
    session.set("training.learning_rate", "0.2")
    session.epochs(3)
    return session


def test_rows_say_what_each_run_came_to(sentiment: Experiment) -> None:
    session = forked(sentiment)
    rows = session.runs.rows
    assert [row.number for row in rows] == [1, 2, 3]
    assert [row.parent for row in rows] == [None, 1, 1]
    assert [row.at for row in rows] == [0, 12, 6]
    assert [row.reached for row in rows] == [30, 24, 9]
    assert [row.here for row in rows] == [False, False, True]
    assert [change.after for row in rows for change in row.changes] == [0.1, 0.2]
    straight = Session(sentiment)
    straight.epochs(30)
    history = straight.view.history
    assert rows[0].loss == history.loss[-1]
    assert rows[0].largest_norm == history.grad_norm.max()
    assert rows[0].radius == straight.view.radius
    assert session.runs.nbytes == sum(row.nbytes for row in rows)


def test_a_run_is_returned_to_at_its_update(sentiment: Experiment) -> None:
    session = forked(sentiment)
    before = seen(session)
    session.go_to_run(1)
    assert (session.moment.timeline.number, session.epoch) == (1, 9)
    assert session.moment.timeline.frontier == 30
    session.go_to_epoch(30)
    session.go_to_run(2)
    assert session.epoch == 24, "it has come no further"
    session.undo()
    session.undo()
    session.undo()
    assert seen(session) == before
    for number, why in ((3, "this is run 3"), (4, "runs are numbered 1 to 3"), (0, "runs are")):
        with pytest.raises(Refused, match=why):
            session.go_to_run(number)


def test_only_what_has_trained_is_listed_beside_the_first_and_the_current(
    sentiment: Experiment,
) -> None:
    session = Session(sentiment)
    session.set("training.momentum", "0.5")
    assert [row.number for row in session.runs.rows] == [1, 2]
    session.undo()
    assert [row.number for row in session.runs.rows] == [1]
    session.set("training.learning_rate", "0.1")
    session.set("training.clip", "none")
    session.epochs(2)
    rows = session.runs.rows
    assert [row.number for row in rows] == [1, 4]
    assert [change.name for change in rows[1].changes] == ["learning_rate", "clip"]
    assert rows[1].parent == 1
    session.reset()
    assert [row.number for row in session.runs.rows] == [1, 4], "reset loses none"


def test_the_old_future_is_drawn_by_itself(sentiment: Experiment) -> None:
    session = forked(sentiment)
    others = {run.number: run for run in session.view.time.others}
    assert set(others) == {1, 2}
    old = others[2]
    assert old.drawn
    assert old.after is not None
    assert [change.after for change in old.after.changes] == [0.2]
    assert (old.leaves, old.reached, len(old.loss)) == (6, 24, 24)
    assert not others[1].drawn
    session.go_to_run(1)
    assert not any(run.drawn for run in session.view.time.others), "nothing was left behind"


def test_an_edit_at_the_newest_epoch_leaves_no_future(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.epochs(3)
    session.set("training.momentum", "0.5")
    session.epochs(3)
    assert old_future(session.moment.timeline) is None


def test_what_runs_share(sentiment: Experiment) -> None:
    one, two, three = forked(sentiment).moment.timeline.family.runs
    assert shared(one, two) == shared(two, one) == 12
    assert shared(one, three) == shared(three, two) == 6
    assert shared(one, one) == 30


def test_pins_stay_with_the_runs(sentiment: Experiment) -> None:
    session = forked(sentiment)
    assert session.pin(1)
    assert [run.number for run in session.view.time.others if run.drawn] == [2, 1]
    session.reset()
    ahead = session.view.time.others
    assert [(run.number, run.leaves) for run in ahead if run.drawn] == [(1, 0)], "its own future"
    assert not session.pin()
    with pytest.raises(Refused, match="runs are numbered 1 to 3"):
        session.pin(4)


def test_there_is_an_end_to_pins(sentiment: Experiment) -> None:
    session = Session(sentiment)
    for k in range(MOST_PINS + 1):
        session.set("training.learning_rate", str(0.1 + k / 100))
    for number in range(1, MOST_PINS + 1):
        assert session.pin(number)
    with pytest.raises(Refused, match="8 runs are pinned"):
        session.pin(MOST_PINS + 1)
    assert not session.pin(1)


def test_runs_share_the_budget_and_come_back_to_the_bit() -> None:
    experiment = make_experiment()
    one = Session(experiment).moment.timeline.nbytes
    session = Session(experiment, budget=10 * one)
    kept = []
    for k in range(4):
        session.go_to_epoch(40) if session.epoch != 40 else session.epochs(1)
        kept.append(session.moment.timeline)
        assert session.runs.nbytes <= 10 * one
        session.go_to_epoch(5 + k)
        session.set("training.learning_rate", str(0.01 * (k + 1)))
    free = Session(experiment)
    free.epochs(40)
    for update in (40, 3, 17, 39):
        there = free.moment.timeline.state(update).params.flat
        assert kept[0].state(update).params.flat.tobytes() == there.tobytes()
    assert session.runs.rows[0].every > 1


def test_steps_of_a_stream_are_rows_too() -> None:
    session = Session(make_stream())
    session.go_to_update(7)
    session.go_to_update(2)
    session.edit_settings(replace(session.experiment.training, learning_rate=0.1))
    session.go_to_update(4)
    rows = session.runs.rows
    assert [(row.unit, row.updates, row.reached) for row in rows] == [
        ("step", 1, 7),
        ("step", 1, 4),
    ]


def test_a_broken_run_says_where() -> None:
    session = Session(diverging_experiment())
    session.epochs(3)
    (row,) = session.runs.rows
    assert row.broken == 0
    assert not np.isfinite(row.loss)
    session.set("training.learning_rate", "0.1")
    assert session.runs.rows[-1].broken == 0, "it goes on from what is broken"
    session.go_to_epoch(0)
    session.set("training.learning_rate", "1e-9")
    session.epochs(2)
    assert session.runs.rows[-1].broken is None
