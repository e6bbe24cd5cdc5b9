"""The squashing functions, each beside its derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Floats


def sigmoid(z: Floats) -> Floats:
    """1 / (1 + e^-z), written so that no z overflows."""
    result: Floats = np.exp(-np.logaddexp(0.0, -z))
    return result


@dataclass(frozen=True)
class Activation:
    """h = f(pre), and f' written in terms of h, so that backward needs only the states."""

    name: str
    of: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    slope_formula: str


ACTIVATIONS: dict[str, Activation] = {
    "tanh": Activation("tanh", np.tanh, lambda h: 1.0 - h**2, "1 − h²"),
    "relu": Activation(
        "relu", lambda z: np.maximum(z, 0.0), lambda h: (h > 0).astype(np.float64), "1 if h > 0"
    ),
    "sigmoid": Activation("sigmoid", sigmoid, lambda h: h * (1.0 - h), "h (1 − h)"),
}
