"""The debugger by its laws: random verbs against a model that forgets no state and no moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from making import make_experiment, make_stream
from session.diverging import diverging_experiment
from session.seeing import Seen, bits, in_force, seen

from rnn_tui.engine.training.training import Record, Trainer, TrainingState
from rnn_tui.engine.update import Update
from rnn_tui.experiments import Example, Experiment, encode
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session

VERBS = sorted(Session.MOVES)
LOOKING = {"next_example", "previous_example"}

EXPERIMENTS = [
    make_experiment(momentum=0.5),
    make_experiment(batch="example", shuffle=True, momentum=0.5),
    make_experiment((2, 3), batch="example", freeze=("W_hh",), lr_decay=0.5, lr_decay_every=2),
    make_experiment((4,), clip="value", clip_limit=0.01, reduction="sum"),
    diverging_experiment(),
    make_stream(momentum=0.5),
    make_stream("abcab", 4, learned=2, freeze=("W_hh",)),
    make_stream("abcabdabcdabcbaabd", 2, parallel=3),
    make_stream("abcabdabcd", 2, learned=2, clip="value", clip_limit=0.05),
]

SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "learning_rate": st.floats(0.01, 1.0),
        "momentum": st.sampled_from([0.0, 0.9]),
        "freeze": st.sampled_from([(), ("W_hh",)]),
        "shuffle": st.booleans(),
        "clip": st.sampled_from(["norm", "value", "none"]),
        "recurrent_backprop": st.sampled_from(["exact", "published"]),
    },
)


class Run:
    """One run of training with every state kept and each update's own trainer beside it."""

    def __init__(self, trainer: Trainer, states: list[TrainingState]) -> None:
        self.trainer = trainer
        self.states = states
        self.trainers: list[Trainer] = []
        self.records: list[Record] = []

    def state(self, k: int) -> TrainingState:
        while len(self.states) <= k:
            _, record, after = self.trainer.step(self.states[-1], len(self.states) - 1)
            self.states.append(after)
            self.trainers.append(self.trainer)
            self.records.append(record)
        return self.states[k]

    def trainer_of(self, k: int) -> Trainer:
        return self.trainers[k] if k < len(self.trainers) else self.trainer

    def update(self, k: int) -> Update:
        return self.trainer_of(k).step(self.state(k), k)[0]

    def edited(self, k: int, state: TrainingState, trainer: Trainer) -> Run:
        run = Run(trainer, [*self.states[:k], state])
        run.trainers, run.records = self.trainers[:k], self.records[:k]
        return run

    def epochs(self, updates: int) -> list[list[Record]]:
        """The records of the whole epochs among the first updates, of a text of each chunk."""
        self.state(updates)
        size = self.trainer.updates_per_epoch
        size = 1 if self.trainer.experiment.stream is not None else size
        return [self.records[k : k + size] for k in range(0, updates - size + 1, size)]


class SessionMachine(RuleBasedStateMachine):
    """`past` and `future` hold what a session must show when it is undone or redone."""

    def __init__(self) -> None:
        super().__init__()
        self.past: list[tuple[Seen, Run]] = []
        self.future: list[tuple[Seen, Run]] = []
        self.runs: dict[int, Run] = {}
        self.scrubbed: object = None

    @initialize(experiment=st.sampled_from(EXPERIMENTS), kept=st.integers(2, 5))
    def begin(self, experiment: Experiment, kept: int) -> None:
        trainer = Trainer(experiment)
        origin = trainer.initial_state()
        self.session = Session(experiment, budget=kept * origin.nbytes)
        self.first = self.run = self.runs[1] = Run(trainer, [origin])
        self.budget = kept * origin.nbytes
        self.now = seen(self.session)

    # Doing, and what a refusal must leave alone

    def attempt(self, verb: Callable[[], object], run: Callable[[], Run] | None = None) -> bool:
        """Do a verb; refused, it must leave everything as it was."""
        moment = self.session.moment
        try:
            verb()
        except Refused as refused:
            assert refused.why
            assert self.session.moment is moment
            assert seen(self.session) == self.now
            return False
        self.moved(run)
        return True

    def moved(self, run: Callable[[], Run] | None = None) -> None:
        self.past.append((self.now, self.run))
        self.future.clear()
        self.run = run() if run else self.run
        self.runs[self.session.moment.timeline.number] = self.run
        self.now = seen(self.session)

    def move(self, verb: str) -> None:
        expected = self.session.refusal(verb)
        weights = self.session.view.params.flat.tobytes()
        done = self.attempt(lambda: self.session.do(verb))
        assert done == (expected is None)
        if verb in LOOKING:
            assert self.session.view.params.flat.tobytes() == weights

    # Moving

    @rule(verbs=st.lists(st.sampled_from(VERBS), min_size=1, max_size=4))
    def move_about(self, verbs: list[str]) -> None:
        for verb in verbs:
            self.move(verb)

    @rule(ops=st.integers(0, 8))
    def walk_into_the_update(self, ops: int) -> None:
        for verb in ("finish_forward", "finish_backward", *["op"] * ops):
            self.move(verb)

    @rule(count=st.integers(-1, 3))
    def train(self, count: int) -> None:
        here = in_force(self.session.view) // self.run.trainer.updates_per_epoch
        assert self.attempt(lambda: self.session.epochs(count)) == (count > 0)
        if count > 0:
            assert self.session.epoch == here + count

    @rule(epoch=st.integers(-1, 6))
    def go_to(self, epoch: int) -> None:
        view = self.session.view
        here = view.update == in_force(view) == epoch * view.updates_per_epoch
        done = self.attempt(lambda: self.session.go_to_epoch(epoch))
        assert done == (epoch >= 0 and not here)
        if done:
            assert self.session.moment.cursor.update == epoch * view.updates_per_epoch

    @rule(example=st.integers(-1, 4))
    def look_at(self, example: int) -> None:
        view, weights = self.session.view, self.session.view.params.flat.tobytes()
        done = self.attempt(lambda: self.session.go_to_example(example))
        assert done == (example in range(len(view.examples)) and example != view.example)
        assert self.session.view.params.flat.tobytes() == weights
        assert self.session.view.example == (example if done else view.example)

    @rule()
    def reset(self) -> None:
        expected = self.session.refusal("reset")
        assert self.attempt(self.session.reset, lambda: self.first) == (expected is None)

    # Editing

    @rule(
        name=st.sampled_from(["W_hh", "b_h"]),
        index=st.tuples(st.integers(-1, 3), st.integers(0, 2)),
        value=st.sampled_from([0.25, -1.5, 0.0, float("nan"), float("inf")]),
    )
    def edit_weight(self, name: str, index: tuple[int, ...], value: float) -> None:
        index = index if name == "W_hh" else index[:1]
        k = in_force(self.session.view)
        done = self.attempt(
            lambda: self.session.edit_parameter(name, index, value),
            lambda: self.with_weight(k, name, index, value),
        )
        assert done == (bool(np.isfinite(value)) and 0 <= index[0] < 3)

    def with_weight(self, k: int, name: str, index: tuple[int, ...], value: float) -> Run:
        state = self.run.state(k)
        edited = replace(state, params=state.params.with_value(name, index, value))
        return self.run.edited(k, edited, self.run.trainer_of(k))

    @rule(changed=SETTINGS)
    def edit_settings(self, changed: dict[str, Any]) -> None:
        view = self.session.view
        k, training = in_force(view), replace(view.experiment.training, **changed)
        trainer = Trainer(replace(self.session.experiment, training=training))
        assert self.attempt(
            lambda: self.session.edit_settings(training),
            lambda: self.run.edited(k, self.run.state(k), trainer),
        )
        after = self.session.view
        assert after.params.flat.tobytes() == view.params.flat.tobytes()
        assert after.done <= after.program.backward_end, "an update that had begun starts over"

    @rule()
    def rebatch(self) -> None:
        training = self.session.view.experiment.training
        other = replace(training, batch="example" if training.batch == "full" else "full")
        assert not self.attempt(lambda: self.session.edit_settings(other))

    @rule(update=st.integers(-1, 9))
    def go_to_step(self, update: int) -> None:
        view = self.session.view
        here = view.update == in_force(view) == update
        done = self.attempt(lambda: self.session.go_to_update(update))
        assert done == (update >= 0 and not here)
        if done:
            assert self.session.moment.cursor.update == update

    @rule(update=st.integers(-1, 9))
    def scrub(self, update: int) -> None:
        view, before = self.session.view, self.session.moment
        here = view.update == in_force(view) == update
        frontier, past = before.timeline.frontier, list(self.past)
        done = self.attempt(lambda: self.session.scrub(update))
        assert done == (0 <= update <= frontier and not here)
        assert before.timeline.frontier == frontier, "nothing new is computed"
        if done:
            assert self.session.moment.cursor.update == update
            if before is self.scrubbed:
                self.past = past
            self.scrubbed = self.session.moment

    @rule(number=st.integers(0, 9))
    def go_to_run(self, number: int) -> None:
        timeline, k = self.session.moment.timeline, in_force(self.session.view)
        other = number in self.runs and number != timeline.number
        done = self.attempt(
            lambda: self.session.go_to_run(number), lambda: self.runs.get(number, self.run)
        )
        assert done == other
        if done:
            reached = self.session.moment.timeline.frontier
            assert self.session.moment.timeline.number == number
            assert self.session.moment.cursor.update == min(k, reached)

    @rule(text=st.text("abc", min_size=2, max_size=5), label=st.integers(0, 1))
    def type_sentence(self, text: str, label: int) -> None:
        example: Example = encode(self.session.experiment, text, label)
        weights = self.session.view.params.flat.tobytes()
        assert self.attempt(lambda: self.session.edit_input(example))
        view = self.session.view
        assert view.typed
        assert view.current is example
        assert view.done == 0
        assert view.params.flat.tobytes() == weights

    # Running

    @rule(updates=st.integers(0, 7))
    def run_a_while(self, updates: int) -> None:
        timeline, update = self.session.moment.timeline, self.session.moment.cursor.update
        self.session.begin_run()
        for _ in range(updates):
            if timeline.frontier <= update:
                timeline.extend()
            update += 1
            self.session.follow(update)
        self.session.end_run()
        if updates:
            self.moved()
            assert self.session.moment.cursor.update == update
        else:
            assert seen(self.session) == self.now

    # Time

    @rule()
    def undo(self) -> None:
        if not self.past:
            with pytest.raises(Refused):
                self.session.undo()
            return
        self.session.undo()
        self.future.append((self.now, self.run))
        self.now, self.run = self.past.pop()

    @rule()
    def redo(self) -> None:
        if not self.future:
            with pytest.raises(Refused):
                self.session.redo()
            return
        self.session.redo()
        self.past.append((self.now, self.run))
        self.now, self.run = self.future.pop()

    # What holds at every moment

    @invariant()
    def keeps_every_run_within_one_budget(self) -> None:
        family = self.session.moment.timeline.family
        assert [run.number for run in family.runs] == sorted(self.runs)
        least = sum(run.state(run.frontier).nbytes for run in family.runs)
        assert family.nbytes <= max(self.budget, least)
        for run in family.runs:
            newest = self.runs[run.number].state(run.frontier)
            assert bits(run.state(run.frontier)) == bits(newest)

    @invariant()
    def shows_what_the_model_remembers(self) -> None:
        assert seen(self.session) == self.now
        assert (self.session.refusal("undo") is None) == bool(self.past)
        assert (self.session.refusal("redo") is None) == bool(self.future)

    @invariant()
    def has_the_states_of_headless_training(self) -> None:
        view = self.session.view
        state = self.run.state(view.update)
        assert bits(
            replace(state, params=view.before, slots={"velocity": view.slots_before["velocity"]})
        ) == bits(state)
        assert view.params.flat.tobytes() == self.run.state(in_force(view)).params.flat.tobytes()
        trainer = self.run.trainer_of(view.update)
        assert view.members == trainer.members(view.update)
        assert view.experiment.training == trainer.settings
        assert view.program.trains == (view.example in view.members)
        assert view.program.freezes == bool(trainer.settings.freeze)
        if view.update_result is not None:
            expected = self.run.update(view.update)
            assert view.update_result.learning_rate == expected.learning_rate
            assert view.update_result.params.flat.tobytes() == expected.params.flat.tobytes()

    @invariant()
    def reads_on_from_the_state_that_training_left(self) -> None:
        view = self.session.view
        if view.experiment.stream is None or not view.program.trains:
            return
        state = self.run.state(view.update)
        carries = view.update % view.updates_per_epoch != 0
        assert view.carried == carries
        began = view.known.trace.h[0]
        if carries:
            assert state.carry is not None
            part = self.run.trainer.members(view.update).index(view.example)
            assert began.tobytes() == state.carry[part].tobytes()
        else:
            assert not began.any()

    @invariant()
    def has_the_curves_of_headless_training(self) -> None:
        history = self.session.view.history
        epochs = self.run.epochs(in_force(self.session.view))
        assert history.count == len(epochs)
        with np.errstate(all="ignore"):
            outputs = [sum(r.outputs for r in epoch) for epoch in epochs]
            losses = [sum(r.loss for r in epoch) for epoch in epochs]
            np.testing.assert_allclose(
                history.loss, np.array(losses) / np.array(outputs), rtol=1e-14
            )
        right = np.array([sum(r.right for r in epoch) for epoch in epochs])
        np.testing.assert_array_equal(history.accuracy, right / np.array(outputs))
        norms = [np.max([r.grad_norm for r in epoch]) for epoch in epochs]
        np.testing.assert_array_equal(history.grad_norm, norms)
        np.testing.assert_array_equal(history.clipped, [any(r.clipped for r in e) for e in epochs])
        rates = [epoch[-1].learning_rate for epoch in epochs]
        np.testing.assert_array_equal(history.learning_rate, rates)

    @invariant()
    def refusals_name_what_works(self) -> None:
        for verb in (*VERBS, "undo", "redo", "reset"):
            refused = self.session.refusal(verb)
            for instead in refused.instead if refused else ():
                if instead not in ("epochs", "goto"):
                    assert self.session.refusal(instead) is None, (verb, instead)

    def teardown(self) -> None:
        """All the way back, and all the way on again."""
        while self.past:
            self.undo()
            self.shows_what_the_model_remembers()
        while self.future:
            self.redo()
            self.shows_what_the_model_remembers()


TestSessionLaws = SessionMachine.TestCase
TestSessionLaws.settings = settings(max_examples=8, stateful_step_count=25, deadline=None)


@pytest.mark.slow
class TestMoreOfTheLaws(SessionMachine.TestCase):  # type: ignore[misc,valid-type]
    """The same laws, on more sessions."""

    settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
