"""The step of an update in torch: by torch.optim where that is the same method, else by lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.engine.training.training import TrainingState
from rnn_tui.engine.update import known_before, learning_rate_at, update_bodies
from rnn_tui.equations.lines import compiled
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment


class Stepper:
    """From a reduced gradient to the next parameters and slots, in torch's tensors.

    Clipping is ours, as clip_grad_norm_ divides by ‖g‖ + 1e-6, which shows in the seventh digit.
    """

    def __init__(self, torch: Any, experiment: Experiment) -> None:
        self._torch, self._experiment = torch, experiment
        self._settings = experiment.training
        self._optimizer = experiment.network.optimizer

    def step(
        self, state: TrainingState, gradient: Mapping[str, Floats], k: int
    ) -> tuple[Parameters, dict[str, Floats]]:
        """Update k = 0, 1, … from the state before it; `gradient` is reduced, 0 where frozen."""
        torch, settings = self._torch, self._settings
        named = [gradient[name].ravel() for name in state.params.layout.shapes]
        step, limit = torch.tensor(np.concatenate(named)), settings.clip_limit
        norm = torch.linalg.vector_norm(step)
        if settings.clip == "norm" and norm > limit:
            step = step * (limit / norm)
        elif settings.clip == "value":
            step = step.clamp(-limit, limit)
        rate = learning_rate_at(settings, k + 1)
        velocity = settings.momentum * torch.tensor(state.velocity) - rate * step
        theta = torch.tensor(state.params.flat) + velocity
        return state.params.with_flat(_array(theta)), {"velocity": frozen(_array(velocity))}


def _array(tensor: Any) -> Floats:
    array: Floats = tensor.detach().numpy().copy()
    return array
