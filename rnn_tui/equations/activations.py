"""The squashing functions, each beside its derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tui.arrays import Floats, Reals
from rnn_tui.equations.mathematics import FUNCTIONS, Function, relu, sigmoid

__all__ = ["ACTIVATIONS", "Activation", "relu", "sigmoid"]


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

    `steepest` is the largest slope there is. `bounded` says whether h stays within ±1.
    `torch_name` is the `nonlinearity` of PyTorch's RNN, "" where it has none such;
    `numpy_slope` the slope of {0} in a program of NumPy alone. `into` and `slope_into`
    do the same as `of` and `slope` into memory that is there, of any float type; what
    `into` reads it may overwrite.
    """

    name: str
    slope: Callable[[Floats], Floats]
    slope_formula: str
    numpy_slope: str
    into: Callable[[Reals, Reals], object]
    slope_into: Callable[[Reals, Reals], object]
    steepest: float = 1.0
    bounded: bool = True
    torch_name: str = ""

    @property
    def of(self) -> Callable[[Floats], Floats]:
        """The function itself."""
        return FUNCTIONS[self.name].of

    @cached_property
    def functions(self) -> dict[str, Function]:
        """What the names `f` and `slope` stand for in a cell's lines."""
        f = FUNCTIONS[self.name]
        slope = Function("slope", self.slope, "elementwise", "f′ at {0}", self.numpy_slope,
                         f"slope of {self.name}: {self.slope_formula}")  # fmt: skip
        return {"f": f, "slope": slope}


ACTIVATIONS: dict[str, Activation] = {
    one.name: one
    for one in (
        Activation(
            "tanh", lambda h: 1.0 - h**2, "1 − h²", "(1.0 - {0} ** 2)",
            np.tanh, _tanh_slope_into, torch_name="tanh",
        ),
        Activation(
            "relu", lambda h: (h > 0).astype(np.float64), "1 if h > 0", "({0} > 0)",
            lambda z, out: np.maximum(z, 0.0, out=out),
            lambda h, out: np.greater(h, 0.0, out=out),
            bounded=False, torch_name="relu",
        ),
        Activation(
            "sigmoid", lambda h: h * (1.0 - h), "h (1 − h)", "({0} * (1.0 - {0}))",
            _sigmoid_into, _sigmoid_slope_into, steepest=0.25,
        ),
    )
}  # fmt: skip
