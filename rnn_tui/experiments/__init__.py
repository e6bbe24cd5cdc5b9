"""Experiment files: TOML in, a checked and frozen Experiment out."""

from rnn_tui.experiments.errors import ExperimentError
from rnn_tui.experiments.experiment import (
    PARAMETER_NAMES,
    Example,
    Experiment,
    ModelConfig,
    TrainingConfig,
)
from rnn_tui.experiments.load import bundled, encode, load, parse
from rnn_tui.experiments.vocabulary import Vocabulary

__all__ = [
    "PARAMETER_NAMES",
    "Example",
    "Experiment",
    "ExperimentError",
    "ModelConfig",
    "TrainingConfig",
    "Vocabulary",
    "bundled",
    "encode",
    "load",
    "parse",
]
