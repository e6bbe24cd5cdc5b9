"""How the data held back fares under some parameters, measured when somebody asks for it.

What a run measures on its way (`records.Observations`) is of earlier moments; a figure that
is said of a moment is measured there.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rnn_tui.engine.training.evaluating import Evaluation, evaluate
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment
from rnn_tui.session.computed_once import Kept
from rnn_tui.session.passes import is_short


class _Asked(NamedTuple):
    """What the figures of the data held back depend on."""

    params: Parameters
    net: Network
    experiment: Experiment


_measured: Kept[_Asked, Evaluation] = Kept(
    lambda asked: evaluate(asked.params, asked.net, asked.experiment.test)
)


def unseen(params: Parameters, net: Network, experiment: Experiment) -> Evaluation | None:
    """The test examples, or the validation part of a stream; None where nothing is held back."""
    return _measured(_Asked(params, net, experiment)) if experiment.test else None


def is_at_hand(params: Parameters, net: Network, experiment: Experiment) -> bool:
    """Whether `unseen` takes no time to wait for: there is little to read, or it has been read."""
    if _Asked(params, net, experiment) in _measured:
        return True
    return is_short(experiment, _tokens(experiment))


@lru_cache(maxsize=8)
def _tokens(experiment: Experiment) -> int:
    """How many are held back."""
    return sum(example.length for example in experiment.test)
