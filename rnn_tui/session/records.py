"""What is kept of a run: a row for every update, and test figures measured now and then."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.spectrum import spectral_radius
from rnn_tui.engine.training import Record, Trainer, TrainingState, evaluate

STREAM_EVERY = 100  # updates between two measurements in a stream
MOST_OBSERVATIONS = 1024


class Records:
    """What every update reported, a column a figure, growing at the end.

    Only one thread appends; `count` is raised last, so readers of `[:count]` see
    whole rows.
    """

    COLUMNS = ("loss", "right", "outputs", "grad_norm", "clipped", "learning_rate")

    def __init__(self, capacity: int = 64) -> None:
        self._rows = np.zeros((capacity, len(self.COLUMNS)))
        self.count = 0

    def copy(self, count: int) -> Records:
        """The first `count` rows, to go on from."""
        other = Records(max(64, 2 * count))
        other._rows[:count] = self._rows[:count]
        other.count = count
        return other

    def append(self, record: Record) -> None:
        """One more update's figures."""
        if self.count == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._rows[self.count] = [getattr(record, name) for name in self.COLUMNS]
        self.count += 1

    def rows(self, count: int) -> Floats:
        """The first `count` rows, (count, 6), read-only."""
        view = self._rows[: min(count, self.count)]
        view.flags.writeable = False
        return view


class Observation(NamedTuple):
    """What the parameters before an update are like: on unseen data (NaN if none), and W_hh."""

    update: int
    test_loss: float
    test_accuracy: float
    radius: float


class Observations:
    """Measurements on the way, after every so many updates: an epoch, or 100 of a stream.

    When they are too many, every second one goes and they are taken half as often, so
    that they cost a run of any length little. A reader gets a tuple that never changes.
    """

    def __init__(self, trainer: Trainer) -> None:
        stream = trainer.experiment.stream is not None
        self.every = STREAM_EVERY if stream else trainer.updates_per_epoch
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

    def note(self, trainer: Trainer, update: int, state: TrainingState) -> None:
        """Measure the state before an update, if it is one to be measured."""
        if update % self.every:
            return
        self._made = (*self._made, observe(trainer, update, state))
        if len(self._made) > MOST_OBSERVATIONS:
            self.every *= 2
            self._made = tuple(one for one in self._made if one.update % self.every == 0)


def observe(trainer: Trainer, update: int, state: TrainingState) -> Observation:
    """Measure a state on the test examples, or on a stream's validation part."""
    test = trainer.experiment.test
    loss = accuracy = float("nan")
    if test:
        result = evaluate(state.params, trainer.net, test)
        loss, accuracy = result.loss, result.accuracy
    return Observation(update, loss, accuracy, spectral_radius(state.params.W_hh))
