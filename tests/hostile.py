"""Experiments in which every string that a file can hold tries to act on the terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

# Writes to the clipboard, sets the title, and turns to red by one character of the second set of
# controls; then what turns the direction, what has no width, and a part of an emoji.
EVIL = "\x1b]52;c;eA==\x07\x1b]0;x\x07\x9b31m\u202e\u200b🏽"
ACTS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff🏻-🏿]"
)


def evil(name: str) -> str:
    """A name that nobody should print as it stands."""
    return f"{name}{EVIL}"


class Hostile(NamedTuple):
    """Paths, as they stand on a command line."""

    words: str  # one answer
    lines: str  # its examples in a .tsv
    tags: str  # an answer each
    answers: str  # an encoder and a decoder
    text: str  # a stream of characters
    rows: str  # numbers of .csv files, with names of columns and rows
    weights: str  # .npz with members that nobody knows
    broken: tuple[str, ...]  # experiments that are refused


def write(folder: Path) -> Hostile:
    """All of them, in a folder of such a name."""
    here = folder / evil("dir")
    here.mkdir()
    a, b = evil("a"), evil("b")
    train = [{"text": f"{a} {b}", "label": a}, {"text": f"{b} c", "label": b}]
    (here / f"{a}.tsv").write_text(f"{a}\t{a} {b}\n{b}\t{b}\n", encoding="utf-8")
    for name in (a, b):
        table = f",{a},{b}\n{name}0,0.5,1\n{name}1,-1,0.25\n"
        (here / f"{name}.csv").write_text(table, encoding="utf-8")
    arrays: dict[str, Any] = {a: np.zeros(3), b: np.ones((2, 2))}
    np.savez(here / f"{a}.npz", **arrays)

    def experiment(name: str, task: str, data: dict[str, Any], **more: Any) -> str:
        tables = {
            "data": {"kind": "labelled"} | data,
            "embedding": {"kind": "one-hot"},
            "model": {"hidden_size": 3, "seed": 1, "output": "softmax", "init": "xavier"},
            "training": {"epochs": 2, "learning_rate": 0.1},
        }
        document = {"title": evil("title"), "source": evil("source"), "task": task}
        return _written(here / f"{evil(name)}.toml", document, tables | more)

    labels = {"labels": [a, b]}
    rows = [{"rows_file": f"{a}.csv", "label": a}, {"rows_file": f"{b}.csv", "label": b}]
    tagged = [{"text": f"{a} {b}", "labels": [a, b]}, {"text": b, "labels": [b]}]
    answered = [{"text": f"{a} {b}", "output": f"{b} {a}"}, {"text": b, "output": b}]
    text = {"kind": "stream", "text": f"hi {EVIL}\r\n\xa0ho " * 30, "val_fraction": 0.1}
    steps = {"steps": 3, "sequence_length": 9, "learning_rate": 0.1}
    one = "many-to-one"
    return Hostile(
        words=experiment("words", one, labels | {"train": train, "test": train}),
        lines=experiment("lines", one, labels | {"train_file": f"{a}.tsv"}),
        tags=experiment("tags", "many-to-many", labels | {"train": tagged}),
        answers=experiment("answers", "encoder-decoder", {"train": answered}),
        text=experiment("text", "many-to-many", text, training=steps),
        rows=experiment("rows", one, labels | {"train": rows}, embedding={"kind": "vectors"}),
        weights=str(here / f"{a}.npz"),
        broken=(
            experiment("key", one, labels | {"train": train, a: 1}),
            experiment("label", one, {"labels": ["c", "d"], "train": train}),
            experiment("choice", a, labels | {"train": train}),
            experiment("kind", one, labels | {"train": train}, embedding={"kind": a}),
            experiment("file", one, labels | {"train_file": f"{b}.tsv"}),
            experiment("csv", one, labels | {"train_file": f"{a}.csv"}),
            experiment("twice", one, {"labels": [a, a], "train": train}),
            experiment("table", one, labels | {"train": train}, **{a: {"b": 1}}),
            experiment(
                "unread", one, labels | {"train": train}, model={"weights_file": f"{a}.npz"}
            ),
            _written(here / "none.toml", {}, {a: {b: a}}),
            str(here / evil("nothing")),
            str(here),
        ),
    )


def _written(path: Path, document: dict[str, Any], tables: dict[str, dict[str, Any]]) -> str:
    """A file of TOML, whose strings are those of JSON."""
    lines = [f"{_value(key)} = {_value(value)}" for key, value in document.items()]
    for name, table in tables.items():
        lines.append(f"[{_value(name)}]")
        lines += [f"{_value(key)} = {_value(value)}" for key, value in table.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_value(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if not isinstance(value, str):
        return json.dumps(value)
    return '"' + "".join(f"\\U{ord(c):08x}" for c in value) + '"'  # no pairs of surrogates
