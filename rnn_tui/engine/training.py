"""Updates in their order: which examples each one trains on, and what it reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rnn_tui.arrays import Floats, Ints, frozen
from rnn_tui.engine import bptt
from rnn_tui.engine.initializers import initial_parameters
from rnn_tui.engine.network import Network
from rnn_tui.engine.optimizer import Update, update
from rnn_tui.engine.parameters import Parameters
from rnn_tui.experiments import Example, Experiment

_SHUFFLE_STREAM = 1


@dataclass(frozen=True, eq=False)
class TrainingState:
    """All that one update hands to the next: the parameters and the velocity (flat)."""

    params: Parameters
    velocity: Floats

    @property
    def nbytes(self) -> int:
        """Memory held by the two vectors."""
        return self.params.flat.nbytes + self.velocity.nbytes


@dataclass(frozen=True)
class Record:
    """What is kept of every update. The loss is in nats, summed, from before the update."""

    loss: float
    right: int
    outputs: int
    grad_norm: float
    clipped: bool
    learning_rate: float


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How examples fare under some parameters, a row an example.

    `p` is (N, O), at the last output; `losses` (N,), the mean an output; `right`
    (N,) how many of its `outputs` (N,) were answered right.
    """

    p: Floats
    losses: Floats
    right: Ints
    outputs: Ints

    @property
    def loss(self) -> float:
        """The mean loss an output over all examples."""
        return float((self.losses * self.outputs).sum() / self.outputs.sum())

    @property
    def accuracy(self) -> float:
        """The share of outputs answered right."""
        return float(self.right.sum() / self.outputs.sum())


def evaluate(params: Parameters, net: Network, examples: Sequence[Example]) -> Evaluation:
    """Run forward over examples without training."""
    N = len(examples)
    p = np.zeros((N, params.layout.output_size))
    losses, right, outputs = np.zeros(N), np.zeros(N, np.int64), np.zeros(N, np.int64)
    with np.errstate(all="ignore"):
        for batch in bptt.batches_of(examples):
            run = bptt.forward(params, net, batch)
            members = list(batch.members)
            p[members] = run.p[-1]
            losses[members] = run.losses.mean(axis=0)
            right[members] = (net.head.predict(run.p) == batch.targets).sum(axis=0)
            outputs[members] = len(batch.outputs)
    return Evaluation(frozen(p), frozen(losses), right, outputs)


class Trainer:
    """The updates of an experiment; it holds no state of theirs, `step` is a pure function."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.settings = experiment.training
        self.net = Network.of(experiment)
        self._full = bptt.batches_of(experiment.train)

    @property
    def updates_per_epoch(self) -> int:
        """1 for full batches, else one for each training example."""
        return 1 if self.settings.batch == "full" else len(self.experiment.train)

    def initial_state(self) -> TrainingState:
        """Before the first update: initial parameters, no velocity."""
        params = initial_parameters(self.experiment)
        return TrainingState(params, frozen(np.zeros(params.layout.size)))

    def members(self, k: int) -> tuple[int, ...]:
        """Which training examples update k = 0, 1, … trains on, as indices."""
        N = len(self.experiment.train)
        if self.settings.batch == "full":
            return tuple(range(N))
        epoch, place = divmod(k, N)
        return (self._order(epoch)[place],)

    def _order(self, epoch: int) -> tuple[int, ...]:
        N = len(self.experiment.train)
        if not self.settings.shuffle:
            return tuple(range(N))
        return _shuffled(self.experiment.model.seed, epoch, N)

    def step(self, state: TrainingState, k: int) -> tuple[Update, Record]:
        """Update k = 0, 1, … from the state before it."""
        members = self.members(k)
        batches = self._full
        if len(members) != len(self.experiment.train):
            batches = bptt.batches_of([self.experiment.train[m] for m in members])
        total = np.zeros(state.params.layout.size)
        loss, right, outputs = 0.0, 0, 0
        with np.errstate(all="ignore"):
            for batch in batches:
                run = bptt.forward(state.params, self.net, batch)
                total += bptt.backward(state.params, self.net, batch, run).flat
                loss += float(run.losses.sum())
                right += int((self.net.head.predict(run.p) == batch.targets).sum())
                outputs += run.losses.size
            done = update(state.params, state.velocity, total, len(members), self.settings, k + 1)
        return done, Record(loss, right, outputs, done.grad_norm, done.clipped, done.learning_rate)


@lru_cache(maxsize=64)
def _shuffled(seed: int, epoch: int, count: int) -> tuple[int, ...]:
    rng = np.random.default_rng([seed, _SHUFFLE_STREAM, epoch])
    return tuple(int(place) for place in rng.permutation(count))
