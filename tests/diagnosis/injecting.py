"""Small healthy experiments drawn at random, and each way in which one is made ill."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from rnn_tui.diagnosis import Case
from rnn_tui.engine.training.initializers import initial_parameters
from rnn_tui.equations.cells import cell_of
from rnn_tui.equations.faults import FAULTS
from rnn_tui.experiments import Experiment
from rnn_tui.experiments.schema.assemble import assemble
from rnn_tui.session.session import Session

CELLS = ("rnn", "lstm", "gru")
WORDS = tuple("abcdefgh")
Document = dict[str, Any]


def built(document: Document) -> Experiment:
    """The experiment of a document."""
    return assemble(document, name="case", path=Path("case.toml"), read=Path.read_text)


def tagging(rng: np.random.Generator) -> Document:
    """Every word has its tag: half of them need no memory, the others the word before."""
    tags = rng.permutation(["A", "B", "C", "A", "B", "C", "A", "B"])
    rows = [
        {"text": text, "labels": [str(tags[WORDS.index(word)]) for word in text.split()]}
        for text in _texts(rng)
    ]
    order = rng.permutation(len(rows))
    rows = [rows[int(i)] for i in order]
    return {"task": "many-to-many", "data": _data(rows) | {"labels": ["A", "B", "C"]}}


def _texts(rng: np.random.Generator) -> list[str]:
    """Texts of random words, each another, of one length."""
    length, seen = int(rng.integers(4, 8)), set[str]()
    while len(seen) < 44:
        seen.add(" ".join(rng.choice(WORDS, length)))
    return sorted(seen)


def first_word(rng: np.random.Generator) -> Document:
    """The first word tells the answer, at the end."""
    rows = [
        {"text": text, "label": "yes" if WORDS.index(text[0]) % 2 else "no"} for text in _texts(rng)
    ]
    order = rng.permutation(len(rows))
    rows = [rows[int(i)] for i in order]
    return {"task": "many-to-one", "data": _data(rows) | {"labels": ["no", "yes"]}}


def far(rng: np.random.Generator) -> Document:
    """The first word tells the answer, and all that follow are alike: nothing else can tell it."""
    rows = [
        {"text": " ".join([word, *(["h"] * length)]), "label": "yes" if place % 2 else "no"}
        for length in range(5, 11)
        for place, word in enumerate(WORDS[:-1])
    ]
    order = rng.permutation(len(rows))
    rows = [rows[int(i)] for i in order]
    return {"task": "many-to-one", "data": _data(rows) | {"labels": ["no", "yes"]}}


def _data(rows: list[dict[str, Any]]) -> Document:
    return {"kind": "labelled", "tokenizer": "word", "train": rows[:36], "test": rows[36:]}


def healthy(seed: int, task: Callable[[np.random.Generator], Document] | None = None,
            cell: str | None = None, optimizer: str | None = None) -> Document:  # fmt: skip
    """A document of an experiment that learns."""
    rng = np.random.default_rng(seed)
    made = (task or (tagging, first_word)[int(rng.integers(2))])(rng)
    cell = cell or str(rng.choice(CELLS))
    optimizer = optimizer or str(rng.choice(["sgd", "adam"]))
    rates = {"sgd": {"learning_rate": 0.2, "momentum": 0.9}, "adam": {"learning_rate": 0.02}}
    made["embedding"] = {"kind": "one-hot"}
    made["model"] = {
        "cell": cell, "hidden_size": int(rng.choice([8, 12, 20])), "output": "softmax",
        "init": str(rng.choice(["orthogonal", "torch", "xavier"])), "seed": int(rng.integers(999)),
    }  # fmt: skip
    made["training"] = {
        "epochs": 40, "batch": 9, "shuffle": True, "optimizer": optimizer, "clip": "norm",
        "clip_limit": 1.0, "timestep_reduction": "mean",
    } | rates[optimizer]  # fmt: skip
    return made


@dataclass(frozen=True)
class Injection:
    """How an experiment is made ill, and which cause has to be named first.

    `fits` are what the healthy one has to have: its task, cell or optimizer.
    """

    expected: str
    change: Callable[[Document, np.random.Generator], Document | Experiment]
    fits: dict[str, Any]


def _training(**settings: Any) -> Callable[[Document, np.random.Generator], Document]:
    return lambda made, _: made | {"training": made["training"] | settings}


def _rate(factor: float) -> Callable[[Document, np.random.Generator], Document]:
    def change(made: Document, rng: np.random.Generator) -> Document:
        rate = made["training"]["learning_rate"] * factor * float(rng.uniform(1, 3))
        return _training(learning_rate=rate)(made, rng)

    return change


def _drawn(scale: float) -> Callable[[Document, np.random.Generator], Document]:
    def change(made: Document, rng: np.random.Generator) -> Document:
        return made | {"model": made["model"] | {"init": "normal", "init_scale": scale}}

    return change


def _one_class(made: Document, rng: np.random.Generator) -> Document:
    key = "label" if made["task"] == "many-to-one" else "labels"
    wanted = made["data"]["labels"][0]
    rows = [
        row | {key: wanted if key == "label" else [wanted] * len(row[key])}
        for row in made["data"]["train"]
    ]
    return made | {"data": made["data"] | {"train": rows}}


def _shifted(made: Document, rng: np.random.Generator) -> Document:
    by = int(rng.choice([-1, 1]))
    data = {
        part: [
            row | {"labels": [row["labels"][(t + by) % len(row["labels"])]
                              for t in range(len(row["labels"]))]}
            for row in made["data"][part]
        ]
        for part in ("train", "test")
    }  # fmt: skip
    return made | {"data": made["data"] | data}


def _leaked(made: Document, rng: np.random.Generator) -> Document:
    test = made["data"]["test"]
    rows = [*test, *made["data"]["train"][: int(rng.integers(2, 6))]]
    return made | {"data": made["data"] | {"test": rows}}


def _unscaled(made: Document, rng: np.random.Generator) -> Document:
    vectors = rng.standard_normal((len(WORDS), 3))
    vectors[:, int(rng.integers(3))] *= 10.0 ** rng.uniform(2.5, 4)
    table = {word: row.tolist() for word, row in zip(WORDS, vectors, strict=True)}
    return made | {"embedding": {"kind": "vectors", "vectors": table}}


def _frozen(made: Document, rng: np.random.Generator) -> Document:
    names = [name for name in built(made).parameter_names if name != "b_y"]
    return _training(freeze=names)(made, rng)


def _given(change: Callable[[dict[str, Any]], None]) -> Callable[..., Document]:
    def changed(made: Document, rng: np.random.Generator) -> Document:
        params = initial_parameters(built(made))
        weights = {name: params[name].copy() for name in params.layout.shapes}
        change(weights)
        table = {name: array.tolist() for name, array in weights.items()}
        kept = {k: v for k, v in made["model"].items() if k not in ("init", "init_scale")}
        return made | {"model": kept | {"init": "given", "weights": table}}

    return changed


def _dead(made: Document, rng: np.random.Generator) -> Document:
    relu = made | {"model": made["model"] | {"activation": "relu"}}

    def sunk(weights: dict[str, Any]) -> None:
        weights["b_h"] = weights["b_h"] - rng.uniform(5, 20)

    return _given(sunk)(relu, rng)


def _radius(radius: float) -> Callable[[Document, np.random.Generator], Document]:
    def scaled(weights: dict[str, Any]) -> None:
        W = weights["W_hh"]
        weights["W_hh"] = W * (radius / np.abs(np.linalg.eigvals(W)).max())

    return _given(scaled)


def _exploding(made: Document, rng: np.random.Generator) -> Document:
    """Without a bound on the states."""
    relu = made | {"model": made["model"] | {"activation": "relu"}}
    return _radius(float(rng.uniform(4, 9)))(relu, rng)


def _cut_short(made: Document, rng: np.random.Generator) -> Document:
    """A text in which every word stands twice, read with no gradient through time."""
    words = ["".join(rng.choice(["a", "b"], 3)) for _ in range(200)]
    model = made["model"] | {"init": "orthogonal", "hidden_size": 12}
    rates = {"learning_rate": 0.1} if made["training"]["optimizer"] == "sgd" else {}
    return {
        "task": "many-to-many",
        "data": {
            "kind": "stream", "tokenizer": "char", "val_fraction": 0.0,
            "text": "".join(f"{word} {word}." for word in words),
        },
        "embedding": {"kind": "one-hot"},
        "model": model,
        "training": {
            "steps": 800, "batch": "stream", "sequence_length": 1, "clip": "norm",
            "clip_limit": 1.0, "optimizer": made["training"]["optimizer"], "learning_rate": 0.02,
        } | rates,
    }  # fmt: skip


def _below(made: Document, rng: np.random.Generator) -> Document:
    """A text in which a letter tells the one 12 later, by chunks that are shorter."""
    keys = rng.integers(2, size=2500)
    text = "".join(
        f"{'ab'[key]}{''.join(rng.choice(list('cd'), 11))}{'AB'[key]}." for key in keys.tolist()
    )
    return {
        "task": "many-to-many",
        "data": {"kind": "stream", "tokenizer": "char", "val_fraction": 0.1, "text": text},
        "embedding": {"kind": "one-hot"},
        "model": made["model"] | {"cell": "lstm", "init": "xavier", "hidden_size": 16},
        "training": {
            "steps": 2500, "batch": "stream", "sequence_length": int(rng.integers(3, 7)),
            "optimizer": "adam", "learning_rate": 0.01, "timestep_reduction": "mean",
            "clip": "norm", "clip_limit": 5.0,
        },
    }  # fmt: skip


def _small(made: Document, rng: np.random.Generator) -> Document:
    """Sentences for a unit or two, which learn a part of what more of them learn."""
    nouns, verbs = ["cat", "dog", "man", "bird"], ["sees", "likes", "hears"]
    text = " ".join(
        f"the {rng.choice(nouns)} {rng.choice(verbs)} the {rng.choice(nouns)}." for _ in range(300)
    )
    made = _below(made, rng)
    model = made["model"] | {"hidden_size": int(rng.integers(1, 3))}
    training = made["training"] | {"sequence_length": 25, "steps": 1500}
    return made | {"data": made["data"] | {"text": text}, "model": model, "training": training}


def _apart(made: Document, rng: np.random.Generator) -> Document:
    """Pieces of one text, each an example of its own."""
    text = [str(word) for word in rng.choice(WORDS, 121)]
    rows = [
        {"text": " ".join(text[i : i + 4]), "labels": text[i + 1 : i + 5]} for i in range(0, 120, 4)
    ]
    data = {"kind": "labelled", "tokenizer": "word", "labels": list(WORDS), "train": rows}
    return made | {"task": "many-to-many", "data": data}


def _biased(made: Document, rng: np.random.Generator) -> Document:
    """Biases so large that they alone saturate every unit."""

    def pushed(weights: dict[str, Any]) -> None:
        for name, bias in weights.items():
            if name.startswith("b_") and name != "b_y":
                weights[name] = bias + rng.choice([-1, 1], bias.shape) * rng.uniform(6, 9)

    return _given(pushed)(made, rng)


def _identity(made: Document, rng: np.random.Generator) -> Document:
    """Labels that are the words themselves, not the next ones."""
    rows = [{"text": row["text"], "labels": row["text"].split()} for row in made["data"]["train"]]
    data = {"kind": "labelled", "tokenizer": "word", "labels": list(WORDS), "train": rows}
    return made | {"data": data}


def _mixed_up(made: Document, rng: np.random.Generator) -> Document:
    """Every text three times, with the labels in another order."""
    rows = [row for row in made["data"]["train"][:14] for _ in range(3)]
    labels = [rows[int(i)]["label"] for i in rng.permutation(len(rows))]
    rows = [row | {"label": label} for row, label in zip(rows, labels, strict=True)]
    data = {key: value for key, value in made["data"].items() if key != "test"}
    return made | {"data": data | {"train": rows}}


def _sorted(made: Document, rng: np.random.Generator) -> Document:
    """All examples of one answer, and then all of the other, in small steps."""
    rows = sorted(made["data"]["train"], key=lambda row: str(row["label"]))
    rates = {"learning_rate": 0.3, "momentum": 0.0, "epochs": 14, "clip": "none"}
    settings = made["training"] | {"batch": "example", "shuffle": False} | rates
    return made | {"data": made["data"] | {"train": rows}, "training": settings}


def _capitals(made: Document, rng: np.random.Generator) -> Document:
    """A test set that is written in capitals."""
    rows = [row | {"text": row["text"].upper()} for row in made["data"]["test"]]
    words = [*WORDS, *(word.upper() for word in WORDS)]
    return made | {"data": made["data"] | {"test": rows, "vocabulary": words}}


def _rare(made: Document, rng: np.random.Generator) -> Document:
    """A text in which "!" follows only "q", which is rare, read in steps that are a bit short."""
    nouns, verbs = ["cat", "dog", "man", "bird"], ["sees", "likes", "hears"]
    sentences = [
        f"the {rng.choice(nouns)} {rng.choice(verbs)} the {rng.choice(nouns)}"
        + ("q!" if i % 30 == 7 else ".")
        for i in range(300)
    ]
    return {
        "task": "many-to-many",
        "data": {
            "kind": "stream", "tokenizer": "char", "val_fraction": 0.0, "text": " ".join(sentences),
        },
        "embedding": {"kind": "one-hot"},
        "model": made["model"] | {"cell": "rnn", "init": "orthogonal", "hidden_size": 20},
        "training": {
            "steps": 1500, "batch": "stream", "sequence_length": 20, "learning_rate": 0.1,
            "timestep_reduction": "mean", "clip": "norm", "clip_limit": 1.0,
        },
    }  # fmt: skip


def _too_wide(made: Document, rng: np.random.Generator) -> Document:
    """All columns some times too large: none stands out, and units are saturated."""
    vectors = rng.standard_normal((len(WORDS), 4)) * rng.uniform(12, 18)
    table = {word: row.tolist() for word, row in zip(WORDS, vectors, strict=True)}
    return made | {"embedding": {"kind": "vectors", "vectors": table}}


def _rolled(made: Document, rng: np.random.Generator) -> Document:
    """The labels of both parts a row further on or back, as where a header was lost."""
    by = int(rng.choice([-1, 1]))
    data = {}
    for part in ("train", "test"):
        rows = made["data"][part]
        labels = [row["label"] for row in rows]
        data[part] = [row | {"label": labels[(i + by) % len(rows)]} for i, row in enumerate(rows)]
    return made | {"data": made["data"] | data}


def _swapped(made: Document, rng: np.random.Generator) -> Document:
    """Labels held back that are the other way round."""
    rows = [*made["data"]["train"], *made["data"]["test"]]
    other = dict(zip(made["data"]["labels"], reversed(made["data"]["labels"]), strict=True))
    test = [row | {"label": other[row["label"]]} for row in rows[32:]]
    return made | {"data": made["data"] | {"train": rows[:32], "test": test}}


def _coinciding(made: Document, rng: np.random.Generator) -> Document:
    """Vectors of which every two words share one, or nearly so."""
    vectors = np.repeat(rng.standard_normal((len(WORDS) // 2, 4)), 2, axis=0)
    vectors += rng.choice([0.0, 1e-4]) * rng.standard_normal(vectors.shape)
    table = {word: row.tolist() for word, row in zip(WORDS, vectors, strict=True)}
    return made | {"embedding": {"kind": "vectors", "vectors": table}}


def _one_unit(made: Document, rng: np.random.Generator) -> Document:
    """Whether the number of some words is odd, for a single unit."""
    texts = [f"{a} {b} {c}" for a in "ab" for b in "ab" for c in "ab"] * 6
    names = made["data"]["labels"]
    rows = [{"text": text, "label": names[text.count("b") % 2]} for text in texts]
    model = made["model"] | {"hidden_size": 1, "init": "xavier"}
    return made | {"data": _data(rows) | {"labels": names, "train": rows}, "model": model}


def far_back(made: Document, rng: np.random.Generator) -> Document:
    """A first word that tells the answer, and 40 others that tell nothing, by steps of SGD."""
    fill = [f"w{i}" for i in range(20)]
    names = made["data"]["labels"]
    rows = []
    for _ in range(120):
        told = WORDS[int(rng.integers(len(WORDS)))]
        text = " ".join([told, *(str(word) for word in rng.choice(fill, 40))])
        rows.append({"text": text, "label": names[WORDS.index(told) % 2]})
    model = made["model"] | {"init": "xavier", "hidden_size": 12}
    training = made["training"] | {"epochs": 15, "learning_rate": 0.1, "momentum": 0.0}
    data = {"train": rows[:90], "test": rows[90:]}
    return made | {"data": made["data"] | data, "model": model, "training": training}


def _shut(made: Document, rng: np.random.Generator) -> Document:
    """The same for a forget gate that keeps next to nothing."""
    far = far_back(made, rng)
    model = far["model"] | {"forget_bias": float(rng.uniform(-7, -3))}
    return far | {"model": model, "training": made["training"]}


def _noisy(made: Document, rng: np.random.Generator) -> Document:
    """Two in ten labels or more that are wrong, in both parts or in what is trained on."""
    rows = [dict(row) for row in _first_words(made, rng, 160)]
    held = rows[:32] if rng.integers(2) else []
    for row in rows[len(held) :]:
        if rng.random() < rng.uniform(0.2, 0.3):
            row["label"] = next(one for one in made["data"]["labels"] if one != row["label"])
    return made | {"data": made["data"] | {"train": rows[32:], "test": rows[:32]}}


def _first_words(made: Document, rng: np.random.Generator, count: int) -> list[dict[str, Any]]:
    """More texts of the task that the first word tells."""
    length = len(made["data"]["train"][0]["text"].split())
    names, texts = made["data"]["labels"], (rng.choice(WORDS, length) for _ in range(count))
    return [
        {"text": " ".join(text), "label": names[WORDS.index(str(text[0])) % 2]} for text in texts
    ]


def _rolled_test(made: Document, rng: np.random.Generator) -> Document:
    """The labels of the test split alone a row further on or back."""
    rows = _first_words(made, rng, 80)
    train, test = rows[:60], rows[60:]
    by, labels = int(rng.choice([-1, 1])), [row["label"] for row in test]
    test = [row | {"label": labels[(i + by) % len(test)]} for i, row in enumerate(test)]
    return made | {"data": made["data"] | {"train": train, "test": test}}


SETTINGS: dict[str, Injection] = {
    "rate too high": Injection("rate-too-high", _rate(300), {}),
    "rate too low": Injection("rate-too-low", _rate(1e-5), {}),
    "clipped": Injection("clipped", _training(clip="norm", clip_limit=1e-5), {"optimizer": "sgd"}),
    "tiny weights": Injection("tiny-weights", _drawn(1e-14), {"optimizer": "sgd"}),
    "large weights": Injection("large-weights", _drawn(15.0), {}),
    "dead units": Injection("dead-units", _dead, {"cell": "rnn"}),
    "frozen": Injection("frozen", _frozen, {}),
    "weight decay": Injection("weight-decay", _training(weight_decay=2.0), {}),
    "fading rate": Injection("fading-rate", _training(lr_decay=0.1, lr_decay_every=2), {}),
    "vanishing": Injection(
        "vanishing", _radius(1e-5), {"cell": "rnn", "task": far, "optimizer": "sgd"}
    ),
    "exploding": Injection("exploding", _exploding, {"cell": "rnn", "task": far}),
    "one class": Injection("one-class", _one_class, {}),
    "shifted labels": Injection("shifted-labels", _shifted, {"task": tagging}),
    "same example in both splits": Injection("same-example", _leaked, {}),
    "cut after a timestep": Injection("truncated", _cut_short, {}),
    "chunk below the dependency": Injection("truncated", _below, {}),
    "few units for a text": Injection("few-units", _small, {}),
    "state reset": Injection("state-reset", _apart, {}),
    "saturated units": Injection("saturated", _biased, {"cell": "rnn", "optimizer": "sgd"}),
    "saturated gates": Injection("saturated", _biased, {"cell": "lstm", "optimizer": "sgd"}),
    "inputs too wide": Injection(
        "unscaled", _too_wide, {"task": first_word, "cell": "rnn", "optimizer": "sgd"}
    ),
    "targets are inputs": Injection("identity", _identity, {"task": tagging}),
    "labels mixed up": Injection("contradiction", _mixed_up, {"task": first_word}),
    "sorted by answer": Injection(
        "sorted", _sorted, {"task": first_word, "optimizer": "sgd", "cell": "gru"}
    ),
    "test in capitals": Injection("new-tokens", _capitals, {}),
    "rare token": Injection("rare-class", _rare, {}),
    "shifted rows": Injection("shifted-rows", _rolled, {"task": first_word}),
    "labels held back swapped": Injection("swapped-labels", _swapped, {"task": first_word}),
    "same vectors": Injection("same-vectors", _coinciding, {"task": first_word}),
    "one unit": Injection("few-units", _one_unit, {"task": first_word, "cell": "rnn"}),
    "far token": Injection(
        "far-token", far_back, {"task": first_word, "cell": "rnn", "optimizer": "sgd"}
    ),
    "shut gate": Injection(
        "shut-gate", _shut, {"task": first_word, "cell": "lstm", "optimizer": "adam"}
    ),
    "noisy labels": Injection("noisy-labels", _noisy, {"task": first_word, "optimizer": "adam"}),
    "shifted rows in the test": Injection("shifted-rows", _rolled_test, {"task": first_word}),
    "unscaled column": Injection("unscaled", _unscaled, {}),
}
# Faults that fit any network, as they are settings of training or the first weights.
ELSEWHERE = (
    "rate too high", "rate too low", "clipped", "large weights", "weight decay", "fading rate",
)  # fmt: skip
BUGS: dict[str, Injection] = {
    name: Injection(name, _training(fault=name), {"cell": None if fault.fits(cell_of("rnn")) else "lstm"})
    for name, fault in FAULTS.items()
}  # fmt: skip


@lru_cache(maxsize=64)
def _learning(seed: int, fits: tuple[tuple[str, Any], ...]) -> Document:
    """The first healthy document of a seed that does learn: not every task is one for every cell."""
    for attempt in count():
        made = healthy(seed + 10_000 * attempt, **dict(fits))
        if Case.of(Session(built(made))).learns:
            return made
    raise AssertionError


def injected(injection: Injection, seed: int) -> Experiment:
    """A random experiment made ill: one that learns, and then a single thing in it changed."""
    rng = np.random.default_rng([seed, 1])
    fits = tuple((key, value) for key, value in injection.fits.items() if value is not None)
    made = injection.change(copy.deepcopy(_learning(seed, fits)), rng)
    return made if isinstance(made, Experiment) else built(made)
