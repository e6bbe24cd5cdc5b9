"""A parsed document, checked part by part and put together."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, get_args

import numpy as np

from rnn_tui.arrays import frozen
from rnn_tui.experiments import experiment as types
from rnn_tui.experiments.configs import model_config, training_config
from rnn_tui.experiments.errors import ExperimentError, nearest, one_of, shown
from rnn_tui.experiments.experiment import Example, Experiment
from rnn_tui.experiments.reading import Reader
from rnn_tui.experiments.vocabulary import TOKENIZERS, Vocabulary

ReadText = Callable[[Path], str]

MOST_NUMBERS = 2**28  # in the vectors of a vocabulary, and in those of all texts: 2 GiB

TOP = ("title", "source", "task", "data", "embedding", "model", "training")
DATA = (
    "kind", "tokenizer", "labels", "vocabulary", "train", "train_file", "test", "test_file",
)  # fmt: skip


class Labelled(NamedTuple):
    """A text and its label, each with the key (or line) and the file it stands in."""

    text: str
    label: str
    text_key: str
    label_key: str
    file: str = ""


def assemble(document: dict[str, Any], *, name: str, path: Path, read: ReadText) -> Experiment:
    """An Experiment from a TOML document. Raises ExperimentError at the first thing wrong."""
    top = Reader(document)
    top.only(*TOP)
    title, source = top.text("title", name), top.text("source", "")
    task = top.choice("task", get_args(types.Task))
    data, embedding = top.subtable("data"), top.subtable("embedding")
    model, training = top.subtable("model"), top.subtable("training", required=False)

    data.only(*DATA)
    data.choice("kind", ("labelled",))
    tokenizer = data.choice("tokenizer", tuple(TOKENIZERS), "word")
    labels = data.words("labels", least=2)
    train = _labelled(data, "train", path, read)
    test = _labelled(data, "test", path, read)
    if not train:
        key = "train_file" if "train_file" in data else "train"
        raise data.error(key, "expected at least one example, found none")
    vocabulary = _vocabulary(embedding, data, tokenizer, [one.text for one in train])
    _check_room(vocabulary, [one.text for one in (*train, *test)], data)
    config = model_config(model, vocabulary.size, labels)
    settings = training_config(training)
    return Experiment(
        name=name,
        path=path,
        title=title,
        source=source,
        task=task,
        vocabulary=vocabulary,
        labels=labels,
        model=config,
        training=settings,
        train=tuple(_example(vocabulary, labels, one) for one in train),
        test=tuple(_example(vocabulary, labels, one) for one in test),
    )


def _labelled(data: Reader, key: str, path: Path, read: ReadText) -> list[Labelled]:
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


def _vocabulary(embedding: Reader, data: Reader, tokenizer: Any, texts: list[str]) -> Vocabulary:
    embedding.only("kind", "vectors")
    kind = embedding.choice("kind", ("vectors", "one-hot"))
    given = data.words("vocabulary") if "vocabulary" in data else None
    if kind == "one-hot":
        if "vectors" in embedding:
            raise embedding.error("vectors", 'expected only with kind = "vectors"')
        used = {token for text in texts for token in TOKENIZERS[tokenizer](text)}
        if not (given or used):
            raise data.error("train", "expected at least one token in all")
        tokens = given or tuple(sorted(used))
        most = math.isqrt(MOST_NUMBERS)
        if len(tokens) > most:
            key = "vocabulary" if given else "train"
            raise data.error(key, f"expected at most {most} distinct tokens, found {len(tokens)}")
        return Vocabulary.one_hot(tokenizer, tokens)
    vectors = embedding.subtable("vectors")
    if not vectors.table:
        raise embedding.error("vectors", "expected at least one token with its vector, found none")
    token, first = next(iter(vectors.table.items()))
    if not isinstance(first, list) or not first:
        raise vectors.error(token, f"expected a list of 1 or more numbers, found {shown(first)}")
    if given is not None:
        raise data.error("vocabulary", 'expected only with embedding.kind = "one-hot"')
    rows = [vectors.array(token, (len(first),)) for token in vectors.table]
    return Vocabulary(tokenizer, tuple(vectors.table), frozen(np.stack(rows)))


def _check_room(vocabulary: Vocabulary, texts: list[str], data: Reader) -> None:
    """Refuse texts whose vectors would fill the memory."""
    most = MOST_NUMBERS // vocabulary.size
    count = sum(len(vocabulary.tokenize(text)) for text in texts)
    if count > most:
        raise data.error(
            "train",
            f"expected at most {most} tokens of {vocabulary.size} numbers each in all texts, "
            f"found {count}",
        )


def _example(vocabulary: Vocabulary, labels: tuple[str, ...], one: Labelled) -> Example:
    tokens = vocabulary.tokenize(one.text)
    try:
        inputs = vocabulary.embed(tokens)
    except ExperimentError as error:
        raise error.at(key=one.text_key, file=one.file) from None
    if one.label not in labels:
        wrong = f"{one_of(labels)}, found {shown(one.label)}{nearest(one.label, labels)}"
        raise ExperimentError(wrong, key=one.label_key, file=one.file)
    return Example(one.text, tokens, inputs, (len(tokens) - 1,), (labels.index(one.label),))
