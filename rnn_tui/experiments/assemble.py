"""A parsed document, checked part by part and put together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args

from rnn_tui.experiments import experiment as types
from rnn_tui.experiments import streams
from rnn_tui.experiments.configs import model_config, parallel, sequence_length, training_config
from rnn_tui.experiments.example import Example
from rnn_tui.experiments.experiment import Experiment
from rnn_tui.experiments.labelled import ReadText, example_of, labelled
from rnn_tui.experiments.reading import Reader
from rnn_tui.experiments.vocabularies import check_room, vocabulary_of
from rnn_tui.experiments.vocabulary import TOKENIZERS, Vocabulary

TOP = ("title", "source", "task", "data", "embedding", "model", "training")
DATA_KEYS = {
    "labelled": ("labels", "train", "train_file", "test", "test_file"),
    "stream": (*streams.SOURCES, "sentences", "corpus_seed", "val_fraction"),
}
TASK_OF = {"labelled": "many-to-one", "stream": "many-to-many"}


class Material(NamedTuple):
    """What the `[data]` and `[embedding]` tables come to."""

    vocabulary: Vocabulary
    labels: tuple[str, ...]
    train: Sequence[Example]
    test: Sequence[Example]
    floor: float | None = None


def assemble(document: dict[str, Any], *, name: str, path: Path, read: ReadText) -> Experiment:
    """An Experiment from a TOML document. Raises ExperimentError at the first thing wrong."""
    top = Reader(document)
    top.only(*TOP)
    title, source = top.text("title", name), top.text("source", "")
    task = top.choice("task", get_args(types.Task))
    data, embedding = top.subtable("data"), top.subtable("embedding")
    model, training = top.subtable("model"), top.subtable("training", required=False)

    kind = data.choice("kind", tuple(DATA_KEYS))
    _check_keys(data, kind)
    if task != TASK_OF[kind]:
        raise top.error("task", f'expected "{TASK_OF[kind]}" with data.kind = "{kind}"')
    if kind == "labelled":
        made = _labelled_material(data, embedding, path, read)
    else:
        cut = sequence_length(training), parallel(training)
        made = _stream_material(data, embedding, path, read, cut)
    config = model_config(model, made.vocabulary, made.labels, kind)
    settings = training_config(training, made.vocabulary, kind)
    return Experiment(
        name=name,
        path=path,
        title=title,
        source=source,
        task=task,
        vocabulary=made.vocabulary,
        labels=made.labels,
        model=config,
        training=settings,
        train=made.train,
        test=made.test,
        floor=made.floor,
    )


def _check_keys(data: Reader, kind: str) -> None:
    common = ("kind", "tokenizer", "vocabulary")
    for other, keys in DATA_KEYS.items():
        for key in keys:
            if other != kind and key in data:
                raise data.error(key, f'expected only with kind = "{other}"')
    data.only(*common, *DATA_KEYS[kind])


def _labelled_material(data: Reader, embedding: Reader, path: Path, read: ReadText) -> Material:
    tokenizer = data.choice("tokenizer", tuple(TOKENIZERS), "word")
    labels = data.words("labels", least=2)
    train = labelled(data, "train", path, read)
    test = labelled(data, "test", path, read)
    if not train:
        key = "train_file" if "train_file" in data else "train"
        raise data.error(key, "expected at least one example, found none")
    used = {token for one in train for token in TOKENIZERS[tokenizer](one.text)}
    vocabulary = vocabulary_of(embedding, data, tokenizer, used, "train")
    check_room(vocabulary, [one.text for one in (*train, *test)], data)
    return Material(
        vocabulary,
        labels,
        tuple(example_of(vocabulary, labels, one) for one in train),
        tuple(example_of(vocabulary, labels, one) for one in test),
    )


def _stream_material(
    data: Reader, embedding: Reader, path: Path, read: ReadText, cut: tuple[int, int]
) -> Material:
    tokenizer = data.choice("tokenizer", tuple(TOKENIZERS), "char")
    made = streams.corpus(data, path, read, tokenizer)
    tokens = streams.tokens_of(made, data, tokenizer)
    key = made.key.removeprefix("data.")
    vocabulary = vocabulary_of(embedding, data, tokenizer, set(tokens), key)
    train, test = streams.split(made, tokens, vocabulary, data, *cut)
    return Material(vocabulary, vocabulary.tokens, train, test, made.floor)
