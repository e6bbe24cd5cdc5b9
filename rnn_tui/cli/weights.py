"""Weights in a file: the parameters by their names as float64, and what they are for."""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.cli.weight_formats import ABOUT, Array, format_of
from rnn_tui.engine.network import layout_of
from rnn_tui.engine.parameters import Parameters
from rnn_tui.experiments import Experiment, ExperimentError, drafts
from rnn_tui.experiments.errors import one_of, shown

FORMAT = 1
MOST_NAMED = 12  # tokens in a message


def check_writable(path: Path) -> None:
    """Raise ExperimentError unless weights can be written to this file."""
    format_of(path, "--save")
    drafts.check_writable(path)


def write(path: Path, experiment: Experiment, params: Parameters) -> None:
    """Write weights. Raises ExperimentError, also for numbers that nothing would read again."""
    arrays = dict(params.items())
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            wrong = "not written: expected finite numbers, but training has diverged"
            raise ExperimentError(wrong, key=name, file=str(path))
    content = format_of(path, "--save").content(arrays, json.dumps(_about(experiment)))
    drafts.write_whole(path, content)


def read(path: Path, experiment: Experiment) -> Mapping[str, Floats]:
    """The parameters in a file. Raises ExperimentError unless they are this experiment's."""
    format = format_of(path, "--weights")
    try:
        _check_file(path)
        about, arrays = format.entries(path)
        _check_about(about, experiment)
        shapes = layout_of(experiment).shapes
        _check_arrays(arrays, shapes)
    except ExperimentError as error:
        raise error.at(file=str(path)) from None
    return {name: arrays[name] for name in shapes}


def _about(experiment: Experiment) -> dict[str, Any]:
    """What the meaning of weights depends on, apart from their shapes."""
    return {
        "format": FORMAT,
        "experiment": experiment.name,
        "tokenizer": experiment.vocabulary.tokenizer,
        "vocabulary": list(experiment.vocabulary.tokens),
        "embedding": experiment.vocabulary.kind,
        "labels": list(experiment.labels),
        "activation": experiment.model.activation,
        "output": experiment.model.output,
    }


def _check_file(path: Path) -> None:
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        raise ExperimentError(f"can't be read: {(error.strerror or '?').lower()}") from None
    if not regular:
        raise ExperimentError("can't be read: not a regular file")


def _check_about(text: str | None, experiment: Experiment) -> None:
    try:
        found = json.loads(text or "null")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        what = "what rnn-tui train --save writes about its network"
        raise ExperimentError(f"expected {what}, found none of it", key=ABOUT)
    name = found.get("experiment")
    origin = f" (saved from {shown(name)})" if name != experiment.name else ""
    for key, wanted in _about(experiment).items():
        if key != "experiment" and found.get(key) != wanted:
            difference = f"expected {_listed(wanted)}, found {_listed(found.get(key))}"
            raise ExperimentError(difference + origin, key=key)


def _listed(value: object) -> str:
    """A choice, or the first of many tokens."""
    if not isinstance(value, list):
        return "none" if value is None else shown(value)
    more = f" … ({len(value)} in all)" if len(value) > MOST_NAMED else ""
    return " ".join(shown(one) for one in value[:MOST_NAMED]) + more


def _check_arrays(arrays: Mapping[str, Array], shapes: Mapping[str, tuple[int, ...]]) -> None:
    for name, shape in shapes.items():
        if name not in arrays:
            raise ExperimentError(f"missing, expected shape {_shape(shape)}", key=name)
        array = arrays[name]
        if array.shape != shape:
            found = f"expected shape {_shape(shape)}, found {_shape(array.shape)}"
            raise ExperimentError(found, key=name)
        if array.dtype != np.float64:
            raise ExperimentError(f"expected float64 numbers, found {array.dtype}", key=name)
        wrong = np.argwhere(~np.isfinite(array))
        if len(wrong):
            place = tuple(wrong[0].tolist())
            key = f"{name}[{','.join(map(str, place))}]"
            raise ExperimentError(f"expected a finite number, found {array[place]}", key=key)
    for name in arrays:
        if name not in shapes:
            raise ExperimentError(f"unknown array, {one_of(tuple(shapes))}", key=name)


def _shape(shape: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
