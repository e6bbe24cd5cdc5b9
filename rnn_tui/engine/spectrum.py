"""What the recurrence does to a signal that goes round and round."""

from __future__ import annotations

import numpy as np

from rnn_tui.arrays import Floats


def spectral_radius(W: Floats) -> float:
    """The largest |eigenvalue| of a square matrix; NaN where a number in it isn't finite."""
    if not np.isfinite(W).all():
        return float("nan")
    return float(np.abs(np.linalg.eigvals(W)).max())


def half_life(norms: Floats) -> float:
    """Timesteps back in which the gradient halves, from the first and last of `norms` (T,).

    Assumes geometric decay between the two; inf where it doesn't shrink, NaN where
    there is nothing to compare.
    """
    steps = len(norms) - 1
    if steps < 1 or not np.isfinite(norms).all() or norms[-1] <= 0 or norms[0] <= 0:
        return float("nan")
    if norms[0] >= norms[-1]:
        return float("inf")
    return float(steps * np.log(2.0) / np.log(norms[-1] / norms[0]))
