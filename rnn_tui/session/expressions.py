"""A number as the arithmetic that makes it: small trees that can be computed and written out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.activations import sigmoid


@dataclass(frozen=True, eq=False)
class Number:
    """A value that is already known, a scalar or a row, and the address it stands at."""

    value: float | Floats
    ref: str = ""


@dataclass(frozen=True, eq=False)
class Sum:
    """All parts added."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, eq=False)
class Product:
    """All parts multiplied."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, eq=False)
class Quotient:
    """One part divided by another."""

    above: Expression
    below: Expression


@dataclass(frozen=True, eq=False)
class Call:
    """A function of FUNCTIONS applied to a part."""

    function: str
    argument: Expression


Expression = Number | Sum | Product | Quotient | Call

Value = float | Floats

# How each function is written, with {} for its argument, and what it does.
FUNCTIONS: dict[str, tuple[str, Callable[[Floats], Floats]]] = {
    "tanh": ("tanh({})", np.tanh),
    "relu": ("max(0, {})", lambda z: np.maximum(z, 0.0)),
    "sigmoid": ("σ({})", sigmoid),
    "slope of tanh": ("(1 − {}²)", lambda h: 1.0 - h**2),
    "slope of relu": ("[{} > 0]", lambda h: (h > 0).astype(np.float64)),
    "slope of sigmoid": ("σ′ at h = {}", lambda h: h * (1.0 - h)),
    "exp": ("e^{}", np.exp),
    "minus ln": ("−ln {}", lambda p: -np.log(p)),
    "minus ln of the rest": ("−ln(1 − {})", lambda p: -np.log1p(-p)),
    "softplus": ("ln(1 + e^{})", lambda z: np.logaddexp(0.0, z)),
    "log of one more": ("ln(1 + {})", np.log1p),
    "sqrt": ("√({})", np.sqrt),
    "square": ("{}²", np.square),
}


def evaluate(expression: Expression) -> Value:
    """What an expression comes to."""
    match expression:
        case Number(value=value):
            return value
        case Sum(parts=parts):
            total: Value = 0.0
            for part in parts:
                total = total + evaluate(part)
            return total
        case Product(parts=parts):
            product: Value = 1.0
            for part in parts:
                product = product * evaluate(part)
            return product
        case Quotient(above=above, below=below):
            return evaluate(above) / evaluate(below)
        case Call(function=name, argument=argument):
            result: Floats = FUNCTIONS[name][1](np.asarray(evaluate(argument)))
            return float(result) if result.ndim == 0 else result


def dot(left: Floats, right: Floats, left_ref: str = "", right_ref: str = "") -> Sum:
    """A sum of products, term by term. `{}` in a ref takes the place of the summed index."""
    return Sum(
        tuple(
            Product(
                (
                    Number(float(a), left_ref.format(i)),
                    Number(float(b), right_ref.format(i)),
                )
            )
            for i, (a, b) in enumerate(zip(left, right, strict=True))
        )
    )
