"""The keys of `[model]` that say what recurs: the cell and its variant, layers, first states."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.equations.cells import CELLS
from rnn_tui.equations.layer import Layer
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import ENCODER
from rnn_tui.experiments.errors import shown
from rnn_tui.experiments.schema.reading import Reader, as_float

MOST_LAYERS = 16
Choices = Mapping[str, tuple[str, ...]]


def variant(model: Reader, name: str, choices: Choices, default: Mapping[str, Any]) -> Any:
    """The settings that some cells alone have a use for, each refused of the others."""
    cell = CELLS[name]
    for key in dict.fromkeys(key for other in CELLS.values() for key in other.settings):
        if key in model and key not in cell.settings:
            users = [f'cell = "{one}"' for one, other in CELLS.items() if key in other.settings]
            wrong = f'expected only with {" or ".join(users)}, found cell = "{name}"'
            raise model.error(key, wrong)
    made: dict[str, Any] = {key: model.choice(key, choices[key], default[key]) for key in choices}
    if "forget_bias" in model:
        made["forget_bias"] = model.number("forget_bias", 0.0)
    return made


def units(model: Reader, usual: tuple[int, ...]) -> tuple[int, ...]:
    """The units of each layer; `usual` are those of a file, which need not be said again."""
    given = model.table.get("hidden_size")
    if not isinstance(given, list):
        layers = model.integer("layers", max(1, len(usual)), least=1)
        if layers > MOST_LAYERS:
            raise model.error("layers", f"expected at most {MOST_LAYERS}, found {layers}")
        if usual and given is None:
            return usual if layers == len(usual) else (usual[0],) * layers
        return (model.integer("hidden_size", least=1),) * layers
    layers = model.integer("layers", max(1, len(given)), least=1)
    whole = all(isinstance(one, int) and not isinstance(one, bool) and one > 0 for one in given)
    if not whole or len(given) != layers or layers > MOST_LAYERS:
        wanted = f"expected {layers} whole numbers of 1 or more, one a layer"
        if layers > MOST_LAYERS:
            wanted = f"expected at most {MOST_LAYERS} layers"
        raise model.error("hidden_size", f"{wanted}, found {shown(given)}")
    return tuple(given)


def initial(model: Reader, cell: str, sizes: tuple[int, ...], kind: str) -> Floats | None:
    """The first states of `[model.initial]`, layer by layer; None where it has to give none.

    A state of several layers is a list of lists, one a layer.
    """
    if kind != "given":
        if "initial" in model:
            raise model.error("initial", 'expected only with initial_state = "given"')
        return None
    table, states = model.subtable("initial"), CELLS[cell].states
    table.only(*states)
    found = [
        _numbers(table, state, depth, sizes) for depth in range(len(sizes)) for state in states
    ]
    return frozen(np.concatenate(found))


def _numbers(table: Reader, state: str, depth: int, sizes: tuple[int, ...]) -> Floats:
    """The first numbers of a layer's state; zeros for a state that is left out."""
    size, several = sizes[depth], len(sizes) > 1
    if state not in table:
        return np.zeros(size)
    value = table.table[state]
    of_layer = "".join(f" and {one}" for one in sizes[1:])
    wanted = f"expected {sizes[0]}{of_layer} numbers, {'a list a layer' if several else 'a list'}"
    if not isinstance(value, list) or (several and len(value) != len(sizes)):
        raise table.error(state, f"{wanted}, found {shown(value)}")
    own = value[depth] if several else value
    numbers = [as_float(one) for one in own] if isinstance(own, list) else []
    if len(numbers) != size or None in numbers:
        raise table.error(state, f"{wanted}, found {shown(value)}")
    return np.array(numbers, dtype=np.float64)


def weights(
    given: Reader, network: Network, shapes: Mapping[str, tuple[int, ...]]
) -> Mapping[str, Floats]:
    """The parameters as they are given, read-only; learned first states are 0 if left out.

    Those of a layer above the first stand in a table of its own, under their plain names.
    """
    layers = [f"layer{depth}" for depth in range(1, network.depth)]
    plain = {layer: _plain(network, depth) for depth, layer in enumerate(layers, start=1)}
    upper = {full: (layer, short) for layer in layers for full, short in plain[layer].items()}
    tables = {layer: given.subtable(layer) for layer in layers if layer in given}
    for layer, table in tables.items():
        table.only(*plain[layer].values())
    elsewhere = {full for full, (layer, _) in upper.items() if layer in tables}
    given.only(*(name for name in shapes if name not in elsewhere), *layers)

    def array(name: str) -> Floats:
        layer, short = upper.get(name, ("", name))
        reader, own = (tables[layer], short) if name in elsewhere else (given, name)
        if name in network.firsts and own not in reader:
            return frozen(np.zeros(shapes[name]))
        if layer and reader is given and own not in given:
            raise given.error(layer, f"missing, expected a table with {short}")
        return reader.array(own, shapes[name])

    return MappingProxyType({name: array(name) for name in shapes})


def _plain(network: Network, depth: int) -> dict[str, str]:
    """The names that a layer's parameters have in its own table, by their full names."""
    stacks = [layers[depth] for layers in (network.layers, network.encoder) if layers]
    found = {full: _short(layer, name) for layer in stacks for name, full in layer.names.items()}
    firsts = {name: f"{state}_0" for name, (at, state) in network.firsts.items() if at == depth}
    return found | firsts


def _short(layer: Layer, name: str) -> str:
    return f"{name}{ENCODER}" if layer.suffix.endswith(ENCODER) else name
