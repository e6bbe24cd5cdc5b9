"""Several sigmoid outputs: each p (O,) the probability of a label that may hold beside others.

The loss is the mean over the labels, as PyTorch's BCEWithLogitsLoss has it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rnn_tui.arrays import Bools, Floats, Reals
from rnn_tui.equations.heads.real import RealHead
from rnn_tui.equations.mathematics import label_cross_entropy, mean, sigmoid, size


def forward(y, target):
    """The answer of one output: p (O,) from y (O,), and its loss."""
    p = sigmoid(y)  # a probability
    loss = mean(label_cross_entropy(y, target))  # the loss of an answer
    return p, loss


def backward(p, target):
    """The derivative of the loss by y."""
    dy = (p - target) / size(p)  # dL/dy
    return dy


class SigmoidsHead(RealHead):
    """A logit a label; targets are 0 or 1."""

    name = "sigmoid"
    formula = "1 / (1 + e^−y)"
    loss_formula = "mean(−t ln p − (1−t) ln(1−p))"
    torch_name = "BCEWithLogitsLoss"
    has_probabilities = True
    forward = forward
    backward = backward

    def probability_of(self, p: Floats, target: Any) -> Floats:
        """That of what holds of each label, the mean over them: t p + (1−t) (1−p)."""
        wanted: Floats = np.where(target, p, 1.0 - p).mean(axis=-1)
        return wanted

    def right(self, p: Floats, targets: Any) -> Bools:
        """Where every label is on the side of 0.5 that its target is on."""
        right: Bools = ((p >= 0.5) == (targets >= 0.5)).all(axis=-1)
        return right

    def answers(self, y: Reals, targets: Any) -> tuple[Floats, Floats]:
        """(p − target) / O."""
        losses: Floats = np.logaddexp(0.0, (1.0 - 2.0 * targets) * y).mean(axis=1)
        np.subtract(np.exp(-np.logaddexp(0.0, -y)), targets, y)
        off: Floats = np.abs(y).mean(axis=1)
        np.divide(y, y.shape[1], y)
        return losses, off

    def torch_answer(self, torch: Any, y: Any, classes: Any) -> tuple[Any, Any]:
        """By binary_cross_entropy_with_logits."""
        cost = torch.nn.functional.binary_cross_entropy_with_logits
        return torch.sigmoid(y), cost(y, classes, reduction="none").mean(-1)
