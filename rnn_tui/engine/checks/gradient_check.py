"""Is the gradient right? Backpropagation against central differences, number by number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import isfinite

import numpy as np

from rnn_tui.arrays import Floats, Ints
from rnn_tui.engine.checks.differences import STEP, Objective, Watch, central_differences
from rnn_tui.engine.passes.patches import Patch
from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.remeasuring import Remeasured, Settled
from rnn_tui.engine.training.training import Trainer, TrainingState
from rnn_tui.equations.network import Network
from rnn_tui.equations.norms import l2_norm
from rnn_tui.equations.parameters import Layout, Parameters
from rnn_tui.experiments import Example

TOLERANCE = 1e-7
FEW = 64  # numbers of an array that are tried first
NEGLIGIBLE = 0.1 * TOLERANCE  # off by less, a number needs no other measurement
ROUNDING = 4 * float(np.finfo(np.float64).eps)  # of a loss, as a share of it
BATCH = "g"  # the name of the row of a whole batch


class Verdict(StrEnum):
    """What a check comes to. Only WRONG speaks against the code."""

    RIGHT = "right"
    WRONG = "wrong"
    KINK = "kink"  # the differences reach across a corner of relu, where there is no slope
    BLURRED = "blurred"  # smaller than what rounding makes of the loss
    STEEP = "steep"  # no step is so small that the loss is straight over it, and none smaller works
    NOT_FINITE = "not finite"


@dataclass(frozen=True, eq=False)
class ArrayCheck:
    """One parameter array: both gradients, and the relative error ‖a − n‖ / (‖a‖ + ‖n‖).

    Of a sample, `analytic` and `numeric` are flat, and `places` says where in an array
    of `shape` their numbers stand; of a batch or a single number, where in the flat
    vector. `numeric` may be off by `blur`, as rounding has it, and by `bend`, as far as its
    steps disagree (norms both); `kink` says whether all that is off stands where relu has
    no slope.
    """

    name: str
    analytic: Floats
    numeric: Floats
    places: Ints | None = None
    shape: tuple[int, ...] = ()
    blur: float = 0.0
    bend: float = 0.0
    kink: bool = False

    @property
    def relative_error(self) -> float:
        """0 where both gradients are 0."""
        scale = l2_norm(self.analytic) + l2_norm(self.numeric)
        return float(l2_norm(self.analytic - self.numeric) / scale) if scale else 0.0

    @property
    def passed(self) -> bool:
        """Below the tolerance; an error that is not a number is not below it."""
        return self.relative_error < TOLERANCE

    @property
    def verdict(self) -> Verdict:
        """What to make of it."""
        error = float(l2_norm(self.analytic - self.numeric))
        if not isfinite(error) or not isfinite(self.relative_error):
            return Verdict.NOT_FINITE
        if self.passed:
            return Verdict.RIGHT
        if self.kink:
            return Verdict.KINK
        if error > self.blur + self.bend:
            return Verdict.WRONG
        return Verdict.BLURRED if self.blur >= self.bend else Verdict.STEEP

    @property
    def worst(self) -> tuple[int, ...]:
        """The index at which the two differ most."""
        flat = int(np.argmax(np.abs(self.analytic - self.numeric)))
        if self.places is not None:
            return tuple(int(i) for i in np.unravel_index(self.places[flat], self.shape))
        return tuple(int(i) for i in np.unravel_index(flat, self.analytic.shape))


def check_gradient(
    params: Parameters,
    net: Network,
    example: Example,
    start: Floats | None = None,
    watch: Watch = iter,
    most: int | None = None,
    patches: tuple[Patch, ...] = (),
) -> tuple[ArrayCheck, ...]:
    """Each array's gradient as `cell` computes it, against differences of `bptt`'s loss.

    `start` (H,) is the state that the example begins with, `patches` are hidden values
    put in; `watch` goes over the places of the numbers that are being measured, `most`
    of each array, all if left out. What is off is measured again with other steps, and the
    best agreement counts: wider ones for a gradient that is tiny beside its loss, narrower
    ones for a loss that bends within a step.
    """
    objective = Objective(net, (example,), start, patches=patches)
    with np.errstate(all="ignore"):
        analytic = trace_example(params, net, example, start, patches).grads
        sample = sample_of(analytic, most)
        numeric = central_differences(
            objective.losses, params, np.concatenate([*sample.values()]), STEP, watch
        )
        parts = np.split(numeric, np.cumsum([len(places) for places in sample.values()])[:-1])
        return tuple(
            _settled(
                _pair(name, analytic, places, part), places, objective, params, watch, analytic.flat
            )
            for (name, places), part in zip(sample.items(), parts, strict=True)
        )


def check_number(trace: Trace, place: int) -> ArrayCheck:
    """One number of a pass's gradient, at a place of the flat vector: two passes forward."""
    objective = Objective(trace.net, (trace.example,), trace.start, patches=trace.patches)
    name, _ = located(trace.params.layout, place)
    return _check_places(name, trace.grads.flat, np.array([place]), objective, trace.params, iter)


def located(layout: Layout, place: int) -> tuple[str, tuple[int, ...]]:
    """Which number stands at a place of the flat vector: its array and its index there."""
    name = next(name for name, part in layout.slices.items() if place < part.stop)
    index = np.unravel_index(place - layout.slices[name].start, layout.shapes[name])
    return name, tuple(int(i) for i in index)


def check_batch(
    reduced: Floats,
    trainer: Trainer,
    state: TrainingState,
    k: int,
    places: Ints,
    watch: Watch = iter,
) -> ArrayCheck:
    """The `reduced` gradient of update k, against differences of the objective of its batch.

    That is the mean or the sum over its examples, as the experiment says. `state` is
    the one before the update, `places` are those of the flat vector to measure.
    """
    members = trainer.members(k)
    share = 1 / len(members) if trainer.settings.reduction == "mean" else 1.0
    examples = tuple(trainer.experiment.train[member] for member in members)
    starts = [start for m in members if (start := trainer.start(state, k, m)) is not None]
    start = np.stack(starts) if starts else None
    objective = Objective(trainer.net, examples, start, share)
    return _check_places(BATCH, reduced, places, objective, state.params, watch)


def sample_of(gradient: Parameters, most: int | None) -> dict[str, Ints]:
    """Places in the flat vector to measure, at most so many of each array.

    Half of them are where the gradient is largest, the others drawn at random, always
    the same.
    """
    rng, chosen = np.random.default_rng(0), {}
    for name, place in gradient.layout.slices.items():
        all_of_it = np.arange(place.start, place.stop)
        if most is not None and len(all_of_it) > most:
            order = np.argsort(-np.abs(gradient.flat[place]), kind="stable")
            rest = rng.permutation(order[most // 2 :])[: most - most // 2]
            all_of_it = np.sort(place.start + np.concatenate([order[: most // 2], rest]))
        chosen[name] = all_of_it
    return chosen


def _pair(name: str, analytic: Parameters, places: Ints, numeric: Floats) -> ArrayCheck:
    array, start = analytic[name], analytic.layout.slices[name].start
    if len(places) == array.size:
        return ArrayCheck(name, array, numeric.reshape(array.shape))
    return ArrayCheck(name, analytic.flat[places], numeric, places - start, array.shape)


def _check_places(
    name: str, analytic: Floats, places: Ints, objective: Objective, params: Parameters,
    watch: Watch,
) -> ArrayCheck:  # fmt: skip
    with np.errstate(all="ignore"):
        numeric = central_differences(objective.losses, params, places, STEP, watch)
        check = ArrayCheck(name, analytic[places], numeric, places, (params.layout.size,))
        return _settled(check, places, objective, params, watch, analytic)


def _settled(
    check: ArrayCheck, places: Ints, objective: Objective, params: Parameters, watch: Watch,
    gradient: Floats,
) -> ArrayCheck:  # fmt: skip
    """A check after what is off in it has been measured with other steps.

    Of many numbers the farthest off are tried first. If those are wrong, so is the array; if
    they can't be told, the array is judged by them alone. `gradient` is the whole flat one.
    """
    if check.passed or not np.isfinite(check.analytic).all():
        return check
    off, scale = abs(check.analytic - check.numeric).ravel(), 2 * float(l2_norm(check.analytic))
    far = np.flatnonzero(~(off <= NEGLIGIBLE * scale / np.sqrt(off.size)))
    noise = _noise(objective, params, gradient)

    def again(some: Ints) -> Settled:
        analytic, numeric = check.analytic.ravel()[some], check.numeric.ravel()[some]
        measured = Remeasured(objective, params, places[some], analytic, noise, watch)
        return measured.settle(numeric, TOLERANCE * scale)

    first = np.sort(far[np.argsort(-off[far], kind="stable")[:FEW]])
    found = again(first)
    if len(first) < len(far) and found.is_undecided:
        return _sampled(check, first, found)
    if len(first) < len(far) and not found.contradicts:
        first, found = far, again(far)
    flat = check.numeric.ravel().copy()
    flat[first] = found.numeric
    numeric = flat.reshape(check.numeric.shape)
    return replace(check, numeric=numeric, blur=found.blur, bend=found.bend, kink=found.kink)


def _noise(objective: Objective, params: Parameters, gradient: Floats) -> float:
    """How far rounding may put a loss off: in its own digits, and in those of what makes it.

    A rounded state moves the loss as a rounded weight does, so the steeper it is the more.
    """
    within = l2_norm(np.nan_to_num(gradient * params.flat))
    return ROUNDING * float(1 + abs(objective.losses(params)).sum() + within)


def _sampled(check: ArrayCheck, some: Ints, found: Settled) -> ArrayCheck:
    """The check of some numbers of an array, in place of all of them."""
    analytic = check.analytic.ravel()[some]
    places, shape = (some, check.analytic.shape) if check.places is None else (
        check.places[some], check.shape,
    )  # fmt: skip
    return ArrayCheck(
        check.name, analytic, found.numeric, places, shape, found.blur, found.bend, found.kink
    )
