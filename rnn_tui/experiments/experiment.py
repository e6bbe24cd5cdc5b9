"""What is trained on what: the values that an experiment file turns into.

Everything here is frozen. Arrays are read-only float64; dataclasses that hold
arrays compare by identity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from rnn_tui.arrays import Floats
from rnn_tui.equations.activations import ACTIVATIONS
from rnn_tui.equations.cells import Cell, cell_of
from rnn_tui.equations.faults import FAULTS, UNTRANSPOSED, Fault
from rnn_tui.equations.heads import Head, head_of
from rnn_tui.equations.network import Network
from rnn_tui.equations.optimizers import optimizer_of
from rnn_tui.equations.parameters import Layout
from rnn_tui.experiments.data.stream import Stream
from rnn_tui.experiments.data.units import Units
from rnn_tui.experiments.data.vocabulary import Vocabulary
from rnn_tui.experiments.errors import ExperimentError
from rnn_tui.experiments.example import Example
from rnn_tui.experiments.schema.answering import Answering
from rnn_tui.experiments.weights.torch_names import Called

Task = Literal["many-to-one", "many-to-many", "one-to-many", "encoder-decoder"]
Activation = Literal["tanh", "relu", "sigmoid"]
Output = Literal["sigmoid", "softmax", "linear", "state"]
Loss = Literal["mse", "half-squared"]
Init = Literal["given", "orthogonal", "xavier", "normal", "torch"]
Reset = Literal["after", "before"]
UpdateGate = Literal["keeps", "replaces"]
Biases = Literal["one", "two"]
InitialState = Literal["zero", "given", "learned"]
Batch = Literal["full", "example", "stream"] | int
Clip = Literal["norm", "value", "none"]
Reduction = Literal["mean", "sum"]
RecurrentBackprop = Literal["exact", "published"]
FaultName = Literal[
    "none",
    "no-slope",
    "no-dh-next",
    "no-dc-next",
    "untransposed",
    "no-accumulation",
    "shifted-state",
    "no-mean",
]

EMBEDDING = "E"  # the parameter, where the embedding is learned


@dataclass(frozen=True, eq=False)
class ModelConfig:
    """The `[model]` table. `weights` is given exactly when `init` is "given".

    `origins` says of weights that are read from a file what each is called there, in words;
    `called` are the names that torch has for each, where they are those of a state_dict.
    `forget_bias` is None where it is left out. `hidden_size` is that of the last layer, `sizes`
    has those of all where they differ; `initial` are all first states (S,) that are given.
    `loss` is that of a linear or state head; `numbers` says how many numbers a target has, 0
    where it is a class.
    """

    hidden_size: int
    activation: Activation = "tanh"
    output: Output = "sigmoid"
    init: Init = "xavier"
    init_scale: float = 0.001
    seed: int = 42
    weights: Mapping[str, Floats] | None = None
    origins: Mapping[str, str] | None = None
    called: Called | None = None
    cell: str = "rnn"
    gru_reset: Reset = "after"
    update_gate: UpdateGate = "keeps"
    forget_bias: float | None = None
    layers: int = 1
    sizes: tuple[int, ...] = ()
    biases: Biases = "one"
    initial_state: InitialState = "zero"
    initial: Floats | None = None
    loss: Loss = "mse"
    numbers: int = 0

    @property
    def recurrent(self) -> Cell:
        """The cell of each layer."""
        return cell_of(self.cell, self.gru_reset, self.update_gate, self.biases)

    @property
    def units(self) -> tuple[int, ...]:
        """H of each layer, from the first one up."""
        return self.sizes or (self.hidden_size,) * self.layers

    @property
    def head(self) -> Head:
        """What makes an answer and its loss."""
        return head_of(self.output, self.loss, numbers=self.numbers > 0)


@dataclass(frozen=True)
class TrainingConfig:
    """The `[training]` table. A stream trains for `steps` updates where they are given.

    `batch` may be a number of labelled examples that an update trains on. `parallel` parts of a
    stream are read side by side, and one update trains on a chunk of each. `timestep_reduction`
    says how the outputs of one example, or of a chunk, combine in its gradient. `momentum` is
    SGD's, `alpha` RMSprop's, `betas` are Adam's; `epsilon` keeps a division from one by 0.
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
    optimizer: str = "sgd"
    momentum: float = 0.0
    alpha: float = 0.99
    betas: tuple[float, float] = (0.9, 0.999)
    epsilon: float = 1e-8
    epsilon_inside: bool = False
    weight_decay: float = 0.0
    lr_decay: float = 1.0
    lr_decay_every: int = 0
    clip: Clip = "norm"
    clip_limit: float = 5.0
    reduction: Reduction = "mean"
    timestep_reduction: Reduction = "sum"
    recurrent_backprop: RecurrentBackprop = "exact"
    freeze: tuple[str, ...] = ()
    fault: FaultName = "none"

    @property
    def beta_1(self) -> float:
        """How much Adam keeps of its mean gradient."""
        return self.betas[0]

    @property
    def beta_2(self) -> float:
        """How much Adam keeps of its mean square."""
        return self.betas[1]

    @property
    def bug(self) -> Fault | None:
        """The bug that is asked for; "published" backpropagation is one of them."""
        if self.fault != "none":
            return FAULTS[self.fault]
        return UNTRANSPOSED if self.recurrent_backprop == "published" else None

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
    `units` are those of a series that is normalised. Where answers are numbers, `labels` are what
    these are called, or empty.
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
    units: Units | None = None

    @property
    def answers_once(self) -> bool:
        """Whether one label is all that is wanted of an example."""
        return self.task == "many-to-one"

    @property
    def writes(self) -> bool:
        """Whether the network can go on by itself, reading what it says."""
        return self.has_classes and (self.answering is not None or self.stream is not None)

    @property
    def has_classes(self) -> bool:
        """Whether an answer is a class, and so right or wrong, and not numbers."""
        return self.model.head.has_classes

    @property
    def output_names(self) -> tuple[str, ...]:
        """What each of the O outputs is called: a class, or a number that is answered."""
        if self.has_classes:
            return self.labels if self.output_size > 1 else self.labels[1:]
        return self.labels or tuple(f"y[{o}]" for o in range(self.output_size))

    @property
    def stream(self) -> Stream | None:
        """The training text, where it is one; None for labelled examples."""
        return self.train if isinstance(self.train, Stream) else None

    @property
    def item_name(self) -> str:
        """What one of `train` is called: an "example", or a "chunk" of a stream."""
        return "example" if self.stream is None else "chunk"

    @property
    def input_size(self) -> int:
        """I, the width of an embedding."""
        return self.vocabulary.size

    @property
    def output_size(self) -> int:
        """O, the number of logits."""
        return self.model.numbers or self.model.head.outputs(len(self.labels))

    @cached_property
    def network(self) -> Network:
        """What runs: the layers, the head and the bug, if one is asked for."""
        net = network_of(self.model, self.task, self.vocabulary, self.training.bug)
        settings = self.training
        return replace(
            net,
            optimizer=optimizer_of(settings.optimizer, settings.epsilon_inside),
            averages=settings.timestep_reduction == "mean",
        )

    @cached_property
    def layout(self) -> Layout:
        """The shapes of the parameters that training moves."""
        return layout_of(self.network, self.model, self.vocabulary, self.output_size)

    def refuse_for_examples(self, key: str) -> None:
        """Raise ExperimentError where what `key` asks for is of use to a stream alone."""
        if self.stream is None:
            wrong = f"expected only for a stream of text, and {self.name} has labelled examples"
            raise ExperimentError(wrong, key=key)

    def __getstate__(self) -> dict[str, object]:
        """Its fields: compiled lines can't be sent to another process, and are made anew there."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The parameters that training moves."""
        return tuple(self.layout.shapes)


def network_of(
    model: ModelConfig, task: Task, vocabulary: Vocabulary, fault: Fault | None = None
) -> Network:
    """The network that these describe."""
    return Network.stacked(
        model.recurrent,
        ACTIVATIONS[model.activation],
        model.head,
        model.layers,
        learns_start=model.initial_state == "learned",
        given_start=model.initial,
        encoder=task == "encoder-decoder",
        learned=vocabulary.kind == "learned",
        fault=fault,
    )


def layout_of(network: Network, model: ModelConfig, vocabulary: Vocabulary, outputs: int) -> Layout:
    """The shapes of a network's parameters for so many `outputs`."""
    tokens = len(vocabulary.tokens) if network.learned else 0
    return network.layout(vocabulary.size, model.units, outputs, tokens)
