"""What is trained on what: the values that an experiment file turns into.

Everything here is frozen. Arrays are read-only float64; dataclasses that hold
arrays compare by identity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from rnn_tui.arrays import Floats
from rnn_tui.experiments.data.stream import Stream
from rnn_tui.experiments.data.vocabulary import Vocabulary
from rnn_tui.experiments.example import Example
from rnn_tui.experiments.schema.answering import Answering

Task = Literal["many-to-one", "many-to-many", "one-to-many", "encoder-decoder"]
CellName = Literal["rnn"]
Activation = Literal["tanh", "relu", "sigmoid"]
Output = Literal["sigmoid", "softmax"]
Init = Literal["given", "orthogonal", "xavier", "normal"]
Batch = Literal["full", "example", "stream"]
Clip = Literal["norm", "value", "none"]
Reduction = Literal["mean", "sum"]
RecurrentBackprop = Literal["exact", "published"]
Fault = Literal[
    "none", "no-slope", "no-dh-next", "untransposed", "no-accumulation", "shifted-state", "no-mean"
]

PARAMETER_NAMES = ("W_xh", "W_hh", "b_h", "W_hy", "b_y")
ENCODER_OF = {"W_xh": "W_xh_enc", "W_hh": "W_hh_enc", "b_h": "b_h_enc"}  # where it has its own
EMBEDDING = "E"  # the sixth parameter, where the embedding is learned


@dataclass(frozen=True, eq=False)
class ModelConfig:
    """The `[model]` table. `weights` is given exactly when `init` is "given".

    `origins` says of weights that are read from a file what each is called there, in words;
    `called` are the names that torch has for each, where they are those of a state_dict.
    """

    hidden_size: int
    activation: Activation = "tanh"
    output: Output = "sigmoid"
    init: Init = "xavier"
    init_scale: float = 0.001
    seed: int = 42
    weights: Mapping[str, Floats] | None = None
    origins: Mapping[str, str] | None = None
    called: Mapping[str, tuple[str, ...]] | None = None
    cell: CellName = "rnn"


@dataclass(frozen=True)
class TrainingConfig:
    """The `[training]` table. A stream trains for `steps` updates where they are given.

    `parallel` parts of a stream are read side by side, and one update trains on a chunk of each.
    `fault` puts a bug into the code, to be found; the fault "untransposed" is what
    `recurrent_backprop = "published"` asks for too.
    """

    epochs: int = 30
    steps: int | None = None
    batch: Batch = "full"
    sequence_length: int = 25
    parallel: int = 1
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
    fault: Fault = "none"

    def updates(self, updates_per_epoch: int) -> int:
        """How many updates are asked for in all."""
        return self.steps or self.epochs * updates_per_epoch


@dataclass(frozen=True, eq=False)
class Experiment:
    """A whole experiment, checked and ready to run.

    `vocabulary` turns text into embeddings; `labels[c]` is the word for class c,
    which in a stream is token c. `path` is the file it was read from, `overrides` the
    `KEY=VALUE`s put in, `digest` the SHA-256 of the texts of all files read. `train` is
    a Stream or the labelled examples; a stream's `test` is its validation part as
    one long example. `floor` is the entropy of the source in nats a token, where
    it is known: below it no loss on unseen text can stay. `answering` says how a network
    goes on whose answer is a sequence, one-to-many or encoder-decoder. `notes` are what is
    to be said to whoever opens it: what could be read otherwise, what an override took away.
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
    train: Sequence[Example]
    test: Sequence[Example] = field(default=())
    floor: float | None = None
    overrides: tuple[str, ...] = ()
    digest: str = ""
    answering: Answering | None = None
    notes: tuple[str, ...] = ()

    @property
    def answers_once(self) -> bool:
        """Whether one label is all that is wanted of an example."""
        return self.task == "many-to-one"

    @property
    def writes(self) -> bool:
        """Whether the network can go on by itself, reading what it says."""
        return self.answering is not None or self.stream is not None

    @property
    def stream(self) -> Stream | None:
        """The training text, where it is one; None for labelled examples."""
        return self.train if isinstance(self.train, Stream) else None

    @property
    def input_size(self) -> int:
        """I, the width of an embedding."""
        return self.vocabulary.size

    @property
    def output_size(self) -> int:
        """O, the number of logits: one for a sigmoid, one a class for a softmax."""
        return 1 if self.model.output == "sigmoid" else len(self.labels)

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The parameters that training moves."""
        return parameter_names(self.vocabulary, self.task)


def parameter_names(vocabulary: Vocabulary, task: Task) -> tuple[str, ...]:
    """The parameters of a network that reads this vocabulary for a task."""
    encoder = ENCODER_OF.values() if task == "encoder-decoder" else ()
    learned = (EMBEDDING,) if vocabulary.kind == "learned" else ()
    return (*PARAMETER_NAMES, *encoder, *learned)
