"""The step of an update by torch: its optimizers from the engine's vectors, on one flat tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.engine.training.training import TrainingState
from rnn_tui.engine.update import given_by, learning_rate_at, trained
from rnn_tui.equations.optimizers import Slots
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment


class Stepper:
    """Steps by torch.optim, else in torch's tensors by the optimizer's own lines.

    Gradients are clipped by hand: clip_grad_norm_ divides by ‖g‖ + 1e-6, which shows in the
    seventh digit.
    """

    def __init__(self, torch: Any, experiment: Experiment) -> None:
        self._torch, self._settings = torch, experiment.training
        self._optimizer = experiment.network.optimizer
        self._trained = trained(experiment.layout, experiment.training)

    def after(self, state: TrainingState, gradient: Floats, k: int) -> tuple[Slots, Parameters]:
        """The optimizer's vectors and the parameters after update k = 0, 1, … by a gradient (N,).

        The gradient has been reduced, and is 0 where a parameter is frozen.
        """
        step, rate = self._clipped(gradient), learning_rate_at(self._settings, k + 1)
        make = self._by_lines
        if self._optimizer.is_torchs(self._settings):
            make = self._by_torch
        slots, theta = make(state, step, rate, k)
        kept = {name: frozen(slot) for name, slot in slots.items()}
        return kept, state.params.with_flat(theta)

    def _clipped(self, gradient: Floats) -> Any:
        settings, step = self._settings, self._torch.tensor(gradient)
        norm = self._torch.linalg.vector_norm(step)
        if settings.clip == "norm" and norm > settings.clip_limit:
            return step * (settings.clip_limit / norm)
        if settings.clip == "value":
            return step.clamp(-settings.clip_limit, settings.clip_limit)
        return step

    def _by_torch(
        self, state: TrainingState, step: Any, rate: float, k: int
    ) -> tuple[Slots, Floats]:
        """By the class of torch.optim, which is given the vectors that the engine has.

        Only what is trained is given to it, as torch skips what has no gradient.
        """
        torch, own, kept = self._torch, self._optimizer, self._trained
        theta = torch.tensor(state.params.flat[kept], requires_grad=True)
        theta.grad = step[torch.tensor(kept)]
        given = given_by(self._settings)
        options = {theirs: given[ours] for theirs, ours in own.torch_options.items()}
        options |= {"weight_decay": self._settings.weight_decay, "foreach": False}
        stepper = getattr(torch.optim, own.torch_name)([theta], lr=rate, **options)
        before = own.kept_by_torch(state.slots, rate)
        known = {name: torch.tensor(one[kept]) for name, one in before.items()}
        stepper.state[theta].update({"step": torch.tensor(float(k)), **known})
        stepper.step()
        moved = self._whole(state.params.flat, theta)
        after = {name: self._whole(one, stepper.state[theta][name])
                 for name, one in before.items()}  # fmt: skip
        return own.left_by_torch(after, state.params.flat, moved), moved

    def _whole(self, before: Floats, part: Any) -> Floats:
        """A vector in which what is trained is as it is after the step."""
        whole = before.copy()
        whole[self._trained] = array_of(part)
        return whole

    def _by_lines(
        self, state: TrainingState, step: Any, rate: float, k: int
    ) -> tuple[Slots, Floats]:
        torch, settings = self._torch, self._settings
        theta = torch.tensor(state.params.flat)
        decayed = step + settings.weight_decay * theta
        step = torch.where(torch.tensor(self._trained), decayed, torch.zeros_like(decayed))
        scope = given_by(settings) | {
            "theta": theta, "step": step, "learning_rate": rate, "k": k + 1, "sqrt": torch.sqrt,
        }  # fmt: skip
        scope |= {name: torch.tensor(slot) for name, slot in state.slots.items()}
        exec(self._optimizer.body.code, scope)
        slots = {name: array_of(scope[name]) for name in self._optimizer.slots}
        return slots, array_of(scope["theta"])


def array_of(tensor: Any) -> Floats:
    """A copy: torch goes on using its own memory."""
    array: Floats = np.array(tensor.detach().numpy())
    return array
