"""A parsed document, checked part by part and put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

import numpy as np

from rnn_tui.arrays import frozen
from rnn_tui.experiments import experiment as types
from rnn_tui.experiments.errors import ExperimentError, nearest, one_of, shown
from rnn_tui.experiments.experiment import (
    PARAMETER_NAMES,
    Example,
    Experiment,
    ModelConfig,
    TrainingConfig,
)
from rnn_tui.experiments.reading import Reader
from rnn_tui.experiments.vocabulary import TOKENIZERS, Vocabulary

ReadText = Callable[[Path], str]
Labelled = list[tuple[str, str, str]]  # text, label, where they stand


def assemble(document: dict[str, Any], *, name: str, path: Path, read: ReadText) -> Experiment:
    """An Experiment from a TOML document. Raises ExperimentError at the first thing wrong."""
    top = Reader(document)
    title, source = top.text("title", name), top.text("source", "")
    task = top.choice("task", get_args(types.Task))
    data, embedding = top.subtable("data"), top.subtable("embedding")
    model, training = top.subtable("model"), top.subtable("training", required=False)
    top.finish()

    data.choice("kind", ("labelled",))
    tokenizer = data.choice("tokenizer", tuple(TOKENIZERS), "word")
    labels = data.words("labels", least=2)
    train = _labelled(data, "train", path, read)
    test = _labelled(data, "test", path, read)
    if not train:
        raise data.error("train", "expected at least one example")
    vocabulary = _vocabulary(embedding, data, tokenizer, [text for text, _, _ in train])
    data.finish()
    config = _model(model, vocabulary.size, labels)
    settings = _training(training)
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
        train=tuple(_example(vocabulary, labels, *one) for one in train),
        test=tuple(_example(vocabulary, labels, *one) for one in test),
    )


def _labelled(data: Reader, key: str, path: Path, read: ReadText) -> Labelled:
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
        found.append((one.text("text"), one.text("label"), one.place))
        one.finish()
    return found


def _from_file(path: Path, read: ReadText) -> Labelled:
    found = []
    for number, line in enumerate(read(path).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        label, tab, text = line.partition("\t")
        if not tab:
            raise ExperimentError(
                f"expected a label, a tab and a text, found {shown(line)}",
                key=f"line {number}",
                file=str(path),
            )
        found.append((text.strip(), label.strip(), f"{path}: line {number}"))
    return found


def _vocabulary(embedding: Reader, data: Reader, tokenizer: Any, texts: list[str]) -> Vocabulary:
    kind = embedding.choice("kind", ("vectors", "one-hot"))
    given = data.words("vocabulary") if "vocabulary" in data else None
    if kind == "one-hot":
        if "vectors" in embedding:
            raise embedding.error("vectors", 'expected only with kind = "vectors"')
        embedding.finish()
        used = {token for text in texts for token in TOKENIZERS[tokenizer](text)}
        if not (given or used):
            raise data.error("train", "expected at least one token in all")
        return Vocabulary.one_hot(tokenizer, given or sorted(used))
    vectors = embedding.subtable("vectors")
    embedding.finish()
    if not vectors.table:
        raise embedding.error("vectors", "expected at least one token with its vector")
    first = next(iter(vectors.table.values()))
    width = len(first) if isinstance(first, list) else 0
    if width == 0:
        raise vectors.error(next(iter(vectors.table)), "expected a list of numbers")
    if given is not None:
        raise data.error("vocabulary", 'expected only with embedding.kind = "one-hot"')
    rows = [vectors.array(token, (width,)) for token in vectors.table]
    return Vocabulary(tokenizer, tuple(vectors.table), frozen(np.stack(rows)))


def _example(
    vocabulary: Vocabulary, labels: tuple[str, ...], text: str, label: str, place: str
) -> Example:
    tokens = vocabulary.tokenize(text)
    try:
        inputs = vocabulary.embed(tokens)
    except ExperimentError as error:
        raise error.at(key=f"{place}.text" if place.endswith("]") else place) from None
    if label not in labels:
        key = f"{place}.label" if place.endswith("]") else place
        hint = nearest(label, labels)
        raise ExperimentError(f"{one_of(labels)}, found {shown(label)}{hint}", key=key)
    return Example(text, tokens, inputs, (len(tokens) - 1,), (labels.index(label),))


def _defaults(config: type) -> dict[str, Any]:
    return {field.name: field.default for field in fields(config)}


def _choices(config: type, name: str) -> tuple[str, ...]:
    return get_args(get_type_hints(config)[name])


def _model(model: Reader, inputs: int, labels: tuple[str, ...]) -> ModelConfig:
    default = _defaults(ModelConfig)
    H = model.integer("hidden_size", least=1)
    activation = model.choice(
        "activation", _choices(ModelConfig, "activation"), default["activation"]
    )
    output = model.choice("output", _choices(ModelConfig, "output"), default["output"])
    if output == "sigmoid" and len(labels) != 2:
        raise model.error("output", f'"sigmoid" answers with 2 labels, expected "softmax" for '
                                    f"{len(labels)}")  # fmt: skip
    init = model.choice("init", _choices(ModelConfig, "init"), default["init"])
    scale = model.number("init_scale", default["init_scale"], above=0)
    seed = model.integer("seed", default["seed"])
    weights = None
    if init == "given":
        given = model.subtable("weights")
        O = 1 if output == "sigmoid" else len(labels)  # noqa: E741
        shapes = ((H, inputs), (H, H), (H,), (O, H), (O,))
        pairs = zip(PARAMETER_NAMES, shapes, strict=True)
        weights = {name: given.array(name, shape) for name, shape in pairs}
        given.finish()
    elif "weights" in model:
        raise model.error("weights", f'expected only with init = "given", found init = "{init}"')
    model.finish()
    return ModelConfig(H, activation, output, init, scale, seed, weights)


def _training(training: Reader) -> TrainingConfig:
    default = _defaults(TrainingConfig)

    def choice(name: str) -> Any:
        return training.choice(name, _choices(TrainingConfig, name), default[name])

    training.integer("sequence_length", 1, least=1)  # means something only for streams
    config = TrainingConfig(
        epochs=training.integer("epochs", default["epochs"], least=1),
        batch=choice("batch"),
        shuffle=training.flag("shuffle", default["shuffle"]),
        learning_rate=training.number("learning_rate", default["learning_rate"], above=0),
        momentum=training.number("momentum", default["momentum"], least=0, below=1),
        lr_decay=training.number("lr_decay", default["lr_decay"], above=0, most=1),
        lr_decay_every=training.integer("lr_decay_every", default["lr_decay_every"]),
        clip=choice("clip"),
        clip_limit=training.number("clip_limit", default["clip_limit"], above=0),
        reduction=choice("reduction"),
        recurrent_backprop=choice("recurrent_backprop"),
        freeze=training.names("freeze", PARAMETER_NAMES, default["freeze"]),
    )
    training.finish()
    return config
