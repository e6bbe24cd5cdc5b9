"""Updates in their order: which examples each one trains on, and what it reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.arrays import Floats, frozen
from rnn_tui.engine.passes.sampling import read
from rnn_tui.engine.training.advancing import Advance, advance
from rnn_tui.engine.training.gathering import Gathered, Gatherer
from rnn_tui.engine.training.initializers import initial_parameters
from rnn_tui.engine.training.schedule import schedule_of
from rnn_tui.engine.update import Update, no_slots, run_update
from rnn_tui.equations.optimizers import Slots
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment

WARM_UP = 200  # tokens read before a chunk that is only looked at


@dataclass(frozen=True, eq=False)
class TrainingState:
    """All that one update hands to the next.

    The parameters; in `slots` the optimizer's own vectors by name, flat; and in a
    stream `carry` (B, S), the states that the chunks of its B parts ended with.
    """

    params: Parameters
    slots: Slots
    carry: Floats | None = None

    @property
    def nbytes(self) -> int:
        """Memory held by the vectors."""
        carried = 0 if self.carry is None else self.carry.nbytes
        kept = sum(slot.nbytes for slot in self.slots.values())
        return self.params.flat.nbytes + kept + carried


@dataclass(frozen=True)
class Record:
    """What is kept of every update. The loss is in nats, summed, from before the update.

    Where answers are numbers `right` is the sum of how far each is off (see `Head.marks`).
    """

    loss: float
    right: float
    outputs: int
    grad_norm: float
    clipped: bool
    learning_rate: float


class Done(NamedTuple):
    """One update: all that it computed, what is kept of it, and the state it leaves."""

    update: Update
    record: Record
    after: TrainingState


class Trainer:
    """The updates of an experiment; it holds no state of theirs, `step` is a pure function."""

    def __init__(self, experiment: Experiment, dtype: DTypeLike = np.float64) -> None:
        """All that an update computes and leaves is of the `dtype`."""
        self.experiment = experiment
        self.settings = experiment.training
        self.net = experiment.network
        self.schedule = schedule_of(experiment)
        self._dtype = dtype
        self._gatherer = Gatherer(experiment, self.net, dtype)

    @property
    def updates_per_epoch(self) -> int:
        """1 for full batches, else one for each batch, training example or chunk."""
        return self.schedule.updates_per_epoch

    def initial_state(self) -> TrainingState:
        """Before the first update: initial parameters, the optimizer's vectors 0."""
        params = initial_parameters(self.experiment).in_type(self._dtype)
        return TrainingState(params, no_slots(self.net.optimizer, params.flat))

    def members(self, k: int) -> tuple[int, ...]:
        """Which training examples update k = 0, 1, … trains on, as indices."""
        return self.schedule.members(k)

    def start(self, state: TrainingState, k: int, example: int) -> Floats | None:
        """The hidden state (H,) that a pass over a training example begins with; None is zero.

        `state` is that before update k. A chunk that this update trains on begins
        with the state carried; another one with what the network has in mind after
        reading the `WARM_UP` tokens before it.
        """
        stream = self.experiment.stream
        if stream is None or not 0 <= example < len(stream):
            return None
        if example in (members := self.members(k)):
            carried = self._carried(state, k)
            return None if carried is None else carried[members.index(example)]
        before = stream.before(example, WARM_UP)
        if not len(before):
            return None
        after: Floats = read(state.params, self.net, stream.vocabulary, before)[-1]
        return after

    def step(self, state: TrainingState, k: int) -> Done:
        """Update k = 0, 1, … from the state before it, with all that it computes on the way."""
        with np.errstate(all="ignore"):
            count, gathered = self._gathered(state, k)
            done = run_update(
                self.net.optimizer, state.params, state.slots,
                gathered.total.astype(self._dtype), count, self.settings, k + 1, self.net.fault,
            )  # fmt: skip
        record = _record(gathered, done)
        return Done(done, record, self._after(done, gathered))

    def advance(self, state: TrainingState, k: int) -> tuple[Record, TrainingState]:
        """What `step` keeps and leaves, to the bit, for when nobody looks at the rest."""
        if self.net.fault is not None or self.net.optimizer.in_place is None:
            return self.step(state, k)[1:]
        with np.errstate(all="ignore"):
            count, gathered = self._gathered(state, k)
            done = advance(
                self.net.optimizer, state.params, state.slots, gathered.total, count,
                self.settings, k + 1,
            )  # fmt: skip
        return _record(gathered, done), self._after(done, gathered)

    def _gathered(self, state: TrainingState, k: int) -> tuple[int, Gathered]:
        """Of how many examples, and what they come to."""
        members = self.schedule.members(k)
        start = state.carry if self.schedule.carries(k) else None
        return len(members), self._gatherer.gather(state.params, members, start)

    def _carried(self, state: TrainingState, k: int) -> Floats | None:
        return state.carry if self.schedule.carries(k) else None

    def _after(self, done: Update | Advance, gathered: Gathered) -> TrainingState:
        carried = self.experiment.stream is not None
        carry = frozen(gathered.last) if carried else None
        return TrainingState(done.params, done.slots, carry)


def _record(gathered: Gathered, done: Update | Advance) -> Record:
    return Record(
        gathered.loss, gathered.right, gathered.answers,
        done.grad_norm, done.clipped, done.learning_rate,
    )  # fmt: skip
