"""From a batch's gradient to the next parameters: the lines of an update, and the optimizers."""

from __future__ import annotations

from rnn_tui.equations.optimizers.adagrad import ADAGRAD
from rnn_tui.equations.optimizers.adam import ADAM
from rnn_tui.equations.optimizers.optimizer import Optimizer, Reach, Settings, Slots
from rnn_tui.equations.optimizers.rmsprop import RMSPROP
from rnn_tui.equations.optimizers.sgd import SGD

__all__ = ["OPTIMIZERS", "OWN_SETTINGS", "Optimizer", "Reach", "Settings", "Slots", "optimizer_of"]

OPTIMIZERS: dict[str, Optimizer] = {one.name: one for one in (SGD, ADAGRAD, RMSPROP, ADAM)}
# The keys of the `[training]` table that only some optimizers have
OWN_SETTINGS = tuple(dict.fromkeys(key for one in OPTIMIZERS.values() for key in one.settings))


def optimizer_of(name: str, epsilon_inside: bool = False) -> Optimizer:
    """The optimizer of a name. Raises KeyError for one that does not exist."""
    one = OPTIMIZERS[name]
    return one.epsilon_inside or one if epsilon_inside else one
