"""The cells of a comparison: every combination of values, from each random start."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from rnn_tui import __version__
from rnn_tui.comparing.axes import FLAG, MOST_CELLS, Axis, too_many
from rnn_tui.engine.training.schedule import schedule_of
from rnn_tui.experiments import Experiment, ExperimentError, load
from rnn_tui.experiments.exclusions import refuse_idle
from rnn_tui.experiments.opening import is_data
from rnn_tui.experiments.schema.overrides import FLAG as SET
from rnn_tui.experiments.schema.overrides import value_of

USUAL_SEEDS = 3
POINTS = 100  # of a learning curve, about
SEED = "model.seed"


@dataclass(frozen=True)
class Length:
    """How long to train; what the experiment says where both are None."""

    epochs: int | None = None
    steps: int | None = None


@dataclass(frozen=True)
class Setting:
    """One combination: the place of its value on each axis, and how it reads.

    `values` are texts, one for each axis; `name` puts them after their keys.
    """

    places: tuple[int, ...]
    values: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class GridCell:
    """One training run: a setting from one random start.

    It is measured after every `span` updates, of which one in `thin` is kept: in a
    stream a span is a stretch between two points, for labelled examples an epoch.
    `digest` is that of the experiment's files; `seed` is None where none has an effect.
    """

    source: str
    overrides: tuple[str, ...]
    digest: str
    setting: Setting
    seed: int | None
    updates: int
    span: int
    thin: int

    @property
    def key(self) -> str:
        """A SHA-256 of all that the numbers of this run depend on."""
        settings = {}
        for one in self.overrides:
            name, _, value = one.partition("=")
            settings[".".join(part.strip() for part in name.split("."))] = repr(value_of(value))
        parts: list[Any] = [self.digest, settings, self.updates, self.span, self.thin, __version__]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class Grid:
    """A comparison before it is run. `experiment` is that without any of the axes' values.

    `notes` are what is to be said of how it was read with them.
    """

    experiment: Experiment
    axes: tuple[Axis, ...]
    settings: tuple[Setting, ...]
    cells: tuple[GridCell, ...]
    notes: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """What the x axis of a learning curve counts."""
        return "epoch" if self.experiment.stream is None else "step"


def grid_of(
    source: str,
    overrides: Sequence[str],
    axes: Sequence[Axis],
    seeds: int | None = None,
    length: Length = Length(),
) -> Grid:
    """All cells, each setting checked as `--set` is. Raises ExperimentError.

    Random starts are the experiment's own seed and those after it: `USUAL_SEEDS` of
    them, or one where no seed has an effect or seeds are what is compared.
    """
    base = load(source, overrides)
    _check(axes, overrides, seeds, length)
    settings = tuple(_settings(axes))
    cells: list[GridCell] = []
    experiments = []
    for setting in settings:
        own = _overrides(axes, setting)
        experiment = _loaded(source, (*overrides, *own))
        experiments.append(experiment)
        if length.steps is not None:
            experiment.refuse_for_examples("--steps")
        cells += _cells(source, (*overrides, *own), experiment, setting, seeds, axes, length)
    _refuse_idle(experiments, axes)
    if seeds is not None and seeds > 1 and all(cell.seed is None for cell in cells):
        wrong = f"expected 1, as nothing in {base.name} is random: its weights are given"
        raise ExperimentError(wrong, key="--seeds")
    if len(cells) > MOST_CELLS:
        raise too_many(len(cells))
    opened = is_data(base.path)  # so the first note says with which settings, the axes' too
    notes = (*base.notes, *(note for one in experiments for note in one.notes[opened:]))
    return Grid(base, tuple(axes), settings, tuple(cells), tuple(dict.fromkeys(notes)))


def _refuse_idle(experiments: Sequence[Experiment], axes: Sequence[Axis]) -> None:
    """Refuse what changes no setting at all."""
    try:
        refuse_idle(*experiments)
    except ExperimentError as error:
        compared = any(axis.key == error.key for axis in axes)
        raise (
            ExperimentError(error.expected, key=error.key, file=FLAG) if compared else error
        ) from None


def _check(
    axes: Sequence[Axis], overrides: Sequence[str], seeds: int | None, length: Length
) -> None:
    keys = [axis.key for axis in axes]
    fixed = {".".join(p.strip() for p in one.partition("=")[0].split(".")) for one in overrides}
    for place, key in enumerate(keys):
        if key in keys[:place]:
            raise ExperimentError(f"expected once, found two {FLAG}", key=key, file=FLAG)
        if key in fixed:
            raise ExperimentError(f"expected {SET} or {FLAG}, found both", key=key, file=FLAG)
    if SEED in keys and seeds is not None:
        raise ExperimentError("expected --seeds or this, found both", key=SEED, file=FLAG)
    for key, flag, given in (
        ("training.epochs", "--epochs", length.epochs), ("training.steps", "--steps", length.steps),
    ):  # fmt: skip
        if key in keys and given is not None:
            raise ExperimentError(f"expected {flag} or this, found both", key=key, file=FLAG)
    count = prod(len(axis.values) for axis in axes)
    if count > MOST_CELLS:
        raise too_many(count)


def _settings(axes: Sequence[Axis]) -> list[Setting]:
    """Every combination, the last axis varying fastest."""
    names = names_of(axes)
    made = []
    for places in product(*(range(len(axis.values)) for axis in axes)):
        values = tuple(axis.text(place) for axis, place in zip(axes, places, strict=True))
        name = " ".join(f"{key}={value}" for key, value in zip(names, values, strict=True))
        made.append(Setting(places, values, name))
    return made


def names_of(axes: Sequence[Axis]) -> tuple[str, ...]:
    """What to call each axis: its key without the table, unless another is called that too."""
    short = [axis.name for axis in axes]
    return tuple(axis.key if short.count(axis.name) > 1 else axis.name for axis in axes)


def _overrides(axes: Sequence[Axis], setting: Setting) -> tuple[str, ...]:
    pairs = zip(axes, setting.places, strict=True)
    return tuple(f"{axis.key}={axis.values[place]}" for axis, place in pairs)


def _loaded(source: str, overrides: Sequence[str]) -> Experiment:
    """An experiment whose mistakes are those of the values that are compared."""
    try:
        return load(source, overrides)
    except ExperimentError as error:
        if error.file != SET:
            raise
        raise ExperimentError(error.expected, key=error.key, file=FLAG) from None


def _cells(
    source: str,
    overrides: tuple[str, ...],
    experiment: Experiment,
    setting: Setting,
    seeds: int | None,
    axes: Sequence[Axis],
    length: Length,
) -> list[GridCell]:
    rest = _measures(experiment, length)
    own = experiment.model.seed
    if not is_random(experiment):
        return [GridCell(source, overrides, experiment.digest, setting, None, *rest)]
    if any(axis.key == SEED for axis in axes):
        return [GridCell(source, overrides, experiment.digest, setting, own, *rest)]
    return [
        GridCell(source, (*overrides, f"{SEED}={seed}"), experiment.digest, setting, seed, *rest)
        for seed in range(own, own + (seeds or USUAL_SEEDS))
    ]


def is_random(experiment: Experiment) -> bool:
    """Whether another seed would train otherwise: in its first weights or in its order."""
    settings = experiment.training
    return experiment.model.weights is None or (
        settings.batch not in ("full", "stream") and settings.shuffle
    )


def _measures(experiment: Experiment, length: Length) -> tuple[int, int, int]:
    """How many updates there are, how many from measurement to measurement, which are kept."""
    each = schedule_of(experiment).updates_per_epoch
    updates = length.steps or experiment.training.updates(each)
    if length.epochs is not None:
        updates = length.epochs * each
    if experiment.stream is not None:
        return updates, -(-updates // POINTS), 1
    return updates, each, -(-(updates // each) // POINTS)
