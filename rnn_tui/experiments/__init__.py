"""Experiment files: TOML in, a checked and frozen Experiment out."""

from rnn_tui.experiments.data.stream import Stream
from rnn_tui.experiments.data.vocabulary import Vocabulary
from rnn_tui.experiments.errors import ExperimentError
from rnn_tui.experiments.example import Example
from rnn_tui.experiments.experiment import (
    EMBEDDING,
    Experiment,
    ModelConfig,
    TrainingConfig,
)
from rnn_tui.experiments.loading import bundled, document_of, encode, load, parse, shell_command
from rnn_tui.experiments.schema.answering import Answering

__all__ = [
    "EMBEDDING",
    "Answering",
    "Example",
    "Experiment",
    "ExperimentError",
    "ModelConfig",
    "Stream",
    "TrainingConfig",
    "Vocabulary",
    "bundled",
    "document_of",
    "encode",
    "load",
    "parse",
    "shell_command",
]
