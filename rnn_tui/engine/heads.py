"""From logits to probabilities and a loss: sigmoid or softmax, each with its cross-entropy.

Losses are computed from the logits y, never from p, so nothing is lost or
overflows however large |y| is. For both heads dL/dy = p − target.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from rnn_tui.arrays import Floats, Ints, Reals, one_hot
from rnn_tui.engine.activations import sigmoid


class Head(Protocol):
    """What turns logits y (…, O) into an answer. Targets are classes, shape (…)."""

    name: str
    formula: str
    loss_formula: str

    def probabilities(self, y: Floats) -> Floats:
        """P, the shape of y."""
        ...

    def loss(self, y: Floats, target: Ints) -> Floats:
        """The loss of each output in nats, the shape of `target`."""
        ...

    def target(self, target: Ints, size: int) -> Floats:
        """The p that would have no loss, shape (…, size)."""
        ...

    def predict(self, p: Floats) -> Ints:
        """The class answered, shape (…)."""
        ...

    def answers(self, y: Reals, targets: Ints) -> tuple[float, int]:
        """The summed loss and how many of N answers are right; y (N, O) becomes dL/dy.

        For training, in the memory that is there, which has no gaps; `targets` is (N,).
        """
        ...


class SigmoidHead:
    """One logit; p is the probability of class 1. L = −t ln p − (1−t) ln(1−p)."""

    name = "sigmoid"
    formula = "1 / (1 + e^−y)"
    loss_formula = "−t ln p − (1−t) ln(1−p)"

    def probabilities(self, y: Floats) -> Floats:
        """The sigmoid of y."""
        return sigmoid(y)

    def loss(self, y: Floats, target: Ints) -> Floats:
        """ln(1 + e^∓y): the sign is that which makes a right and certain answer cost nothing."""
        result: Floats = np.logaddexp(0.0, (1.0 - 2.0 * np.asarray(target)) * y[..., 0])
        return result

    def target(self, target: Ints, size: int) -> Floats:
        """The class itself, 0 or 1, as the one wanted probability."""
        return np.asarray(target, dtype=np.float64)[..., None]

    def predict(self, p: Floats) -> Ints:
        """Class 1 from p = 0.5 up."""
        return (p[..., 0] >= 0.5).astype(np.int64)

    def answers(self, y: Reals, targets: Ints) -> tuple[float, int]:
        """p − target; an answer is right where the sign of y is."""
        logits = y[:, 0]
        right = int(((logits >= 0) == targets).sum())
        losses = np.logaddexp(0.0, np.where(targets, -logits, logits))
        np.subtract(np.exp(-np.logaddexp(0.0, -logits)), targets, out=logits)
        return float(losses.sum()), right


class SoftmaxHead:
    """One logit a class. L = −ln p[target]."""

    name = "softmax"
    formula = "e^y / Σ e^y"
    loss_formula = "−ln p[target]"

    def probabilities(self, y: Floats) -> Floats:
        """The softmax over the last axis, shifted by its maximum so that e^y can't overflow."""
        e = np.exp(y - y.max(axis=-1, keepdims=True))
        result: Floats = e / e.sum(axis=-1, keepdims=True)
        return result

    def loss(self, y: Floats, target: Ints) -> Floats:
        """Ln Σ e^y − y[target], both shifted by the largest logit.

        That one's e^0 is the 1 in ln(1 + …), which keeps a loss far below 1e-16.
        """
        largest = y.argmax(axis=-1)[..., None]
        shifted = y - np.take_along_axis(y, largest, axis=-1)
        chosen = np.take_along_axis(shifted, np.asarray(target)[..., None], axis=-1)[..., 0]
        others = np.exp(shifted)
        np.put_along_axis(others, largest, 0.0, axis=-1)
        result: Floats = np.log1p(others.sum(axis=-1)) - chosen
        return result

    def target(self, target: Ints, size: int) -> Floats:
        """One-hot rows."""
        return one_hot(np.asarray(target), size)

    def predict(self, p: Floats) -> Ints:
        """The likeliest class; the first of equals."""
        return np.asarray(p.argmax(axis=-1), dtype=np.int64)

    def answers(self, y: Reals, targets: Ints) -> tuple[float, int]:
        """p − one-hot. The largest logit's e^0 is kept apart, as in `loss`."""
        flat, first = y.reshape(-1), np.arange(0, y.size, y.shape[1])
        likeliest, wanted = first + y.argmax(axis=1), first + targets
        np.subtract(y, flat.take(likeliest)[:, None], y)
        chosen = flat.take(wanted)
        np.exp(y, y)
        flat[likeliest] = 0.0
        others = np.add.reduce(y, 1)
        flat[likeliest] = 1.0
        np.divide(y, (1.0 + others)[:, None], y)
        flat[wanted] -= 1.0
        losses = np.log1p(others) - chosen
        return float(np.add.reduce(losses)), int(np.count_nonzero(likeliest == wanted))


HEADS: dict[str, Head] = {"sigmoid": SigmoidHead(), "softmax": SoftmaxHead()}
