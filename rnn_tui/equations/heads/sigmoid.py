"""The binary head: one logit, p the probability of class 1, L = −t ln p − (1−t) ln(1−p)."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnn_tui.arrays import Bools, Floats, Ints, Reals
from rnn_tui.equations.heads.head import Head
from rnn_tui.equations.mathematics import binary_cross_entropy, sigmoid


def forward(y, target):
    """The answer of one output: p (1,) from y (1,), and its loss."""
    p = sigmoid(y)  # a probability
    loss = binary_cross_entropy(y, target)  # the loss of an answer
    return p, loss


def backward(p, target):
    """The derivative of the loss by y."""
    dy = p - target  # dL/dy
    return dy


class SigmoidHead(Head):
    """One logit, for two classes."""

    name = "sigmoid"
    formula = "1 / (1 + e^−y)"
    loss_formula = "−t ln p − (1−t) ln(1−p)"
    torch_name = "BCEWithLogitsLoss"
    numpy_target = "np.array({0}, dtype=float)[..., None]"
    numpy_class = "int({0}[0] >= 0.5)"
    torch_logits = "{0}[..., 0]"
    torch_target = "torch.tensor({0}, dtype=torch.float64)"
    torch_right = "({0} >= 0) == {1}"
    forward = forward
    backward = backward

    def outputs(self, classes: int) -> int:
        """One."""
        return 1

    def target(self, target: Ints, size: int) -> Floats:
        """The class itself, 0 or 1, as the one wanted probability."""
        return np.asarray(target, dtype=np.float64)[..., None]

    def predict(self, p: Floats) -> Ints:
        """Class 1 from p = 0.5 up, −1 where p is no number."""
        return np.where(np.isfinite(p[..., 0]), p[..., 0] >= 0.5, -1).astype(np.int64)

    def probability_of(self, p: Floats, target: Ints) -> Floats:
        """The p of class 1, 1 − p of class 0."""
        return np.where(target, p[..., 0], 1.0 - p[..., 0])

    def answers(self, y: Reals, targets: Ints) -> tuple[Floats, Bools]:
        """p − target; an answer is right where the sign of y is."""
        logits = y[:, 0]
        losses = np.logaddexp(0.0, np.where(targets, -logits, logits))
        right = ((logits >= 0) == targets) & np.isfinite(losses)
        np.subtract(np.exp(-np.logaddexp(0.0, -logits)), targets, out=logits)
        return losses, right

    def torch_answer(self, torch: Any, y: Any, classes: Any) -> tuple[Any, Any]:
        """By binary_cross_entropy_with_logits, of the one logit."""
        cost = torch.nn.functional.binary_cross_entropy_with_logits
        return torch.sigmoid(y), cost(y[:, 0], classes.double(), reduction="none")
