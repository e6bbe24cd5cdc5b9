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

    Which is which follows from their axes; what a cell's file says `starts` at a setting does so.
    "torch" draws all of a layer from ±1/√H and the readout from ±1/√(its inputs), biases too, as
    nn.LSTM and nn.Linear of PyTorch do. "normal" draws every weight from N(0,
    init_scale²); "xavier" is for every weight; "orthogonal" is for those from units to the
    same units, as W_hh, with xavier for the others. A learned embedding is drawn from
    N(0, 0.1²) whatever the rest is.
    """
    model, layout = experiment.model, experiment.layout
    if model.weights is not None:
        return Parameters.of(model.weights, layout)
    rng = np.random.default_rng([model.seed, _STREAM])
    arrays: dict[str, Floats] = {}
    starts, fan_in = starts_of(experiment), units_of(experiment)
    for name, axes, shape in layout.arrays:
        if name in starts:
            arrays[name] = np.full(shape, starts[name])
        elif name in experiment.network.firsts:
            arrays[name] = np.zeros(shape)
        elif model.init == "torch" and axes != "VI":
            bound = 1.0 / np.sqrt(fan_in[name])
            arrays[name] = rng.uniform(-bound, bound, shape)
        elif len(shape) == 1:
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


def starts_of(experiment: Experiment) -> dict[str, float]:
    """The first value of each parameter that a setting gives one."""
    settings, model = experiment.network.starts, experiment.model
    return {
        name: value
        for name, setting in settings.items()
        if (value := getattr(model, setting)) is not None
    }


def units_of(experiment: Experiment) -> dict[str, int]:
    """The units of the layer that a parameter belongs to, or that the readout reads."""
    network, layout = experiment.network, experiment.layout
    found = dict.fromkeys(layout.shapes, network.layers[-1].sizes(layout)["H"])
    for layer in (*network.layers, *network.encoder):
        found |= dict.fromkeys(layer.axes, layer.sizes(layout)["H"])
    return found
