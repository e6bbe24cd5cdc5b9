"""Where figures are measured: one experiment, with its training run and traces made when needed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rnn_tui.engine.trace import Trace, trace_example
from rnn_tui.engine.training import Record, Trainer, TrainingState
from rnn_tui.experiments import Experiment


@dataclass
class _Run:
    """A training run from the start, as far as it was asked for."""

    trainer: Trainer
    states: list[TrainingState] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    def reach(self, k: int) -> None:
        """Do the updates before k."""
        if not self.states:
            self.states.append(self.trainer.initial_state())
        while len(self.states) <= k:
            _, record, after = self.trainer.step(self.states[-1], len(self.records))
            self.records.append(record)
            self.states.append(after)


@dataclass(frozen=True, eq=False)
class Bench:
    """An experiment at one example (from 1) and epoch. Runs and traces are made when needed."""

    experiment: Experiment
    example: int = 1
    epoch: int = 0
    run: _Run | None = None

    def __post_init__(self) -> None:
        if self.run is None:
            object.__setattr__(self, "run", _Run(Trainer(self.experiment)))

    def at(self, example: int, epoch: int) -> Bench:
        """The same bench elsewhere."""
        return replace(self, example=example, epoch=epoch)

    def state(self, epoch: int | None = None) -> TrainingState:
        """The state before an epoch, this one if none is named."""
        assert self.run is not None
        k = (self.epoch if epoch is None else epoch) * self.run.trainer.updates_per_epoch
        self.run.reach(k)
        return self.run.states[k]

    def record(self, epoch: int) -> Record:
        """What the update of an epoch reported (full batches)."""
        self.state(epoch + 1)
        assert self.run is not None
        return self.run.records[epoch]

    @property
    def trace(self) -> Trace:
        """The pass over the example at this epoch."""
        assert self.run is not None
        example = self.experiment.train[self.example - 1]
        return trace_example(self.state().params, self.run.trainer.net, example)
