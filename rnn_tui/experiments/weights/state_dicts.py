"""The arrays of PyTorch modules, by the names of a state_dict, as the parameters they are here.

nn.RNN, nn.LSTM and nn.GRU, of any number of layers, and the loops that are written with
nn.RNNCell, nn.LSTMCell and nn.GRUCell; two of them where there is an encoder. One nn.Linear reads
the state; an nn.Embedding may come before it. What the modules are called does not matter, and is
kept for when they are written again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnn_tui.equations.cells import Cell
from rnn_tui.equations.layer import Layer
from rnn_tui.equations.network import Network
from rnn_tui.equations.torch_module import cell_with
from rnn_tui.experiments.errors import ExperimentError, shown
from rnn_tui.experiments.weights.formats import Array
from rnn_tui.experiments.weights.modules import embedding_in, linear_in
from rnn_tui.experiments.weights.torch_names import Called, pieces

RECURRENT = re.compile(r"(.*\.)?(weight|bias)_(ih|hh|hr)(?:_l(\d+))?(_reverse)?")
# Connections from c to the gates, as TensorFlow, Keras and cells written by hand name them.
PEEPHOLE = re.compile(
    r"(.*[./])?(.*peephole.*|w_[ifo]_diag|(weight|W|w)_?(c[ifo]|p[ifo]|ci|ch))([.:/].*)?",
    re.IGNORECASE,
)

Names = Mapping[str, str]  # of torch's four arrays of a layer, by their kind


class NamedArray(NamedTuple):
    """An array, and what it was called in its file: the names of all that were added up."""

    array: Array
    name: str
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, array: Array, *names: str) -> NamedArray:
        """An array that came from so many of the file; from none, it is zero."""
        return cls(array, " + ".join(names) or "no bias in the file", names)


def is_torch(names: Iterable[str]) -> bool:
    """Whether arrays of these names are a state_dict with a recurrent module."""
    return any(RECURRENT.fullmatch(name) for name in names)


def check_peepholes(names: Iterable[str]) -> None:
    """Raise ExperimentError for a network whose gates read c."""
    for name in names:
        if PEEPHOLE.fullmatch(name):
            wrong = "expected a network without peepholes, found a weight from c to a gate"
            raise ExperimentError(wrong, key=name)


@dataclass(frozen=True, eq=False)
class StateDict:
    """The arrays of a file; an embedding is to have a row for each of `tokens`, if it is known."""

    arrays: Mapping[str, Array]
    tokens: int | None = None

    def __post_init__(self) -> None:
        for name in self._recurrent:
            match = RECURRENT.fullmatch(name)
            assert match is not None
            if match[5]:
                wrong = "expected a network that reads forwards only, found a bidirectional one"
                raise ExperimentError(wrong, key=name)
            if match[3] == "hr":
                wrong = "expected a network without projections (proj_size), found one"
                raise ExperimentError(wrong, key=name)
        check_peepholes(self.arrays)

    @cached_property
    def _recurrent(self) -> list[str]:
        return [name for name in self.arrays if RECURRENT.fullmatch(name)]

    @cached_property
    def _modules(self) -> dict[str, list[Names]]:
        """The layers of each recurrent module by its prefix, the prefixes by their numbers."""
        found: dict[str, dict[int, dict[str, str]]] = {}
        for name in self._recurrent:
            prefix, what, which, layer, _ = RECURRENT.fullmatch(name).groups("")  # type: ignore[union-attr]
            layers = found.setdefault(prefix, {})
            layers.setdefault(int(layer or 0), {})[f"{what}_{which}"] = name
        for prefix, layers in found.items():
            for depth in range(max(layers) + 1):
                for kind in ("weight_ih", "weight_hh"):
                    if kind not in layers.get(depth, {}):
                        wrong = "missing, expected it in the state_dict of a recurrent module"
                        raise ExperimentError(wrong, key=f"{prefix}{kind}_l{depth}")
        return {
            prefix: [found[prefix][depth] for depth in sorted(found[prefix])]
            for prefix in sorted(found, key=_natural)
        }

    def _layers(self, encoder: bool) -> dict[bool, list[Names]]:
        """The layers from the one that reads up: False has them, True those of an encoder."""
        encoding = [prefix for prefix in self._modules if "enc" in prefix.lower()]
        others = [prefix for prefix in self._modules if prefix not in encoding]
        if not encoder:
            return {False: self._stacked([*self._modules])}
        if not (encoding and others):
            told = f"expected an encoder and a decoder, found {self._told(self._modules)}"
            raise ExperimentError(f"{told}: call the one that reads encoder")
        return {False: self._stacked(others), True: self._stacked(encoding)}

    def _stacked(self, prefixes: Sequence[str]) -> list[Names]:
        """Modules whose names differ in a number alone are layers above each other."""
        if len({re.sub(r"\d+", "", prefix) for prefix in prefixes}) > 1:
            several = f"found {len(prefixes)}: {self._told(prefixes)}"
            raise ExperimentError(f"expected one recurrent network, {several}")
        return [layer for prefix in prefixes for layer in self._modules[prefix]]

    @staticmethod
    def _told(prefixes: Iterable[str]) -> str:
        return ", ".join(shown(prefix.rstrip(".")) for prefix in prefixes)

    def units(self, *, encoder: bool) -> tuple[int, ...]:
        """H of each layer. Raises ExperimentError."""
        layers = self._layers(encoder)[False]
        return tuple(self._gates_and_units(named["weight_hh"])[1] for named in layers)

    @cached_property
    def _first(self) -> str:
        """The first matrix that reads the state."""
        return next(iter(self._modules.values()))[0]["weight_hh"]

    @property
    def cell(self) -> Cell:
        """The cell whose gates stand below each other. Raises ExperimentError."""
        gates, H = self._gates_and_units(self._first)
        cell = cell_with(gates)
        if cell is None:
            found = f"found {self.arrays[self._first].shape}"
            wrong = f"expected shape ({H}, {H}), or 3 or 4 times the rows, {found}"
            raise ExperimentError(wrong, key=self._first)
        return cell

    def _gates_and_units(self, name: str) -> tuple[int, int]:
        array = self.arrays[name]
        if array.ndim != 2 or not array.size or len(array) % array.shape[1]:
            found = f"expected shape (H, H), or 3 or 4 times the rows, found {array.shape}"
            raise ExperimentError(found, key=name)
        return len(array) // array.shape[1], array.shape[1]

    def check_cell(self, cell: Cell) -> None:
        """Raise ExperimentError where the file has another than this one."""
        if not cell.torch_name:
            wrong = (
                f"expected a cell as in torch.nn for a state_dict, found a variant of {cell.name}"
            )
            raise ExperimentError(wrong, key=self._first)
        if self.cell.torch_gates != cell.torch_gates:
            shape = self.arrays[self._first].shape
            found = f"found {shape}, as of an nn.{self.cell.torch_name}"
            gates = len(cell.torch_gates)
            rows = f"({gates if gates > 1 else ''}H, H)"
            wrong = f'expected shape {rows} for cell = "{cell.name}", {found}'
            raise ExperimentError(wrong, key=self._first)

    def parameters(
        self, network: Network, shapes: Mapping[str, tuple[int, ...]]
    ) -> tuple[dict[str, NamedArray], Called]:
        """Our names for the arrays, and theirs; a bias that a module lacks is zero.

        Raises ExperimentError for a shape that is not that of the network's parameter.
        """
        self.check_cell(network.layers[0].cell)
        found: dict[str, NamedArray] = {}
        names: dict[str, tuple[str, ...]] = {}
        lacking: set[str] = set()
        stacks = {False: network.layers, True: network.encoder}
        modules = self._layers(bool(network.encoder))
        for encodes, layers in modules.items():
            self._check_depth(len(stacks[encodes]), layers)
            for layer, named in zip(stacks[encodes], layers, strict=True):
                self._read(layer, named, shapes, found, names, lacking)
        rest = {name: one for name, one in self.arrays.items() if name not in self._recurrent}
        for name in network.firsts:
            names[name] = (name,)  # torch has none for it
            if name in rest:
                found[name] = NamedArray.of(rest.pop(name), name)
            else:
                lacking.add(name)
        reads = self.arrays[modules[False][0]["weight_ih"]].shape
        H = self._gates_and_units(modules[False][-1]["weight_hh"])[1]
        table = embedding_in(rest, reads, H, self.tokens)
        if table is not None:
            found["E"], names["E"] = NamedArray.of(rest.pop(table), table), (table,)
        weight, bias = linear_in(rest, H, wanted=network.head.readout.is_linear)
        if weight:
            found["W_hy"], names["W_hy"] = NamedArray.of(rest[weight], weight), (weight,)
            names["b_y"] = (bias,)
            if bias in rest:
                found["b_y"] = NamedArray.of(rest[bias], bias)
            else:
                found["b_y"] = NamedArray.of(np.zeros(len(rest[weight])))
                lacking.add(bias)
        return found, Called(names, frozenset(lacking))

    def _check_depth(self, wanted: int, layers: Sequence[Names]) -> None:
        if len(layers) != wanted:
            top = layers[-1]["weight_ih"]
            wrong = f"expected {wanted} layer{'s' if wanted > 1 else ''}, found {len(layers)}"
            raise ExperimentError(wrong, key=top)

    def _read(
        self,
        layer: Layer,
        named: Names,
        shapes: Mapping[str, tuple[int, ...]],
        found: dict[str, NamedArray],
        names: dict[str, tuple[str, ...]],
        lacking: set[str],
    ) -> None:
        """The parameters of one layer, from the arrays of a kind each."""
        parts: dict[str, list[tuple[Array, str]]] = {}
        gates = len(layer.cell.torch_gates)
        for piece in pieces(layer):
            shape = shapes[piece.own]
            name = named.get(piece.kind) or named[piece.kind.replace("bias", "weight")].replace(
                "weight_", "bias_"
            )
            names[piece.own] = (*names.get(piece.own, ()), name)
            parts.setdefault(piece.own, [])
            if piece.kind not in named:
                lacking.add(name)
                continue
            array = self.arrays[name]
            whole = (gates * shape[0], *shape[1:])
            if array.shape != whole:
                raise ExperimentError(f"expected shape {whole}, found {array.shape}", key=name)
            check_numbers(array, name)
            check_finite(array, name)
            rows = slice(piece.place * shape[0], (piece.place + 1) * shape[0])
            parts[piece.own].append((array[rows], name))
        for own, read in parts.items():
            came = [name for _, name in read]
            if len(read) == 1:
                found[own] = NamedArray.of(read[0][0], *came)
            elif read:
                found[own] = NamedArray.of(sum_of([array for array, _ in read]), *came)
            else:
                found[own] = NamedArray.of(np.zeros(shapes[own]))


def _natural(prefix: str) -> list[tuple[int, str]]:
    """Sorts cells.2 before cells.10."""
    return [(int(one), "") if one.isdigit() else (0, one) for one in re.split(r"(\d+)", prefix)]


def sum_of(arrays: Sequence[Array]) -> Array:
    """The sum of arrays, widened first."""
    total: Array = np.sum([array.astype(np.float64) for array in arrays], axis=0)
    return total


def check_numbers(array: Array, name: str) -> None:
    """Raise ExperimentError for all that is no floating-point number."""
    if array.dtype not in (np.float64, np.float32, np.float16):
        wrong = f"expected float64, float32 or float16 numbers, found {array.dtype}"
        raise ExperimentError(wrong, key=name)


def check_finite(array: Array, name: str) -> None:
    """Raise ExperimentError for the first number that is not finite."""
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        place = tuple(wrong[0].tolist())
        key = f"{name}[{','.join(map(str, place))}]"
        raise ExperimentError(f"expected a finite number, found {array[place]}", key=key)
