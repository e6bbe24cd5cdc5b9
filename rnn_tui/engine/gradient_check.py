"""Is the gradient right? Backpropagation against central differences, number by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine import bptt
from rnn_tui.engine.network import Network
from rnn_tui.engine.parameters import Parameters
from rnn_tui.engine.trace import trace_example
from rnn_tui.experiments import Example

TOLERANCE = 1e-7
STEP = 1e-5
WIDE = 1e-2  # the step where rounding drowns what `STEP` makes of the loss
ROUNDING = 4 * float(np.finfo(np.float64).eps)  # of a loss, as a share of it

Losses = Callable[[Parameters], Floats]
Watch = Callable[[range], Iterable[int]]


@dataclass(frozen=True, eq=False)
class ArrayCheck:
    """One parameter array: both gradients, and the relative error ‖a − n‖ / (‖a‖ + ‖n‖)."""

    name: str
    analytic: Floats
    numeric: Floats

    @property
    def relative_error(self) -> float:
        """0 where both gradients are 0."""
        scale = np.linalg.norm(self.analytic) + np.linalg.norm(self.numeric)
        return float(np.linalg.norm(self.analytic - self.numeric) / scale) if scale else 0.0

    @property
    def passed(self) -> bool:
        """Below the tolerance; an error that is not a number is not below it."""
        return self.relative_error < TOLERANCE

    @property
    def worst(self) -> tuple[int, ...]:
        """The index at which the two differ most."""
        flat = int(np.argmax(np.abs(self.analytic - self.numeric)))
        return tuple(int(i) for i in np.unravel_index(flat, self.analytic.shape))


def numeric_gradient(
    loss: Callable[[Parameters], float], params: Parameters, step: float = STEP
) -> Parameters:
    """(L(θ+ε) − L(θ−ε)) / 2ε for every parameter, 2·size evaluations of `loss`."""
    places = range(params.layout.size)
    flat = central_differences(lambda nudged: np.array([loss(nudged)]), params, places, step)
    return Parameters(params.layout, flat)


def check_gradient(
    params: Parameters,
    net: Network,
    example: Example,
    start: Floats | None = None,
    watch: Watch = iter,
) -> tuple[ArrayCheck, ...]:
    """Each array's gradient as `cell` computes it, against differences of `bptt`'s loss.

    That needs forward passes alone. `start` (H,) is the state that the example begins
    with, which nothing is sent back to; `watch` goes over the places of the numbers
    that are being measured. An error that rounding may explain is measured again with
    a wide step, as of a gradient that is tiny beside its loss.
    """
    (batch,) = bptt.batches_of([example])

    def losses(nudged: Parameters) -> Floats:
        return bptt.forward(nudged, net, batch, start).losses

    with np.errstate(all="ignore"):
        analytic = trace_example(params, net, example, start).grads
        numeric = central_differences(losses, params, range(params.layout.size), STEP, watch)
        checks = [
            ArrayCheck(name, array, numeric[params.layout.slices[name]].reshape(array.shape))
            for name, array in analytic.items()
        ]
        blur = ROUNDING * (1 + abs(losses(params)).sum()) / STEP  # of one number
        return tuple(
            _again(check, losses, params, watch) if _may_be_rounding(check, blur) else check
            for check in checks
        )


def _may_be_rounding(check: ArrayCheck, blur: float) -> bool:
    error = np.linalg.norm(check.analytic - check.numeric)
    return not check.passed and bool(error < blur * np.sqrt(check.numeric.size))


def _again(check: ArrayCheck, losses: Losses, params: Parameters, watch: Watch) -> ArrayCheck:
    """The better of two measurements, the second with steps h = `WIDE` and 2h.

    (4 D(h) − D(2h)) / 3 is off by h⁴, and by a thousandth of the rounding.
    """
    place = params.layout.slices[check.name]
    places = range(place.start, place.stop)
    once = central_differences(losses, params, places, WIDE, watch)
    twice = central_differences(losses, params, places, 2 * WIDE, watch)
    wide = ((4 * once - twice) / 3).reshape(check.numeric.shape)
    return min(check, ArrayCheck(check.name, check.analytic, wide), key=_error)


def _error(check: ArrayCheck) -> float:
    return check.relative_error


def central_differences(
    losses: Losses, params: Parameters, places: range, step: float, watch: Watch = iter
) -> Floats:
    """(L(θ+ε) − L(θ−ε)) / 2ε for the numbers at some places of the flat vector.

    The losses of the outputs are subtracted one by one: their sum is rounded more.
    """
    found = np.zeros(len(places))
    for i, place in enumerate(watch(places)):
        nudged = params.flat.copy()
        nudged[place] = params.flat[place] + step
        above = losses(Parameters(params.layout, nudged))
        nudged[place] = params.flat[place] - step
        below = losses(Parameters(params.layout, nudged))
        found[i] = (above - below).sum() / (2 * step)
    return found
