"""The debugger by its laws: random verbs against a model that stores every moment."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from making import exploding_experiment, make_experiment

from rnn_tui.engine.training import Trainer, TrainingState
from rnn_tui.experiments import Experiment, encode
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session

VERBS = sorted(Session.MOVES)


def fingerprint(session: Session) -> tuple[object, ...]:
    """Everything that can be seen of a moment, to the bit."""
    view = session.view
    known = view.known
    seen = known.trace.h[: known.states + 1].tobytes()
    back = known.trace.dh[known.gradients_from :].tobytes()
    return (
        session.moment.cursor, view.params.flat.tobytes(), view.velocity_before.tobytes(),
        view.history.loss.tobytes(), view.history.grad_norm.tobytes(), seen, back,
        view.evaluation.losses.tobytes(), view.current.text, view.experiment.training,
    )  # fmt: skip


def parameters_at(experiment: Experiment, updates: int) -> bytes:
    trainer = Trainer(experiment)
    state = trainer.initial_state()
    for k in range(updates):
        done, _ = trainer.step(state, k)
        state = TrainingState(done.params, done.velocity)
    return state.params.flat.tobytes()


class SessionMachine(RuleBasedStateMachine):
    """Undo and redo against a list of fingerprints."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(
            make_experiment((3, 1, 4), batch="example", shuffle=True, momentum=0.5)
        )
        self.past: list[tuple[object, ...]] = []
        self.future: list[tuple[object, ...]] = []
        self.now = fingerprint(self.session)
        self.edited = False

    def _after(self, done: bool) -> None:
        if done:
            self.past.append(self.now)
            self.future.clear()
            self.now = fingerprint(self.session)

    @rule(verb=st.sampled_from(VERBS))
    def move(self, verb: str) -> None:
        refused = self.session.refusal(verb)
        try:
            self.session.do(verb)
        except Refused as error:
            assert refused is not None
            assert str(error) == str(refused)
            self._after(False)
        else:
            assert refused is None
            self._after(True)

    @rule(count=st.integers(0, 3))
    def epochs(self, count: int) -> None:
        try:
            self.session.epochs(count)
        except Refused:
            assert count == 0
        else:
            self._after(True)

    @rule(epoch=st.integers(-1, 5))
    def go_to(self, epoch: int) -> None:
        try:
            self.session.go_to_epoch(epoch)
        except Refused:
            return
        assert self.session.epoch == epoch
        self._after(True)

    @rule(value=st.floats(-2, 2), i=st.integers(0, 2), j=st.integers(0, 2))
    def edit_weight(self, value: float, i: int, j: int) -> None:
        self.session.edit_parameter("W_hh", (i, j), value)
        assert self.session.view.params.W_hh[i, j] == value
        self.edited = True
        self._after(True)

    @rule(rate=st.floats(0.01, 1.0))
    def edit_rate(self, rate: float) -> None:
        from dataclasses import replace

        training = replace(self.session.view.experiment.training, learning_rate=rate)
        self.session.edit_settings(training)
        self.edited = True
        self._after(True)

    @rule(text=st.text("abcd", min_size=1, max_size=5), label=st.integers(0, 1))
    def type_sentence(self, text: str, label: int) -> None:
        self.session.edit_input(encode(self.session.experiment, text, label))
        assert self.session.view.typed
        self._after(True)

    @rule(updates=st.integers(0, 7))
    def run_a_while(self, updates: int) -> None:
        before = self.session.moment
        self.session.begin_run()
        timeline = self.session.moment.timeline
        for _ in range(updates):
            timeline.extend()
            self.session.follow(timeline.frontier)
        self.session.end_run()
        self._after(self.session.moment is not before)

    @precondition(lambda self: self.session.refusal("reset") is None)
    @rule()
    def reset(self) -> None:
        self.session.reset()
        self._after(True)
        assert self.session.moment.cursor.update == 0

    @rule()
    def undo(self) -> None:
        if not self.past:
            with pytest.raises(Refused):
                self.session.undo()
            return
        self.session.undo()
        self.future.append(self.now)
        self.now = self.past.pop()

    @rule()
    def redo(self) -> None:
        if not self.future:
            with pytest.raises(Refused):
                self.session.redo()
            return
        self.session.redo()
        self.past.append(self.now)
        self.now = self.future.pop()

    @invariant()
    def stands_where_the_model_stands(self) -> None:
        assert fingerprint(self.session) == self.now

    @invariant()
    def untouched_training_is_headless_training(self) -> None:
        if not self.edited:
            view = self.session.view
            updates = view.update + (view.program.trains and view.next_op is None)
            expected = parameters_at(self.session.experiment, updates)
            assert view.params.flat.tobytes() == expected


TestSession = SessionMachine.TestCase
TestSession.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


def _epoch_by_hand(session: Session) -> None:
    """Forward, backward and the update op by op, until the epoch is over."""
    epoch = session.epoch
    while True:
        for verb in ("finish_forward", "finish_backward"):
            session.do(verb)
        while session.view.next_op is not None:
            session.do("op")
        session.do("op")
        if session.epoch > epoch:
            return


@pytest.mark.parametrize(
    "experiment",
    [
        make_experiment(),
        make_experiment((2, 3), batch="example", shuffle=True, momentum=0.9),
        make_experiment(clip="value", clip_limit=0.01, freeze=("b_h",), reduction="sum"),
        make_experiment(model={"activation": "relu"}, lr_decay=0.5, lr_decay_every=2),
    ],
)
def test_an_epoch_by_hand_is_an_epoch_run(experiment: Experiment) -> None:
    by_hand, run = Session(experiment), Session(experiment)
    for _ in range(3):
        _epoch_by_hand(by_hand)
        run.do("epoch")
    assert by_hand.view.params.flat.tobytes() == run.view.params.flat.tobytes()
    assert by_hand.view.history.loss.tobytes() == run.view.history.loss.tobytes()
    assert by_hand.epoch == run.epoch == 3


def test_the_published_run_through_the_session(sentiment: Experiment) -> None:
    session = Session(sentiment)
    losses = {
        0: 0.741635,
        5: 0.660145,
        6: 0.644470,
        10: 0.570612,
        20: 0.250597,
        29: 0.128521,
        32: 0.9177,
    }
    for epoch, loss in losses.items():
        if epoch:
            session.go_to_epoch(epoch)
        assert session.view.evaluation.loss == pytest.approx(
            loss, abs=5e-5 if epoch == 32 else 5e-7
        )
    np.testing.assert_allclose(session.view.history.loss[[0, 29]], [0.741635, 0.128521], atol=5e-7)


def test_the_gradient_fills_from_the_bottom(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.do("finish_forward")
    for first in (3, 2, 1, 0):
        assert session.view.known.gradients_from == first + 1
        session.do("backward")
        assert session.view.known.gradients_from == first
    norms = session.view.known.trace.dh_norm
    np.testing.assert_allclose(norms, [0.029770, 0.059320, 0.139949, 0.345448], atol=5e-7)


def test_after_the_update_op_the_new_weights_are_in_force(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.do("finish_forward")
    session.do("finish_backward")
    old = session.view.params
    while session.view.next_op is not None:
        assert session.view.params is old
        session.do("op")
    assert session.view.op is not None
    assert session.view.op.name == "update"
    assert session.view.params.W_xh[2, 1] == pytest.approx(0.4262, abs=5e-5)
    assert session.view.epoch == 0


def test_looking_at_another_example_never_trains(sentiment: Experiment) -> None:
    session = Session(sentiment)
    before = session.view.params.flat.tobytes()
    for _ in range(5):
        session.do("next_example")
        session.do("finish_forward") if session.refusal("finish_forward") is None else None
    assert session.view.params.flat.tobytes() == before
    assert session.view.example == 1


def test_an_example_out_of_the_update_stops_at_its_gradients() -> None:
    session = Session(make_experiment((2, 2), batch="example"))
    session.go_to_example(1)
    session.do("finish_forward")
    session.do("finish_backward")
    with pytest.raises(Refused, match="does not train on this example"):
        session.do("op")


def test_every_refusal_names_what_works_instead(sentiment: Experiment) -> None:
    for prepare in (
        [],
        ["finish_forward"],
        ["finish_forward", "finish_backward"],
        ["forward", "op"],
    ):
        session = Session(sentiment)
        for verb in prepare:
            session.do(verb)
        for verb in [*VERBS, "undo", "redo", "reset"]:
            refused = session.refusal(verb)
            for instead in refused.instead if refused else ():
                if instead not in ("epochs", "goto"):
                    assert session.refusal(instead) is None, (prepare, verb, instead)


def test_edits_that_make_no_sense_are_refused(sentiment: Experiment) -> None:
    session = Session(sentiment)
    with pytest.raises(Refused, match="finite"):
        session.edit_parameter("W_hh", (0, 0), float("nan"))
    with pytest.raises(Refused, match=r"no W_hh\[0, 9\]"):
        session.edit_parameter("W_hh", (0, 9), 1.0)
    assert session.refusal("undo") is not None, "nothing was done"


def test_an_exploded_network_can_still_be_walked_through() -> None:
    session = Session(exploding_experiment())
    for verb in (
        "finish_forward",
        "finish_backward",
        "op",
        "op",
        "epoch",
        "epoch",
        "again",
        "forward",
    ):
        session.do(verb)
        assert session.view.radius != 0
    assert np.isnan(session.view.history.loss[-1])
    for _ in range(8):
        session.undo()
    assert session.moment.cursor.done == 0
