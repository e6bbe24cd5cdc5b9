"""How a state depends on those before it: products of Jacobians.

    ∂h_t/∂h_k = J_t J_{t−1} … J_{k+1},   J_i = diag(f′(pre_i)) W_hh

after Pascanu, Mikolov and Bengio (2013), On the difficulty of training recurrent neural
networks, eq. 5. Its largest singular value is the most by which a small change of h_k can
arrive in h_t; its spectral radius, what a change along its own direction is multiplied by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnn_tui.analyses.study import Study, Unfit
from rnn_tui.arrays import Floats
from rnn_tui.engine.spectrum.spectrum import half_life, largest_singular_value, spectral_radius
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example

WINDOWS = 20  # passages of a text that are looked at
REACH = 25  # timesteps back, at most


@dataclass(frozen=True, eq=False)
class Jacobians:
    """Products over passages, by how many timesteps they go back: column d is ∂h_t/∂h_{t−d}.

    `norms` (N, D+1) are their largest singular values, `frobenius` (N, D+1) the roots of
    their sums of squares, `radii` (N, D+1) their spectral radii; column 0 is of the
    identity. `before` (N, D+1) are the norms at the first moment. `factors` (N, D) are the norms of
    single Jacobians, the last first. `half_lives` (N,), in timesteps.
    """

    norms: Floats
    frobenius: Floats
    radii: Floats
    before: Floats
    factors: Floats
    half_lives: Floats

    @property
    def half_life(self) -> float:
        """The median over the passages."""
        return float(np.median(self.half_lives))


def jacobian(params: Parameters, net: Network, h: Floats) -> Floats:
    """∂h_t/∂h_{t−1}, (H, H), where h (H,) is the state h_t."""
    found: Floats = net.activation.slope(h)[:, None] * params.W_hh
    return found


def products(
    params: Parameters, net: Network, example: Example, h: Floats, t: int, reach: int
) -> list[Floats]:
    """∂h_t/∂h_{t−d} for d = 0 … reach, (H, H) each; h (T+1, H) are the states, row t is h_t."""
    product = np.eye(params.layout.hidden_size)
    found = [product]
    for i in range(t, t - reach, -1):
        product = product @ jacobian(params.cell_at(example.encodes(i - 1)), net, h[i])
        found.append(product)
    return found


def measure(study: Study) -> Jacobians:
    """Over some passages of what is read, at the last moment, and norms alone at the first."""
    places, reach = _places(study)
    now = [_products(study, study.now, study.states_now, *place, reach) for place in places]
    first = study.snapshots[0].params
    states = study.states(first)
    before = [_norms(_products(study, first, states, *place, reach)) for place in places]
    norms = np.array([_norms(one) for one in now])
    factors = np.array([_factors(study, *place, reach) for place in places])
    return Jacobians(
        norms,
        np.array([[np.linalg.norm(one) for one in passage] for passage in now]),
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


def _products(
    study: Study, params: Parameters, states: tuple[Floats, ...], k: int, t: int, reach: int
) -> list[Floats]:
    return products(params, study.net, study.examples[k], states[k], t, reach)


def _norms(passage: list[Floats]) -> list[float]:
    return [largest_singular_value(one) for one in passage]


def _factors(study: Study, k: int, t: int, reach: int) -> list[float]:
    example, h = study.examples[k], study.states_now[k]
    cells = ((study.now.cell_at(example.encodes(i - 1)), h[i]) for i in range(t, t - reach, -1))
    return [largest_singular_value(jacobian(own, study.net, state)) for own, state in cells]
