"""A parsed document, checked part by part and put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, get_args

from rnn_tui.experiments import experiment as types
from rnn_tui.experiments.data import sequences, streams
from rnn_tui.experiments.data import series as series_data
from rnn_tui.experiments.data.exercises import written_out
from rnn_tui.experiments.data.real_targets import asks_for_numbers
from rnn_tui.experiments.data.row_files import Note, ReadText
from rnn_tui.experiments.data.units import Units
from rnn_tui.experiments.data.vocabulary import TOKENIZERS, Vocabulary
from rnn_tui.experiments.errors import ExperimentError
from rnn_tui.experiments.example import Example
from rnn_tui.experiments.experiment import Experiment, network_of
from rnn_tui.experiments.schema.answering import Answering
from rnn_tui.experiments.schema.configs import (
    WEIGHTS_FILE,
    check_fault,
    check_plan,
    model_config,
    parallel,
    sequence_length,
    training_config,
)
from rnn_tui.experiments.schema.reading import Reader
from rnn_tui.experiments.schema.vocabularies import vocabulary_of
from rnn_tui.experiments.texts import UTF_8, check_encoding
from rnn_tui.experiments.weights.files import WeightFile
from rnn_tui.experiments.weights.files import opened as opened_weights

TOP = ("title", "source", "task", "data", "embedding", "model", "training")
STREAM_KEYS = (*streams.SOURCES, "sentences", "corpus_seed", "val_fraction")
TASKS = {
    "labelled": get_args(types.Task),
    "stream": ("many-to-many",),
    "series": ("many-to-many",),
}


class Material(NamedTuple):
    """What the `[data]` and `[embedding]` tables come to."""

    vocabulary: Vocabulary
    labels: tuple[str, ...]
    train: Sequence[Example]
    test: Sequence[Example]
    floor: float | None = None
    answering: Answering | None = None
    notes: tuple[str, ...] = ()
    numbers: int = 0
    units: Units | None = None


def assemble(
    document: dict[str, Any],
    *,
    name: str,
    path: Path,
    read: Callable[[Path, str], str],
    note: Note = lambda _: None,
) -> Experiment:
    """An Experiment from a TOML document. Raises ExperimentError at the first thing wrong.

    `read` gives the text of a file beside it in an encoding; `note` is told of each that is no
    text.
    """
    top = Reader(written_out(document))
    top.only(*TOP)
    title, source = top.text("title", name), top.text("source", "")
    task = top.choice("task", get_args(types.Task))
    data = top.subtable("data")
    kind = data.choice("kind", tuple(TASKS))  # it says what else has to be there
    embedding = top.subtable("embedding", required=kind != "series")
    model, training = top.subtable("model"), top.subtable("training", required=False)

    _check_keys(data, kind, task)
    if task not in TASKS[kind]:
        raise top.error("task", f'expected "{TASKS[kind][0]}" with data.kind = "{kind}"')
    encoding = _encoding(data)

    def reading(file: Path) -> str:
        return read(file, encoding)

    if kind == "labelled":
        real = asks_for_numbers(task, data, model)
        made = _labelled_material(task, data, embedding, path, reading, note, real)
    elif kind == "series":
        embedding.only()
        cut = sequence_length(training), parallel(training)
        made = _series_material(data, path, reading, cut)
    else:
        cut = sequence_length(training), parallel(training)
        made = _stream_material(data, embedding, path, reading, cut)
    file = _weights_file(model, path, made.vocabulary.to_learn, note)
    config = model_config(model, made.vocabulary, made.labels, kind, task, file, made.numbers)
    names = tuple(network_of(config, task, made.vocabulary).axes)
    settings = training_config(training, names, kind)
    check_plan(training)
    check_fault(training, settings, config.recurrent)
    whole = Experiment(
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
        answering=made.answering,
        notes=made.notes,
        units=made.units,
    )
    if file is not None:
        file.check_about(whole)
    return whole


def _encoding(data: Reader) -> str:
    """How the files of texts are encoded. Raises ExperimentError."""
    try:
        return check_encoding(data.text("encoding", UTF_8))
    except ExperimentError as error:
        raise error.at(key=data.where("encoding")) from None


def _weights_file(model: Reader, path: Path, tokens: int | None, note: Note) -> WeightFile | None:
    """The file of weights beside the experiment, if it names one."""
    if WEIGHTS_FILE not in model:
        return None
    named = path.parent / model.text(WEIGHTS_FILE)
    file = opened_weights(named, model.where(WEIGHTS_FILE), tokens)
    note(named)
    return file


def _check_keys(data: Reader, kind: str, task: str) -> None:
    """Refuse a key that belongs to another kind of data, or to another task."""
    if kind == "series":
        data.only("kind", "encoding", *series_data.KEYS)
        return
    allowed = STREAM_KEYS if kind == "stream" else sequences.KEYS[task]
    for key in series_data.KEYS:
        if key in data and key not in allowed:
            raise data.error(key, 'expected only with kind = "series"')
    for key in dict.fromkeys((*STREAM_KEYS, *chain(*sequences.KEYS.values()))):
        if key in allowed or key not in data:
            continue
        if kind == "stream":
            raise data.error(key, 'expected only with kind = "labelled"')
        owners = [f'task = "{one}"' for one, keys in sequences.KEYS.items() if key in keys]
        wanted = " or ".join(owners) or 'kind = "stream"'
        raise data.error(key, f"expected only with {wanted}")
    data.only("kind", "tokenizer", "vocabulary", "encoding", *allowed)


def _labelled_material(
    task: str, data: Reader, embedding: Reader, path: Path, read: ReadText, note: Note,
    real: bool,
) -> Material:  # fmt: skip
    made = sequences.answered(task, data, embedding, path, read, note, real)
    vocabulary, labels, train, test, answering, notes, numbers = made
    return Material(
        vocabulary, labels, train, test, answering=answering, notes=notes, numbers=numbers
    )


def _series_material(data: Reader, path: Path, read: ReadText, cut: tuple[int, int]) -> Material:
    made = series_data.series(data, path, read, *cut)
    numbers = len(made.units.names)
    return Material(
        made.vocabulary, made.units.names, made.train, made.test, notes=made.notes,
        numbers=numbers, units=made.units,
    )  # fmt: skip


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
