"""What a program of an experiment has to contain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from rnn_tui.codegen.text import numbers
from rnn_tui.engine.training.schedule import schedule_of
from rnn_tui.equations.faults import Fault
from rnn_tui.equations.heads import Head
from rnn_tui.equations.layer import Layer
from rnn_tui.equations.network import Network
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

    `everywhere` says that there is an answer at every timestep, an encoder's left out, and not
    only after the last one.
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
        """The layer that reads the tokens; others have the same lines."""
        return self.network.layers[0]

    @property
    def stacked(self) -> bool:
        """Whether there are more layers than one, be it those of an encoder."""
        return self.network.depth > 1 or self.encodes

    @property
    def counts_right(self) -> bool:
        """Whether right answers are told of."""
        return self.head.has_classes and not self.stream

    @cached_property
    def said(self) -> str:
        """What the way back reads of an answer, and so keeps: p, or how far it is off."""
        ahead = {
            name for one in self.network.forward_blocks() if one.at_outputs
            for name in one.body.targets
        }  # fmt: skip
        head = next(one for one in self.network.backward_blocks() if one.part == "head")
        return next(name for name in head.body.inputs if name in ahead)

    @property
    def wanted(self) -> str:
        """All that is wanted of a text, one by one."""
        return "wanted" if self.everywhere else "[wanted]"

    @property
    def states(self) -> tuple[str, ...]:
        """What one timestep hands to the next."""
        return self.layer.cell.states

    @property
    def state(self) -> str:
        """The name of all that in a program: h alone, or several together."""
        if self.stacked:
            return "states"
        return self.states[0] if len(self.states) == 1 else "state"

    @property
    def zeros(self) -> str:
        """A state of zeros, of each layer if there are several."""
        return self._layer_by_layer(lambda depth, state: f"np.zeros({self.sizes[depth]})")

    @property
    def blank(self) -> str:
        """The state before a text: zeros, what is given, or the parameters that it is."""
        given, network = self.network.given_start, self.network
        if network.learns_start:
            names = {place: name for name, place in network.firsts.items()}
            return self._layer_by_layer(lambda depth, state: names[depth, state])
        if given is None:
            return self.zeros
        parts = {place[:2]: given[place[2]] for place in network.state_slices(self.layout)}
        return self._layer_by_layer(
            lambda depth, state: f"np.array([{', '.join(numbers(parts[depth, state]))}])"
        )

    @property
    def begins(self) -> tuple[str, ...]:
        """What a chunk has to know to send a gradient to learned first states: is it the first."""
        return ("begins",) if self.stream and self.network.learns_start else ()

    @property
    def sizes(self) -> list[int]:
        """The units of each layer."""
        return [layer.sizes(self.layout)["H"] for layer in self.network.layers]

    def _layer_by_layer(self, written: Callable[[int, str], str]) -> str:
        """All states in a program, each as it is `written`."""
        layers = []
        for depth in range(self.network.depth):
            parts = [written(depth, state) for state in self.states]
            layers.append(parts[0] if len(parts) == 1 else f"({', '.join(parts)})")
        if not self.stacked:
            return layers[0]
        if len(layers) > 1 and len({*layers}) == 1:
            return f"[{layers[0]}] * {len(layers)}"
        return f"[{', '.join(layers)}]"

    @property
    def torch_state(self) -> str:
        """The name of all states of all layers in a program in torch."""
        return self.network.layers[0].cell.states[0] if self._has_one_state else "state"

    @property
    def _has_one_state(self) -> bool:
        return len(self.network.layers[0].cell.states) == 1

    @property
    def encodes(self) -> bool:
        """Whether an encoder reads before there are answers."""
        return bool(self.network.encoder)

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
    if experiment.stream is not None:
        return Plan(experiment, everywhere=True)
    wanted = [(one.outputs, one.length) for one in experiment.train]
    if experiment.answers_once and all(outputs == (length - 1,) for outputs, length in wanted):
        return Plan(experiment, everywhere=False)
    read = [one.encoder_length for one in experiment.train]
    if all(
        outputs == tuple(range(first, length))
        for (outputs, length), first in zip(wanted, read, strict=True)
    ):
        return Plan(experiment, everywhere=True)
    raise ExperimentError(
        "expected answers after the last token or after each one, as programs are written for these"
    )
