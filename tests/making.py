"""Random networks, examples and experiments for the property tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from rnn_tui.arrays import Floats, Ints, frozen
from rnn_tui.equations.activations import ACTIVATIONS
from rnn_tui.equations.cells import CELLS, Cell
from rnn_tui.equations.faults import FAULTS, Fault
from rnn_tui.equations.heads import HEADS, Head, head_of
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Layout, Parameters
from rnn_tui.experiments import (
    Example,
    Experiment,
    ModelConfig,
    Stream,
    TrainingConfig,
    Vocabulary,
)
from rnn_tui.experiments.schema.assemble import assemble

FAULTS_OF_VANILLA = tuple(name for name, one in FAULTS.items() if one.fits(CELLS["rnn"]))
PARAMETER_NAMES = ("W_xh", "W_hh", "b_h", "W_hy", "b_y")  # of a vanilla network of one layer


@dataclass(frozen=True)
class Case:
    """A network, its parameters and a few examples for it."""

    net: Network
    params: Parameters
    examples: tuple[Example, ...]


def make_layout(
    inputs: int, units: int, outputs: int, learned: int = 0, encoder: bool = False
) -> Layout:
    """That of a network of one vanilla layer, with a learned embedding of so many tokens."""
    net = make_network("tanh", "softmax", encoder=encoder, learned=learned > 0)
    return net.layout(inputs, units, outputs, learned)


def make_network(
    activation: str, head: str, fault: Fault | None = None, *,
    encoder: bool = False, learned: bool = False,
) -> Network:  # fmt: skip
    """A vanilla layer with a head."""
    return make_stack(
        activation=activation, head=head, encoder=encoder, learned=learned, fault=fault
    )


def make_stack(
    cell: Cell | str = "rnn", depth: int = 1, head: Head | str = "softmax", *,
    activation: str = "tanh", encoder: int = 0, learned: int = 0, fault: Fault | None = None,
    learns_start: bool = False,
) -> Network:  # fmt: skip
    """So many layers of a cell with a head; with an encoder and an embedding if they count any."""
    return Network.stacked(
        CELLS[cell] if isinstance(cell, str) else cell, ACTIVATIONS[activation],
        HEADS[head] if isinstance(head, str) else head, depth,
        encoder=encoder > 0, learned=learned > 0, fault=fault, learns_start=learns_start,
    )  # fmt: skip


def make_parameters(layout: Layout, seed: int, scale: float = 0.7) -> Parameters:
    """Normal numbers everywhere, biases included."""
    flat = scale * np.random.default_rng(seed).standard_normal(layout.size)
    return Parameters(layout, frozen(flat))


def make_example(
    rng: np.random.Generator,
    layout: Layout,
    length: int,
    outputs: tuple[int, ...],
    classes: int,
    encoder_length: int = 0,
) -> Example:
    """Normal inputs and random targets."""
    inputs = frozen(rng.standard_normal((length, layout.input_size)))
    targets = tuple(int(c) for c in rng.integers(0, classes, len(outputs)))
    tokens = tuple(f"t{t}" for t in range(length))
    if layout.learned_tokens:
        ids = rng.integers(0, layout.learned_tokens, length)
        return Example(" ".join(tokens), tokens, ids, None, outputs, targets, encoder_length)
    ids = np.arange(length)
    return Example(" ".join(tokens), tokens, ids, inputs, outputs, targets, encoder_length)


def make_stream(
    text: str = "abcabdabcabcabd", length: int = 4, learned: int = 0, **training: Any
) -> Experiment:
    """A small stream of characters, each chunk `length` of them; `learned` is an embedding's size."""
    tokens = tuple(sorted(set(text)))
    vocabulary = (
        Vocabulary.learned("char", tokens, learned)
        if learned
        else Vocabulary.one_hot("char", tokens)
    )
    settings: dict[str, Any] = {"batch": "stream", "sequence_length": length, "learning_rate": 0.3}
    return Experiment(
        "stream", Path("stream.toml"), "Stream", "", "many-to-many", vocabulary, tokens,
        ModelConfig(hidden_size=3, output="softmax", seed=5), TrainingConfig(**(settings | training)),
        Stream(vocabulary, vocabulary.ids(tuple(text)), length, training.get("parallel", 1)),
    )  # fmt: skip


ALL_HEADS = (*HEADS.values(), head_of("linear", "half-squared"), head_of("sigmoid", numbers=True))


def make_targets(rng: np.random.Generator, head: Head, shape: tuple[int, int]) -> Floats:
    """Numbers (K, O) that a head without classes may be given: 0 or 1 for a sigmoid."""
    targets = rng.standard_normal(shape)
    return frozen((targets > 0).astype(np.float64) if head.name == "sigmoid" else targets)


@st.composite
def cases(draw: st.DrawFn, longest: int = 7) -> Case:
    """Any activation and head, of classes or numbers, outputs anywhere, examples of any length.

    Of the networks with an encoder, it may read any part of an example, none and all of it too.
    """
    head = draw(st.sampled_from(ALL_HEADS))
    outputs = 1 if head is HEADS["sigmoid"] else draw(st.integers(2, 4))
    learned = draw(st.sampled_from([0, 0, 1, 3]))
    encoder, units = draw(st.booleans()), draw(st.integers(1, 5))
    activation = draw(st.sampled_from(sorted(ACTIVATIONS)))
    net = make_stack(head=head, activation=activation, encoder=encoder, learned=learned)
    if not head.readout.is_linear:
        outputs = units
    layout = net.layout(draw(st.integers(1, 4)), units, outputs, learned)
    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    examples = []
    for _ in range(draw(st.integers(1, 4))):
        length = draw(st.integers(1, longest))
        at = draw(st.sets(st.integers(0, length - 1), min_size=1))
        read = draw(st.integers(0, length)) if encoder else 0
        places = tuple(sorted(at))
        one = make_example(rng, layout, length, places, max(2, outputs), read)
        if not head.has_classes:
            one = replace(one, targets=make_targets(rng, head, (len(places), outputs)))
        examples.append(one)
    return Case(net, make_parameters(layout, seed), tuple(examples))


def exploding_experiment(**training: Any) -> Experiment:
    """A relu network whose state overflows on a long sequence."""
    weights = {
        "W_xh": np.ones((3, 4)),
        "W_hh": 50.0 * np.eye(3),
        "b_h": np.zeros(3),
        "W_hy": np.array([[1.0, 1.0, 1.0], [-1.0, -1.0, -1.0]]),
        "b_y": np.zeros(2),
    }
    model = {"activation": "relu", "init": "given", "weights": weights}
    return make_experiment((200, 3), model, clip="none", **training)


def make_experiment(
    lengths: tuple[int, ...] = (3, 1, 4), model: dict[str, Any] | None = None, **training: Any
) -> Experiment:
    """A small one-hot experiment with two labels."""
    tokens = ("a", "b", "c", "d")
    vocabulary = Vocabulary.one_hot("char", tokens)
    rng = np.random.default_rng(7)
    examples = []
    for number, length in enumerate(lengths):
        text = "".join(rng.choice(tokens, length))
        ids = vocabulary.ids(tuple(text))
        inputs = vocabulary.embed(ids)
        examples.append(Example(text, tuple(text), ids, inputs, (length - 1,), (number % 2,)))
    chosen: dict[str, Any] = {"hidden_size": 3, "output": "softmax", "seed": 5} | (model or {})
    config = ModelConfig(**chosen)
    settings = TrainingConfig(**({"epochs": 3, "learning_rate": 0.3} | training))
    return Experiment(
        "made", Path("made.toml"), "Made", "", "many-to-one", vocabulary, ("no", "yes"),
        config, settings, tuple(examples),
    )  # fmt: skip


SEQUENCES: dict[str, dict[str, Any]] = {
    "many-to-many": {
        "labels": ["no", "yes"],
        "train": [{"text": "abc", "labels": ["no", "yes", "no"]}, {"text": "b", "labels": ["yes"]}],
        "test": [{"text": "cab", "labels": ["no", "no", "yes"]}],
    },
    "one-to-many": {
        "train": [{"text": "a", "output": "bca"}, {"text": "b", "output": "c"}],
    },
    "encoder-decoder": {
        "train": [{"text": "abc", "output": "de"}, {"text": "b", "output": "eed"}],
        "test": [{"text": "cb", "output": "ed"}],
    },
}


def make_sequences(
    task: str, learned: int = 0, feedback: bool = False, model: dict[str, Any] | None = None,
    **training: Any,
) -> Experiment:  # fmt: skip
    """A small experiment of one of the kinds of task that answer more than once."""
    data = {"kind": "labelled", "tokenizer": "char"} | SEQUENCES[task]
    if task == "one-to-many":
        data["feedback"] = feedback or learned > 0
    document = {
        "task": task,
        "data": data,
        "embedding": {"kind": "learned", "size": learned} if learned else {"kind": "one-hot"},
        "model": {"hidden_size": 3, "output": "softmax", "seed": 5} | (model or {}),
        "training": {"epochs": 3, "learning_rate": 0.3}
        | {name: list(v) if isinstance(v, tuple) else v for name, v in training.items()},
    }
    return assemble(document, name="made", path=Path("made.toml"), read=Path.read_text)


def embedded(params: Parameters, vocabulary: Vocabulary, ids: Ints) -> Floats:
    """The vectors (T, I) of tokens, whether they are given or learned."""
    known = vocabulary.embed(ids)
    learned: Floats = params.E[ids] if known is None else known
    return learned
