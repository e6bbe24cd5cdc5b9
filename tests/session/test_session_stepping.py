"""By hand or by command, the same numbers; and the numbers are the published ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from making import make_experiment
from session.seeing import bits, evaluated, in_force

from rnn_tui.engine.training.epochs import run_epochs
from rnn_tui.engine.training.training import Trainer, TrainingState
from rnn_tui.experiments import Experiment
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.runs.history import History
from rnn_tui.session.session import Session

# loss before the update of an epoch, examples right
PUBLISHED = {
    0: (0.741635, 1), 5: (0.660145, 2), 6: (0.644470, 4), 10: (0.570612, 4),
    20: (0.250597, 4), 29: (0.128521, 4),
}  # fmt: skip

EXPERIMENTS = {
    "full": make_experiment(),
    "momentum": make_experiment(momentum=0.9, model={"activation": "sigmoid"}),
    "example": make_experiment(batch="example"),
    "shuffled": make_experiment(
        (2, 3, 1), {"seed": 0}, batch="example", shuffle=True, momentum=0.9
    ),
    "frozen": make_experiment(freeze=("W_hh", "b_h"), momentum=0.5, reduction="sum"),
    "by value": make_experiment(clip="value", clip_limit=0.01),
    "by norm": make_experiment((2, 3), batch="example", clip="norm", clip_limit=0.05),
    "decaying": make_experiment(model={"activation": "relu"}, lr_decay=0.5, lr_decay_every=2),
}


def by_timesteps(session: Session) -> None:
    """Forward and back a timestep at a time."""
    for verb in ("forward", "backward"):
        while session.refusal(verb) is None:
            session.do(verb)


def by_passes(session: Session) -> None:
    session.do("finish_forward")
    session.do("finish_backward")


def by_ops(session: Session) -> None:
    """Each op of the two passes."""
    session.do("op")
    while session.view.done < session.view.program.backward_end:
        session.do("op")


def epoch_by_hand(session: Session, passes: Callable[[Session], None]) -> None:
    """An epoch's updates, the ops of each at the end, until the last one's last op has run."""
    last = (session.epoch + 1) * session.view.updates_per_epoch
    if not session.view.program.trains:
        session.go_to_example(session.view.members[0])
    while True:
        passes(session)
        while session.view.next_op is not None:
            session.do("op")
        if in_force(session.view) == last:
            return


def assert_same_history(one: History, other: History) -> None:
    """The same points, whether taken singly or as wholes."""
    for name, values in vars(one).items():
        if name == "curves":
            for curve, twin in zip(one.curves, other.curves, strict=True):
                np.testing.assert_array_equal(curve.read(), twin.read(), strict=True)
        else:
            np.testing.assert_equal(values, getattr(other, name))


@pytest.mark.parametrize(
    "passes",
    [by_ops, *(pytest.param(one, marks=pytest.mark.slow) for one in (by_timesteps, by_passes))],
)
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_epoch_by_hand_is_an_epoch_run(name: str, passes: Callable[[Session], None]) -> None:
    experiment = EXPERIMENTS[name]
    by_hand, run = Session(experiment), Session(experiment)
    for _, state in run_epochs(Trainer(experiment), 3):
        epoch_by_hand(by_hand, passes)
        run.do("epoch")
        a, b = by_hand.view, run.view
        assert a.params.flat.tobytes() == b.params.flat.tobytes()
        assert b.params.flat.tobytes() == state.params.flat.tobytes()
        assert_same_history(a.history, b.history)
        by_hand.do("op")  # into the next epoch, on an example that trains
        assert by_hand.epoch == run.epoch
        assert (
            by_hand.view.slots_before["velocity"].tobytes()
            == run.view.slots_before["velocity"].tobytes()
        )
        assert by_hand.view.before.flat.tobytes() == state.params.flat.tobytes()
        by_hand.do("again")


def test_the_experiments_exercise_what_they_are_for() -> None:
    clipped = {
        name
        for name, experiment in EXPERIMENTS.items()
        if next(iter(run_epochs(Trainer(experiment), 1)))[0].clipped
    }
    assert {"by value", "by norm"} <= clipped
    assert "full" not in clipped
    orders = [Trainer(EXPERIMENTS["shuffled"]).members(k)[0] for k in range(9)]
    assert len({tuple(orders[i : i + 3]) for i in (0, 3, 6)}) > 1, "epochs in different orders"


def test_stepping_past_an_update_goes_to_the_example_that_trains_next() -> None:
    experiment = EXPERIMENTS["shuffled"]
    trainer, session = Trainer(experiment), Session(experiment)
    assert trainer.members(0) == (2,), "not the first of the data"
    assert session.view.example == 2
    for k in range(1, 7):
        by_passes(session)
        while session.view.next_op is not None:
            session.do("op")
        session.do("op")
        assert session.moment.cursor.update == k
        assert session.view.example == trainer.members(k)[0]
        assert session.view.op is not None
        assert session.view.op.name == "xh"
        session.undo()
        session.do("next_example")
        assert session.moment.cursor.update == k, "behind the last op, the next update is meant"
        session.undo()


def test_the_published_run_through_the_session(sentiment: Experiment) -> None:
    session = Session(sentiment)
    for epoch, (loss, right) in PUBLISHED.items():
        if epoch:
            session.go_to_epoch(epoch)
        evaluation = evaluated(session.view)
        assert evaluation.loss == pytest.approx(loss, abs=5e-7)
        assert evaluation.right.sum() == right
    session.go_to_epoch(32)
    assert evaluated(session.view).loss == pytest.approx(0.918, abs=5e-4)
    assert evaluated(session.view).right.sum() == 2
    history = session.view.history
    assert history.count == 32
    assert history.grad_norm[0] == pytest.approx(0.1964, abs=5e-5)
    for epoch, (loss, right) in PUBLISHED.items():
        assert history.loss[epoch] == pytest.approx(loss, abs=5e-7)
        assert history.accuracy[epoch] == right / 4


def test_the_forward_pass_worked_by_hand(sentiment: Experiment) -> None:
    session = Session(sentiment)
    for tokens in range(4):
        assert session.view.known.states == tokens
        assert session.view.known.get("h", tokens) is None
        session.do("forward")
    known = session.view.known
    h, y, p = known.get("h", 3), known.get("y", 3), known.get("p", 3)
    assert h is not None
    assert y is not None
    assert p is not None
    np.testing.assert_allclose(h, [0.559696, 0.460493, -0.065973], rtol=0, atol=5e-7)
    np.testing.assert_allclose([*y, *p], [0.231829, 0.557699], rtol=0, atol=5e-7)
    assert known.answered


def test_the_gradient_fills_from_the_bottom(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.do("finish_forward")
    norms = [0.029770, 0.059320, 0.139949, 0.345448]
    for first in (3, 2, 1, 0):
        session.do("backward")
        known = session.view.known
        assert known.gradients_from == first
        column = [known.get("dh", t) for t in range(4)]
        assert [row is None for row in column] == [t < first for t in range(4)]
        shown = [float(np.linalg.norm(row)) for row in column if row is not None]
        np.testing.assert_allclose(shown, norms[first:], rtol=0, atol=5e-7)


def test_after_the_updates_last_op_the_new_weights_are_in_force(sentiment: Experiment) -> None:
    session = Session(sentiment)
    by_passes(session)
    old = session.view.params
    assert old.W_xh[2, 1] == 0.4
    while session.view.next_op is not None:
        assert session.view.params is old
        session.do("op")
    view = session.view
    assert view.op is not None
    assert (view.op.name, view.phase, view.epoch) == ("update", Phase.UPDATE, 0)
    assert view.params.W_xh[2, 1] == pytest.approx(0.4262, abs=5e-5)
    assert view.before is old, "the pass shown was made with the old ones"
    assert view.history.count == 1
    second = next(iter(run_epochs(Trainer(sentiment), 1)))[1]
    assert view.params.flat.tobytes() == second.params.flat.tobytes()
    assert evaluated(view).loss != pytest.approx(view.history.loss[0])


def test_going_back_before_an_edit_shows_what_was_done_then() -> None:
    session = Session(EXPERIMENTS["momentum"])
    session.epochs(3)
    training = session.experiment.training
    session.edit_settings(replace(training, learning_rate=0.01, freeze=("W_hh",)))
    session.epochs(2)
    session.go_to_epoch(1)
    assert session.view.experiment.training == training
    assert not session.view.program.freezes
    session.do("finish_backward")
    while session.view.next_op is not None:
        session.do("op")
    result = session.view.update_result
    assert result is not None
    assert result.learning_rate == training.learning_rate
    assert result.params.flat.tobytes() == session.view.params.flat.tobytes()
    headless = list(run_epochs(Trainer(session.experiment), 2))[1][1]
    after = TrainingState(result.params, result.slots)
    assert bits(after) == bits(headless)


def test_new_settings_start_a_begun_update_over() -> None:
    training = EXPERIMENTS["frozen"].training
    session = Session(EXPERIMENTS["frozen"])
    by_passes(session)
    for _ in range(6):
        session.do("op")
    assert session.view.next_op is not None
    assert session.view.next_op.name == "update"
    old = session.view.params.flat.tobytes()
    session.edit_settings(replace(training, freeze=()))
    assert session.view.params.flat.tobytes() == old, "an edit is no update"
    assert session.view.done == session.view.program.backward_end


def test_looking_at_another_example_never_trains(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.do("epoch")
    before = session.view.params.flat.tobytes()
    for expected in (1, 2, 3, 0, 1):
        session.do("next_example")
        assert session.view.example == expected
        if session.refusal("finish_backward") is None:
            session.do("finish_backward")
        assert session.view.known.gradients_from == 0, "each is as far as the one before"
    assert session.view.params.flat.tobytes() == before
    assert session.moment.timeline.frontier == 1


def test_another_example_keeps_its_stage() -> None:
    session = Session(make_experiment((3, 1, 4)))
    session.do("forward")
    session.do("forward")
    session.do("next_example")
    assert session.view.known.states == 1, "as far as it goes"
    assert session.view.known.answered
    session.undo()
    session.do("previous_example")
    assert session.view.known.states == 2


def test_the_last_op_does_not_stand_in_the_way_of_another_example() -> None:
    session = Session(make_experiment((2, 3), batch="example"))
    by_passes(session)
    while session.view.next_op is not None:
        session.do("op")
    weights = session.view.params.flat.tobytes()
    session.do("next_example")
    assert session.view.example == 1
    assert session.view.params.flat.tobytes() == weights
