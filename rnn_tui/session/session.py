"""The debugger: verbs that move one cursor, each of which can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, Literal

from rnn_tui.engine.training import Trainer
from rnn_tui.experiments import Example, Experiment, TrainingConfig
from rnn_tui.session import branches, breakit, changes, cures, moves
from rnn_tui.session.autopsy import Autopsy, autopsy
from rnn_tui.session.family import BUDGET
from rnn_tui.session.journal import Journal
from rnn_tui.session.moment import AllExamples, Cursor, Moment, Refused
from rnn_tui.session.passes import program_of
from rnn_tui.session.program import Program
from rnn_tui.session.recording import (
    broken_by,
    example_at,
    move,
    number_put,
    plainly,
    recorded,
    trained_by,
    typed,
)
from rnn_tui.session.timeline import Fork, Timeline
from rnn_tui.session.view import StepView, Viewer, unit_of

Verb = Callable[[moves.Course, Cursor], Cursor]


class Session:
    """One experiment under the debugger.

    A verb plans a moment and then moves there; what it leaves is pushed on the
    undo stack. Moments hold no numbers of their own, so going back is exact.
    """

    MOVES: ClassVar[dict[str, Verb]] = {
        "op": moves.next_op,
        "forward": moves.forward,
        "finish_forward": moves.finish_forward,
        "backward": moves.backward,
        "finish_backward": moves.finish_backward,
        "again": moves.again,
        "update": lambda course, cursor: moves.on_updates(course, cursor, 1),
        "epoch": lambda course, cursor: moves.on_epochs(course, cursor, 1),
        "next_example": lambda course, cursor: moves.to_example(
            course, cursor, (cursor.example + 1) % course.examples
        ),
        "previous_example": lambda course, cursor: moves.to_example(
            course, cursor, (cursor.example - 1) % course.examples
        ),
    }

    def __init__(self, experiment: Experiment, budget: int = BUDGET) -> None:
        self.experiment = experiment
        self.journal = Journal()
        trainer = Trainer(experiment)
        timeline = Timeline(trainer, trainer.initial_state(), budget=budget)
        self._first = Moment(timeline, Cursor(example=trainer.members(0)[0]))
        self._now = self._first
        self._undo: list[Moment] = []
        self._scrubbed: Moment | None = None
        self._redo: list[Moment] = []
        self._viewer = Viewer()
        self._view: tuple[Moment, StepView] | None = None

    # What is

    @property
    def moment(self) -> Moment:
        """Where the session stands."""
        return self._now

    @property
    def examples(self) -> AllExamples:
        """The training examples, and the typed sentence after them."""
        return AllExamples(self.experiment.train, self._now.typed)

    @property
    def epoch(self) -> int:
        """The epoch of the update under the cursor."""
        return self._now.cursor.update // self._now.timeline.trainer.updates_per_epoch

    @property
    def unit(self) -> Literal["epoch", "step"]:
        """What training is counted in."""
        return unit_of(self._now.timeline.trainer)

    @property
    def updates_per_unit(self) -> int:
        """How many updates an epoch or a step has."""
        return self._now.timeline.trainer.updates_per_epoch if self.unit == "epoch" else 1

    @property
    def planned(self) -> int:
        """How many epochs or steps the experiment asks for."""
        trainer = self._now.timeline.trainer
        return trainer.settings.updates(trainer.updates_per_epoch) // self.updates_per_unit

    @property
    def view(self) -> StepView:
        """All there is to show of this moment."""
        if self._view is None or self._view[0] is not self._now:
            program = self._course.at(self._now.cursor)
            self._view = self._now, self._viewer.view(self._now, self.examples, program)
        return self._view[1]

    @property
    def runs(self) -> branches.Runs:
        """All runs beside each other."""
        return branches.runs_of(self._now.timeline, self.unit)

    @property
    def autopsy(self) -> Autopsy | None:
        """What broke this run; None while nothing in it is inf or NaN."""
        return autopsy(self._now.timeline, self.experiment.train)

    @property
    def _course(self) -> moves.Course:
        return self._course_of(self._now.timeline)

    def _course_of(self, timeline: Timeline) -> moves.Course:
        examples = self.examples

        def program(update: int, example: int) -> Program:
            return program_of(timeline, examples, update, example)

        return moves.Course(
            timeline.trainer.updates_per_epoch,
            len(examples),
            len(examples.train),
            examples.stream,
            program,
            lambda update: timeline.owner(update).trainer.members(update)[0],
        )

    # Moving

    @recorded(move)
    def do(self, verb: str) -> None:
        """Perform one of MOVES. Raises Refused, the session unchanged."""
        self._move(self.MOVES[verb](self._course, self._now.cursor))

    def refusal(self, verb: str) -> Refused | None:
        """Why a verb of MOVES, or undo, redo or reset, can't be done now; None if it can."""
        if verb == "reset":
            begun = self._now is not self._first
            return None if begun else Refused("this is the beginning", "forward", "epoch")
        if verb == "undo":
            return None if self._undo else Refused("there is nothing to undo", "forward")
        if verb == "redo":
            return None if self._redo else Refused("there is nothing to redo")
        try:
            self.MOVES[verb](self._course, self._now.cursor)
        except Refused as refused:
            return refused
        return None

    @recorded(plainly("epoch"))
    def epochs(self, count: int) -> None:
        """Train `count` epochs, what is left of this one being the first."""
        self._move(moves.on_epochs(self._course, self._now.cursor, count))

    @recorded(plainly("update"))
    def updates(self, count: int) -> None:
        """Do `count` updates."""
        self._move(moves.on_updates(self._course, self._now.cursor, count))

    @recorded(plainly("goto", "epoch"))
    def go_to_epoch(self, epoch: int) -> None:
        """Go to the start of an epoch, back or on."""
        self._move(moves.to_epoch(self._course, self._now.cursor, epoch))

    @recorded(plainly("goto", "update"))
    def go_to_update(self, update: int) -> None:
        """Go to the moment before an update, back or on."""
        self._move(moves.to_other_update(self._course, self._now.cursor, update))

    @recorded(example_at)
    def go_to_example(self, example: int) -> None:
        """Look at another example, an index."""
        self._move(moves.to_example(self._course, self._now.cursor, example))

    @recorded(plainly("scrub"))
    def scrub(self, update: int) -> None:
        """To an update that has been computed already; one undo takes back a whole scrub."""
        moves.refuse_uncomputed(update, self._now.timeline.frontier, self.updates_per_unit)
        before = self._now
        self.go_to_update(update)
        if before is self._scrubbed:
            self._undo.pop()
        self._scrubbed = self._now

    @recorded(plainly("goto", "run"))
    def go_to_run(self, number: int) -> None:
        """To another run at this update, or at its newest one if it has not come so far."""
        timeline = branches.run_numbered(self._now.timeline, number)
        update = min(self._settled.update, timeline.frontier)
        moment = replace(self._now, timeline=timeline)
        cursor = moves.to_update(self._course_of(timeline), self._now.cursor, update)
        self._go(moment.moved(cursor))

    @recorded(plainly("pin"))
    def pin(self, number: int | None = None) -> bool:
        """Keep a run drawn, this one if none is named, or no longer; whether it is."""
        self._view = None
        return branches.toggle_pin(self._now.timeline, number)

    @recorded(plainly("cure"))
    def cure(self, name: str) -> None:
        """Go back to where the run was sound and change one thing, a `cures.Cure`."""
        found = cures.treatment(self._now.timeline, cures.Cure(name))
        plan = cures.carried_out(self._bench_at(found.update), found)
        before = len(self._undo)
        if self._settled.update != found.update:
            self.go_to_update(found.update)
        self._fork(plan)
        del self._undo[before + 1 :]

    @recorded(plainly("reset"))
    def reset(self) -> None:
        """Back to the first moment, edits dropped; undo brings all of it back."""
        if refused := self.refusal("reset"):
            raise refused
        self._go(self._first)

    def _move(self, cursor: Cursor) -> None:
        moment = self._now.moved(cursor)
        moment.timeline.state(cursor.update)  # trains as far as the cursor reaches
        self._go(moment)

    def _go(self, moment: Moment) -> None:
        self._undo.append(self._now)
        self._redo.clear()
        self._now = moment

    # Running: a worker extends the timeline, the cursor follows, undo takes back the whole run

    def begin_run(self) -> None:
        """Note where a run starts, so that one undo goes back there."""
        self._undo.append(self._now)
        self.journal.begin_run()

    def end_run(self) -> None:
        """The run is over. One that went nowhere leaves undo and redo as they were."""
        if self._undo and self._undo[-1] is self._now:
            self._undo.pop()
        self.journal.end_run()

    def follow(self, update: int) -> None:
        """During a run: stand before `update`, which the timeline has reached."""
        if update > self._now.cursor.update:
            cursor = moves.to_update(self._course, self._now.cursor, update)
            self._now = self._now.moved(cursor)
            self._redo.clear()
            self.journal.follow(update)

    # Time

    @recorded(plainly("undo"))
    def undo(self) -> None:
        """To the moment before the last verb."""
        self._retrace(self._undo, self._redo, "undo")

    @recorded(plainly("redo"))
    def redo(self) -> None:
        """Forward again over what was undone."""
        self._retrace(self._redo, self._undo, "redo")

    def _retrace(self, source: list[Moment], target: list[Moment], verb: str) -> None:
        if refused := self.refusal(verb):
            raise refused
        target.append(self._now)
        self._now = source.pop()

    # Editing

    @recorded(typed)
    def edit_input(self, example: Example) -> None:
        """Look at a sentence that is not in the data, from its first token."""
        cursor = Cursor(self._settled.update, len(self.experiment.train), 0)
        self._go(replace(self._now, cursor=cursor, typed=example, patches=()))

    @recorded(plainly("set"))
    def set(self, name: str, value: str) -> None:
        """Change what a name stands for, as `changes.planned` says, from this update on.

        A patched hidden value is part of the moment; all else goes on as another run.
        """
        plan = self.plan(name, value)
        if isinstance(plan, changes.NewPatches):
            self._go(replace(self._now, patches=plan.patches))
        else:
            self._fork(plan)

    def plan(self, name: str, value: str) -> changes.Plan:
        """What `set` would do. Raises Refused with the reason."""
        return changes.planned(self.bench, name, value)

    @property
    def bench(self) -> changes.Bench:
        """What a change starts from here."""
        return self._bench_at(self._settled.update)

    def _bench_at(self, update: int) -> changes.Bench:
        timeline = self._now.timeline
        state, trainer = timeline.state(update), timeline.owner(update).trainer
        return changes.Bench(state, trainer, self.experiment, self.view.known)

    @recorded(number_put)
    def edit_parameter(self, name: str, index: tuple[int, ...], value: float) -> None:
        """Change one number of W_xh, W_hh, b_h, W_hy, b_y or E from this update on."""
        self._fork(changes.weight(self.bench, name, index, value))

    @recorded(trained_by)
    def edit_settings(self, settings: TrainingConfig) -> None:
        """Train on from here by other settings; they are taken as already checked."""
        bench = self.bench
        if settings.batch != bench.experiment.training.batch:
            raise Refused("how updates are batched can't change in a session")
        self._fork(changes.trained_by(bench, replace(bench.experiment, training=settings)))

    @recorded(broken_by)
    def break_it(self, name: str | None) -> None:
        """Put a classic bug of `faults.FAULTS` into the code from here on; None mends it."""
        self.edit_settings(breakit.settings_with(self.bench.trainer, name, self._settled.update))

    @property
    def _settled(self) -> Cursor:
        """The cursor, moved on if it stands behind an update's last op."""
        return moves.settle(self._course, self._now.cursor)

    def _fork(self, plan: changes.NewRun) -> None:
        """Another run from here; an update that has begun starts over, if its ops may be others."""
        old, cursor = self._now.timeline, self._settled
        if plan.trainer is not old.owner(cursor.update).trainer:
            done = min(cursor.done, self._course.at(cursor).backward_end)
            cursor = replace(cursor, done=done)
        fork = Fork(old, cursor.update, plan.changes)
        timeline = Timeline(plan.trainer, plan.state, cursor.update, fork)
        self._go(replace(self._now.moved(cursor), timeline=timeline))
