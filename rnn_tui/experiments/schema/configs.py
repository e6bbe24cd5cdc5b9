"""The tables `[model]` and `[training]`; keys, choices and defaults are their dataclasses'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import lru_cache
from math import prod
from typing import Any, get_args, get_type_hints

from rnn_tui.arrays import Floats
from rnn_tui.equations.cells import ALSO, CELLS, Cell
from rnn_tui.equations.faults import FAULTS
from rnn_tui.equations.heads import OF_NUMBERS
from rnn_tui.equations.optimizers import OPTIMIZERS, OWN_SETTINGS, optimizer_of
from rnn_tui.experiments.data.vocabulary import Vocabulary
from rnn_tui.experiments.errors import nearest, shown
from rnn_tui.experiments.experiment import (
    ModelConfig,
    Task,
    TrainingConfig,
    layout_of,
    network_of,
)
from rnn_tui.experiments.schema import recurrence
from rnn_tui.experiments.schema.answering import OF_SEQUENCES
from rnn_tui.experiments.schema.reading import Reader
from rnn_tui.experiments.weights.files import WeightFile

WEIGHTS_FILE = "weights_file"
MOST_WEIGHTS = 2**28  # 2 GiB, of which training needs some five times as much
CHOSEN = ("activation", "gru_reset", "update_gate", "biases", "initial_state")
FROM_FILE = ("origins", "called", "numbers")  # what follows from files and data, and is no key
DERIVED = (*FROM_FILE, "sizes")
STREAMED = ("stream", "series")  # kinds of data that an update reads on in


def _defaults(config: type) -> dict[str, Any]:
    return {field.name: field.default for field in fields(config)}


@lru_cache
def _hints(config: type) -> Mapping[str, Any]:
    return get_type_hints(config)


def _choices(config: type, name: str) -> tuple[str, ...]:
    return get_args(_hints(config)[name])


def _keys(config: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(config))


def model_config(
    model: Reader,
    vocabulary: Vocabulary,
    labels: tuple[str, ...],
    kind: str,
    task: Task,
    file: WeightFile | None = None,
    numbers: int = 0,
) -> ModelConfig:
    """The `[model]` table, for data of this kind with these labels. Raises ExperimentError.

    `file` is what its `weights_file` names: the size is that of its arrays, unless it is given.
    `numbers` is how many a target has, 0 where it is a class.
    """
    default = _defaults(ModelConfig)
    model.only(*(key for key in _keys(ModelConfig) if key not in DERIVED), WEIGHTS_FILE)
    usual_cell = (file and file.cell) or default["cell"]
    cell = model.choice("cell", tuple(CELLS), usual_cell, ALSO)
    choices = {key: _choices(ModelConfig, key) for key in CHOSEN}
    variant = recurrence.variant(model, cell, choices, default)
    of_file = file is not None and "hidden_size" not in model
    encoder = task == "encoder-decoder"
    usual = file.units(CELLS[cell], encoder=encoder) if file and of_file else ()
    sizes = recurrence.units(model, usual)
    H = sizes[-1]
    output = _output(model, labels, kind, task, numbers)
    loss = model.choice("loss", _choices(ModelConfig, "loss"), default["loss"])
    if "loss" in model and output not in OF_NUMBERS:
        wrong = f'expected only with output = "linear" or "state", found "{output}"'
        raise model.error("loss", wrong)
    if output == "state" and numbers != H:
        wrong = f"expected {numbers}, as the state is the answer and targets have as many numbers"
        raise model.error("hidden_size", f"{wrong}, found {H}")
    init = _init(model, file)
    scale = model.number("init_scale", default["init_scale"], above=0)
    seed = model.integer("seed", default["seed"])
    given = "weights" in model
    if given and init != "given":
        raise model.error("weights", f'expected only with init = "given", found init = "{init}"')
    if init == "given" and not given and file is None:
        wanted = 'a table [model.weights] or a weights_file with init = "given"'
        raise model.error("weights", f"missing, expected {wanted}")
    if init == "given" and "forget_bias" in model:
        raise model.error("forget_bias", "expected only where the weights are not given")
    made = ModelConfig(
        H, output=output, init=init, init_scale=scale, seed=seed, cell=cell, loss=loss,
        numbers=numbers, layers=len(sizes), sizes=sizes if len({*sizes}) > 1 else (),
        initial=recurrence.initial(model, cell, sizes, variant["initial_state"]), **variant,
    )  # fmt: skip
    outputs = numbers or made.head.outputs(len(labels))
    network = network_of(made, task, vocabulary)
    shapes = layout_of(network, made, vocabulary, outputs).shapes
    _check_room(model, shapes)
    if file is not None:
        file = file.named_for(network, shapes)
        weights: Mapping[str, Floats] | None = file.fitting(shapes, network.firsts)
    else:
        table = model.subtable("weights") if given else None
        weights = None if table is None else recurrence.weights(table, network, shapes)
    if file is not None:
        return replace(made, weights=weights, origins=file.origins, called=file.called)
    return replace(made, weights=weights)


def _output(model: Reader, labels: tuple[str, ...], kind: str, task: Task, numbers: int) -> Any:
    """The head that is asked for, or the usual one; refused where it can't give such answers."""
    several = task != "many-to-one"
    usual = "softmax" if several else _defaults(ModelConfig)["output"]
    choices = _choices(ModelConfig, "output")
    if numbers:
        return model.choice("output", [one for one in choices if one != "softmax"], "linear")
    output = model.choice("output", choices, usual)
    if output in OF_NUMBERS:
        what = "a text has" if kind == "stream" else "labels have"
        wrong = f'expected "softmax" or "sigmoid", as {what} no numbers for answers'
        raise model.error("output", wrong)
    if output == "sigmoid" and (kind == "stream" or task in OF_SEQUENCES):
        stream = kind == "stream"
        what = "a stream names the next token" if stream else "more than one answer is wanted"
        raise model.error("output", f'expected "softmax", as {what}')
    if output == "sigmoid" and len(labels) != 2:
        many = f'"sigmoid" answers with 2 labels, expected "softmax" for {len(labels)}'
        raise model.error("output", many)
    return output


def _check_room(model: Reader, shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Refuse a network whose weights alone would fill the memory."""
    count = sum(map(prod, shapes.values()))
    if count > MOST_WEIGHTS:
        wrong = f"expected at most {MOST_WEIGHTS:,} weights in all, found {count:,}"
        raise model.error("hidden_size", wrong)


def _init(model: Reader, file: WeightFile | None) -> Any:
    """Where the first weights come from: what gives them need not be said twice."""
    choices, usual = _choices(ModelConfig, "init"), _defaults(ModelConfig)["init"]
    given = file is not None or "weights" in model
    init = model.choice("init", choices, "given" if given else usual)
    if file is not None and init != "given":
        wrong = f'expected only with init = "given" or without init, found init = "{init}"'
        raise model.error(WEIGHTS_FILE, wrong)
    if file is not None and "weights" in model:
        wrong = "expected either weights or weights_file, found both"
        raise model.error(WEIGHTS_FILE, wrong)
    return init


def sequence_length(training: Reader) -> int:
    """How many tokens a chunk of a stream has. Raises ExperimentError."""
    return training.integer("sequence_length", TrainingConfig.sequence_length, least=1)


def parallel(training: Reader) -> int:
    """How many parts of a stream are read side by side. Raises ExperimentError."""
    return training.integer("parallel", TrainingConfig.parallel, least=1)


def training_config(training: Reader, parameters: tuple[str, ...], kind: str) -> TrainingConfig:
    """The `[training]` table, for data of this kind and a network with these parameters.

    Raises ExperimentError.
    """
    default = _defaults(TrainingConfig)

    def choice(name: str) -> Any:
        return training.choice(name, _choices(TrainingConfig, name), default[name])

    training.only(*_keys(TrainingConfig))
    streamed = kind in STREAMED
    steps = training.integer("steps", least=1) if "steps" in training else None
    if steps is not None and not streamed:
        raise training.error("steps", 'expected only with data.kind = "stream" or "series"')
    if parallel(training) > 1 and not streamed:
        raise training.error("parallel", 'expected 1 where data.kind is not "stream"')
    return TrainingConfig(
        epochs=training.integer("epochs", default["epochs"], least=1),
        steps=steps,
        batch=_batch(training, kind),
        sequence_length=sequence_length(training),
        parallel=parallel(training),
        shuffle=training.flag("shuffle", default["shuffle"]),
        learning_rate=training.number("learning_rate", default["learning_rate"], above=0),
        **_optimizer(training),
        lr_decay=training.number("lr_decay", default["lr_decay"], above=0, most=1),
        lr_decay_every=training.integer("lr_decay_every", default["lr_decay_every"]),
        clip=choice("clip"),
        clip_limit=training.number("clip_limit", default["clip_limit"], above=0),
        reduction=choice("reduction"),
        timestep_reduction=choice("timestep_reduction"),
        recurrent_backprop=choice("recurrent_backprop"),
        freeze=training.names("freeze", parameters, default["freeze"]),
        fault=_fault(training, choice("fault"), choice("recurrent_backprop")),
    )


def _batch(training: Reader, kind: str) -> Any:
    """How many examples an update trains on, as a number or in a word."""
    if kind in STREAMED:
        return training.choice("batch", ("stream",), "stream")
    words = ("full", "example")
    value = training.table.get("batch", "full")
    if isinstance(value, str) and value in words:
        return training.choice("batch", words, "full")
    if "batch" in training and isinstance(value, str):
        hint = nearest(value, words)
        wrong = f'expected "full", "example" or a number of examples, found {shown(value)}{hint}'
        raise training.error("batch", wrong)
    return training.integer("batch", least=1)


def _optimizer(training: Reader) -> dict[str, Any]:
    """The optimizer and what it is set to. Raises ExperimentError for a key of another one."""
    default = _defaults(TrainingConfig)
    name = training.choice("optimizer", tuple(OPTIMIZERS), default["optimizer"])
    for key in OWN_SETTINGS:
        if key in training and key not in OPTIMIZERS[name].settings:
            raise training.error(key, f'{only_with(key)}, found optimizer = "{name}"')
    inside = training.flag("epsilon_inside", default["epsilon_inside"])
    epsilon = optimizer_of(name, inside).epsilon
    betas = training.table.get("betas", list(default["betas"]))
    if not isinstance(betas, list) or len(betas) != 2:
        wrong = f"expected two numbers, 0 or more, below 1, found {shown(betas)}"
        raise training.error("betas", wrong)
    each = Reader({f"betas[{i}]": beta for i, beta in enumerate(betas)}, training.place)
    return {
        "optimizer": name,
        "momentum": training.number("momentum", default["momentum"], least=0, below=1),
        "alpha": training.number("alpha", default["alpha"], least=0, below=1),
        "betas": tuple(each.number(f"betas[{i}]", 0.0, least=0, below=1) for i in range(2)),
        "epsilon": training.number("epsilon", epsilon, above=0),
        "epsilon_inside": inside,
        "weight_decay": training.number("weight_decay", default["weight_decay"], least=0),
    }


def only_with(key: str) -> str:
    """Which optimizers have a setting: `expected only with optimizer = "sgd"`."""
    *others, last = (f'"{one.name}"' for one in OPTIMIZERS.values() if key in one.settings)
    owners = f"{', '.join(others)} or {last}" if others else last
    return f"expected only with optimizer = {owners}"


def check_plan(training: Reader) -> None:
    """Refuse a file with two plans, of which one would be left out. Raises ExperimentError."""
    if {"steps", "epochs"} <= training.table.keys():
        wrong = "expected only without training.epochs: the plan is in steps or in epochs"
        raise training.error("steps", wrong)


def check_fault(training: Reader, settings: TrainingConfig, cell: Cell) -> None:
    """Refuse a bug that there is no line for in a cell. Raises ExperimentError."""
    bug = settings.bug
    if bug is not None and not bug.fits(cell):
        fitting = ", ".join(name for name, one in FAULTS.items() if one.fits(cell))
        wrong = f'expected a bug that this cell has a line for: {fitting}, found "{bug.name}"'
        raise training.error("fault", wrong)


def _fault(training: Reader, fault: Any, recurrent_backprop: str) -> Any:
    """One bug at a time, and "published" is one."""
    if recurrent_backprop == "published" and fault not in ("none", "untransposed"):
        published = 'with recurrent_backprop = "published", a bug of its own'
        raise training.error("fault", f'expected "none" {published}, found "{fault}"')
    return fault
