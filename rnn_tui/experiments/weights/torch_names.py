"""What torch calls the parameters of a network: what was read, or what is usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnn_tui.equations.layer import Layer
from rnn_tui.equations.network import Network
from rnn_tui.equations.torch_module import KINDS, blocks, second_biases
from rnn_tui.experiments.errors import ExperimentError
from rnn_tui.experiments.weights.formats import Array

READOUT = {"W_hy": "linear.weight", "b_y": "linear.bias"}
EMBEDDED = {"E": "embedding.weight"}


@dataclass(frozen=True, eq=False)
class Called:
    """Torch's names for each parameter, those that stand in one array in their order there.

    A bias that torch has twice has both names. `lacking` are the arrays that a file had not,
    as its modules were made without biases.
    """

    names: Mapping[str, tuple[str, ...]]
    lacking: frozenset[str] = frozenset()


class Piece(NamedTuple):
    """A block of rows of one of torch's arrays, and the parameter that it is, or is added to."""

    own: str
    kind: str
    place: int


def pieces(layer: Layer) -> list[Piece]:
    """What each of torch's arrays of a layer has, gate by gate, under our names."""
    merged = second_biases(layer.cell)
    return [
        Piece(merged.get(block, block) + layer.suffix, kind, place)
        for kind in KINDS
        for place, block in enumerate(blocks(layer.cell, kind))
    ]


def usual(network: Network) -> Called:
    """The names that are given where none were read. Raises ExperimentError for no module."""
    cell = network.layers[0].cell
    if not (cell.torch_name and cell.torch_gates):
        wrong = f"expected a cell that torch.nn has a module for, found a variant of {cell.name}"
        raise ExperimentError(wrong, key="--names torch")
    found: dict[str, tuple[str, ...]] = {}
    own = "decoder" if network.encoder else "rnn"
    for layers, prefix in ((network.layers, own), (network.encoder, "encoder")):
        for layer in layers:
            for piece in pieces(layer):
                name = f"{prefix}.{piece.kind}_l{layer.depth}"
                found[piece.own] = (*found.get(piece.own, ()), name)
    known = READOUT | EMBEDDED | {name: name for name in network.firsts}
    others = {own: name for own, name in known.items() if own in network.axes}
    return Called(found | {own: (name,) for own, name in others.items()})


def state_dict(arrays: Mapping[str, Array], called: Called) -> dict[str, Array]:
    """The parameters of one network by the names of a state_dict.

    The first of the names of a parameter has all of it, the others zeros. What is `lacking` is
    written as soon as anything in the arrays of its module's layer is not zero.
    """
    stacked: dict[str, list[Array]] = {}
    for own, names in called.names.items():
        for place, name in enumerate(names):
            block = arrays[own] if place == 0 else np.zeros_like(arrays[own])
            stacked.setdefault(name, []).append(block)
    made = {name: np.concatenate(blocks) for name, blocks in stacked.items()}
    needed = {_alike(name) for name in called.lacking if made[name].any()}
    return {
        name: array
        for name, array in made.items()
        if name not in called.lacking or _alike(name) in needed
    }


def _alike(name: str) -> str:
    """The same of both biases of a layer."""
    return name.replace("bias_hh", "bias_ih")
