"""Labelled examples, from the experiment file itself or from a file beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from rnn_tui.experiments.errors import ExperimentError, nearest, one_of, shown
from rnn_tui.experiments.example import Example
from rnn_tui.experiments.reading import Reader
from rnn_tui.experiments.vocabulary import Vocabulary

ReadText = Callable[[Path], str]


class Labelled(NamedTuple):
    """A text and its label, each with the key (or line) and the file it stands in."""

    text: str
    label: str
    text_key: str
    label_key: str
    file: str = ""


def labelled(data: Reader, key: str, path: Path, read: ReadText) -> list[Labelled]:
    """The examples under `train` or `test`, or of the file that `train_file` names."""
    in_file, inline = f"{key}_file" in data, key in data
    if in_file and inline:
        raise data.error(key, f"expected either {key} or {key}_file, found both")
    if in_file:
        return _from_file(path.parent / data.text(f"{key}_file"), read)
    if not inline:
        if key == "train":
            raise data.error(key, "missing, expected a list of { text, label } or a train_file")
        return []
    value = data.table[key]
    if not isinstance(value, list):
        raise data.error(key, f"expected a list of {{ text, label }}, found {shown(value)}")
    found = []
    for number, entry in enumerate(value, start=1):
        one = Reader(entry, f"{data.where(key)}[{number}]")
        one.only("text", "label")
        text, label = one.text("text"), one.text("label")
        found.append(Labelled(text, label, one.where("text"), one.where("label")))
    return found


def _from_file(path: Path, read: ReadText) -> list[Labelled]:
    """A label, a tab and a text on each line but blank ones and comments."""
    found = []
    for number, line in enumerate(read(path).split("\n"), start=1):  # as editors count them
        if not line.strip() or line.startswith("#"):
            continue
        label, tab, text = line.partition("\t")
        place = f"line {number}"
        if not tab:
            expected = f"expected a label, a tab and a text, found {shown(line.rstrip())}"
            raise ExperimentError(expected, key=place, file=str(path))
        found.append(Labelled(text.strip(), label.strip(), place, place, str(path)))
    return found


def example_of(vocabulary: Vocabulary, labels: tuple[str, ...], one: Labelled) -> Example:
    """A labelled text as an example that is answered after its last token."""
    tokens = vocabulary.tokenize(one.text)
    try:
        ids = vocabulary.ids(tokens)
    except ExperimentError as error:
        raise error.at(key=one.text_key, file=one.file) from None
    if one.label not in labels:
        wrong = f"{one_of(labels)}, found {shown(one.label)}{nearest(one.label, labels)}"
        raise ExperimentError(wrong, key=one.label_key, file=one.file)
    target = labels.index(one.label)
    return Example(one.text, tokens, ids, vocabulary.embed(ids), (len(tokens) - 1,), (target,))
