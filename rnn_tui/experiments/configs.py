"""The tables `[model]` and `[training]`; keys, choices and defaults are their dataclasses'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

from rnn_tui.arrays import Floats
from rnn_tui.experiments.experiment import PARAMETER_NAMES, ModelConfig, TrainingConfig
from rnn_tui.experiments.reading import Reader


def _defaults(config: type) -> dict[str, Any]:
    return {field.name: field.default for field in fields(config)}


def _choices(config: type, name: str) -> tuple[str, ...]:
    return get_args(get_type_hints(config)[name])


def _keys(config: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(config))


def model_config(model: Reader, inputs: int, labels: tuple[str, ...]) -> ModelConfig:
    """The `[model]` table, for embeddings of width `inputs`. Raises ExperimentError."""
    default = _defaults(ModelConfig)
    model.only(*_keys(ModelConfig))
    H = model.integer("hidden_size", least=1)
    activation = model.choice(
        "activation", _choices(ModelConfig, "activation"), default["activation"]
    )
    output = model.choice("output", _choices(ModelConfig, "output"), default["output"])
    if output == "sigmoid" and len(labels) != 2:
        many = f'"sigmoid" answers with 2 labels, expected "softmax" for {len(labels)}'
        raise model.error("output", many)
    init = model.choice("init", _choices(ModelConfig, "init"), default["init"])
    scale = model.number("init_scale", default["init_scale"], above=0)
    seed = model.integer("seed", default["seed"])
    given = "weights" in model
    if given and init != "given":
        raise model.error("weights", f'expected only with init = "given", found init = "{init}"')
    if init == "given" and not given:
        raise model.error(
            "weights", 'missing, expected a table [model.weights] with init = "given"'
        )
    O = 1 if output == "sigmoid" else len(labels)  # noqa: E741
    weights = _weights(model.subtable("weights"), H, inputs, O) if given else None
    return ModelConfig(H, activation, output, init, scale, seed, weights)


def _weights(given: Reader, H: int, I: int, O: int) -> Mapping[str, Floats]:  # noqa: E741
    """The parameters as they are given, read-only."""
    given.only(*PARAMETER_NAMES)
    shapes = ((H, I), (H, H), (H,), (O, H), (O,))
    pairs = zip(PARAMETER_NAMES, shapes, strict=True)
    return MappingProxyType({name: given.array(name, shape) for name, shape in pairs})


def training_config(training: Reader) -> TrainingConfig:
    """The `[training]` table. Raises ExperimentError."""
    default = _defaults(TrainingConfig)

    def choice(name: str) -> Any:
        return training.choice(name, _choices(TrainingConfig, name), default[name])

    training.only(*_keys(TrainingConfig), "sequence_length")
    training.integer("sequence_length", 1, least=1)  # means something only for streams
    return TrainingConfig(
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
