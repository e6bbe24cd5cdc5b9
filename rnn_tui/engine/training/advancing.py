"""An update when nobody looks at its steps: the same numbers, in fewer passes over memory."""

from __future__ import annotations

import math
import threading
from typing import Any, NamedTuple

import numpy as np

from rnn_tui.arrays import Bools, Floats, aligned_empty, frozen
from rnn_tui.engine.update import clip, learning_rate_at, trained
from rnn_tui.equations.mathematics import norm as global_norm
from rnn_tui.equations.norms import BLOCK
from rnn_tui.equations.optimizers import Optimizer, Slots
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import TrainingConfig

_mine = threading.local()


class Advance(NamedTuple):
    """What is left of an update whose steps on the way nobody looks at."""

    slots: Slots
    params: Parameters
    grad_norm: float
    clipped: bool
    learning_rate: float


def advance(
    optimizer: Optimizer,
    params: Parameters,
    slots: Slots,
    total: Floats,
    count: int,
    settings: TrainingConfig,
    k: int,
) -> Advance:
    """`run_update` of `total`, to the bit, in fewer passes over memory.

    `total`, of the parameters' float type, is used up. The optimizer must have its `in_place`.
    """
    assert optimizer.in_place is not None
    if settings.reduction == "mean" and count > 1:
        np.divide(total, count, total)
    for name in settings.freeze:
        total[params.layout.slices[name]] = 0.0
    norm, learning_rate = global_norm(total), learning_rate_at(settings, k)
    decay = settings.weight_decay
    held = ~trained(params.layout, settings) if decay and settings.freeze else None
    after = {name: aligned_empty(slot.size, slot.dtype) for name, slot in slots.items()}
    theta = aligned_empty(total.size, total.dtype)
    room, clipped = _rooms(min(BLOCK, total.size), total.dtype)
    changed, finite, whole = False, True, total.size <= BLOCK
    for first in range(0, total.size, BLOCK):
        part = slice(first, first + BLOCK)
        gradient, here, moved_here = total[part], params.flat[part], theta[part]
        out = room[: gradient.size]
        step = clip(gradient, norm, settings, clipped[: gradient.size])
        if step is not gradient:
            changed = changed or bool(step[-1] != gradient[-1] or (step != gradient).any())
            finite = finite and (math.isfinite(norm) or bool(np.isfinite(step).all()))
        if decay:
            _decay(step, here, decay, None if held is None else held[part], out)
        before, moved = (slots, after) if whole else (_part(slots, part), _part(after, part))
        optimizer.in_place(
            here, before, step, learning_rate, k, settings, moved, moved_here, out
        )  # fmt: skip
    theta_after = params.with_flat(theta)
    kept = {name: frozen(slot) for name, slot in after.items()}
    return Advance(kept, theta_after, norm, changed and finite, learning_rate)


def _decay(step: Floats, theta: Floats, decay: float, held: Bools | None, room: Floats) -> None:
    """The lines of weight decay, in the memory of the step; where `held`, there is none."""
    np.multiply(theta, decay, room)
    np.add(step, room, step)
    if held is not None:
        step[held] = 0.0


def _rooms(size: int, dtype: np.dtype[Any]) -> tuple[Floats, Floats]:
    """Memory for a block, the same for each update of a thread.

    Memory that is new costs more than all that is computed in it.
    """
    if _mine.__dict__.get("size") != (size, dtype):
        _mine.size = size, dtype
        _mine.rooms = aligned_empty(size, dtype), aligned_empty(size, dtype)
    rooms: tuple[Floats, Floats] = _mine.rooms
    return rooms


def _part(slots: Slots, part: slice) -> Slots:
    return {name: slot[part] for name, slot in slots.items()}
