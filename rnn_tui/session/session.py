"""The debugger: verbs that move one cursor, each of which can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from rnn_tui.experiments import Example, Experiment, TrainingConfig
from rnn_tui.session import moves
from rnn_tui.session.checks import breakit, cures
from rnn_tui.session.commands.command_lines import Command
from rnn_tui.session.commands.recording import (
    broken_by,
    changed,
    cured,
    example_at,
    move,
    number_put,
    place,
    plainly,
    recorded,
    run_at,
    trained_by,
    typed,
)
from rnn_tui.session.edits import changes
from rnn_tui.session.moment import Cursor, Moment, Refused
from rnn_tui.session.runs import branches
from rnn_tui.session.runs.run_tree import BUDGET
from rnn_tui.session.runs.timeline import Fork, Timeline
from rnn_tui.session.standing import Standing

Move = Callable[[moves.Course, Cursor], Cursor]


class Session(Standing):
    """One experiment under the debugger.

    A verb plans a moment and then moves there; what it leaves can be gone back to.
    """

    MOVES: ClassVar[dict[str, Move]] = {
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
        super().__init__(experiment, budget)
        self._scrubbed: Moment | None = None
        self._run_from, self._by_updates = self.moment, False

    # Moving

    @recorded(move)
    def do(self, verb: str) -> None:
        """Perform one of MOVES. Raises Refused, the session unchanged."""
        self._move(self.MOVES[verb](self._course, self.moment.cursor))

    def refusal(self, verb: str) -> Refused | None:
        """Why a verb of MOVES, or undo, redo or reset, can't be done now; None if it can."""
        if verb == "reset":
            begun = self.moment is not self.trail.first
            return None if begun else Refused("this is the beginning", "forward", "epoch")
        if verb == "undo":
            return None if self.trail.before else Refused("there is nothing to undo", "forward")
        if verb == "redo":
            return None if self.trail.after else Refused("there is nothing to redo")
        try:
            self.MOVES[verb](self._course, self.moment.cursor)
        except Refused as refused:
            return refused
        return None

    @recorded(plainly("epoch"))
    def epochs(self, count: int) -> None:
        """Train `count` epochs, what is left of this one being the first."""
        self._move(moves.on_epochs(self._course, self.moment.cursor, count))

    @recorded(plainly("update"))
    def updates(self, count: int) -> None:
        """Do `count` updates."""
        self._move(moves.on_updates(self._course, self.moment.cursor, count))

    @recorded(plainly("goto", "epoch"))
    def go_to_epoch(self, epoch: int) -> None:
        """Go to the start of an epoch, back or on."""
        self._move(moves.to_epoch(self._course, self.moment.cursor, epoch))

    @recorded(place)
    def go_to_update(self, update: int) -> None:
        """Go to the moment before an update, back or on."""
        self._move(moves.to_other_update(self._course, self.moment.cursor, update))

    @recorded(example_at)
    def go_to_example(self, example: int) -> None:
        """Look at another example, an index."""
        self._move(moves.to_example(self._course, self.moment.cursor, example))

    @recorded(plainly("scrub"))
    def scrub(self, update: int) -> None:
        """To an update that has been computed already; one undo takes back a whole scrub."""
        moves.refuse_uncomputed(update, self.moment.timeline.seen, self.updates_per_unit)
        before, acts = self.moment, len(self.trail.before)
        self.go_to_update(update)
        if before is self._scrubbed:
            self.trail.join(acts - 1)
        self._scrubbed = self.moment

    @recorded(run_at)
    def go_to_run(self, number: int, update: int | None = None) -> None:
        """To another run at an update.

        If none is named, at this one, or at its newest one if it has not come so far.
        """
        timeline = branches.run_numbered(self.moment.timeline, number)
        if update is None:
            update = min(self._settled.update, timeline.seen)
        self.recall(timeline, update)
        moment = replace(self.moment, timeline=timeline)
        cursor = moves.to_update(self._course_of(timeline), self.moment.cursor, update)
        self.trail.go(moment.moved(cursor))

    @recorded(plainly("pin"))
    def pin(self, number: int | None = None) -> bool:
        """Keep a run drawn, this one if none is named, or no longer; whether it is."""
        self._view = None
        return branches.toggle_pin(self.moment.timeline, number)

    @recorded(cured)
    def cure(self, name: str, broken: int | None = None) -> None:
        """Go back to where the run was sound and change one thing, a `cures.Cure`.

        A run that has not come as far as to the update that breaks it, `broken`, goes there first.
        Where it is left out, that is what broke the run, or else made its loss jump last.
        """
        if broken is not None:
            self.train_to(broken + 1)
            self.moment.timeline.show(broken + 1)
        found = cures.treatment(self.moment.timeline, cures.Cure(name), broken, self.recall)
        plan = cures.carried_out(self._edit_base_at(found.update), found)
        acts = len(self.trail.before)
        if self._settled.update != found.update:
            self.go_to_update(found.update)
        self._fork(plan)
        self.trail.join(acts)

    @recorded(plainly("reset"))
    def reset(self) -> None:
        """Back to the first moment, edits dropped; undo brings all of it back."""
        if refused := self.refusal("reset"):
            raise refused
        self.trail.go(self.trail.first)

    def _move(self, cursor: Cursor) -> None:
        moment = self.moment.moved(cursor)
        self.train_to(cursor.update)
        self.recall(moment.timeline, cursor.update)
        self.trail.go(moment)

    # Running: a worker extends the timeline, the cursor follows, undo takes back the whole run

    def target(self, verb: str, count: int = 1) -> int:
        """The update up to which `count` of the verb `epoch` or `update` train from here."""
        move = moves.on_epochs if verb == "epoch" else moves.on_updates
        return move(self._course, self.moment.cursor, count).update

    def begin_run(self, *, by_updates: bool = False) -> None:
        """Note where a run starts, so that one undo goes back there.

        It goes to a place, or, like the verb `update`, on by a number of updates.
        """
        self.trail.mark()
        self.journal.begin_run()
        self._run_from, self._by_updates = self.moment, by_updates

    def end_run(self) -> None:
        """The run is over. One that went nowhere leaves undo and redo as they were."""
        self.trail.settle()
        self.journal.end_run()

    def follow(self, update: int) -> None:
        """During a run: stand before `update`, which the timeline has reached.

        As the journal has it, by one move from where the run began: which example is looked at,
        and how far its pass has come, may hang on every moment on the way.
        """
        start = self._run_from.cursor
        count = update - moves.settle(self._course, start).update
        if update <= self.moment.cursor.update or (self._by_updates and count < 1):
            return
        if self._by_updates:
            cursor = moves.on_updates(self._course, start, count)
            command = Command("update", (str(count),))
        else:
            cursor, command = moves.to_update(self._course, start, update), place(self, update)
        self.trail.follow(self._run_from.moved(cursor))
        self.journal.follow(command)

    # Time

    @recorded(plainly("undo"))
    def undo(self) -> None:
        """To the moment before the last verb."""
        if refused := self.refusal("undo"):
            raise refused
        self._recall(self.trail.before[-1])
        self.trail.back()

    @recorded(plainly("redo"))
    def redo(self) -> None:
        """Forward again over what was undone."""
        if refused := self.refusal("redo"):
            raise refused
        self._recall(self.trail.after[-1])
        self.trail.on()

    def _recall(self, moment: Moment) -> None:
        """Have the state of a moment at hand before one goes there."""
        self.recall(moment.timeline, moment.cursor.update)

    # Editing

    @recorded(typed)
    def edit_input(self, example: Example) -> None:
        """Look at a sentence that is not in the data, from its first token."""
        cursor = Cursor(self._settled.update, len(self.experiment.train), 0)
        self.trail.go(replace(self.moment, cursor=cursor, typed=example, patches=()))

    @recorded(changed)
    def set(self, name: str, value: str) -> None:
        """Change what a name stands for, as `changes.planned` says, from this update on.

        A patched hidden value is part of the moment; all else goes on as another run.
        """
        plan = self.plan(name, value)
        if isinstance(plan, changes.NewPatches):
            self.trail.go(replace(self.moment, patches=plan.patches))
        else:
            self._fork(plan)

    @recorded(number_put)
    def edit_parameter(self, name: str, index: tuple[int, ...], value: float) -> None:
        """Change one number of W_xh, W_hh, b_h, W_hy, b_y or E from this update on."""
        self._fork(changes.weight(self.edit_base, name, index, value))

    @recorded(trained_by)
    def edit_settings(self, settings: TrainingConfig) -> None:
        """Train on from here by other settings; they are taken as already checked."""
        base = self.edit_base
        if settings.batch != base.experiment.training.batch:
            raise Refused("how updates are batched can't change in a session")
        self._fork(changes.trained_by(base, replace(base.experiment, training=settings)))

    @recorded(broken_by)
    def break_it(self, name: str | None) -> None:
        """Put a classic bug of `faults.FAULTS` into the code from here on; None mends it."""
        self.edit_settings(
            breakit.settings_with(self.edit_base.trainer, name, self._settled.update)
        )

    def _fork(self, plan: changes.NewRun) -> None:
        """Another run from here; an update that has begun starts over, if its ops may be others."""
        old, cursor = self.moment.timeline, self._settled
        if plan.trainer is not old.owner(cursor.update).trainer:
            done = min(cursor.done, self._course.at(cursor).backward_end)
            cursor = replace(cursor, done=done)
        fork = Fork(old, cursor.update, plan.changes)
        timeline = Timeline(plan.trainer, plan.state, cursor.update, fork)
        self.trail.go(replace(self.moment.moved(cursor), timeline=timeline))
