"""What is diagnosed: a run from where it began, and what is measured of it, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import islice
from typing import TypeVar

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.diagnosis.course import (
    FEWEST_HELD,
    LEARNT,
    PATIENCE,
    Course,
    affordable_updates,
    is_worse,
    last_of,
    later_updates,
    patient_updates,
    watched_updates,
)
from rnn_tui.diagnosis.finding import Cure, Evidence, HeldBack, Reopening, Watched
from rnn_tui.engine.checks import folds
from rnn_tui.engine.checks.material import constant_loss, constant_test_loss
from rnn_tui.engine.spectrum.moving import update_ratio
from rnn_tui.engine.training.alone import is_sound
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.training import Record, Trainer, TrainingState
from rnn_tui.experiments import Example, Experiment, shell_command
from rnn_tui.experiments.schema.overrides import with_overrides
from rnn_tui.session.passes import Pass
from rnn_tui.session.runs.records import Records
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import explain
from rnn_tui.session.why.refs import RefError

MOST_READ = 48  # examples that the first loss is of
FEW_AT_ONCE = 10  # updates whose mean loss is looked at
SLIGHT = 1e-4  # root mean square of a matrix that is as good as 0
GOING_ON = "Going on with the plan"

T = TypeVar("T")
Report = Callable[[int, int, str], object]


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """Nobody waits for the diagnosis any longer."""


class Case:
    """A run, from the moment at which it began or was changed.

    `report` is told how much is done, of how much, and what is being done; what it returns as
    true cancels all.
    """

    def __init__(
        self, view: StepView, opened: Experiment, report: Report = lambda *_: None
    ) -> None:
        self.view = view
        self.timeline = view.timeline
        self.start = view.timeline.start
        self.trainer: Trainer = view.timeline.trainer
        self._opened, self._report = opened, report
        self._done, self._of, self._doing = 0, 0, ""
        self.watched = Watched(0, float("nan"))
        self.later_course = self.watched  # how far it has come once its plan has ended
        self.left_out: tuple[float, float] | None = None  # right then, and by the commonest answer
        self.spoiling: list[tuple[Cure, Course]] = []  # cures with which data held back fares worse
        self.failed: list[str] = []  # what couldn't be looked for, as it raised an error
        self.expect(self.updates)

    @classmethod
    def of(cls, session: Session, report: Report = lambda *_: None) -> Case:
        """The run that a session stands in."""
        return cls(session.view, session.experiment, report)

    # How far it is

    def expect(self, more: int) -> None:
        """So much more is to be done."""
        self._of += more

    def doing(self, what: str) -> None:
        """That is being done from now on. Raises Cancelled."""
        self._doing = what
        self.tell(0)

    def tell(self, done: int = 1) -> None:
        """So much of it is done. Raises Cancelled."""
        self._done += done
        if self._report(self._done, max(self._of, self._done), self._doing):
            raise Cancelled

    def looked(self, look: Callable[..., Iterable[T]], *rest: object) -> list[T]:
        """What something finds; an error in it keeps nothing else from being looked for."""
        try:
            return [*look(self, *rest)]
        except Cancelled:
            raise
        except Exception as error:
            self.failed.append(f"{look.__module__.rpartition('.')[2]}.{look.__name__}: {error!r}")
            return []

    # What it is of

    @property
    def experiment(self) -> Experiment:
        """The experiment as it is trained."""
        return self.trainer.experiment

    @cached_property
    def state(self) -> TrainingState:
        """What the run began with."""
        return self.timeline.state(self.start)

    @cached_property
    def updates(self) -> int:
        """How many updates are watched."""
        return watched_updates(self.trainer)

    @property
    def planned(self) -> int:
        """How many updates are planned."""
        return self.trainer.settings.updates(self.trainer.updates_per_epoch)

    @property
    def is_sat_out(self) -> bool:
        """Whether all that is planned has been done."""
        return self.timeline.frontier >= self.planned

    def one(self, k: int | None = None, example: int | None = None) -> Pass:
        """A whole pass at an update, the first one by itself, of an example that it trains on."""
        k = self.start if k is None else k
        self.timeline.reach(k, seen=False)
        return self.view.whole(k, self.trainer.members(k)[0] if example is None else example)

    @cached_property
    def longest(self) -> int:
        """The example with most timesteps of the first update's, and of those not too long."""
        members = self.trainer.members(self.start)[:MOST_READ]
        return max(members, key=lambda member: self.experiment.train[member].length)

    # Its numbers

    def evidence(self, *refs: str) -> tuple[Evidence, ...]:
        """Numbers by their addresses, as `why` has them, of those that there are.

        A run that breaks within its first epoch has no `past_loss[0]`.
        """
        found = []
        for ref in refs:
            try:
                found.append(Evidence(ref, self.value(ref)))
            except RefError:
                continue
        return tuple(found)

    def value(self, ref: str) -> float:
        """A number by its address."""
        return float(explain(self.view, ref).value)

    @cached_property
    def matrices(self) -> tuple[str, ...]:
        """The parameters that are no vectors, and not frozen."""
        layout, frozen = self.state.params.layout, self.trainer.settings.freeze
        return tuple(n for n, axes in layout.axes.items() if len(axes) == 2 and n not in frozen)

    def ratio(self, k: int) -> tuple[str, float]:
        """Of the matrices the one that update k moves most for its length, and log₁₀ of that.

        One that is next to 0 says nothing: what moves it at all moves it far.
        """
        update, before = self.timeline.update(k), self.timeline.state(k).params
        names = [name for name in self.matrices if root_mean_square(before[name]) > SLIGHT]
        ratios = {name: update_ratio(before, update.params, name) for name in names}
        found = {name: ratio for name, ratio in ratios.items() if not np.isnan(ratio)}
        name = max(found, key=lambda one: found[one], default="")
        return name, found.get(name, float("nan"))

    # Courses

    @cached_property
    def course(self) -> Course:
        """The run's own."""
        self.doing(f"Watching {self.updates:,} updates")
        end, before = self.start + self.updates, self.timeline.frontier
        self._train_to(end)
        self.tell(self.updates - (self.timeline.frontier - before))
        broken = self.timeline.broken
        stop = end if broken is None else min(end, broken)
        rows = self.timeline.records.rows(stop)[self.start :]
        table = dict(zip(Records.COLUMNS, rows.T, strict=True))
        first, after = self.first_loss(self.state), self.timeline.state(self.start + len(rows))
        return self.course_of(
            table["loss"] / table["outputs"], table["outputs"], first, after, self.trainer
        )

    @cached_property
    def learns(self) -> bool:
        """Whether it learns, sooner or later: of a longer plan, more is watched before a no.

        A long plateau is no illness where the plan sits it out.
        """
        course, each = self.course, self.trainer.updates_per_epoch
        self.watched = Watched(len(course.losses), course.last, last_of(len(course.losses)))
        if course.learns or course.broke:
            return course.learns
        self.doing(GOING_ON)
        end = self.start + patient_updates(self.trainer)
        stretch = max(each, self.updates // 4)
        self.expect(max(0, end - self.timeline.frontier))
        while self.timeline.frontier < end and self.timeline.broken is None:
            for _ in range(min(stretch, end - self.timeline.frontier)):
                self.timeline.extend(seen=False)
                self.tell()
            rows = self.timeline.records.rows(self.timeline.frontier)[-stretch:]
            last = float(rows[:, 0].sum() / rows[:, 2].sum())
            self.watched = Watched(self.timeline.frontier - self.start, last, len(rows))
            if last < LEARNT * course.without:
                return True
        return False

    @cached_property
    def later(self) -> Watched | None:
        """When it learns once its plan has ended, and the loss by then; None if not soon after."""
        stretch = max(self.trainer.updates_per_epoch, self.updates // 4, FEW_AT_ONCE)
        k, end = self.timeline.frontier, self.start + later_updates(self.trainer)
        if self.course.broke or self.timeline.broken is not None:
            return None
        self.doing("Training on after the plan has ended")
        self.expect(max(0, end - k))
        self.later_course = self.watched
        state = self.timeline.state(k)
        while k < end:
            records = list[Record]()
            for _ in range(stretch):
                record, state = self.trainer.advance(state, k)
                if not is_sound(record, state):
                    return None
                records.append(record)
                k += 1
            self.tell(stretch)
            self.later_course = Watched(k - self.start, mean_loss(records), stretch)
            if (last := mean_loss(records)) < LEARNT * self.course.without:
                held = self.held_after(state)
                return Watched(k - self.start, last, stretch, held, self._is_spoilt(state))
        return None

    def _is_spoilt(self, later: TrainingState) -> bool:
        """Whether data held back fares clearly worse than it did when the plan ended."""
        net, test = self.trainer.net, self.experiment.test
        if len(test) < FEWEST_HELD:
            return False
        ended = self.timeline.state(self.timeline.frontier)
        before, after = (evaluate(state.params, net, test) for state in (ended, later))
        return is_worse(before, after, self.experiment.has_classes)

    def held_after(
        self, state: TrainingState, instead: Experiment | None = None
    ) -> HeldBack | None:
        """How the data held back fares under a state, of another experiment perhaps."""
        one = instead or self.experiment
        if not one.test:
            return None
        found = evaluate(state.params, one.network, one.test)
        return HeldBack(found.loss, constant_test_loss(self.experiment), len(one.test))

    def gone_on(self) -> TrainingState:
        """What comes of it within its plan, or some times the updates that are watched."""
        self.doing(GOING_ON)
        end = self.start + patient_updates(self.trainer)
        self.expect(max(0, end - self.timeline.frontier))
        self._train_to(end)
        return self.timeline.state(self.timeline.frontier)

    def _train_to(self, end: int) -> None:
        """Go on with the run up to an update, or until it breaks."""
        while self.timeline.frontier < end and self.timeline.broken is None:
            self.timeline.extend(seen=False)
            self.tell()

    @property
    def _each(self) -> int:
        """How many updates an epoch, or step of a stream, has."""
        return 1 if self.experiment.stream is not None else self.trainer.updates_per_epoch

    @property
    def last_point(self) -> int:
        """The newest epoch, or step of a stream, that is done."""
        return self.timeline.frontier // self._each - 1

    @property
    def points(self) -> int:
        """How many epochs, or steps of a stream, the course has come to."""
        return (self.start + len(self.course.losses)) // self._each

    @property
    def point(self) -> int:
        """The newest of them; the first one while it goes on."""
        return max(0, self.points - 1)

    @property
    def watched_point(self) -> int:
        """The newest epoch, or step of a stream, that has been watched, patiently too."""
        watched = max(len(self.course.losses), self.watched.updates)
        return max(0, (self.start + watched) // self._each - 1)

    def left_out_right(self, of: Experiment | None = None) -> float | None:
        """How often answers are right that are left out, trained on the others for as long.

        Of all examples, or those of another experiment. None where that would take far longer than
        all else.
        """
        updates = (self.watched_point + 1) * self._each
        if folds.FOLDS * updates > PATIENCE * affordable_updates(self.trainer):
            return None
        for fold in range(folds.FOLDS):
            self.doing(f"Training without a part of the examples: {fold + 1} of {folds.FOLDS}")
            folds.fold_right(of or self.experiment, updates, fold)
        return folds.fold_accuracy(of or self.experiment, updates)

    def opened_with(self, *overrides: str, without: tuple[str, ...] = ()) -> Reopening:
        """What opens the experiment with some `KEY=VALUE`s put in, `without` those of some keys."""
        opened = self._opened
        whole = with_overrides(opened.overrides, overrides, without)
        return Reopening(shell_command(opened, overrides=whole), whole, overrides)

    def records(self, column: str) -> Floats:
        """A column of what the updates of the course reported."""
        rows = self.timeline.records.rows(self.start + self.updates)[self.start :]
        return rows[:, Records.COLUMNS.index(column)]

    def first_loss(self, state: TrainingState) -> float:
        """The loss of some training examples before any update."""
        return evaluate(state.params, self.trainer.net, self.read_first(self.experiment)).loss

    @staticmethod
    def read_first(experiment: Experiment) -> tuple[Example, ...]:
        """The training examples that the first loss is of."""
        return tuple(islice(experiment.train, MOST_READ))

    @property
    def opened(self) -> Experiment:
        """The experiment as its file has it."""
        return self._opened

    def course_of(
        self, found: Floats, outputs: Floats, first: float, after: TrainingState,
        trainer: Trainer, planned: int | None = None,
    ) -> Course:  # fmt: skip
        """How some updates went, of so many that were to be done: those watched, by default."""
        known = constant_loss(self.experiment)
        return Course(found, outputs, first, known, planned or self.updates, after, trainer)


def mean_loss(records: list[Record]) -> float:
    """The mean loss an output of some updates."""
    return sum(record.loss for record in records) / sum(record.outputs for record in records)


def root_mean_square(matrix: Floats) -> float:
    """That of its numbers."""
    return float(np.sqrt(np.mean(np.square(matrix))))
