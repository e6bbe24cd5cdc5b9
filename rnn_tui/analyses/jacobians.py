"""How a state depends on those before it: products of Jacobians.

    ∂s_t/∂s_k = J_t J_{t−1} … J_{k+1},   J_i = ∂s_i/∂s_{i−1}

s are all states together, layer by layer: h of one vanilla layer, whose J_i is diag(f′(pre_i))
W_hh, [h c] of an LSTM. Each J_i is what the lines of the cell carry back of unit gradients, right
ones whatever bug is asked for. After Pascanu, Mikolov and Bengio (2013), On the difficulty of
training recurrent neural networks, eq. 5. Its largest singular value is the most by which a small
change of s_k can arrive in s_t; its spectral radius, what a change along its own direction is
multiplied by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnn_tui.analyses.study import REACH, Study, Unfit
from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.carrying import Carrier
from rnn_tui.engine.passes.trace import Trace
from rnn_tui.engine.spectrum.spectrum import half_life, largest_singular_value, spectral_radius

WINDOWS = 20  # passages of a text that are looked at


@dataclass(frozen=True, eq=False)
class Jacobians:
    """Products over passages, by how many timesteps they go back: column d is ∂s_t/∂s_{t−d}.

    `norms` (N, D+1) are their largest singular values, `radii` (N, D+1) their spectral radii;
    column 0 is of the identity. `before` (N, D+1) are the norms at the first moment. `factors`
    (N, D) are the norms of single Jacobians, the last first. `half_lives` (N,), in timesteps.
    """

    norms: Floats
    radii: Floats
    before: Floats
    factors: Floats
    half_lives: Floats

    @property
    def half_life(self) -> float:
        """The median over the passages."""
        return float(np.median(self.half_lives))


def singles(trace: Trace, t: int, reach: int) -> list[Floats]:
    """∂s_i/∂s_{i−1} for i = t, t−1, … t−reach+1, (S, S) each; s_i are the states after i tokens."""
    way = Carrier(trace)
    with np.errstate(all="ignore"):
        return [way.jacobian(i - 1) for i in range(t, t - reach, -1)]


def products(trace: Trace, t: int, reach: int) -> list[Floats]:
    """∂s_t/∂s_{t−d} for d = 0 … reach, (S, S) each; s_t are the states after t tokens."""
    return _multiplied(singles(trace, t, reach))


def _multiplied(factors: list[Floats]) -> list[Floats]:
    """The identity, and the products of the first 1, 2, … factors."""
    found = [np.eye(len(factors[0]))]
    for one in factors:
        found.append(found[-1] @ one)
    return found


def measure(study: Study) -> Jacobians:
    """Over some passages of what is read, at the last moment, and norms alone at the first."""
    places, reach = _places(study)
    traces, first = study.traces(study.now), study.traces(study.snapshots[0].params)
    steps = [singles(traces[k], t, reach) for k, t in places]
    now = [_multiplied(one) for one in steps]
    before = [_norms(products(first[k], t, reach)) for k, t in places]
    norms = np.array([_norms(one) for one in now])
    factors = np.array([_norms(one) for one in steps])
    return Jacobians(
        norms,
        np.array([[spectral_radius(one) for one in passage] for passage in now]),
        np.array(before),
        factors,
        np.array([half_life(one[::-1]) for one in norms]),
    )


def _places(study: Study) -> tuple[list[tuple[int, int]], int]:
    """Passages as example and last timestep, 1 … T, and how far back all of them can go."""
    lengths = [one.length for one in study.examples]
    if study.experiment.stream is not None:
        reach = min(REACH, lengths[0])
        count = max(1, min(WINDOWS, lengths[0] // reach))
        return [(0, int(t)) for t in np.linspace(reach, lengths[0], count)], reach
    reach = min(REACH, int(np.median(lengths)))
    if reach < 1:
        raise Unfit("its examples have no timestep before their last")
    return [(k, T) for k, T in enumerate(lengths) if reach <= T][:WINDOWS], reach


def _norms(passage: list[Floats]) -> list[float]:
    return [largest_singular_value(one) for one in passage]
