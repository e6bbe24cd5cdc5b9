"""What a program of an experiment has to contain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from rnn_tui.engine.training.schedule import schedule_of
from rnn_tui.equations.faults import Fault
from rnn_tui.equations.heads import Head
from rnn_tui.equations.network import Layer, Network
from rnn_tui.equations.parameters import Layout
from rnn_tui.experiments import (
    EMBEDDING,
    Experiment,
    ExperimentError,
    TrainingConfig,
)
from rnn_tui.experiments.data.vocabulary import Vocabulary


@dataclass(frozen=True, eq=False)
class Plan:
    """An experiment, and the choices that decide which lines are written.

    `everywhere` says that there is an answer at every timestep, and not only after
    the last one.
    """

    experiment: Experiment
    everywhere: bool

    @property
    def settings(self) -> TrainingConfig:
        """How it is trained."""
        return self.experiment.training

    @property
    def vocabulary(self) -> Vocabulary:
        """The tokens and what stands for them."""
        return self.experiment.vocabulary

    @property
    def layout(self) -> Layout:
        """The sizes of the parameters."""
        return self.experiment.layout

    @property
    def stream(self) -> bool:
        """Whether it is trained on one long text."""
        return self.experiment.stream is not None

    @property
    def learned(self) -> bool:
        """Whether the embedding is learned."""
        return EMBEDDING in self.experiment.parameter_names

    @property
    def parallel(self) -> int:
        """How many parts of a stream are read side by side, a chunk of each an update."""
        return len(schedule_of(self.experiment).members(0))

    @cached_property
    def network(self) -> Network:
        """What runs, line by line, a bug included."""
        return self.experiment.network

    @property
    def head(self) -> Head:
        """What makes answers of logits."""
        return self.network.head

    @property
    def layer(self) -> Layer:
        """The one layer that there is."""
        (layer,) = self.network.layers
        return layer

    @property
    def states(self) -> tuple[str, ...]:
        """What one timestep hands to the next."""
        return self.layer.cell.states

    @property
    def state(self) -> str:
        """The name of all that in a program: h alone, or several together."""
        return self.states[0] if len(self.states) == 1 else "state"

    @property
    def blank(self) -> str:
        """The state before a text."""
        zeros = f"np.zeros({self.experiment.model.hidden_size})"
        return zeros if len(self.states) == 1 else f"({', '.join([zeros] * len(self.states))})"

    @property
    def fault(self) -> Fault | None:
        """The bug that the experiment asks for."""
        return self.network.fault

    @property
    def decays(self) -> bool:
        """Whether the learning rate changes."""
        return self.settings.lr_decay_every > 0 and self.settings.lr_decay != 1.0

    @property
    def counts(self) -> bool:
        """Whether an update has to know its number."""
        return self.decays or "k" in self.network.optimizer.body.inputs

    @property
    def shares(self) -> bool:
        """Whether the gradient of a sequence is that of the mean of several losses."""
        return self.everywhere and self.network.averages

    @property
    def averages(self) -> bool:
        """Whether the gradients of several examples are averaged."""
        several = self.parallel > 1 if self.stream else self.settings.batch != "example"
        return several and self.settings.reduction == "mean"

    @property
    def batches(self) -> int:
        """How many updates an epoch has."""
        return schedule_of(self.experiment).updates_per_epoch

    @property
    def updates(self) -> int:
        """How many chunks a stream is trained on."""
        return self.settings.updates(schedule_of(self.experiment).updates_per_epoch)

    @property
    def table(self) -> str:
        """What holds the inputs of the tokens, a row each."""
        return EMBEDDING if self.learned else "inputs"


def plan_of(experiment: Experiment) -> Plan:
    """The plan. Raises ExperimentError where answers are wanted at timesteps of another kind."""
    network = experiment.network
    if network.encoder or network.depth > 1:
        raise ExperimentError("expected a single cell, as programs are written for these only")
    if experiment.answering is not None:
        wrong = "expected one label, a label at every token or a text"
        raise ExperimentError(f"{wrong}, as programs are written for these")
    if experiment.stream is not None:
        return Plan(experiment, everywhere=True)
    wanted = [(one.outputs, one.length) for one in experiment.train]
    if all(outputs == (length - 1,) for outputs, length in wanted):
        return Plan(experiment, everywhere=False)
    if all(outputs == tuple(range(length)) for outputs, length in wanted):
        return Plan(experiment, everywhere=True)
    raise ExperimentError(
        "expected answers after the last token or after each one, as programs are written for these"
    )
