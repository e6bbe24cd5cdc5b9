"""A network as the options want it: trained from the start for so long, or read from a file."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rnn_tui.arrays import Floats
from rnn_tui.cli import weights
from rnn_tui.cli.loading import loaded
from rnn_tui.cli.output import progress
from rnn_tui.engine.training.epochs import updates
from rnn_tui.engine.training.training import Trainer, TrainingState
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment
from rnn_tui.experiments.weights.files import opened as open_weights


def opened(options: Namespace) -> Experiment:
    """The experiment; it starts from the weights of --weights where they are given."""
    experiment = loaded(options)
    if options.weights is None:
        return experiment
    found = open_weights(Path(options.weights), "--weights", experiment.vocabulary.to_learn)
    file = weights.named(found, experiment)
    given = file.fitting(experiment.layout.shapes)
    model = replace(
        experiment.model, init="given", weights=given, origins=file.origins, called=file.called
    )
    return replace(experiment, model=model)


def updates_asked(trainer: Trainer, options: Namespace) -> int | None:
    """How many updates --epochs or --steps come to, if either is given."""
    refuse_for_labelled(trainer.experiment, "--steps", options.steps)
    if options.epochs is not None:
        return int(options.epochs) * trainer.updates_per_epoch
    return None if options.steps is None else int(options.steps)


def refuse_for_labelled(experiment: Experiment, flag: str, value: object) -> None:
    """Raise ExperimentError where an option is given that only a stream has a use for."""
    if value is not None:
        experiment.refuse_for_examples(flag)


@dataclass(frozen=True, eq=False)
class Trained:
    """A network after some updates; `source` says where else its weights are from."""

    trainer: Trainer
    state: TrainingState
    updates: int
    in_steps: bool = False
    source: str | None = None

    @property
    def experiment(self) -> Experiment:
        """What it was trained on."""
        return self.trainer.experiment

    @property
    def params(self) -> Parameters:
        """Its weights."""
        return self.state.params

    @property
    def net(self) -> Network:
        """The rest of it."""
        return self.trainer.net

    def start(self, example: int) -> Floats | None:
        """The state (H,) that a pass over a training example, from 0, begins with."""
        return self.trainer.start(self.state, self.updates, example)

    @property
    def when(self) -> str:
        """When in its training this is, for a title."""
        if self.source is not None:
            return f"weights of {self.source}"
        return f"step {self.updates}" if self.in_steps else f"epoch {self._epoch}"

    def as_json(self) -> dict[str, Any]:
        """The same for machines; nothing is known of how long a file's weights were trained."""
        if self.source is not None:
            return {"epoch": None}
        return {"epoch": self._epoch} | ({"step": self.updates} if self.in_steps else {})

    @property
    def _epoch(self) -> int:
        return self.updates // self.trainer.updates_per_epoch


def trained(trainer: Trainer, options: Namespace, default: int = 0) -> Trained:
    """Train as long as the options say, else for `default` updates, with a progress bar."""
    asked = updates_asked(trainer, options)
    count = 0 if options.weights is not None else default if asked is None else asked
    in_steps = options.steps is not None
    state = trainer.initial_state()
    for after in progress(_states(trainer, count), count, "steps"):
        state = after
    return Trained(trainer, state, count, in_steps, options.weights)


def _states(trainer: Trainer, count: int) -> Iterator[TrainingState]:
    return (state for _, state in updates(trainer, count))
