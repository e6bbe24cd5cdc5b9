"""Where a gradient comes from: each loss's own share of it, and the factors it passed through.

With an output at every timestep the total gradient of a state hides how the share
of later losses dies out, as each timestep adds its own. So it is taken apart.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.engine.passes.carrying import Carrier, slopes
from rnn_tui.engine.passes.trace import Trace
from rnn_tui.engine.spectrum.spectrum import largest_singular_value
from rnn_tui.equations.layer import Layer
from rnn_tui.equations.norms import l2_norm

LEDGER_WORK = 2**33  # multiplications that a ledger may cost, about a second
LEDGER_ROWS = 1024  # losses that it may have
FACTOR_WORK = 2**31  # of the products of Jacobians; their singular values cost some times more
FACTOR_LEAST = 16  # timesteps, however wide the network


def ledger_start(T: int, H: int) -> int:
    """The first timestep that a ledger of a pass goes back to: 0, save in very long ones.

    The losses of the last timesteps need no others to be sent back through their own.
    """
    return max(0, T - min(LEDGER_ROWS, int(LEDGER_WORK**0.5 / H)))


def factors_start(T: int, H: int) -> int:
    """The first timestep whose Jacobian is taken apart: 0, save in long or very wide passes."""
    return max(0, T - max(FACTOR_LEAST, FACTOR_WORK // H**3))


@dataclass(frozen=True, eq=False)
class Ledger:
    """The gradient of each state, loss by loss, from timestep `first` on; so `skipped` losses.

    `norms[k - skipped, t - first]` is ‖dL_k/dh_t‖, NaN where output k comes before timestep t.
    """

    norms: Floats
    first: int
    skipped: int

    def norm(self, k: int, t: int) -> float:
        """‖dL_k/dh_t‖ of output k."""
        return float(self.norms[k - self.skipped, t - self.first])


@lru_cache(maxsize=2)
def ledger(trace: Trace) -> Ledger:
    """Send each output's gradient back on its own; summed over outputs they are trace.dh."""
    T, H = trace.dh.shape
    begin = ledger_start(T, H)
    skipped = bisect_left(trace.example.outputs, begin)
    outputs = trace.example.outputs[skipped:]
    norms = np.full((len(outputs), T - begin), np.nan)
    way = Carrier(trace)
    sent = np.zeros((way.size, len(outputs)), order="F")  # of each output k, for the t of the loop
    with np.errstate(all="ignore"):
        for t in reversed(range(begin, T)):
            first = bisect_left(outputs, t)
            if first == len(outputs):
                continue
            local = np.zeros((H, len(outputs) - first))
            if outputs[first] == t:
                local[:, 0] = trace.dh_local[t]
            reached, sent[:, first:] = way.back(t, local, sent[:, first:])
            h = trace.net.read_from(reached.T, trace.params.layout)
            norms[first:, t - begin] = l2_norm(h, axis=1)
    return Ledger(frozen(norms), begin, skipped)


class Parts(NamedTuple):
    """The norms of the two parts of dL/ds_t, (T,) each: what it gets at t, and from later."""

    local: Floats
    future: Floats


@lru_cache(maxsize=8)
def parts(trace: Trace, depth: int = -1, state: str = "h") -> Parts:
    """Split the gradient of a state of a layer."""
    arrays = trace.layers[depth]
    future = arrays[f"d{state}_next"][1:]
    with np.errstate(all="ignore"):
        local = arrays.get(f"d{state}_local")
        here = arrays[f"d{state}"] - future if local is None else local
        return Parts(frozen(l2_norm(here, axis=1)), frozen(l2_norm(future, axis=1)))


@dataclass(frozen=True, eq=False)
class Factors:
    """The Jacobians ds_t/ds_{t-1}, of a vanilla layer diag(f′(pre_t)) W_hh, and their causes.

    A row a timestep: `slope` is the mean of f′ over the units, `steepest` its largest, NaN
    for a cell that has no such slope; `weight` the largest singular value of the recurrent
    matrices, one above the other, the same at every timestep, whatever a bug makes of it on
    the way back; `jacobian` that of the Jacobian itself, as the lines have it;
    `product[t]` that of the product of the Jacobians of timesteps t+1 … T-1: how much of
    a gradient at the last state can reach state t, at most.
    `jacobian` and `product` are NaN before timestep `first`. `encoder_weight` is that of
    the encoder's matrices, None where there is none.
    """

    slope: Floats
    steepest: Floats
    weight: float
    jacobian: Floats
    product: Floats
    first: int
    encoder_weight: float | None = None


@lru_cache(maxsize=2)
def factors(trace: Trace) -> Factors:
    """Take the way back through time apart. A timestep costs two singular values."""
    T, H = trace.dh.shape
    first, way, net = factors_start(T, H), Carrier(trace), trace.net
    product, jacobian, reach = np.eye(way.size), np.full(T, np.nan), np.full(T, np.nan)
    with np.errstate(all="ignore"):
        slope = slopes(trace)
        for t in reversed(range(first, T)):
            reach[t] = largest_singular_value(product)
            step = way.jacobian(t)
            jacobian[t] = largest_singular_value(step)
            product = product @ step
    return Factors(
        frozen(slope.mean(axis=1)), frozen(slope.max(axis=1)),
        _recurrent_weight(trace, net.layers[-1]), frozen(jacobian), frozen(reach), first,
        _recurrent_weight(trace, net.encoder[-1]) if net.encoder else None,
    )  # fmt: skip


def _recurrent_weight(trace: Trace, layer: Layer) -> float:
    matrices = [trace.params[name] for name, axes in layer.axes.items() if axes == "HH"]
    return largest_singular_value(np.concatenate(matrices))


def stretch(trace: Trace, t: int) -> float:
    """The largest singular value of one timestep's Jacobian."""
    with np.errstate(all="ignore"):
        return largest_singular_value(Carrier(trace).jacobian(t))
