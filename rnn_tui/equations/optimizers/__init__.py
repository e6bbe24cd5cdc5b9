"""From a batch's gradient to the next parameters: the lines of an update, and the optimizers."""

from __future__ import annotations

from rnn_tui.equations.optimizers.optimizer import Optimizer, Settings, Slots
from rnn_tui.equations.optimizers.sgd import SGD

__all__ = ["OPTIMIZERS", "Optimizer", "Settings", "Slots"]

OPTIMIZERS: dict[str, Optimizer] = {"sgd": SGD}
