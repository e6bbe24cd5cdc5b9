"""Where a gradient comes from: each loss's own share of it, and the factors it passed through.

With an output at every timestep the total gradient of a state hides how the share
of later losses dies out, as each timestep adds its own. So it is taken apart.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.engine.norms import l2_norm
from rnn_tui.engine.trace import Trace


@dataclass(frozen=True, eq=False)
class Ledger:
    """The gradient of each state, loss by loss.

    `norms[k, t]` is ‖dL_k/dh_t‖, (K, T), NaN where output k comes before timestep t.
    `local` and `future` (T,) are the norms of the two parts of dL/dh_t: what its own
    output sends it, and what comes from later timesteps.
    """

    norms: Floats
    local: Floats
    future: Floats


@lru_cache(maxsize=2)
def ledger(trace: Trace) -> Ledger:
    """Send each output's gradient back on its own; summed over outputs they are trace.dh.

    Takes K · T products of H × H: meant for passes of some hundred timesteps.
    """
    T, H = trace.dh.shape
    outputs = trace.example.outputs
    norms = np.full((len(outputs), T), np.nan)
    carry = trace.net.passed_on(trace.params).T
    share = np.zeros((len(outputs), H))  # dL_k/dh_t of each output k, for the t of the loop
    with np.errstate(all="ignore"):
        slope = np.where(trace.held, 0.0, trace.net.slope(trace.h[1:]))
        for t in reversed(range(T)):
            first = bisect_left(outputs, t)
            if first == len(outputs):
                continue
            if outputs[first] == t:
                share[first] = trace.dh_local[t]
            norms[first:, t] = l2_norm(share[first:], axis=1)
            share[first:] = (share[first:] * slope[t]) @ carry
        local, future = l2_norm(trace.dh_local, axis=1), l2_norm(trace.dh_next[1:], axis=1)
    return Ledger(frozen(norms), frozen(local), frozen(future))


@dataclass(frozen=True, eq=False)
class Factors:
    """The Jacobians dh_t/dh_{t-1} = diag(f′(pre_t)) W_hh and their two causes, a row a timestep.

    `slope` is the mean of f′ over the units, `steepest` its largest; `weight` the
    largest singular value of W_hh, the same at every timestep; `jacobian` that of the
    Jacobian itself; `product[t]` that of the product of the Jacobians of timesteps
    t+1 … T-1: how much of a gradient at the last state can reach state t, at most.
    """

    slope: Floats
    steepest: Floats
    weight: float
    jacobian: Floats
    product: Floats


@lru_cache(maxsize=2)
def factors(trace: Trace) -> Factors:
    """Take the way back through time apart, timestep by timestep. Costs T singular values."""
    T, H = trace.dh.shape
    with np.errstate(all="ignore"):
        slope = np.where(trace.held, 0.0, trace.net.slope(trace.h[1:]))
    back = trace.net.passed_on(trace.params).T  # delta @ back is what goes to h_{t-1}
    product, jacobian, reach = np.eye(H), np.full(T, np.nan), np.full(T, np.nan)
    for t in reversed(range(T)):
        reach[t] = _largest(product)
        step = slope[t][:, None] * back
        jacobian[t] = _largest(step)
        with np.errstate(all="ignore"):
            product = product @ step
    return Factors(
        frozen(slope.mean(axis=1)), frozen(slope.max(axis=1)), _largest(back),
        frozen(jacobian), frozen(reach),
    )  # fmt: skip


def _largest(matrix: Floats) -> float:
    """The largest singular value; NaN where a number in it isn't finite."""
    if not np.isfinite(matrix).all():
        return float("nan")
    return float(np.linalg.svd(matrix, compute_uv=False)[0])
