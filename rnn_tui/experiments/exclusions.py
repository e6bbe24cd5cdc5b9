"""Keys that exclude others: an override of one takes the others away, and says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rnn_tui.equations.cells import ALSO, CELLS
from rnn_tui.equations.optimizers import OPTIMIZERS, OWN_SETTINGS
from rnn_tui.experiments.documents import Document
from rnn_tui.experiments.errors import ExperimentError
from rnn_tui.experiments.experiment import Experiment
from rnn_tui.experiments.schema.overrides import FLAG, Override, key_of

WEIGHTS = ("model.weights", "model.weights_file")
GENERATOR = (
    "data.generator", "data.target", "data.sentences", "data.test_sentences", "data.corpus_seed",
    "data.examples", "data.test_examples", "data.lengths", "data.symbols",
)  # fmt: skip
EXCLUDED: Mapping[str, tuple[str, ...]] = {
    "model.weights": ("model.weights_file", "model.init"),
    "model.weights_file": ("model.weights", "model.init"),
    "data.train": ("data.train_file", *GENERATOR),
    "data.train_file": ("data.train", *GENERATOR),
    "data.test": ("data.test_file",),
    "data.test_file": ("data.test",),
    "data.text": ("data.text_file", *GENERATOR),
    "data.text_file": ("data.text", *GENERATOR),
    "data.generator": (
        "data.text",
        "data.text_file",
        "data.labels",
        "data.train",
        "data.train_file",
        "data.test",
        "data.test_file",
    ),
    "training.epochs": ("training.steps",),
    "training.steps": ("training.epochs",),
    "training.fault": ("training.recurrent_backprop",),
    "training.recurrent_backprop": ("training.fault",),
}
IMPLIED = ("model.init", "model.weights", "model.weights_file")  # gone by what is asked for
OFF = ("none", "exact")  # values that exclude nothing
# An override of one of these, or of what is in it, may leave given weights of another shape.
SHAPING = (
    "task", "data", "embedding", "model.cell", "model.gru_reset", "model.hidden_size",
    "model.layers", "model.biases", "model.initial_state", "model.output",
)  # fmt: skip


def take_away(document: Document, done: Sequence[Override]) -> tuple[str, ...]:
    """Take away what overrides exclude, but for other overrides; what there is to say of it."""
    return tuple(
        f"{FLAG} {one.key} takes away {key}"
        for one in done
        for key in _excluded(document, one)
        if not _is_overridden(key, done) and _drop(document, key) and key not in IMPLIED
    )


def take_weights_away(document: Document, done: Sequence[Override]) -> str:
    """Take given weights away that an override may leave of another shape.

    Gives what there is to say of it; nothing where no override may, or where one gives them.
    """
    shaping = [one.key for one in done if _is_below(one.key, SHAPING)]
    if not shaping or any(_is_overridden(key, done) for key in WEIGHTS):
        return ""
    dropped = [key for key in WEIGHTS if _drop(document, key)]
    if not dropped:
        return ""
    _drop(document, "model.init")
    return f"{FLAG} {shaping[-1]} takes away {dropped[0]}: they don't fit, others are drawn"


def refuse_idle(*experiments: Experiment) -> None:
    """Raise ExperimentError for an override of all of them that changes nothing in any."""
    for written in experiments[0].overrides:
        key = key_of(written)
        reasons = [idle(one, key) for one in experiments]
        if all(reasons):
            raise ExperimentError(reasons[0], key=key, file=FLAG)


def idle(experiment: Experiment, key: str) -> str:
    """Why a value of this key changes nothing, as another leaves it out of account."""
    model, training = experiment.model, experiment.training
    if key == "model.init_scale" and model.init != "normal":
        return f'only model.init = "normal" draws by a scale, and it is "{model.init}"'
    if key == "model.seed" and model.init == "given" and not training.shuffle:
        return "the weights are given, so no seed draws them: set model.init first"
    if key == "training.epochs" and training.steps is not None:
        return "the plan is in steps: training.steps"
    return ""


def _excluded(document: Document, one: Override) -> Iterator[str]:
    """The keys that have no meaning beside an override, or that it makes meaningless."""
    value = _value(document, one.key)
    yield from () if value in OFF else EXCLUDED.get(_owner(one.key), ())
    if one.key == "model.init":
        yield from () if value == "given" else WEIGHTS
        yield from () if value == "normal" else ("model.init_scale",)
        yield from ("model.forget_bias",) if value == "given" else ()
    if one.key == "model.cell":
        value = ALSO.get(str(value), value)
        used = CELLS[value].settings if value in CELLS else ()
        of_cells = dict.fromkeys(key for cell in CELLS.values() for key in cell.settings)
        yield from (f"model.{key}" for key in of_cells if key not in used)
    if one.key == "model.initial_state":
        yield from () if value == "given" else ("model.initial",)
    if one.key == "model.forget_bias":
        yield from (*WEIGHTS, "model.init")
    if one.key == "training.optimizer" and str(value) in OPTIMIZERS:
        others = (key for key in OWN_SETTINGS if key not in OPTIMIZERS[str(value)].settings)
        yield from (f"training.{key}" for key in others)
    if one.key == "embedding.kind":
        yield from () if value == "vectors" else ("embedding.vectors",)
        yield from () if value == "learned" else ("embedding.size",)


def _owner(key: str) -> str:
    """The key of the table that says what an override of something in it excludes."""
    return next((owner for owner in EXCLUDED if _is_below(key, (owner,))), key)


def _is_below(key: str, owners: Sequence[str]) -> bool:
    return any(key == owner or key.startswith(f"{owner}.") for owner in owners)


def _is_overridden(key: str, done: Sequence[Override]) -> bool:
    return any(_is_below(one.key, (key,)) for one in done)


def _value(document: Document, key: str) -> object:
    value: object = document
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _drop(document: Document, key: str) -> bool:
    """Whether the key was there."""
    table, _, last = key.rpartition(".")
    owner = _value(document, table) if table else document
    return isinstance(owner, dict) and owner.pop(last, None) is not None
