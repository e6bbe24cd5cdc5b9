"""Weights read and written for a command."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment, ExperimentError, drafts
from rnn_tui.experiments.weights import torch_names
from rnn_tui.experiments.weights.files import WeightFile, about, opened
from rnn_tui.experiments.weights.formats import Array, format_of


def check_writable(path: Path) -> None:
    """Raise ExperimentError unless weights can be written to this file."""
    format_of(path, "--save")
    drafts.check_writable(path)


def write(path: Path, experiment: Experiment, params: Parameters, names: str = "ours") -> None:
    """Write weights, under our names or those of a torch module's state_dict.

    Raises ExperimentError, also for numbers that nothing would read again.
    """
    arrays: dict[str, Array] = dict(params.items())
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            wrong = "not written: expected finite numbers, but training has diverged"
            raise ExperimentError(wrong, key=name, file=str(path))
    text = None if names == "torch" else json.dumps(about(experiment))
    named = state_dict(arrays, experiment) if names == "torch" else arrays
    drafts.write_whole(path, format_of(path, "--save").content(named, text))


def state_dict(arrays: Mapping[str, Array], experiment: Experiment) -> dict[str, Array]:
    """The parameters by torch's names: those they were read by, if they were."""
    called = experiment.model.called or torch_names.usual(experiment.network)
    return torch_names.state_dict(arrays, called)


def added_by_training(experiment: Experiment, params: Parameters) -> str:
    """The arrays that the file lacks that was read, as training moved what was zero there."""
    called = experiment.model.called
    if called is None:
        return ""
    made = state_dict(dict(params.items()), experiment)
    return ", ".join(name for name in made if name in called.lacking)


def check_has_names(experiment: Experiment) -> None:
    """Raise ExperimentError for a network that torch has no names for."""
    if experiment.model.called is None:
        torch_names.usual(experiment.network)


def read(path: Path, experiment: Experiment) -> Mapping[str, Floats]:
    """The parameters in a file. Raises ExperimentError unless they are this experiment's."""
    file = opened(path, "--weights", experiment.vocabulary.to_learn)
    return named(file, experiment).fitting(experiment.layout.shapes)


def named(file: WeightFile, experiment: Experiment) -> WeightFile:
    """A file of this experiment's network, its arrays under our names. Raises ExperimentError."""
    file.check_about(experiment)
    return file.named_for(experiment.network, experiment.layout.shapes)
