"""How much of the time each unit is where its activation is flat and lets no gradient through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnn_tui.analyses.study import Study
from rnn_tui.arrays import Floats, Ints
from rnn_tui.equations.network import Network

EDGE = 0.95  # |h| of a tanh from which on it is called saturated, as document 003 counts
LEAST_SLOPE = 1 - EDGE**2  # that slope, as a share of the largest one
STEEPEST = {"tanh": 1.0, "relu": 1.0, "sigmoid": 0.25}


@dataclass(frozen=True, eq=False)
class Saturation:
    """The share of timesteps at which a unit is saturated, `share` (S, H), at S moments."""

    steps: Ints
    share: Floats

    @property
    def mean(self) -> Floats:
        """Over all units, (S,)."""
        mean: Floats = self.share.mean(axis=1)
        return mean


def saturated(net: Network, h: Floats) -> Floats:
    """1 where a unit is saturated, else 0, for states of any shape.

    It is where the slope is less than a tenth of the steepest, so that a tanh is beyond
    ±0.95, a sigmoid within 0.025 of 0 or 1, and a relu at 0.
    """
    slope = net.activation.slope(h) / STEEPEST[net.activation.name]
    return (slope < LEAST_SLOPE - 1e-12).astype(np.float64)


def measure(study: Study) -> Saturation:
    """At every moment, over all that is read."""
    share = []
    for one in study.snapshots:
        states = np.vstack([h[1:] for h in study.states(one.params)])
        share.append(saturated(study.net, states).mean(axis=0))
    return Saturation(study.steps, np.array(share))
