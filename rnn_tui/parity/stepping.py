"""The step of an update in torch: by torch.optim where that is the same method, else by lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.engine.training.training import TrainingState
from rnn_tui.engine.update import given_by, known_before, update_bodies
from rnn_tui.equations.lines import Line, compiled
from rnn_tui.equations.optimizers import Optimizer
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment, TrainingConfig


def steps_itself(optimizer: Optimizer) -> bool:
    """Whether torch.optim has the same method, by what is known of its vectors.

    That is not so of SGD: torch scales the whole velocity by the learning rate of the moment.
    """
    return bool(optimizer.torch_name) and {*optimizer.torch_slots} == {*optimizer.slots}


class Stepper:
    """From a reduced gradient to the next parameters and slots, in torch's tensors.

    What is before the optimizer runs by our lines: torch's clip_grad_norm_ divides by
    ‖g‖ + 1e-6, which shows in the seventh digit.
    """

    def __init__(self, torch: Any, experiment: Experiment) -> None:
        self._torch, self._settings = torch, experiment.training
        self._optimizer = optimizer = experiment.network.optimizer
        bodies = update_bodies(optimizer, self._settings)  # a fault of ours is no fault of torch's
        own = {*optimizer.body.targets}
        lines = [line for body in bodies for line in body.lines if line.target != "reduced"]
        before = [line for line in lines if line.target not in own]
        self._before = compiled(tuple(before))
        self._after = compiled(optimizer.body.lines)
        self._functions = _in_torch(torch, lines)

    def step(
        self, state: TrainingState, gradient: Mapping[str, Floats], k: int
    ) -> tuple[Parameters, dict[str, Floats]]:
        """Update k = 0, 1, … from the state before it; `gradient` is reduced, 0 where frozen."""
        named = [gradient[name].ravel() for name in state.params.layout.shapes]
        total, settings = np.concatenate(named), self._settings
        known = known_before(state.params, state.slots, total, 1, settings, k + 1)
        tensors = {
            name: self._torch.tensor(value) if isinstance(value, np.ndarray) else value
            for name, value in known.items()
        }
        scope = given_by(settings) | tensors | self._functions
        scope["reduced"] = scope["total"]
        exec(self._before, scope)
        if steps_itself(self._optimizer):
            self._by_torch(scope, settings, k)
        else:
            exec(self._after, scope)
        after = {name: frozen(_array(scope[name])) for name in self._optimizer.slots}
        return state.params.with_flat(_array(scope["theta"])), after

    def _by_torch(self, scope: dict[str, Any], settings: TrainingConfig, k: int) -> None:
        """`theta` and the slots, each made anew from what it is, by an optimizer of torch."""
        own = self._optimizer
        options = {theirs: scope[key] for theirs, key in own.torch_options.items()}
        theta = scope["theta"].requires_grad_()
        theta.grad = scope["step"]
        made = getattr(self._torch.optim, own.torch_name)
        optimizer = made([theta], lr=scope["learning_rate"], **options)
        memory = optimizer.state[theta]
        memory["step"] = self._torch.tensor(float(k))
        memory.update({theirs: scope[slot].clone() for slot, theirs in own.torch_slots.items()})
        optimizer.step()
        scope.update({slot: memory[theirs] for slot, theirs in own.torch_slots.items()})


def _in_torch(torch: Any, lines: list[Line]) -> dict[str, Any]:
    """The functions that the lines of an update call, on tensors."""
    ours = {
        "norm": torch.linalg.vector_norm,
        "clip_norm": lambda step, norm, limit: step * (limit / norm) if norm > limit else step,
        "clip_value": lambda step, limit: step.clamp(-limit, limit),
    }
    called = {name for line in lines for name in line.functions}
    return {name: ours.get(name) or getattr(torch, name) for name in called}


def _array(tensor: Any) -> Floats:
    array: Floats = tensor.detach().numpy().copy()
    return array
