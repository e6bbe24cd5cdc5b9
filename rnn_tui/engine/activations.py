"""The squashing functions, each beside its derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Floats, Reals


def sigmoid(z: Floats) -> Floats:
    """1 / (1 + e^-z), written so that no z overflows."""
    result: Floats = np.exp(-np.logaddexp(0.0, -z))
    return result


def _sigmoid_into(z: Reals, out: Reals) -> None:
    np.negative(z, out=z)
    np.logaddexp(0.0, z, out=z)
    np.negative(z, out=z)
    np.exp(z, out=out)


def _tanh_slope_into(h: Reals, out: Reals) -> None:
    np.multiply(h, h, out=out)
    np.subtract(1.0, out, out=out)


def _sigmoid_slope_into(h: Reals, out: Reals) -> None:
    np.subtract(1.0, h, out=out)
    np.multiply(h, out, out=out)


@dataclass(frozen=True)
class Activation:
    """h = f(pre), and f' written in terms of h, so that backward needs only the states.

    `into` and `slope_into` do the same into memory that is there, of any float type;
    what `into` reads it may overwrite.
    """

    name: str
    of: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    slope_formula: str
    into: Callable[[Reals, Reals], object]
    slope_into: Callable[[Reals, Reals], object]


ACTIVATIONS: dict[str, Activation] = {
    "tanh": Activation("tanh", np.tanh, lambda h: 1.0 - h**2, "1 − h²", np.tanh, _tanh_slope_into),
    "relu": Activation(
        "relu",
        lambda z: np.maximum(z, 0.0),
        lambda h: (h > 0).astype(np.float64),
        "1 if h > 0",
        lambda z, out: np.maximum(z, 0.0, out=out),
        lambda h, out: np.greater(h, 0.0, out=out),
    ),
    "sigmoid": Activation(
        "sigmoid",
        sigmoid,
        lambda h: h * (1.0 - h),
        "h (1 − h)",
        _sigmoid_into,
        _sigmoid_slope_into,
    ),
}
