"""An update when nobody looks at its steps: the same numbers, in fewer passes over memory."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.engine.optimizer import clip, global_norm, learning_rate_at
from rnn_tui.engine.parameters import Parameters
from rnn_tui.experiments import TrainingConfig


class Advance(NamedTuple):
    """What is left of an update whose steps on the way nobody looks at."""

    velocity: Floats
    params: Parameters
    grad_norm: float
    clipped: bool
    learning_rate: float


def advance(
    params: Parameters,
    velocity: Floats,
    total: Floats,
    count: int,
    settings: TrainingConfig,
    k: int,
) -> Advance:
    """`update` to the bit, in fewer passes over memory. `total` is used up."""
    if settings.reduction == "mean":
        np.divide(total, count, out=total)
    for name in settings.freeze:
        total[params.layout.slices[name]] = 0.0
    norm = global_norm(total)
    clipped = _clip_in_place(total, norm, settings)
    learning_rate = learning_rate_at(settings, k)
    np.multiply(total, learning_rate, out=total)
    moved = velocity * settings.momentum
    np.subtract(moved, total, out=moved)
    theta = params.with_flat(params.flat + moved)
    return Advance(frozen(moved), theta, norm, clipped, learning_rate)


def _clip_in_place(gradient: Floats, norm: float, settings: TrainingConfig) -> bool:
    """`clip` in the gradient's own memory; whether it changed it, as `Update.clipped` has it."""
    if settings.clip == "none" or (settings.clip == "norm" and not norm > settings.clip_limit):
        return False
    before = gradient.copy()
    gradient[...] = clip(before, norm, settings)
    return bool(np.isfinite(gradient).all() and (gradient != before).any())
