"""One gradient beside what truncation and clipping make of it, and what each would do."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.checks.differences import Objective
from rnn_tui.engine.passes.truncation import walls
from rnn_tui.engine.update import clip
from rnn_tui.equations.mathematics import norm as global_norm
from rnn_tui.equations.norms import angle, direction, l2_norm
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example, TrainingConfig
from rnn_tui.session.checks.microscope_limits import Limits
from rnn_tui.session.checks.microscope_subject import Subject
from rnn_tui.session.moment import Refused


class Way(Enum):
    """What is done to the gradient."""

    FULL = "full"
    CUT = "cut"
    NORM = "norm"
    VALUE = "value"
    RUN = "run"  # cut, and then clipped as the run clips


@dataclass(frozen=True, eq=False)
class Variant:
    """What one way makes of the gradient.

    `gradient` is flat. `angle` is how far it turns from the full one, in degrees; NaN
    where a direction is missing: of 0, or of what is not finite. `error` is the length
    of what differs from the full one, as a share of that one's length. `shares` are each
    array's parts of the squared length, NaN likewise. `changed` numbers differ from the
    full gradient, or, where it is only clipped, reach the limit. `step` is the length
    of the step that the run's optimizer makes of it, from the vectors that it has by now;
    `loss` the mean loss an output after that step.
    """

    way: Way
    gradient: Floats
    norm: float
    angle: float
    error: float
    shares: dict[str, float]
    changed: int
    step: float
    loss: float


@dataclass(frozen=True, eq=False)
class GradientComparison:
    """The ways side by side, the full gradient first, and what they start from.

    `batch` says whether the gradient is that of the update's batch, and not that of the
    example under the cursor. `length` is the longest pass, `walls` where the pass under
    the cursor is cut, `beyond` how many timesteps before it the cut gradient goes back.
    `loss` is the mean loss an output before any step; `places` says where each array
    stands in a flat gradient.
    """

    variants: tuple[Variant, ...]
    limits: Limits
    batch: bool
    example: Example
    walls: frozenset[int]
    beyond: int
    carried: bool
    loss: float
    learning_rate: float
    settings: TrainingConfig
    places: dict[str, slice]

    def __getitem__(self, way: Way) -> Variant:
        return next(one for one in self.variants if one.way is way)

    def kept(self, variant: Variant) -> float:
        """A gradient's length as a share of the full one's; NaN where that has none."""
        full = self[Way.FULL].norm
        return variant.norm / full if 0 < full < math.inf else math.nan

    @property
    def most_off(self) -> str:
        """The array whose cut gradient differs most from its full one, for its own length."""
        cut, full = self[Way.CUT].gradient, self[Way.FULL].gradient
        off = {name: _error(cut[place], full[place]) for name, place in self.places.items()}
        return max(off, key=lambda name: np.nan_to_num(off[name], nan=-1.0))

    @property
    def longest(self) -> float:
        """The length of the longest finite gradient, 0 if there is none."""
        return max((v.norm for v in self.variants if math.isfinite(v.norm)), default=0.0)


def comparison(found: Subject, limits: Limits) -> GradientComparison:
    """Each way's gradient, measured; a forward pass of every example for each."""
    one, settings = found.one, found.trainer.settings
    full, cut = found.full, found.cut(limits.k)
    by_norm = replace(settings, clip="norm", clip_limit=limits.norm)
    by_value = replace(settings, clip="value", clip_limit=limits.value)
    with np.errstate(all="ignore"):
        gradients = {
            Way.FULL: full.gradient,
            Way.CUT: cut.gradient,
            Way.NORM: clip(full.gradient, full.grad_norm, by_norm),
            Way.VALUE: clip(full.gradient, full.grad_norm, by_value),
            Way.RUN: cut.step,
        }
    loss = _objective(found)
    measure = partial(_variant, found=found, full=full.gradient, loss=loss)
    return GradientComparison(
        tuple(measure(way, gradient) for way, gradient in gradients.items()),
        limits,
        found.batch,
        one.current,
        walls(one.current.length, limits.k),
        found.beyond(limits.k),
        not found.batch and one.carried,
        loss(one.before),
        full.learning_rate,
        settings,
        one.before.layout.slices,
    )


def _objective(found: Subject) -> Callable[[Parameters], float]:
    start, patches = (None, ()) if found.batch else (found.trace.start, found.one.patches)
    objective = Objective(found.one.network, found.examples, start, patches=patches)

    def loss(params: Parameters) -> float:
        with np.errstate(all="ignore"):
            return float(objective.of_outputs(params).mean())

    return loss


def _variant(
    way: Way,
    gradient: Floats,
    found: Subject,
    full: Floats,
    loss: Callable[[Parameters], float],
) -> Variant:
    before = found.one.before
    with np.errstate(all="ignore"):
        after = found.stepped(gradient)
        step, norm = float(l2_norm(after.flat - before.flat)), global_norm(gradient)
    return Variant(
        way, gradient, norm, angle(gradient, full), _error(gradient, full),
        _shares(before, gradient), int((gradient != full).sum()), step, loss(after),
    )  # fmt: skip


def _error(gradient: Floats, full: Floats) -> float:
    largest = float(np.abs(full).max(initial=0.0))
    if not (0 < largest < math.inf and np.isfinite(gradient).all()):
        return math.nan
    return float(l2_norm((gradient - full) / largest) / l2_norm(full / largest))


def _shares(params: Parameters, gradient: Floats) -> dict[str, float]:
    unit = direction(gradient)
    places = params.layout.slices.items()
    if unit is None:
        return {name: math.nan for name, _ in places}
    return {name: float((unit[place] ** 2).sum()) for name, place in places}


def in_force(one: GradientComparison, way: Way) -> TrainingConfig:
    """The settings that train on as the way NORM or VALUE clips. Raises Refused if they do."""
    if way is Way.NORM:
        settings = replace(one.settings, clip="norm", clip_limit=one.limits.norm)
    else:
        settings = replace(one.settings, clip="value", clip_limit=one.limits.value)
    if settings == one.settings:
        raise Refused(f"training clips by {way.value} at {settings.clip_limit:g} already")
    return settings
