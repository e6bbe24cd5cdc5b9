"""The softmax head: one logit a class, p their softmax, L = −ln p[target]."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from rnn_tui.arrays import Bools, Floats, Ints, Reals, one_hot
from rnn_tui.equations.heads.head import Head
from rnn_tui.equations.mathematics import cross_entropy, softmax


def forward(y, target):
    """The answer of one output: p (O,) from y (O,), and its loss."""
    p = softmax(y)  # a probability
    loss = cross_entropy(y, target)  # the loss of an answer
    return p, loss


def backward(p, target):
    """The derivative of the loss by y."""
    dy = p - target  # dL/dy
    return dy


class SoftmaxHead(Head):
    """One logit a class."""

    name = "softmax"
    formula = "e^y / Σ e^y"
    loss_formula = "−ln p[target]"
    torch_name = "CrossEntropyLoss"
    numpy_target = "np.eye({1})[{0}]"
    numpy_class = "{0}.argmax()"
    torch_logits = "{0}"
    torch_target = "torch.tensor({0})"
    torch_right = "{0}.argmax(-1) == {1}"
    forward = forward
    backward = backward

    def outputs(self, classes: int) -> int:
        """One a class."""
        return classes

    def target(self, target: Ints, size: int) -> Floats:
        """One-hot rows."""
        return one_hot(np.asarray(target), size)

    def predict(self, p: Floats) -> Ints:
        """The likeliest class, the first of equals; −1 where p is no number."""
        known = np.isfinite(p).all(axis=-1)
        return np.where(known, p.argmax(axis=-1), -1).astype(np.int64)

    def probability_of(self, p: Floats, target: Ints) -> Floats:
        """The p of the class."""
        chosen: Floats = np.take_along_axis(p, np.asarray(target)[..., None], axis=-1)[..., 0]
        return chosen

    def answers(self, y: Reals, targets: Ints) -> tuple[Floats, Bools]:
        """p − one-hot. The largest logit's e^0 is kept apart, as in `cross_entropy`."""
        flat, (first, ones) = y.reshape(-1), _of_rows(*y.shape, y.dtype.char)
        likeliest, wanted = first + y.argmax(1), first + targets
        np.subtract(y, flat.take(likeliest)[:, None], y)
        chosen = flat.take(wanted)
        np.exp(y, y)
        flat[likeliest] = 0.0
        others = y.dot(ones)
        flat[likeliest] = 1.0
        np.divide(y, (1.0 + others)[:, None], y)
        flat[wanted] -= 1.0
        losses = np.log1p(others) - chosen
        return losses, (likeliest == wanted) & np.isfinite(losses)

    def torch_answer(self, torch: Any, y: Any, classes: Any) -> tuple[Any, Any]:
        """By cross_entropy."""
        return torch.softmax(y, -1), torch.nn.functional.cross_entropy(y, classes, reduction="none")


@lru_cache(maxsize=16)
def _of_rows(rows: int, classes: int, kind: str) -> tuple[Ints, Floats]:
    """Where each row begins in all of them, and what adds a row up."""
    return np.arange(0, rows * classes, classes), np.ones(classes, kind)
