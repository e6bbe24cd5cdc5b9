"""One update: reduce over the batch, freeze, measure, clip, and the optimizer's own lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np

from rnn_tui.arrays import Bools, Floats, frozen
from rnn_tui.equations.faults import Fault
from rnn_tui.equations.lines import Body, body_of, compiled
from rnn_tui.equations.mathematics import FUNCTIONS, clip_norm, clip_value
from rnn_tui.equations.optimizers import reducing
from rnn_tui.equations.optimizers.optimizer import Optimizer, Slots
from rnn_tui.equations.parameters import Layout, Parameters
from rnn_tui.experiments import TrainingConfig

_CLIPS = {"norm": reducing.by_norm, "value": reducing.by_value, "none": reducing.unclipped}


@dataclass(frozen=True, eq=False)
class Update:
    """One update and all that its lines made on the way.

    `values` has it by the lines' targets, each an attribute too: `reduced`, the gradient
    reduced over the batch; `gradient`, the same with frozen parameters at 0; `grad_norm`, its
    global L2 norm before clipping; `step`, the gradient after clipping, with the decay of the
    weights where there is one, and then `limited`, without it; `learning_rate`; `theta`; and
    what the optimizer's own lines make. Vectors are flat, with the parameters'
    layout. `slots` is what the optimizer hands to the next update.
    """

    count: int
    values: Mapping[str, Any]
    params: Parameters
    slots: Slots

    def __getattr__(self, name: str) -> Any:
        values = self.__dict__.get("values", {})
        if name in values:
            return values[name]
        raise AttributeError(name)

    @property
    def clipped(self) -> bool:
        """Whether clipping changed the gradient; False where it left it not finite."""
        step = self.values.get("limited", self.values["step"])
        gradient = self.values["gradient"]
        return bool(np.isfinite(step).all() and (step != gradient).any())


@lru_cache(maxsize=64)
def update_bodies(
    optimizer: Optimizer, settings: TrainingConfig, fault: Fault | None = None
) -> tuple[Body, ...]:
    """The lines of an update in their order, a fault included, as `settings` choose them."""
    reduce = reducing.mean if settings.reduction == "mean" else reducing.summed
    freeze = reducing.freeze if settings.freeze else reducing.unfrozen
    rate = reducing.decaying if settings.lr_decay_every else reducing.constant
    bodies = (
        *map(body_of, (reduce, freeze, reducing.measure)),
        *_step_bodies(settings),
        body_of(rate),
        optimizer.body,
    )
    return bodies if fault is None else fault.in_update(bodies)


def _step_bodies(settings: TrainingConfig) -> tuple[Body, ...]:
    """From the gradient to the step: clipping, and the decay of the weights."""
    clipping = body_of(_CLIPS[settings.clip])
    if not settings.weight_decay:
        return (clipping,)
    decay = reducing.decay_unfrozen if settings.freeze else reducing.decay
    return clipping.renamed({"step": "limited"}), body_of(decay)


def given_by(settings: TrainingConfig) -> dict[str, Any]:
    """What the lines of an update read of the settings, by name."""
    keys = {field.name: getattr(settings, field.name) for field in fields(settings)}
    betas = {"beta_1": settings.beta_1, "beta_2": settings.beta_2}
    return {**keys, **betas, "base_rate": settings.learning_rate}


def learning_rate_at(settings: TrainingConfig, k: int) -> float:
    """That of update k = 1, 2, …, by its line."""
    if not settings.lr_decay_every:  # its line says no more, and to run it costs every update
        return settings.learning_rate
    body = body_of(reducing.decaying)
    scope = {
        "base_rate": settings.learning_rate, "lr_decay": settings.lr_decay,
        "lr_decay_every": settings.lr_decay_every, "k": k,
    }  # fmt: skip
    exec(body.code, scope)
    return float(scope["learning_rate"])


def clip(
    gradient: Floats, norm: float, settings: TrainingConfig, out: Floats | None = None
) -> Floats:
    """The gradient within its limit: itself if nothing is to be done, else anew or in `out`."""
    if settings.clip == "norm":
        return clip_norm(gradient, norm, settings.clip_limit, out)
    if settings.clip == "value":
        return clip_value(gradient, settings.clip_limit, out)
    return gradient


@lru_cache(maxsize=64)
def _whole(
    optimizer: Optimizer, settings: TrainingConfig, fault: Fault | None
) -> tuple[CodeType, tuple[str, ...], dict[str, Any]]:
    """All lines of an update compiled, what they make, and the settings and functions they read."""
    lines = tuple(line for body in update_bodies(optimizer, settings, fault) for line in body.lines)
    functions = {name: FUNCTIONS[name].of for line in lines for name in line.functions}
    targets = tuple(dict.fromkeys(line.target for line in lines))
    return compiled(lines), targets, {**given_by(settings), **functions}


def no_slots(optimizer: Optimizer, theta: Floats) -> dict[str, Floats]:
    """An optimizer's vectors before the first update."""
    return {name: frozen(np.zeros_like(theta)) for name in optimizer.slots}


@lru_cache(maxsize=16)
def trained(layout: Layout, settings: TrainingConfig) -> Bools:
    """Which numbers of the flat vector are not frozen."""
    mask = np.ones(layout.size, bool)
    for name in settings.freeze:
        mask[layout.slices[name]] = False
    return mask


def known_before(
    params: Parameters, slots: Slots, total: Floats, count: int, settings: TrainingConfig, k: int
) -> dict[str, Any]:
    """What the lines of update k = 1, 2, … read, beside the settings, that none of them makes."""
    return {
        **slots, "total": total, "count": count, "k": k, "theta": params.flat,
        "trained": trained(params.layout, settings),
    }  # fmt: skip


def run_update(
    optimizer: Optimizer,
    params: Parameters,
    slots: Slots,
    total: Floats,
    count: int,
    settings: TrainingConfig,
    k: int,
    fault: Fault | None = None,
) -> Update:
    """Update number k = 1, 2, …, from the gradient summed over a batch of `count` examples."""
    code, targets, fixed = _whole(optimizer, settings, fault)
    scope = fixed | known_before(params, slots, total.copy(), count, settings, k)
    exec(code, scope)
    values = {target: scope[target] for target in targets}
    for value in values.values():
        if isinstance(value, np.ndarray):
            frozen(value)
    after = {name: values[name] for name in optimizer.slots}
    return Update(count, values, params.with_flat(values["theta"]), after)
