"""An update when nobody looks at its steps: the same numbers, in fewer passes over memory."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats, Reals, frozen
from rnn_tui.engine.optimizer import clip, global_norm, learning_rate_at
from rnn_tui.engine.parameters import Parameters
from rnn_tui.engine.spectrum.norms import BLOCK
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
    total: Reals,
    count: int,
    settings: TrainingConfig,
    k: int,
) -> Advance:
    """`update` of `total`, to the bit, in fewer passes over memory.

    `total`, of the parameters' float type, is used up.
    """
    if settings.reduction == "mean" and count > 1:
        np.divide(total, count, total)
    for name in settings.freeze:
        total[params.layout.slices[name]] = 0.0
    norm, learning_rate = global_norm(total), learning_rate_at(settings, k)
    moved, theta = np.empty_like(velocity), np.empty_like(velocity)
    room = np.empty(min(BLOCK, total.size), total.dtype)
    changed, finite = False, True
    for first in range(0, total.size, BLOCK):
        part = slice(first, first + BLOCK)
        gradient, after = total[part], moved[part]
        out = room[: gradient.size]
        step = clip(gradient, norm, settings, out)
        if step is not gradient:
            changed = changed or bool(step[-1] != gradient[-1] or (step != gradient).any())
            finite = finite and (math.isfinite(norm) or bool(np.isfinite(step).all()))
        np.multiply(step, learning_rate, out)
        np.multiply(velocity[part], settings.momentum, after)
        np.subtract(after, out, after)
        np.add(params.flat[part], after, theta[part])
    theta_after = params.with_flat(theta)
    return Advance(frozen(moved), theta_after, norm, changed and finite, learning_rate)
