"""From the gradients of a batch to the next parameters: reduce, freeze, clip, step.

Each line of `update` is one operation of the program that the explorer steps
through. The step is SGD with momentum as in Sutskever et al. (2013): v ← μ v − lr g,
θ ← θ + v. Clipping by norm is that of Pascanu et al. (2013), On the difficulty
of training recurrent neural networks.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.engine.mathematics import norm as global_norm
from rnn_tui.engine.optimizers.update import Update, clip, learning_rate_at
from rnn_tui.engine.parameters import Parameters
from rnn_tui.experiments import TrainingConfig

F = TypeVar("F", bound=np.floating[Any])


def reduce_gradient(total: Floats, count: int, settings: TrainingConfig) -> Floats:
    """The batch's gradient: the sum over its `count` examples, or their mean."""
    return total / count if settings.reduction == "mean" else total.copy()


def freeze(params: Parameters, gradient: Floats, settings: TrainingConfig) -> Floats:
    """The gradient with the parameters in `freeze` at 0."""
    held = gradient.copy()
    for name in settings.freeze:
        held[params.layout.slices[name]] = 0.0
    return held


def update(
    params: Parameters,
    velocity: Floats,
    total: Floats,
    count: int,
    settings: TrainingConfig,
    k: int,
) -> Update:
    """Update number k = 1, 2, …, from the gradient summed over a batch of `count` examples."""
    reduced = reduce_gradient(total, count, settings)
    gradient = freeze(params, reduced, settings)
    grad_norm = global_norm(gradient)
    step = clip(gradient, grad_norm, settings)
    learning_rate = learning_rate_at(settings, k)
    velocity = settings.momentum * velocity - learning_rate * step
    theta = params.flat + velocity
    values = {
        "reduced": frozen(reduced), "gradient": frozen(gradient), "grad_norm": grad_norm,
        "step": frozen(step), "learning_rate": learning_rate, "velocity": frozen(velocity),
        "theta": frozen(theta),
    }  # fmt: skip
    return Update(count, values, params.with_flat(theta), {"velocity": velocity})
