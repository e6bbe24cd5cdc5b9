"""Healthy experiments such as people really have, drawn at random, a maker a kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from rnn_tui.experiments import Experiment, load
from rnn_tui.experiments.schema.assemble import assemble

Document = dict[str, Any]
Rng = np.random.Generator

CELLS = ("rnn", "lstm", "gru")
NOUNS = ["cat", "dog", "man", "woman", "bird", "child", "horse", "fish"]
VERBS = ["sees", "likes", "hears", "knows"]
GOOD = ["great", "lovely", "superb", "nice", "warm", "clever", "bright", "funny"]
BAD = ["awful", "dull", "poor", "nasty", "cold", "silly", "grim", "boring"]
THINGS = ["film", "book", "show", "meal", "song", "play", "game", "story"]
OPTIMIZERS: tuple[Document, ...] = (
    {"optimizer": "adam", "learning_rate": 0.01},
    {"optimizer": "adam", "learning_rate": 0.003},
    {"optimizer": "adam", "learning_rate": 0.01, "weight_decay": 1e-4},
    {"optimizer": "rmsprop", "learning_rate": 0.003},
    {"optimizer": "adagrad", "learning_rate": 0.1},
    {"optimizer": "sgd", "learning_rate": 0.3},
    {"optimizer": "sgd", "learning_rate": 0.05, "momentum": 0.9},
    {"optimizer": "sgd", "learning_rate": 0.1, "momentum": 0.9, "weight_decay": 1e-4},
)


def _pick(rng: Rng, *choices: Any) -> Any:
    return choices[int(rng.integers(len(choices)))]


def _words(rng: Rng, *lists: list[str]) -> str:
    return " ".join(str(rng.choice(one)) for one in lists)


def _model(rng: Rng, **more: Any) -> Document:
    """Two layers need weights that carry a gradient through both: torch's are too small by SGD."""
    layers = _pick(rng, 1, 1, 2)
    inits = ("orthogonal", "xavier") if layers > 1 else ("orthogonal", "xavier", "torch")
    return {
        "cell": _pick(rng, *CELLS), "hidden_size": _pick(rng, 12, 16, 24, 32),
        "init": _pick(rng, *inits), "layers": layers, "seed": int(rng.integers(999)),
    } | more  # fmt: skip


def _training(rng: Rng, *optimizers: Document, **more: Any) -> Document:
    clip = _pick(rng, {"clip": "none"}, {"clip": "norm", "clip_limit": _pick(rng, 1.0, 5.0)})
    made: Document = {"timestep_reduction": "mean"}
    made |= _pick(rng, *(optimizers or OPTIMIZERS)) | clip | more
    return made


def _labelled(train: list[Document], held: int, **more: Any) -> Document:
    data = {"kind": "labelled", "tokenizer": "word", "train": train[held:]} | more
    return data | {"test": train[:held]} if held else data


def text(rng: Rng) -> Document:
    """A text of one's own, by characters or words, in one part or several."""
    sentences = [f"the {_words(rng, NOUNS, VERBS)} the {_words(rng, NOUNS)}." for _ in range(120)]
    by_word = bool(rng.integers(2))
    steps = _pick(rng, 600, 1500)
    return {
        "task": "many-to-many",
        "data": {
            "kind": "stream", "tokenizer": "word" if by_word else "char",
            "text": " ".join(sentences), "val_fraction": _pick(rng, 0.0, 0.1),
        },
        "embedding": _pick(rng, {"kind": "one-hot"}, {"kind": "learned", "size": 12}),
        "model": _model(rng, output="softmax"),
        "training": _training(
            rng, steps=steps, batch="stream", sequence_length=_pick(rng, 10, 25),
            parallel=_pick(rng, 1, 1, 4),
        ),
    }  # fmt: skip


def reviews(rng: Rng) -> Document:
    """Texts with a label each, as a CSV has them; some texts are there twice."""
    rows = []
    for _ in range(160):
        is_good = bool(rng.integers(2))
        told = _words(rng, ["the", "this", "a"], THINGS, ["was", "is"], ["very", "so", "quite"])
        told += " " + str(rng.choice(GOOD if is_good else BAD))
        rows.append({"text": told, "label": "good" if is_good else "bad"})
    return {
        "task": "many-to-one",
        "data": _labelled(rows, _pick(rng, 0, 16), labels=["bad", "good"]),
        "embedding": _pick(rng, {"kind": "one-hot"}, {"kind": "learned", "size": 8}),
        "model": _model(rng, output=_pick(rng, "sigmoid", "softmax")),
        "training": _training(rng, epochs=_pick(rng, 25, 60), batch=16, shuffle=True),
    }


def rare(rng: Rng) -> Document:
    """The same, one answer in twelve of one kind."""
    made = reviews(rng)
    made["training"]["epochs"] = 60
    rows = []
    for _ in range(180):
        is_good = bool(rng.integers(12))
        told = _words(rng, ["the", "this"], THINGS, ["was", "is"], GOOD if is_good else BAD)
        rows.append({"text": told, "label": "good" if is_good else "bad"})
    return made | {"data": _labelled(rows, 0, labels=["bad", "good"])}


def _classified(rng: Rng, rows: list[Document], labels: list[str]) -> Document:
    """Texts whose labels are all right, though no single token tells each of them."""
    words = sorted({word for row in rows for word in row["text"].split()})
    return reviews(rng) | {
        "data": _labelled(rows, _pick(rng, 0, 16, 30), labels=labels, vocabulary=words),
        "model": _model(rng, output="softmax"),
        "training": _training(rng, epochs=60, batch=16, shuffle=True),
    }


def negated(rng: Rng) -> Document:
    """Reviews of which some say “not”, which turns what they say round."""
    rows = []
    for _ in range(_pick(rng, 100, 200, 400)):
        is_good, is_turned = bool(rng.integers(2)), rng.random() < 0.4
        told = _words(rng, ["the", "this"], THINGS, ["was", "is"], ["very", "so"])
        told += (" not " if is_turned else " ") + str(rng.choice(GOOD if is_good else BAD))
        rows.append({"text": told, "label": "good" if is_good != is_turned else "bad"})
    return _classified(rng, rows, ["bad", "good"])


def mixed(rng: Rng) -> Document:
    """Reviews that praise two things and blame one, or the other way round."""
    rows = []
    for _ in range(_pick(rng, 100, 200, 400)):
        is_good = bool(rng.integers(2))
        lists = [GOOD, GOOD, BAD] if is_good else [BAD, BAD, GOOD]
        told = " and ".join(str(rng.choice(lists[int(i)])) for i in rng.permutation(3))
        rows.append(
            {"text": f"the {rng.choice(THINGS)} {told}", "label": "pro" if is_good else "con"}
        )
    return _classified(rng, rows, ["con", "pro"])


def topics(rng: Rng) -> Document:
    """Texts of which a third of the words tell the topic, and the others nothing."""
    names = ["art", "food", "law", "money", "sport"][: _pick(rng, 2, 3, 5)]
    rows = []
    for _ in range(_pick(rng, 100, 200, 400)):
        name, length = str(rng.choice(names)), int(rng.integers(6, 14))
        told = (rng.random(length) < 0.35).tolist()
        words = [f"{name}{rng.integers(10)}" if one else f"w{rng.integers(30)}" for one in told]
        rows.append({"text": " ".join(words), "label": name})
    return _classified(rng, rows, names)


def tags(rng: Rng) -> Document:
    """A category for every word."""
    rows = []
    for _ in range(60):
        words = _words(rng, ["the", "a"], NOUNS, VERBS, ["the", "a"], NOUNS).split()
        names = ["det", "noun", "verb", "det", "noun"]
        more = int(rng.integers(2))
        rows.append({
            "text": " ".join(words + ["and", "sleeps"] * more),
            "labels": names + ["conj", "verb"] * more,
        })  # fmt: skip
    return {
        "task": "many-to-many",
        "data": _labelled(rows, _pick(rng, 0, 10), labels=["conj", "det", "noun", "verb"]),
        "embedding": {"kind": "one-hot"},
        "model": _model(rng, output="softmax"),
        "training": _training(rng, epochs=40, batch=_pick(rng, 10, "example"), shuffle=True),
    }


def reversing(rng: Rng) -> Document:
    """An encoder and a decoder: three words back to front."""
    rows = []
    for _ in range(80):
        words = [str(word) for word in rng.choice(NOUNS[:5], 3)]
        rows.append({"text": " ".join(words), "output": " ".join(reversed(words))})
    return {
        "task": "encoder-decoder",
        "data": _labelled(rows, 0),
        "embedding": {"kind": "one-hot"},
        "model": _model(rng, output="softmax", hidden_size=32, layers=1),
        "training": _training(
            rng, *OPTIMIZERS[:2], OPTIMIZERS[6], epochs=60, batch=_pick(rng, 8, 16), shuffle=True
        ),
    }


def adding(rng: Rng) -> Document:
    """Numbers for answers: the sum of two marked ones."""
    return {
        "task": "many-to-one",
        "data": {
            "kind": "labelled", "generator": "adding", "lengths": _pick(rng, 3, 5),
            "examples": 200, "test_examples": 40, "corpus_seed": int(rng.integers(999)),
        },
        "embedding": {"kind": "vectors"},
        "model": _model(rng, output="linear", init=_pick(rng, "torch", "orthogonal"), layers=1),
        "training": _training(
            rng, OPTIMIZERS[0], OPTIMIZERS[6], epochs=40, batch=20, shuffle=True
        ),
    }  # fmt: skip


def series(rng: Rng) -> Document:
    """Columns of numbers in time, normalised; the next row of one is predicted."""
    return {
        "task": "many-to-many",
        "data": {
            "kind": "series", "file": "series.csv", "predict": ["y"],
            "val_fraction": _pick(rng, 0.0, 0.1), "horizon": _pick(rng, 1, 1, 3),
        },
        "model": _model(rng, output="linear"),
        "training": _training(
            rng, *OPTIMIZERS[:5], steps=_pick(rng, 600, 1500), batch="stream",
            sequence_length=_pick(rng, 10, 20), parallel=_pick(rng, 1, 1, 3),
        ),
    }  # fmt: skip


def short(rng: Rng) -> Document:
    """A run that ends long before all is learnt."""
    made: Document = _pick(rng, text, reviews, tags, series, reversing, adding)(rng)
    settings = dict(made["training"])
    if "steps" in settings:
        settings["steps"] = _pick(rng, 20, 60)
    else:
        settings["epochs"] = _pick(rng, 1, 2, 4)
    return made | {"training": settings}


def long(rng: Rng) -> Document:
    """A run that goes on for long where nothing is left to learn."""
    made: Document = _pick(rng, reviews, tags, reversing)(rng)
    return made | {"training": made["training"] | {"epochs": 300}}


def imported(rng: Rng, folder: Path) -> Experiment:
    """A file of one's own, opened as it is."""
    kind = _pick(rng, "text", "labels", "series")
    if kind == "text":
        file = folder / "my.txt"
        file.write_text(text(rng)["data"]["text"])
        return load(file)
    if kind == "labels":
        file = folder / "mail.csv"
        data = reviews(rng)["data"]
        rows = [*data["train"], *data.get("test", ())]
        file.write_text("".join(f"{row['label']},{row['text']}\n" for row in rows))
        return load(file)
    file = folder / "sales.csv"
    file.write_text(_series(rng))
    return load(file, ['data.predict=["y"]'])


KINDS: dict[str, Callable[[Rng], Document]] = {
    one.__name__: one
    for one in (
        text, reviews, rare, negated, mixed, topics, tags, reversing, adding, series, short, long,
    )
}  # fmt: skip
NAMES = (*KINDS, "imported")


def sound(kind: str, seed: int, folder: Path) -> Experiment:
    """An experiment of a kind that learns, or would if it went on; files go into the folder."""
    if kind not in KINDS:
        return imported(_drawing(kind, seed), folder)
    return assembled(drawn(kind, seed), folder, f"{kind}-{seed}", seed)


def _drawing(kind: str, seed: int) -> Rng:
    return np.random.default_rng([seed, *kind.encode()])


def drawn(kind: str, seed: int) -> Document:
    """The document of one."""
    return KINDS[kind](_drawing(kind, seed))


def assembled(made: Document, folder: Path, name: str = "case", seed: int = 0) -> Experiment:
    """The experiment of a document, beside which stands a series of the seed."""
    (folder / "series.csv").write_text(_series(np.random.default_rng(seed)))

    def read(file: Path, _encoding: str) -> str:
        return file.read_text()

    return assemble(made, name=name, path=folder / "case.toml", read=read)


def _series(rng: Rng) -> str:
    t = np.arange(400)
    y = np.sin(t / rng.uniform(2, 6)) + 0.05 * rng.standard_normal(len(t))
    other = 5000 + 300 * np.cos(t / rng.uniform(5, 9))
    rows = [f"{a:.4f},{b:.2f},1" for a, b in zip(y, other, strict=True)]
    return "\n".join(["y,price,open", *rows])
