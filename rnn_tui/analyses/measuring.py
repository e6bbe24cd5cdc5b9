"""All analyses by their names, and what each found as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

import numpy as np

from rnn_tui.analyses import (
    eigenvalues,
    hits,
    jacobians,
    memory,
    pca,
    positions,
    saturation,
    words,
)
from rnn_tui.analyses.study import Study


class Analysis(NamedTuple):
    """What it is in a few words, how it is made, and which measures beside its fields it tells."""

    about: str
    measure: Callable[[Study], Any]
    measures: tuple[str, ...] = ()

    def data(self, found: Any) -> dict[str, Any]:
        """Its fields and measures; a complex array as its real and imaginary parts."""
        own = {one.name: plain(getattr(found, one.name)) for one in fields(found)}
        return own | {name: getattr(found, name) for name in self.measures}


ANALYSES: dict[str, Analysis] = {
    "eigenvalues": Analysis("of W_hh on the unit circle, and their path", eigenvalues.path),
    "jacobians": Analysis("how a state depends on those before", jacobians.measure, ("half_life",)),
    "saturation": Analysis("units where no gradient passes", saturation.measure, ("mean",)),
    "pca": Analysis("hidden states along principal components", pca.trajectory),
    "words": Analysis("words clustered by their hidden states", words.measure),
    "memory": Analysis("how far back tokens are felt", memory.measure, ("felt", "readable")),
    "hits": Analysis("how many words that it writes are words", hits.measure),
    "positions": Analysis("error by position in the word", positions.measure),
}


def analysed(name: str, study: Study) -> Any:
    """What one analysis finds. Raises Unfit where it does not fit."""
    with np.errstate(all="ignore"):
        return ANALYSES[name].measure(study)


def plain(value: Any) -> Any:
    """A value as dictionaries, tuples, arrays of real numbers and plain values."""
    if isinstance(value, np.ndarray) and np.iscomplexobj(value):
        return {"real": value.real, "imag": value.imag}
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return tuple(plain(one) for one in value)
    return value
