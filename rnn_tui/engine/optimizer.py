"""From the gradients of a batch to the next parameters: reduce, freeze, clip, step.

Each line of `update` is one operation of the program that the explorer steps
through. The step is SGD with momentum as in Sutskever et al. (2013): v ← μ v − lr g,
θ ← θ + v. Clipping by norm is that of Pascanu et al. (2013), On the difficulty
of training recurrent neural networks.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnn_tui.arrays import Floats, Reals, frozen
from rnn_tui.engine.optimizers.update import Update
from rnn_tui.engine.parameters import Parameters
from rnn_tui.engine.spectrum.norms import vector_norm
from rnn_tui.experiments import TrainingConfig

F = TypeVar("F", bound=np.floating[Any])


def learning_rate_at(settings: TrainingConfig, k: int) -> float:
    """learning_rate · lr_decay^⌊k / lr_decay_every⌋ at k = 1, 2, …; constant for every = 0."""
    if settings.lr_decay_every == 0:
        return settings.learning_rate
    return settings.learning_rate * settings.lr_decay ** (k // settings.lr_decay_every)


def reduce_gradient(total: Floats, count: int, settings: TrainingConfig) -> Floats:
    """The batch's gradient: the sum over its `count` examples, or their mean."""
    return total / count if settings.reduction == "mean" else total.copy()


def freeze(params: Parameters, gradient: Floats, settings: TrainingConfig) -> Floats:
    """The gradient with the parameters in `freeze` at 0."""
    held = gradient.copy()
    for name in settings.freeze:
        held[params.layout.slices[name]] = 0.0
    return held


def global_norm(gradient: Reals) -> float:
    """‖g‖ = √Σ g² over all parameters together, in float64."""
    return vector_norm(gradient)


def clip(
    gradient: NDArray[F], norm: float, settings: TrainingConfig, out: NDArray[F] | None = None
) -> NDArray[F]:
    """The gradient within its limit: itself if nothing is to be done, else anew or in `out`.

    By norm: scaled by limit / ‖g‖ when ‖g‖ is larger, which keeps its direction.
    By value: each number held within ±limit, which may turn it.
    """
    limit = settings.clip_limit
    if settings.clip == "norm" and norm > limit:
        gradient = np.multiply(gradient, limit / norm, out)
    elif settings.clip == "value":
        gradient = np.clip(gradient, -limit, limit, out)
    return gradient


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
