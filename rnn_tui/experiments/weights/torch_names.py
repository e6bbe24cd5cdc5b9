"""The arrays of a PyTorch module, by the names of its state_dict, as the parameters they are here.

One `nn.RNN` (or `nn.RNNCell`) computes h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh), so
b_h = b_ih + b_hh; one `nn.Linear` reads the state; an `nn.Embedding` may come before it. What
the module calls them does not matter, and is kept for when they are written again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from rnn_tui.experiments.errors import ExperimentError, shown
from rnn_tui.experiments.weights.formats import Array

RECURRENT = re.compile(r"(.*\.)?(weight|bias)_(ih|hh)(_l(\d+))?(_reverse)?")
ONE = "expected one recurrent network, found an encoder and a decoder"
OTHERS = {4: "nn.LSTM", 3: "nn.GRU"}  # by how many gates stand below each other


# The arrays of a cell, and what an nn.RNN of one layer calls them. Its second bias is its own.
CELL: Mapping[str, str] = {
    "W_xh": "weight_ih_l0",
    "W_hh": "weight_hh_l0",
    "b_h": "bias_ih_l0",
    "b_hh": "bias_hh_l0",
}


# What torch calls the arrays of each parameter: b_h is a sum of two.
Called = Mapping[str, tuple[str, ...]]
USUAL: Called = {
    "W_xh": ("rnn.weight_ih_l0",),
    "W_hh": ("rnn.weight_hh_l0",),
    "b_h": ("rnn.bias_ih_l0", "rnn.bias_hh_l0"),
    "W_hy": ("linear.weight",),
    "b_y": ("linear.bias",),
    "E": ("embedding.weight",),
}


class Source(NamedTuple):
    """An array, and what it was called in its file: the names of all that were added up."""

    array: Array
    name: str
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, array: Array, *names: str) -> Source:
        """An array that came from so many of the file; from none, it is zero."""
        return cls(array, " + ".join(names) or "no bias in the file", names)


def is_torch(names: Iterable[str]) -> bool:
    """Whether arrays of these names are a state_dict with a recurrent module."""
    return any(RECURRENT.fullmatch(name) for name in names)


def parameters(arrays: Mapping[str, Array], tokens: int | None = None) -> dict[str, Source]:
    """Our names for the arrays of a state_dict; a bias that it lacks is zero.

    An embedding is to have a row for each of `tokens`, where they are learned. Shapes are left
    to be checked, but for what tells the kind of a module. Raises ExperimentError.
    """
    recurrent = [name for name in arrays if RECURRENT.fullmatch(name)]
    _check_one_layer(recurrent)
    inputs, states = (_weight(recurrent, kind) for kind in ("weight_ih", "weight_hh"))
    _check_plain(states, arrays[states])
    H = arrays[states].shape[0]
    found = {
        "W_xh": Source.of(arrays[inputs], inputs),
        "W_hh": Source.of(arrays[states], states),
        "b_h": _summed(arrays, [name for name in recurrent if "bias_" in name], H),
    }
    rest = {name: array for name, array in arrays.items() if name not in recurrent}
    embedding = _embedding(rest, arrays[inputs].shape, H, tokens)
    if embedding is not None:
        found["E"] = Source.of(rest.pop(embedding), embedding)
    return found | _linear(rest, H)


def state_dict(arrays: Mapping[str, Array], called: Called = USUAL) -> dict[str, Array]:
    """The parameters of one network by the names of a state_dict, those that were read.

    The first of the names of a parameter has all of it, the others zeros. A bias that has no
    name, as its module had none, gets the usual one as soon as it is not zero.
    """
    made: dict[str, Array] = {}
    for own, array in arrays.items():
        names = called[own] or (_bias_names(own, called) if array.any() else ())
        for place, name in enumerate(names):
            made[name] = array if place == 0 else np.zeros_like(array)
    return made


def _bias_names(bias: str, called: Called) -> tuple[str, ...]:
    """What torch would call a bias beside the weight that it belongs to."""
    if bias == "b_y":
        return (_bias_of(called["W_hy"][0]),)
    return tuple(called[w][0].replace("weight_", "bias_") for w in ("W_xh", "W_hh"))


def _check_one_layer(names: list[str]) -> None:
    """Refuse several layers, two directions, several networks."""
    prefixes = dict.fromkeys(_group(name, 1) for name in names)
    if len(prefixes) > 1:
        several = ", ".join(shown(prefix.rstrip(".")) for prefix in prefixes)
        raise ExperimentError(f"expected one nn.RNN, found {len(prefixes)}: {several}")
    for name in names:
        if _group(name, 6):
            wrong = "expected an nn.RNN that reads forwards only, found a bidirectional one"
            raise ExperimentError(wrong, key=name)
    layers = {int(_group(name, 5) or 0) for name in names}
    if layers != {0}:
        top = next(name for name in names if int(_group(name, 5) or 0))
        wrong = f"expected an nn.RNN of one layer, found {max(layers) + 1} layers"
        raise ExperimentError(wrong, key=top)


def _group(name: str, number: int) -> str:
    match = RECURRENT.fullmatch(name)
    assert match is not None
    return match.group(number) or ""


def _weight(names: list[str], kind: str) -> str:
    for name in names:
        if kind in name.rpartition(".")[2]:
            return name
    raise ExperimentError("missing, expected it in the state_dict of an nn.RNN", key=f"{kind}_l0")


def _check_plain(name: str, array: Array) -> None:
    """Refuse networks with gates, whose matrices stand below each other."""
    if array.ndim != 2 or not array.size:
        raise ExperimentError(f"expected shape (H, H), found {array.shape}", key=name)
    rows, columns = array.shape
    if rows != columns:
        gates = OTHERS.get(rows // columns) if rows % columns == 0 else None
        what = f", as of an {gates}: only nn.RNN can be opened" if gates else ""
        raise ExperimentError(f"expected shape (H, H), found ({rows}, {columns}){what}", key=name)


def _summed(arrays: Mapping[str, Array], names: list[str], H: int) -> Source:
    """b_ih + b_hh, in double precision."""
    if not names:
        return Source.of(np.zeros(H))
    for name in names:
        check_numbers(arrays[name], name)
        if arrays[name].shape != (H,):
            raise ExperimentError(f"expected shape ({H},), found {arrays[name].shape}", key=name)
    return Source.of(sum_of([arrays[name] for name in names]), *names)


def sum_of(arrays: list[Array]) -> Array:
    """The sum of arrays, widened first."""
    total: Array = np.sum([array.astype(np.float64) for array in arrays], axis=0)
    return total


def check_numbers(array: Array, name: str) -> None:
    """Raise ExperimentError for all that is no floating-point number."""
    if array.dtype not in (np.float64, np.float32, np.float16):
        wrong = f"expected float64, float32 or float16 numbers, found {array.dtype}"
        raise ExperimentError(wrong, key=name)


def _embedding(
    rest: Mapping[str, Array], inputs: tuple[int, ...], H: int, tokens: int | None
) -> str | None:
    """The matrix whose rows are what an nn.RNN reads, told by its name or by its shape.

    It has no bias. Where it is as wide as the state, an nn.Linear without one looks like it:
    then it is what has a row for each token.
    """
    tables = [
        name for name, array in rest.items()
        if name.endswith("weight") and array.ndim == 2 and _bias_of(name) not in rest
    ]  # fmt: skip
    named = [name for name in tables if "emb" in name.lower()]
    if not named and len(inputs) == 2:
        wide = [name for name in tables if rest[name].shape[1] == inputs[1]]
        several = sum(name.endswith("weight") and rest[name].ndim == 2 for name in rest) > 1
        named = wide if inputs[1] != H or several else []
    if len(named) > 1 and tokens is not None:
        named = [name for name in named if len(rest[name]) == tokens] or named
    if len(named) > 1:
        found = f"found {', '.join(named)}: call it embedding.weight"
        raise ExperimentError(f"expected one nn.Embedding, {found}")
    return named[0] if named else None


def _linear(rest: Mapping[str, Array], H: int) -> dict[str, Source]:
    """W_hy and b_y: the one nn.Linear that is left."""
    weights = [name for name in rest if name.endswith("weight") and rest[name].ndim == 2]
    if not weights:
        raise ExperimentError(f"expected an nn.Linear of shape (O, {H}) that reads the state")
    if len(weights) > 1:
        raise ExperimentError(f"expected one nn.Linear, found {len(weights)}: {', '.join(weights)}")
    name = weights[0]
    bias = _bias_of(name)
    for other in rest:
        if other not in (name, bias):
            wrong = "unknown array, expected an nn.RNN, an nn.Linear and perhaps an nn.Embedding"
            raise ExperimentError(wrong, key=other)
    zeros = Source.of(np.zeros(len(rest[name])))
    return {
        "W_hy": Source.of(rest[name], name),
        "b_y": Source.of(rest[bias], bias) if bias in rest else zeros,
    }


def _bias_of(weight: str) -> str:
    return weight.removesuffix("weight") + "bias"
