"""How the loss goes over some updates, and whether that is learning."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.checks.material import constant_loss, constant_test_loss
from rnn_tui.engine.training.evaluating import Evaluation, evaluate
from rnn_tui.engine.training.training import Trainer, TrainingState
from rnn_tui.experiments import Experiment
from rnn_tui.session.checks.spikes import recent_spike
from rnn_tui.session.runs.timeline import Timeline

SECONDS = 1.0  # that a course takes, about
FEWEST, MOST = 40, 2000  # updates
FEWEST_JUDGED = 8  # updates of a run that may have ended badly
PATIENCE = 9  # times as many
SOON = 400  # updates, within which a run that is planned too short may learn even so
A_TIMESTEP, A_PRODUCT = 1.2e-5, 1.5e-9  # seconds, as measured, of the kernel
BY_LINES = 8  # times slower where a cell has no kernel
LEARNT, STUCK = 0.6, 0.9  # of the loss that is had without learning
SOLVED = 0.01  # of it: next to nothing is left
LAST = 0.1  # of the updates
NOTHING = 1e-9  # a loss: of answers that are all alike
FEWEST_HELD = 8  # examples held back by which a cure is judged
MOST_HELD = 40_000  # tokens of them
SURE = 2.0  # standard errors
WORSE = 1.05  # times the loss


def watched_updates(trainer: Trainer) -> int:
    """How many updates are watched: as planned, or as many as take about a second.

    By what they cost and not by the clock, so that the same numbers come out everywhere. Whole
    epochs, where there is one.
    """
    settings, each = trainer.settings, trainer.updates_per_epoch
    planned = settings.updates(each)
    count = min(planned, affordable_updates(trainer))
    return count // each * each if count >= each else count


def patient_updates(trainer: Trainer) -> int:
    """How many are watched of a run that doesn't learn so soon: those planned, or some times more.

    Of a run so slow that it shows nothing by then the plan is not sat out.
    """
    planned = trainer.settings.updates(trainer.updates_per_epoch)
    return min(planned, PATIENCE * watched_updates(trainer))


def later_updates(trainer: Trainer) -> int:
    """How many are done of a run that is planned so short that it may not have had the time."""
    return max(PATIENCE * watched_updates(trainer), min(SOON, affordable_updates(trainer)))


def affordable_updates(trainer: Trainer) -> int:
    """As many as take about a second."""
    return int(np.clip(SECONDS / _seconds(trainer), FEWEST, MOST))


def _seconds(trainer: Trainer) -> float:
    """What an update costs."""
    one, members = trainer.experiment, trainer.members(0)
    lengths = Counter(one.train[member].length for member in members)  # each has passes of its own
    size = one.layout.size * 3
    each = sum(
        T * (A_TIMESTEP * one.model.layers + A_PRODUCT * size * count)
        for T, count in lengths.items()
    )
    return each if trainer.net.in_kernel else BY_LINES * len(members) * each


def ended_badly(timeline: Timeline, end: int) -> bool:
    """Whether a run, up to update `end`, has learnt little, lost it, or what doesn't hold."""
    rows = timeline.records.rows(end)[timeline.start :]
    if timeline.broken is not None and timeline.broken <= end:
        return True
    if len(rows) < FEWEST_JUDGED:
        return False
    size = max(last_of(len(rows)), min(len(rows) // 2, timeline.trainer.updates_per_epoch))
    first, last = (
        float(part[:, 0].sum() / part[:, 2].sum()) for part in (rows[:size], rows[-size:])
    )
    spike, one = recent_spike(timeline, end), timeline.trainer.experiment
    return spike is not None or not _learns(first, last, one) or _fails(timeline, end)


def _learns(first: float, last: float, experiment: Experiment) -> bool:
    known = constant_loss(experiment)
    return last < LEARNT * min(first, known if known > NOTHING else math.inf)


def _fails(timeline: Timeline, end: int) -> bool:
    """Whether data held back fares no better than by a constant answer."""
    measured = [one for one in timeline.observations.until(end) if one.update > timeline.start]
    known = constant_test_loss(timeline.trainer.experiment)
    return bool(measured) and measured[-1].test_loss > known


def last_of(count: int) -> int:
    """How many updates are the last ones of so many: a tenth."""
    return max(1, round(LAST * count))


def is_worse(before: Evaluation, after: Evaluation, has_classes: bool, sure: float = SURE) -> bool:
    """Whether the same examples fare worse by more than chance: by loss, of classes by both.

    A network that is sure of more has larger losses where it is wrong, even if it is right more
    often.
    """
    if not _is_above(after.losses - before.losses, before.loss, sure):
        return False
    return not has_classes or _more_right(after, before, has_classes, sure)


def _is_above(rises: Floats, before: float, sure: float = SURE) -> bool:
    """Whether losses rise by more than chance, and not only slightly."""
    error = float(rises.std() / np.sqrt(len(rises)))
    return bool(rises.mean() > sure * error and rises.mean() > (WORSE - 1) * before)


def _more_right(
    before: Evaluation, after: Evaluation, has_classes: bool, sure: float = SURE
) -> bool:
    """Whether clearly more answers are right, as McNemar tells: only what changed counts."""
    if not has_classes:
        return False
    won = after.right - before.right
    return bool(won.sum() > sure * np.sqrt(np.abs(won).sum()))


def hardly_learnt(losses: Sequence[float], experiment: Experiment) -> bool:
    """The same of a run of which only the mean losses of its epochs, or stretches, are known."""
    if len(losses) < FEWEST_JUDGED:
        return False
    size = last_of(len(losses))
    return _is_stuck(float(losses[0]), float(np.mean(losses[-size:])), experiment)


def _is_stuck(first: float, last: float, experiment: Experiment) -> bool:
    known = constant_loss(experiment)
    without = min(first, known if known > NOTHING else math.inf)
    return not last < STUCK * without


@dataclass(frozen=True, eq=False)
class Course:
    """The mean loss an output of each update (n,), of which the last may not be finite.

    `first` is the loss before any of them, `known` that of the best constant answer; `after` is
    the state that the last of them left, `trainer` what trained them.
    """

    losses: Floats
    outputs: Floats
    first: float
    known: float
    planned: int
    after: TrainingState
    trainer: Trainer

    @property
    def broke(self) -> bool:
        """Whether it ends before it should, with what isn't finite."""
        return len(self.losses) < self.planned or not np.isfinite(self.losses).all()

    @property
    def last(self) -> float:
        """The loss of the last tenth of the updates; inf where it broke."""
        if self.broke:
            return math.inf
        n = last_of(len(self.losses))
        return float(np.average(self.losses[-n:], weights=self.outputs[-n:]))

    @cached_property
    def held(self) -> Evaluation | None:
        """How the data held back fares in the end; None where it is too little, or too much."""
        test = self.trainer.experiment.test
        if len(test) < FEWEST_HELD or sum(one.length for one in test) > MOST_HELD or self.broke:
            return None
        return evaluate(self.after.params, self.trainer.net, test)

    def spoils(self, cured: Course) -> bool:
        """Whether the data held back fares clearly worse after another course.

        By its loss, unless clearly more answers are right; of a course that broke, against a
        constant answer's.
        """
        if cured.held is None:
            return False
        if self.held is None:
            known = constant_test_loss(self.trainer.experiment)
            return self.broke and _is_above(cured.held.losses - known, known)
        return _is_above(cured.held.losses - self.held.losses, self.held.loss) and not _more_right(
            self.held, cured.held, self.trainer.experiment.has_classes
        )

    @property
    def without(self) -> float:
        """The loss that is had without learning: the first one, or of a constant answer."""
        known = self.known if self.known > NOTHING else math.inf
        return min(self.first, known)

    @property
    def learns(self) -> bool:
        """Whether the loss falls well below what is had without learning."""
        return self.last < LEARNT * self.without

    @property
    def is_solved(self) -> bool:
        """Whether all is learnt that there is."""
        return self.last < SOLVED * self.without

    @property
    def is_stuck(self) -> bool:
        """Whether it hardly falls."""
        return not self.last < STUCK * self.without

    def gain(self, cured: Course) -> float:
        """How much lower another course ends, as a share of the loss without learning."""
        return (min(self.last, 3 * self.without) - cured.last) / self.without
