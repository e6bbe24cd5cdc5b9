"""What is kept of a run: a row for every update, and test figures measured now and then."""

from __future__ import annotations

import threading
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.engine.spectrum.moving import followed, update_ratio
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.training import Record, Trainer, TrainingState
from rnn_tui.session.checks.recurrence import radius
from rnn_tui.session.runs.series import Growth, Series

STREAM_EVERY = 100  # updates between two measurements in a stream, or more
READ_SHARE = 0.5  # tokens of validation text read for each token trained on, at the most
MOST_OBSERVATIONS = 1024
FEW_UNITS = 32
RADIUS_UPDATES, RADIUS_SHARE = 4.0, 0.03


_COLUMNS = ("loss", "right", "outputs", "grad_norm", "clipped", "learning_rate")
figures = attrgetter(*_COLUMNS)


class Records:
    """What every update reported, a column a figure, growing at the end.

    Only one thread appends; `count` is raised last, so readers of `[:count]` see
    whole rows. Any may ask for points.
    """

    COLUMNS = _COLUMNS

    def __init__(self, capacity: int = 64) -> None:
        self._rows = np.zeros((capacity, len(self.COLUMNS)))
        self._points: dict[int, _Summed] = {}
        self.count = 0

    def copy(self, count: int) -> Records:
        """The first `count` rows, to go on from; shared until another is appended."""
        other = Records(0)
        other._rows = self._rows[:count]
        other._points = {size: one.copy(count // size) for size, one in self._points.copy().items()}
        other.count = count
        return other

    def append(self, record: Record) -> None:
        """One more update's figures."""
        self._make_room(1)
        self._rows[self.count] = figures(record)
        self.count += 1

    def extend(self, rows: Floats) -> None:
        """The figures of more updates, (n, 6)."""
        self._make_room(len(rows))
        self._rows[self.count : self.count + len(rows)] = rows
        self.count += len(rows)

    def _make_room(self, more: int) -> None:
        if self.count + more > len(self._rows):
            roomier = np.zeros((max(64, 2 * self.count, self.count + more), len(self.COLUMNS)))
            roomier[: self.count] = self._rows[: self.count]
            self._rows = roomier

    @property
    def nbytes(self) -> int:
        """Bytes held: a row an update, the points added up, and what stands over their curves."""
        return self._rows.nbytes + sum(one.nbytes for one in self._points.copy().values())

    def rows(self, count: int) -> Floats:
        """The first `count` rows, (count, 6), read-only."""
        return frozen(self._rows[: min(count, self.count)])

    def points(self, count: int, updates: int) -> RecordPoints:
        """The first `count` points of `updates` rows each, as far as there are rows.

        What was added up for an earlier call is not added up again, so a call costs
        no more than the points that are new to it.
        """
        count = min(count, self.count // updates)
        summed = self._points.setdefault(updates, _Summed())
        return summed.until(count, self.rows(count * updates), updates)

    def curves(self, count: int, updates: int) -> Curves:
        """The same points, each curve with what its stretches come to."""
        points = self.points(count, updates)
        grown = self._points[updates].grown
        return Curves(*(Series(*one) for one in zip(points, grown, strict=True)))


class RecordPoints(NamedTuple):
    """Records added up, each array (count,) and read-only.

    Loss and accuracy are means over the outputs; `grad_norm` is the largest (NaN
    where there is one), `clipped` 1 where any update was clipped, `learning_rate`
    that of the last update.
    """

    loss: Floats
    accuracy: Floats
    grad_norm: Floats
    clipped: Floats
    learning_rate: Floats

    @classmethod
    def of(cls, rows: Floats, updates: int) -> RecordPoints:
        """Add up whole points, (count · updates, 6)."""
        table = {
            name: rows[:, column].reshape(-1, updates)
            for column, name in enumerate(Records.COLUMNS)
        }
        outputs = table["outputs"].sum(axis=1)
        return cls(
            table["loss"].sum(axis=1) / outputs,
            table["right"].sum(axis=1) / outputs,
            table["grad_norm"].max(axis=1, initial=-np.inf),
            table["clipped"].max(axis=1, initial=0.0),
            table["learning_rate"][:, -1],
        )


class Curves(NamedTuple):
    """Points, each figure as a curve."""

    loss: Series
    accuracy: Series
    grad_norm: Series
    clipped: Series
    learning_rate: Series


class _Summed:
    """Points in the making: those added up so far, in rows with room to grow."""

    def __init__(self) -> None:
        self.grown = tuple(Growth() for _ in RecordPoints._fields)
        self._made = np.empty((len(RecordPoints._fields), 64))
        self._count = 0
        self._lock = threading.Lock()

    def copy(self, count: int) -> _Summed:
        """The first `count` at most, shared until more are added up."""
        other = _Summed()
        with self._lock:
            other._count = min(count, self._count)
            other._made = self._made[:, : other._count]
            other.grown = tuple(one.copy(other._count) for one in self.grown)
        return other

    @property
    def nbytes(self) -> int:
        """Bytes held, with the room to grow."""
        return self._made.nbytes + sum(one.nbytes for one in self.grown)

    def until(self, count: int, rows: Floats, updates: int) -> RecordPoints:
        """The first `count`, of which `rows` are the records."""
        with self._lock:
            if count > self._count:
                self._add(count, rows[self._count * updates :], updates)
            return RecordPoints(*(frozen(curve[:count]) for curve in self._made))

    def _add(self, count: int, rows: Floats, updates: int) -> None:
        if count > self._made.shape[1]:
            roomier = np.empty((len(self._made), 2 * count))
            roomier[:, : self._count] = self._made[:, : self._count]
            self._made = roomier  # what was handed out keeps the old one
        self._made[:, self._count : count] = RecordPoints.of(rows, updates)
        self._count = count


class Observation(NamedTuple):
    """What the parameters before an update are like: on unseen data (NaN if none), and W_hh.

    The radius is None where it was not its turn, see `radius_every`. `ratios` are of the update
    that made them, log₁₀ of how far it moved each matrix that is `followed`; empty where none did.
    """

    update: int
    test_loss: float
    test_accuracy: float
    radius: float | None
    ratios: tuple[float, ...] = ()


class Observations:
    """Measurements on the way, after every so many updates: an epoch, or 100 of a stream.

    When they are too many, every second one goes and they are taken half as often, so
    that they cost a run of any length little. A reader gets a tuple that never changes.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.every = usual_every(trainer)
        self.radius_every = radius_every(trainer)
        self._made: tuple[Observation, ...] = ()

    def fork(self, trainer: Trainer, at: int) -> Observations:
        """Those before update `at`, to go on from under another trainer."""
        other = Observations(trainer)
        other.every = self.every
        other._made = tuple(one for one in self._made if one.update < at)
        return other

    def until(self, update: int) -> tuple[Observation, ...]:
        """Those of the states up to that before an update, oldest first."""
        made = self._made
        return (
            made
            if not made or made[-1].update <= update
            else tuple(one for one in made if one.update <= update)
        )

    def add(self, one: Observation) -> None:
        """A measurement of the newest state; it goes where they are taken less often by now."""
        if one.update % self.every:
            return
        self._made = (*self._made, one)
        if len(self._made) > MOST_OBSERVATIONS:
            self.every *= 2
            self._made = tuple(one for one in self._made if one.update % self.every == 0)


def usual_every(trainer: Trainer) -> int:
    """Updates between two measurements of a run that is not long yet.

    In a stream a number of updates, twice as many or more where the validation text is so
    long that reading it would take most of the time. By size alone, as in `radius_every`.
    """
    if trainer.experiment.stream is None:
        return trainer.updates_per_epoch
    read = sum(example.length for example in trainer.experiment.test)
    return _doubled(STREAM_EVERY, read / _tokens(trainer) / READ_SHARE)


def _doubled(every: int, least: float) -> int:
    """Twice as much until it is enough."""
    while every < least:
        every *= 2
    return every


def _tokens(trainer: Trainer) -> int:
    """How many tokens an update trains on, as the first one does."""
    return sum(trainer.experiment.train[k].length for k in trainer.members(0))


def observe(
    trainer: Trainer, update: int, state: TrainingState, before: TrainingState | None = None, *,
    measures_radius: bool = False,
) -> Observation:  # fmt: skip
    """Measure a state on the test examples, or on a stream's validation part.

    `before` is that before the last update, if there was one.
    """
    test = trainer.experiment.test
    loss = accuracy = float("nan")
    if test:
        result = evaluate(state.params, trainer.net, test)
        loss, accuracy = result.loss, result.accuracy
    size = radius(state.params) if measures_radius else None
    ratios: tuple[float, ...] = ()
    if before is not None:
        names = followed(state.params)
        ratios = tuple(update_ratio(before.params, state.params, name) for name in names)
    return Observation(update, loss, accuracy, size, ratios)


def radius_every(trainer: Trainer) -> int:
    """Updates between two radii: as many that these take some 3% of what training does.

    A radius takes about as long as 4 H / n updates that read n tokens each, as measured
    at 64 and 512 units; that of a few units is too little to be spared. By size alone
    and not by the clock, so that a run is measured at the same places each time. A power
    of two times the usual, so that runs that are measured half as often still have it.
    """
    every, units = usual_every(trainer), trainer.experiment.model.hidden_size
    if units <= FEW_UNITS:
        return every
    return _doubled(every, RADIUS_UPDATES * units / _tokens(trainer) / RADIUS_SHARE)
