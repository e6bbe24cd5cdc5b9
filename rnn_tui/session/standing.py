"""Where a session stands, and all that there is to see from there."""

from __future__ import annotations

from contextlib import AbstractContextManager
from threading import Lock
from typing import Literal

from rnn_tui.engine.training.training import Trainer, TrainingState
from rnn_tui.experiments import Experiment
from rnn_tui.session import moves
from rnn_tui.session.checks.autopsy import Autopsy, autopsy
from rnn_tui.session.checks.cures import Remedies, remedies
from rnn_tui.session.commands.journal import Journal
from rnn_tui.session.edits import changes
from rnn_tui.session.moment import AllExamples, Cursor, Moment
from rnn_tui.session.passes import are_short_updates, program_of
from rnn_tui.session.program.program import Program
from rnn_tui.session.reports import Listener, Report
from rnn_tui.session.runs import branches
from rnn_tui.session.runs.run_tree import BUDGET
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.session.undo_stack import Trail
from rnn_tui.session.view import StepView, Viewer, unit_of


class Standing:
    """One experiment, the moment that one stands at, and the way there.

    Moments hold no numbers of their own, so going back is exact.
    """

    def __init__(self, experiment: Experiment, budget: int = BUDGET) -> None:
        self.experiment = experiment
        self.journal = Journal()
        trainer = Trainer(experiment)
        timeline = Timeline(trainer, trainer.initial_state(), budget=budget)
        self.trail = Trail(Moment(timeline, Cursor(example=trainer.members(0)[0])))
        self._viewer = Viewer()
        self._view: tuple[Moment, StepView] | None = None
        self._looking = Lock()
        self._listener = Listener()

    def telling(self, report: Report) -> AbstractContextManager[None]:
        """Meanwhile a verb that trains tells `report`, before each update, how far it is.

        What `report` raises ends the verb, and leaves the session as that found it: what is
        trained by then is not trained again.
        """
        return self._listener.replaced(report)

    def train_to(self, update: int) -> None:
        """Have the run come as far as to an update, if it has not, and tell of it on the way."""
        timeline, first = self.moment.timeline, self.moment.cursor.update
        while timeline.frontier < update:
            self.tell(timeline.frontier - first, update - first)
            timeline.extend(seen=False)

    def recall(self, timeline: Timeline, update: int) -> TrainingState:
        """The state before an update, computed again if need be, and tell of it on the way."""
        return timeline.state(update, self.tell)

    def tell(self, done: int, of: int) -> None:
        """Say how many updates are done on the way to somewhere, to whom that is told."""
        self._listener.report(done, of)

    @property
    def moment(self) -> Moment:
        """Where the session stands."""
        return self.trail.now

    @property
    def examples(self) -> AllExamples:
        """The training examples, and the typed sentence after them."""
        return AllExamples(self.experiment.train, self.moment.typed)

    @property
    def epoch(self) -> int:
        """The epoch of the update under the cursor."""
        return self.moment.cursor.update // self.moment.timeline.trainer.updates_per_epoch

    @property
    def unit(self) -> Literal["epoch", "step"]:
        """What training is counted in."""
        return unit_of(self.moment.timeline.trainer)

    @property
    def updates_per_unit(self) -> int:
        """How many updates an epoch or a step has."""
        return self.moment.timeline.trainer.updates_per_epoch if self.unit == "epoch" else 1

    @property
    def here(self) -> int:
        """The epoch or step under the cursor."""
        return self.moment.cursor.update // self.updates_per_unit

    @property
    def planned(self) -> int:
        """How many epochs or steps the experiment asks for."""
        trainer = self.moment.timeline.trainer
        return trainer.settings.updates(trainer.updates_per_epoch) // self.updates_per_unit

    @property
    def view(self) -> StepView:
        """All there is to show of this moment. Any thread may ask; the first one computes it."""
        with self._looking:
            moment = self.moment
            if self._view is None or self._view[0] is not moment:
                program = self._course_of(moment.timeline).at(moment.cursor)
                self._view = moment, self._viewer.view(moment, self.examples, program)
            return self._view[1]

    @property
    def is_at_hand(self) -> bool:
        """Whether `view` takes no time to wait for."""
        if self._looking.locked():
            return False
        moment = self.moment
        if self._view is not None and self._view[0] is moment:
            return True
        program = self._course_of(moment.timeline).at(moment.cursor)
        return self._viewer.is_at_hand(moment, self.examples, program)

    def trains_at_once(self, target: int) -> bool:
        """Whether it takes no time to train from here up to an update."""
        return are_short_updates(self.moment.timeline, self._settled.update, target)

    @property
    def runs(self) -> branches.Runs:
        """All runs beside each other."""
        return branches.runs_of(self.moment.timeline, self.unit)

    @property
    def runs_at_hand(self) -> branches.Runs:
        """The same without the radii that one would have to wait for."""
        return branches.runs_of(self.moment.timeline, self.unit, waits=False)

    @property
    def autopsy(self) -> Autopsy | None:
        """What broke this run; None while nothing in it is inf or NaN."""
        timeline = self.moment.timeline
        if timeline.broken is not None:
            self.recall(timeline, timeline.broken)
        return autopsy(timeline, self.experiment.train)

    @property
    def remedies(self) -> Remedies:
        """What each cure of what went wrong comes to."""
        return remedies(self.moment.timeline, self.recall)

    @property
    def edit_base(self) -> changes.EditBase:
        """What a change starts from here."""
        return self._edit_base_at(self._settled.update)

    def plan(self, name: str, value: str) -> changes.Plan:
        """What setting a name to a value would do. Raises Refused with the reason."""
        return changes.planned(self.edit_base, name, value)

    def _edit_base_at(self, update: int) -> changes.EditBase:
        timeline = self.moment.timeline
        state, trainer = self.recall(timeline, update), timeline.owner(update).trainer
        return changes.EditBase(state, trainer, self.experiment, self.view.known)

    @property
    def _course(self) -> moves.Course:
        return self._course_of(self.moment.timeline)

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

    @property
    def settled(self) -> int:
        """The update that is next, once the one under the cursor is done."""
        return self._settled.update

    @property
    def _settled(self) -> Cursor:
        """The cursor, moved on if it stands behind an update's last op."""
        return moves.settle(self._course, self.moment.cursor)
