"""The first parameters, from an experiment's own numbers or from its seed."""

from __future__ import annotations

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment

EMBEDDING_SCALE = 0.1  # standard deviation of a learned embedding at first
_STREAM = 0  # the seed's stream for initial weights; shuffling has its own


def xavier(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Uniform in ±√(6 / (rows + columns)): Glorot and Bengio (2010)."""
    bound = np.sqrt(6.0 / sum(shape))
    return rng.uniform(-bound, bound, shape)


def orthogonal(rng: np.random.Generator, size: int) -> Floats:
    """A uniformly random orthogonal matrix, all |eigenvalues| 1: Saxe et al. (2014).

    Q of a Gaussian matrix's QR; the signs of R's diagonal make it uniform, as in Mezzadri (2007).
    """
    q, r = np.linalg.qr(rng.standard_normal((size, size)))
    signed: Floats = q * np.where(np.diag(r) < 0, -1.0, 1.0)
    return signed


def initial_parameters(experiment: Experiment) -> Parameters:
    """The parameters before the first update; biases are 0 unless they are given.

    Which is which follows from their axes. "normal" draws every weight from N(0,
    init_scale²); "xavier" is for every weight; "orthogonal" is for those from units to the
    same units, as W_hh, with xavier for the others. A learned embedding is drawn from
    N(0, 0.1²) whatever the rest is.
    """
    model, layout = experiment.model, experiment.layout
    if model.weights is not None:
        return Parameters.of(model.weights, layout)
    rng = np.random.default_rng([model.seed, _STREAM])
    arrays: dict[str, Floats] = {}
    for name, axes, shape in layout.arrays:
        if len(shape) == 1:
            arrays[name] = np.zeros(shape)
        elif axes == "VI":
            arrays[name] = EMBEDDING_SCALE * rng.standard_normal(shape)
        elif model.init == "normal":
            arrays[name] = model.init_scale * rng.standard_normal(shape)
        elif model.init == "orthogonal" and axes == "HH":
            arrays[name] = orthogonal(rng, shape[0])
        else:
            arrays[name] = xavier(rng, shape)
    return Parameters.of(arrays, layout)
