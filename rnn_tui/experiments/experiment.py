"""What is trained on what: the values that an experiment file turns into.

Everything here is frozen. Arrays are read-only float64; dataclasses that hold
arrays compare by identity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from rnn_tui.arrays import Floats
from rnn_tui.experiments.vocabulary import Vocabulary

Task = Literal["many-to-one"]
Activation = Literal["tanh", "relu", "sigmoid"]
Output = Literal["sigmoid", "softmax"]
Init = Literal["given", "orthogonal", "xavier", "normal"]
Batch = Literal["full", "example"]
Clip = Literal["norm", "value", "none"]
Reduction = Literal["mean", "sum"]
RecurrentBackprop = Literal["exact", "published"]

PARAMETER_NAMES = ("W_xh", "W_hh", "b_h", "W_hy", "b_y")


@dataclass(frozen=True, eq=False)
class Example:
    """One labelled sequence of T tokens.

    `inputs` is (T, I), row t the embedding of token t. `outputs` are the
    timesteps at which the network must answer, ascending; `targets[k]` is the
    class wanted at timestep `outputs[k]`.
    """

    text: str
    tokens: tuple[str, ...]
    inputs: Floats
    outputs: tuple[int, ...]
    targets: tuple[int, ...]

    @property
    def length(self) -> int:
        """T, the number of timesteps; at least 1."""
        return len(self.tokens)


@dataclass(frozen=True, eq=False)
class ModelConfig:
    """The `[model]` table. `weights` is given exactly when `init` is "given"."""

    hidden_size: int
    activation: Activation = "tanh"
    output: Output = "sigmoid"
    init: Init = "xavier"
    init_scale: float = 0.001
    seed: int = 42
    weights: Mapping[str, Floats] | None = None


@dataclass(frozen=True)
class TrainingConfig:
    """The `[training]` table."""

    epochs: int = 30
    batch: Batch = "full"
    shuffle: bool = False
    learning_rate: float = 0.1
    momentum: float = 0.0
    lr_decay: float = 1.0
    lr_decay_every: int = 0
    clip: Clip = "norm"
    clip_limit: float = 5.0
    reduction: Reduction = "mean"
    recurrent_backprop: RecurrentBackprop = "exact"
    freeze: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Experiment:
    """A whole experiment, checked and ready to run.

    `vocabulary` turns text into embeddings; `labels[c]` is the word for class c.
    `path` is the file it was read from.
    """

    name: str
    path: Path
    title: str
    source: str
    task: Task
    vocabulary: Vocabulary
    labels: tuple[str, ...]
    model: ModelConfig
    training: TrainingConfig
    train: tuple[Example, ...]
    test: tuple[Example, ...] = field(default=())

    @property
    def input_size(self) -> int:
        """I, the width of an embedding."""
        return self.vocabulary.size

    @property
    def output_size(self) -> int:
        """O, the number of logits: one for a sigmoid, one a class for a softmax."""
        return 1 if self.model.output == "sigmoid" else len(self.labels)
