"""Where figures are measured: a training run, and the moment of one figure in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.training.epochs import EpochSummary, summarise
from rnn_tui.engine.training.evaluating import Evaluation, evaluate
from rnn_tui.engine.training.training import Record, Trainer, TrainingState
from rnn_tui.experiments import Example, Experiment, encode
from rnn_tui.figures.figure import Figure

Measured = object  # numbers in an array of any shape, or a single one, or a text


class FigureRun:
    """A training run from the start, as far as it was asked for.

    Only the states asked for are kept, and every update's record; ask in their
    order, or some of it is run again. `done` is called after each update.
    """

    def __init__(self, experiment: Experiment, done: Callable[[], None] = lambda: None) -> None:
        self.trainer = Trainer(experiment)
        self._done = done
        self._states = {0: self.trainer.initial_state()}
        self._records: list[Record] = []

    def state(self, k: int) -> TrainingState:
        """The state after k updates."""
        if k not in self._states:
            at = max(known for known in self._states if known < k)
            state = self._states[at]
            for update in range(at, k):
                record, state = self.trainer.advance(state, update)
                if update == len(self._records):
                    self._records.append(record)
                self._done()
            self._states[k] = state
        return self._states[k]

    def records(self, start: int, stop: int) -> list[Record]:
        """What was kept of updates start … stop − 1, counted from 0."""
        if stop > len(self._records):
            self.state(stop)
        return self._records[start:stop]


@dataclass(frozen=True, eq=False)
class FigureMoment:
    """The moment of a run at which a figure is measured."""

    run: FigureRun
    figure: Figure

    @property
    def experiment(self) -> Experiment:
        """What is trained on what."""
        return self.run.trainer.experiment

    @property
    def state(self) -> TrainingState:
        """The state before the figure's epoch, or after its update."""
        return self.run.state(self.figure.step or self._updates(self.figure.epoch))

    @property
    def summary(self) -> EpochSummary:
        """The figure's epoch."""
        epoch = self.figure.epoch
        records = self.run.records(self._updates(epoch), self._updates(epoch + 1))
        return summarise(epoch, records)

    @property
    def records(self) -> list[Record]:
        """What was kept of all updates up to the figure's own, at least one."""
        return self.run.records(0, self.figure.step)

    @property
    def test(self) -> Evaluation:
        """The test set after the figure's epoch."""
        params = self.run.state(self._updates(self.figure.epoch + 1)).params
        return evaluate(params, self.run.trainer.net, self.experiment.test)

    @cached_property
    def example(self) -> Example:
        """What the figure's pass reads."""
        if self.figure.text:
            return encode(self.experiment, self.figure.text)
        return self.experiment.train[self.figure.example - 1]

    @cached_property
    def trace(self) -> Trace:
        """The pass over the example, with the parameters of the figure's moment."""
        return trace_example(self.state.params, self.run.trainer.net, self.example)

    def _updates(self, epoch: int) -> int:
        """How many updates are made before an epoch."""
        return epoch * self.run.trainer.updates_per_epoch
