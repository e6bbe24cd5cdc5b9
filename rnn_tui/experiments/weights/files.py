"""Weights in a file: the parameters by their names as float64, and what they are for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.equations.cells import CELLS, Cell
from rnn_tui.equations.heads import readout
from rnn_tui.equations.network import Network
from rnn_tui.experiments.errors import ExperimentError, one_of, shape_words, shown
from rnn_tui.experiments.experiment import EMBEDDING, Experiment
from rnn_tui.experiments.texts import check_file
from rnn_tui.experiments.weights.formats import ABOUT, format_of
from rnn_tui.experiments.weights.state_dicts import (
    NamedArray,
    StateDict,
    check_finite,
    check_numbers,
    check_peepholes,
    is_torch,
)
from rnn_tui.experiments.weights.torch_names import Called

FORMAT = 1
MOST_NAMED = 12  # tokens in a message


@dataclass(frozen=True, eq=False)
class WeightFile:
    """The arrays of a file under our names, and the text about them that `train --save` writes.

    Other programs write no such text: then shapes are all that is known to fit. Of a
    `state_dict` of torch the arrays have our names once it is known what they are `named_for`;
    `called` are then the names that torch has for them.
    """

    path: Path
    about: str | None
    arrays: Mapping[str, NamedArray]
    called: Called | None = None
    state_dict: StateDict | None = None

    @property
    def cell(self) -> str | None:
        """The cell that the arrays are of, None where nothing tells. Raises ExperimentError."""
        if self.state_dict is not None:
            with self._named():
                return self.state_dict.cell.name
        fitting = (name for name, cell in CELLS.items() if {*cell.parameters} <= {*self.arrays})
        return next(fitting, None)

    def units(self, cell: Cell, *, encoder: bool) -> tuple[int, ...]:
        """H of each layer, by its matrices from units to units. Raises ExperimentError."""
        if self.state_dict is not None:
            with self._named():
                return self.state_dict.units(encoder=encoder)
        recurrent = next(name for name, axes in cell.parameters.items() if axes == "HH")
        found = [self._units(recurrent)]
        while f"{recurrent}_{len(found)}" in self.arrays:
            found.append(self._units(f"{recurrent}_{len(found)}"))
        return tuple(found)

    def named_for(self, network: Network, shapes: Mapping[str, tuple[int, ...]]) -> WeightFile:
        """The arrays under our names for this network. Raises ExperimentError."""
        if self.state_dict is None:
            return self
        with self._named():
            found, called = self.state_dict.parameters(network, shapes)
        return replace(self, arrays=found, called=called)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Say of which file an ExperimentError is."""
        try:
            yield
        except ExperimentError as error:
            raise error.at(file=str(self.path)) from None

    def _units(self, name: str) -> int:
        """The rows of a matrix (H, H). Raises ExperimentError without one."""
        if name not in self.arrays:
            raise self._error("missing, expected shape (H, H)", name)
        array = self.arrays[name].array
        if array.ndim != 2 or not len(array):
            raise self._error(f"expected shape (H, H), found {shape_words(array.shape)}", name)
        return len(array)

    def fitting(
        self, shapes: Mapping[str, tuple[int, ...]], firsts: Iterable[str] = ()
    ) -> Mapping[str, Floats]:
        """The parameters, all of these shapes, read-only. Raises ExperimentError.

        Of the learned `firsts` those that the file has not are 0.
        """
        absent = [name for name in firsts if name not in self.arrays]
        if absent:
            zeros = {name: frozen(np.zeros(shapes[name])) for name in absent}
            there = {name: shape for name, shape in shapes.items() if name not in absent}
            found = {**self.fitting(there), **zeros}
            return MappingProxyType({name: found[name] for name in shapes})
        exact = self.about is not None
        for name, shape in shapes.items():
            if name not in self.arrays:
                raise self._error(f"missing, expected shape {shape_words(shape)}", name)
            self._check(self.arrays[name], shape, exact)
        for name, source in self.arrays.items():
            if name == EMBEDDING and name not in shapes and source.name != name:
                wrong = 'unknown array: an embedding is read with embedding.kind = "learned"'
                raise self._error(wrong, source.name)
            if name not in shapes:
                raise self._error(f"unknown array, {one_of(tuple(shapes))}", source.name)
        kept = {name: frozen(self.arrays[name].array.astype(np.float64)) for name in shapes}
        return MappingProxyType(kept)

    @property
    def origins(self) -> Mapping[str, str]:
        """Where each parameter comes from, in words."""
        return {name: self._origin(source) for name, source in self.arrays.items()}

    def _origin(self, source: NamedArray) -> str:
        kind = source.array.dtype
        widened = "" if kind == np.float64 else f", {kind} widened"
        return f"{source.name} of {self.path.name}{widened}"

    def _check(self, source: NamedArray, shape: tuple[int, ...], exact: bool) -> None:
        array, name = source.array, source.name
        if array.shape != shape:
            found = f"expected shape {shape_words(shape)}, found {shape_words(array.shape)}"
            raise self._error(found, name)
        if exact and array.dtype != np.float64:
            raise self._error(f"expected float64 numbers, found {array.dtype}", name)
        with self._named():
            check_numbers(array, name)
            check_finite(array, name)

    def check_about(self, experiment: Experiment) -> None:
        """Raise ExperimentError where the text speaks of another network."""
        if self.about is None:
            return
        with self._named():
            _check_about(self.about, experiment)

    def _error(self, expected: str, key: str) -> ExperimentError:
        return ExperimentError(expected, key=key, file=str(self.path))


def opened(path: Path, flag: str, tokens: int | None = None) -> WeightFile:
    """A file of arrays under our names or torch's, for so many `tokens` if they are learned.

    Raises ExperimentError.
    """
    format = format_of(path, flag)
    try:
        check_file(path)
        about, arrays = format.entries(path)
        if about is None and is_torch(arrays):
            return WeightFile(path, None, {}, state_dict=StateDict(arrays, tokens))
        if about is None:
            check_peepholes(arrays)
            _check_known(arrays)
    except ExperimentError as error:
        raise error.at(file=str(path)) from None
    return WeightFile(path, about, {name: NamedArray(one, name) for name, one in arrays.items()})


def about(experiment: Experiment) -> dict[str, Any]:
    """What the meaning of weights depends on, apart from their shapes."""
    vocabulary = experiment.vocabulary
    return {
        "format": FORMAT,
        "experiment": experiment.name,
        "tokenizer": vocabulary.tokenizer,
        "vocabulary": list(vocabulary.columns if vocabulary.places else vocabulary.tokens),
        "embedding": vocabulary.kind,
        "labels": list(experiment.labels),
        "activation": experiment.model.activation,
        "output": experiment.model.output,
    }


def _check_known(names: Iterable[str]) -> None:
    """Refuse a file in which nothing has a name that is ours."""
    cells = [name for cell in CELLS.values() for name in cell.parameters]
    ours = (*cells, *readout.PARAMETERS, EMBEDDING)
    if any(name.startswith(ours) for name in names):
        return
    found = ", ".join(shown(name) for name in list(names)[:MOST_NAMED]) or "no array"
    usual = ", ".join((*CELLS["rnn"].parameters, *readout.PARAMETERS))
    raise ExperimentError(f"expected {usual}, or the names of torch's state_dict, found {found}")


def _check_about(text: str, experiment: Experiment) -> None:
    try:
        found = json.loads(text or "null")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        what = "what rnn-tui train --save writes about its network"
        raise ExperimentError(f"expected {what}, found none of it", key=ABOUT)
    name = found.get("experiment")
    origin = f" (saved from {shown(name)})" if name != experiment.name else ""
    for key, wanted in about(experiment).items():
        if key != "experiment" and found.get(key) != wanted:
            difference = f"expected {_listed(wanted)}, found {_listed(found.get(key))}"
            raise ExperimentError(difference + origin, key=key)


def _listed(value: object) -> str:
    """A choice, or the first of many tokens."""
    if not isinstance(value, list):
        return "none" if value is None else shown(value)
    more = f" … ({len(value)} in all)" if len(value) > MOST_NAMED else ""
    return " ".join(shown(one) for one in value[:MOST_NAMED]) + more
