"""From a batch's gradient to the next parameters: the lines of an update, and the optimizers."""

from __future__ import annotations

from rnn_tui.engine.optimizers.optimizer import Optimizer, Slots
from rnn_tui.engine.optimizers.sgd import SGD

__all__ = ["OPTIMIZERS", "Optimizer", "Slots"]

OPTIMIZERS: dict[str, Optimizer] = {"sgd": SGD}
