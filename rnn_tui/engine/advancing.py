"""An update when nobody looks at its steps: the same numbers, in fewer passes over memory."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.engine.optimizer import clip, global_norm, learning_rate_at
from rnn_tui.engine.parameters import Parameters
from rnn_tui.experiments import TrainingConfig

BLOCK = 2**14  # numbers that go through all of an update's steps while they are in the cache


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
    if settings.reduction == "mean" and count > 1:
        np.divide(total, count, total)
    for name in settings.freeze:
        total[params.layout.slices[name]] = 0.0
    norm, learning_rate = global_norm(total), learning_rate_at(settings, k)
    moved, theta = np.empty_like(velocity), np.empty_like(velocity)
    changed, finite = False, True
    for first in range(0, total.size, BLOCK):
        part = slice(first, first + BLOCK)
        gradient, after = total[part], moved[part]
        step = clip(gradient, norm, settings)
        if step is not gradient:
            changed = changed or bool(step[0] != gradient[0] or (step != gradient).any())
            finite = finite and (math.isfinite(norm) or bool(np.isfinite(step).all()))
        np.multiply(step, learning_rate, gradient)
        np.multiply(velocity[part], settings.momentum, after)
        np.subtract(after, gradient, after)
        np.add(params.flat[part], after, theta[part])
    theta_after = params.with_flat(theta)
    return Advance(frozen(moved), theta_after, norm, changed and finite, learning_rate)
