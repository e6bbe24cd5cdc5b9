"""Is the gradient right? Backpropagation against central differences, number by number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.network import Network
from rnn_tui.engine.parameters import Parameters
from rnn_tui.engine.trace import trace_example
from rnn_tui.experiments import Example

TOLERANCE = 1e-7
STEP = 1e-5


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
    gradient = Parameters.zeros(params.layout)
    for i in range(params.layout.size):
        nudged = params.flat.copy()
        nudged[i] = params.flat[i] + step
        above = loss(Parameters(params.layout, nudged))
        nudged[i] = params.flat[i] - step
        below = loss(Parameters(params.layout, nudged))
        gradient.flat[i] = (above - below) / (2 * step)
    return gradient


def check_gradient(
    params: Parameters, net: Network, example: Example, start: Floats | None = None
) -> tuple[ArrayCheck, ...]:
    """Each parameter's gradient on one example, as `cell` computes it, against differences.

    `start` (H,) is the state that the example begins with, which nothing is sent back to.
    """

    def loss(nudged: Parameters) -> float:
        return float(trace_example(nudged, net, example, start).losses.sum())

    analytic = trace_example(params, net, example, start).grads
    numeric = numeric_gradient(loss, params)
    return tuple(ArrayCheck(name, array, numeric[name]) for name, array in analytic.items())
