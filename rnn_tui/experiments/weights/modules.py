"""The modules around a recurrent one: the nn.Linear that reads it, the nn.Embedding it reads."""

from __future__ import annotations

from collections.abc import Mapping

from rnn_tui.experiments.errors import ExperimentError
from rnn_tui.experiments.weights.formats import Array


def embedding_in(
    rest: Mapping[str, Array], inputs: tuple[int, ...], H: int, tokens: int | None
) -> str | None:
    """The matrix whose rows are what a network reads, told by its name or by its shape.

    It has no bias. Where it is as wide as the state, an nn.Linear without one looks like it:
    then it is what has a row for each token. Raises ExperimentError for several.
    """
    tables = [
        name for name, array in rest.items()
        if name.endswith("weight") and array.ndim == 2 and bias_of(name) not in rest
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


def linear_in(rest: Mapping[str, Array], H: int, *, wanted: bool) -> tuple[str, str]:
    """The weight and the bias of the one nn.Linear that is left; "" where none is `wanted`.

    Raises ExperimentError for what is none, and for what else is left.
    """
    weights = [name for name in rest if name.endswith("weight") and rest[name].ndim == 2]
    if wanted and not weights:
        raise ExperimentError(f"expected an nn.Linear of shape (O, {H}) that reads the state")
    if wanted and len(weights) > 1:
        raise ExperimentError(f"expected one nn.Linear, found {len(weights)}: {', '.join(weights)}")
    found = (weights[0], bias_of(weights[0])) if wanted else ("", "")
    for name in rest:
        if name not in found:
            known = "a recurrent module, an nn.Linear and perhaps an nn.Embedding"
            if not wanted:
                known = "no nn.Linear, as the state is the answer"
            raise ExperimentError(f"unknown array, expected {known}", key=name)
    return found


def bias_of(weight: str) -> str:
    """What the bias beside a weight is called."""
    return weight.removesuffix("weight") + "bias"
