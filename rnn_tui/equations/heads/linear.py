"""The linear head: y itself is the answer, and the loss is its squared distance from the target.

Two conventions: `mse` is the mean over the O numbers of an output, as PyTorch's MSELoss has it;
`half-squared` is half their sum, as in books, so that dL/dy is the error itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rnn_tui.arrays import Floats, Reals
from rnn_tui.equations.heads import readout
from rnn_tui.equations.heads.real import RealHead
from rnn_tui.equations.mathematics import mean, size, total


def forward(y, target):
    """How far an answer y (O,) is off, and its loss."""
    error = y - target  # how far an answer is off
    loss = mean(error**2)  # the loss of an answer
    return error, loss


def backward(error):
    """The derivative of the loss by y."""
    dy = 2 * error / size(error)  # dL/dy
    return dy


def forward_half(y, target):
    """The same with half the sum of squares."""
    error = y - target  # how far an answer is off
    loss = total(error**2) / 2  # the loss of an answer
    return error, loss


def backward_half(error):
    """The derivative of the loss by y."""
    dy = error  # dL/dy
    return dy


class LinearHead(RealHead):
    """W_hy h + b_y is the answer."""

    name = "linear"
    formula = "y"
    loss_formula = "mean((y − t)²)"
    torch_name = "MSELoss"
    answer = "y"
    forward = forward
    backward = backward

    def probabilities(self, y: Floats) -> Floats:
        """The answer, which is y."""
        return y

    def answers(self, y: Reals, targets: Any) -> tuple[Floats, Floats]:
        """2 (y − target) / O."""
        np.subtract(y, targets, y)
        losses: Floats = np.square(y).mean(axis=1)
        off: Floats = np.abs(y).mean(axis=1)
        np.multiply(y, 2.0 / y.shape[1], y)
        return losses, off

    def torch_answer(self, torch: Any, y: Any, classes: Any) -> tuple[Any, Any]:
        """By mse_loss."""
        return y, torch.nn.functional.mse_loss(y, classes, reduction="none").mean(-1)


class HalfSquared(LinearHead):
    """The same with half the sum of squares as its loss."""

    loss_formula = "½ Σ (y − t)²"
    torch_cost = "{0} / 2"
    forward = forward_half
    backward = backward_half

    def answers(self, y: Reals, targets: Any) -> tuple[Floats, Floats]:
        """y − target."""
        np.subtract(y, targets, y)
        losses: Floats = np.square(y).sum(axis=1) / 2.0
        return losses, np.abs(y).mean(axis=1)

    def torch_answer(self, torch: Any, y: Any, classes: Any) -> tuple[Any, Any]:
        """By mse_loss, summed and halved."""
        return y, torch.nn.functional.mse_loss(y, classes, reduction="none").sum(-1) / 2.0


class StateHead(LinearHead):
    """There is no readout: the state h_t is the answer."""

    name = "state"
    readout = readout.NONE


class HalfSquaredState(HalfSquared):
    """The same with half the sum of squares as its loss."""

    name = "state"
    readout = readout.NONE
