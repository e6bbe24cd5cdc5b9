"""The settings of an experiment that may change while it runs, read and checked as in its file."""

from __future__ import annotations

import math
import re
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from rnn_tui.equations.optimizers import OPTIMIZERS, OWN_SETTINGS
from rnn_tui.equations.optimizers.reducing import SYMBOLS
from rnn_tui.experiments import Experiment, ExperimentError, TrainingConfig
from rnn_tui.experiments.schema.configs import (
    DERIVED,
    FROM_FILE,
    check_fault,
    model_config,
    training_config,
)
from rnn_tui.experiments.schema.reading import Reader

FIXED = MappingProxyType(
    {
        "batch": "the run counts updates by it",
        "optimizer": "its vectors have grown with the run",
        "sequence_length": "the text has been cut into chunks of this length",
        "parallel": "the text has been cut into so many parts",
        "shuffle": "the run counts updates by it",
        "hidden_size": "every weight would have another shape",
        "cell": "the network would be another",
        "gru_reset": "the network would be another",
        "update_gate": "the network would be another",
        "layers": "every weight would have another shape",
        "biases": "the network would be another",
        "initial_state": "the network would be another",
        "initial": "the network would be another",
        "output": "the weights of the output would have another shape",
        "weights": "its numbers can, one by one, such as W_hh[1,0]",
        "weights_file": "the weights have been read from it",
    }
)
DRAWN = ("forget_bias", "init", "init_scale", "seed")  # what new weights are drawn by

# By the last part of their name, which will do where a name is asked for.
SETTINGS: dict[str, str] = {
    **{
        field.name: f"training.{field.name}"
        for field in sorted(fields(TrainingConfig), key=lambda f: f.name in ("epochs", "steps"))
        if field.name not in FIXED
    },
    **{name: f"model.{name}" for name in ("activation", *DRAWN)},
}

# What screens and formulas call them.
SHOWN: dict[str, str] = {
    "η": "learning_rate",
    **{SYMBOLS[name]: name for name in SETTINGS if name in SYMBOLS},
}


def setting_named(name: str, value: str) -> str:
    """The whole name of a setting, by what a screen shows or by the last part; else the name.

    A limit for `clip` is meant for `clip_limit`, as the screen shows “clip 5”.
    """
    name = SHOWN.get(name, name)
    if name in ("clip", "training.clip") and _NUMERIC.match(value):
        name = "clip_limit"
    return SETTINGS.get(name, name)


_NUMERIC = re.compile(r"\s*([-+*/]=)?\s*[-+]?\.?\d")


def present(experiment: Experiment, name: str) -> Any:
    """The value of a setting."""
    table, _, key = name.partition(".")
    return getattr(experiment.model if table == "model" else experiment.training, key)


def with_setting(experiment: Experiment, opened: Experiment, name: str, value: Any) -> Experiment:
    """An experiment in which one setting has a value that was read from TOML.

    `opened` is the experiment as its file has it, to whose weights `init = "given"`
    goes back. Raises ExperimentError as a file with this value would.
    """
    table, _, key = name.partition(".")
    kind = "labelled" if experiment.stream is None else "stream"
    if table == "training":
        reader = Reader(_training_table(experiment, {key: value}), table)
        checked = training_config(reader, experiment.parameter_names, kind)
        check_fault(reader, checked, experiment.model.recurrent)
        return replace(experiment, training=checked)
    return _with_model(experiment, opened, key, value, kind)


def with_training(experiment: Experiment, values: dict[str, Any]) -> TrainingConfig:
    """The settings of training with some of them others. Raises ExperimentError."""
    kind = "labelled" if experiment.stream is None else "stream"
    given = {key: value for key, value in values.items() if value is not None}
    reader = Reader(_training_table(experiment, given), "training")
    return training_config(reader, experiment.parameter_names, kind)


def _training_table(experiment: Experiment, given: dict[str, Any]) -> dict[str, Any]:
    """The table of an experiment with what is `given` in it.

    What belongs to other optimizers is left out unless it is given; so is epsilon where what
    it is by itself may be another.
    """
    config = experiment.training
    again = "optimizer" in given or "epsilon_inside" in given
    idle = {"epsilon"} if again else set[str]()
    table = settings_table(config, str(given.get("optimizer", config.optimizer)))
    return {key: v for key, v in table.items() if v is not None and key not in idle} | given


def settings_table(config: TrainingConfig, optimizer: str) -> dict[str, Any]:
    """The table of these settings, without those that the optimizer has no use for."""
    own = OPTIMIZERS[optimizer].settings if optimizer in OPTIMIZERS else ()
    idle = {key for key in OWN_SETTINGS if key not in own}
    values = {one.name: getattr(config, one.name) for one in fields(config)}
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in values.items()
        if key not in idle
    }


def _with_model(
    experiment: Experiment, opened: Experiment, key: str, value: Any, kind: str
) -> Experiment:
    config = experiment.model
    given = {one.name: getattr(config, one.name) for one in fields(config)}
    default = {one.name: one.default for one in fields(config)}
    table = {
        name: one for name, one in given.items()
        if name not in ("weights", "initial", *DERIVED) and one != default[name]
    } | {"output": config.output, "init": config.init, key: value}  # fmt: skip
    if config.sizes:
        table["hidden_size"] = list(config.sizes)
    if config.initial is not None:
        table["initial"] = _initial(experiment)
    weights = None
    if table["init"] == "given":
        weights = opened.model.weights
        if weights is None:
            wrong = "the file gives no weights, expected an initialiser that draws them"
            raise ExperimentError(wrong, key="model.init")
        table["weights"] = {name: array.tolist() for name, array in weights.items()}
    reader = Reader(table, "model")
    vocabulary, labels = experiment.vocabulary, experiment.labels
    numbers = config.numbers
    checked = model_config(reader, vocabulary, labels, kind, experiment.task, numbers=numbers)
    if weights is None:
        return replace(experiment, model=checked)
    file = {name: getattr(opened.model, name) for name in FROM_FILE}
    return replace(experiment, model=replace(checked, **file))


def _initial(experiment: Experiment) -> dict[str, Any]:
    """The first states that are given, as a file has them."""
    states: dict[str, list[Any]] = {}
    for _, state, part in experiment.network.state_slices(experiment.layout):
        assert experiment.model.initial is not None
        states.setdefault(state, []).append(experiment.model.initial[part].tolist())
    several = experiment.model.layers > 1
    return {state: rows if several else rows[0] for state, rows in states.items()}


def expected(experiment: Experiment, opened: Experiment, name: str) -> str:
    """What a setting can be, in the words in which a value that is none is refused."""
    try:
        with_setting(experiment, opened, name, {})
    except ExperimentError as error:
        return error.expected.rpartition(", found")[0].removeprefix("expected ")
    raise AssertionError(f"{name} takes a table")


def written(value: Any) -> str:
    """A value as it would be written in a file, a word without its quotes."""
    if isinstance(value, tuple):
        parts = (f'"{one}"' if isinstance(one, str) else written(one) for one in value)
        return f"[{', '.join(parts)}]"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, float):
        return repr(int(value)) if value == int(value) and abs(value) < 1e6 else repr(value)
    return "none" if value is None else str(value)
