"""The functions that stand in the lines of cells, heads and optimizers, each described once.

A line is read by `lines`, so a function in it is known by its name. What a name stands for, how
it is written in a formula and in a NumPy program, what axes its result has, and how it is
computed in place: all of it is in its `Function` here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.norms import vector_norm

Kind = Literal["elementwise", "outer", "vector", "scalar"]


@dataclass(frozen=True)
class Function:
    """A function that lines may call.

    `kind` says what the axes of its result are: those of its arguments ("elementwise"), those
    of both in their order ("outer"), those of the first one ("vector": each number depends
    on all of it), or none ("scalar"). `formula` is read by people, with {0}, {1} for the
    arguments; `numpy` is the expression that a program of NumPy alone has in its place.
    `corner` says whether the slope jumps where the argument is 0.
    """

    name: str
    of: Callable[..., Any]
    kind: Kind
    formula: str
    numpy: str
    words: str = ""
    corner: bool = False


def outer(a: Floats, b: Floats) -> Floats:
    """a bᵀ of vectors (m,) and (n,); of columns (m, B) and (n, B) the sum of those of all B."""
    product: Floats = a[:, None] * b if a.ndim == 1 else a @ b.T
    return product


tanh = np.tanh
sqrt = np.sqrt


def sigmoid(z: Floats) -> Floats:
    """1 / (1 + e^-z), written so that no z overflows."""
    result: Floats = np.exp(-np.logaddexp(0.0, -z))
    return result


def relu(z: Floats) -> Floats:
    """The larger of z and 0."""
    result: Floats = np.maximum(z, 0.0)
    return result


def softmax(y: Floats) -> Floats:
    """e^y / Σ e^y over the first axis, shifted by the maximum so that e^y can't overflow."""
    e = np.exp(y - y.max(axis=0))
    result: Floats = e / e.sum(axis=0)
    return result


def binary_cross_entropy(y: Floats, target: Floats) -> Floats:
    """−t ln p − (1−t) ln(1−p) for p = sigmoid(y) and a target of 0 or 1, over the first axis.

    ln(1 + e^∓y): the sign is that which makes a right and certain answer cost nothing.
    """
    result: Floats = np.logaddexp(0.0, (1.0 - 2.0 * target[0]) * y[0])
    return result


def cross_entropy(y: Floats, target: Floats) -> Floats:
    """−Σ target ln p for p = softmax(y) and a one-hot target, over the first axis.

    ln Σ e^y − y[target], both shifted by the largest logit. That one's e^0 is the 1 in
    ln(1 + …), which keeps a loss far below 1e-16.
    """
    largest = np.argmax(y, axis=0)[None]
    shifted = y - np.take_along_axis(y, largest, axis=0)
    chosen = np.take_along_axis(shifted, np.argmax(target, axis=0)[None], axis=0)[0]
    others = np.exp(shifted)
    np.put_along_axis(others, largest, 0.0, axis=0)
    result: Floats = np.log1p(others.sum(axis=0)) - chosen
    return result


def label_cross_entropy(y: Floats, target: Floats) -> Floats:
    """−t ln p − (1−t) ln(1−p) for p = sigmoid(y) and targets of 0 or 1, number by number."""
    result: Floats = np.logaddexp(0.0, (1.0 - 2.0 * target) * y)
    return result


def mean(a: Floats) -> Floats:
    """Σ a / O over the first axis."""
    result: Floats = np.mean(a, axis=0)
    return result


def total(a: Floats) -> Floats:
    """Σ a over the first axis."""
    result: Floats = np.sum(a, axis=0)
    return result


def size(a: Floats) -> int:
    """O, the numbers along the first axis."""
    return len(a)


def where(condition: Floats, one: Floats, other: Floats | float) -> Floats:
    """One where the condition holds, the other elsewhere."""
    return np.where(condition, one, other)


def norm(gradient: Floats) -> float:
    """‖g‖ = √Σ g² over all of a vector, in float64."""
    return vector_norm(gradient)


def clip_norm(gradient: Floats, norm: float, limit: float, out: Floats | None = None) -> Floats:
    """Scaled by limit / ‖g‖ when ‖g‖ is larger, which keeps its direction.

    Source: Pascanu et al. (2013), On the difficulty of training recurrent neural networks.
    """
    return np.multiply(gradient, limit / norm, out) if norm > limit else gradient


def clip_value(gradient: Floats, limit: float, out: Floats | None = None) -> Floats:
    """Each number held within ±limit, which may turn the vector."""
    clipped: Floats = np.clip(gradient, -limit, limit, out)
    return clipped


FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        Function("outer", outer, "outer", "{0} · {1}ᵀ", "np.outer({0}, {1})"),
        Function("tanh", np.tanh, "elementwise", "tanh({0})", "np.tanh({0})"),
        Function(
            "sigmoid", sigmoid, "elementwise", "σ({0})", "np.exp(-np.logaddexp(0.0, -({0})))"
        ),
        Function(
            "relu", relu, "elementwise", "relu({0})", "np.maximum({0}, 0.0)", corner=True
        ),
        Function("exp", np.exp, "elementwise", "e^({0})", "np.exp({0})"),
        Function("log", np.log, "elementwise", "ln({0})", "np.log({0})"),
        Function("sqrt", np.sqrt, "elementwise", "√({0})", "np.sqrt({0})"),
        Function("softmax", softmax, "vector", "softmax({0})", "softmax({0})"),
        Function(
            "cross_entropy", cross_entropy, "scalar", "−ln p[target]", "cross_entropy({0}, {1})"
        ),
        Function(
            "binary_cross_entropy", binary_cross_entropy, "scalar",
            "−t ln p − (1−t) ln(1−p)", "binary_cross_entropy({0}, {1})",
        ),
        Function(
            "label_cross_entropy", label_cross_entropy, "elementwise",
            "−t ln p − (1−t) ln(1−p)", "np.logaddexp(0.0, (1.0 - 2.0 * {1}) * {0})",
        ),
        Function("mean", mean, "scalar", "mean({0})", "np.mean({0})"),
        Function("total", total, "scalar", "Σ {0}", "np.sum({0})"),
        Function("size", size, "scalar", "O", "len({0})"),
        Function(
            "where", where, "elementwise", "{1} where {0}, else {2}", "np.where({0}, {1}, {2})"
        ),
        Function("norm", norm, "scalar", "√Σ {0}²", "np.linalg.norm({0})"),
        Function(
            "clip_norm", clip_norm, "vector", "{0} · min(1, {2} / {1})",
            "{0} * ({2} / max({1}, {2}))",
        ),
        Function(
            "clip_value", clip_value, "elementwise", "{0} within ±{1}", "np.clip({0}, -{1}, {1})"
        ),
    )
}  # fmt: skip
