"""What the parameters are, before the figure's epoch or after its update."""

from __future__ import annotations

import numpy as np

from rnn_tui.engine.spectrum import spectrum
from rnn_tui.figures.bench import Bench, Measured


def weight(bench: Bench, name: str) -> Measured:
    """A whole parameter."""
    return bench.state.params[name]


def transposed(bench: Bench, name: str) -> Measured:
    """A whole parameter, transposed."""
    return bench.state.params[name].T


def weight_at(bench: Bench, name: str, i: str, j: str) -> float:
    """One number of a parameter."""
    return float(bench.state.params[name][int(i), int(j)])


def count(bench: Bench, name: str) -> float:
    """How many numbers a parameter has, or `all` of them."""
    params = bench.state.params
    return float(params.flat.size if name == "all" else params[name].size)


def count_torch(bench: Bench, part: str) -> float:
    """The same in PyTorch, whose nn.RNN has a second hidden bias; `rnn`, `fc` or `all`."""
    params = bench.state.params
    fc = params.W_hy.size + params.b_y.size
    rnn = params.W_xh.size + params.W_hh.size + 2 * params.b_h.size
    return float({"rnn": rnn, "fc": fc, "all": rnn + fc}[part])


def count_without(bench: Bench, name: str, tokens: str) -> float:
    """How many numbers there would be for so many tokens, one parameter left out."""
    size = int(tokens)
    net = bench.experiment.network
    shapes = net.layout(size, bench.experiment.model.hidden_size, size).shapes
    return float(sum(np.prod(shape) for one, shape in shapes.items() if one != name))


def arrays(bench: Bench, kind: str = "") -> float:
    """How many parameters there are whose name begins so: W, b, or any."""
    return float(sum(name.startswith(kind) for name, _ in bench.state.params.items()))


def shape(bench: Bench, name: str) -> Measured:
    """The shape of a parameter."""
    return np.array(bench.state.params[name].shape, dtype=np.float64)


def spread(bench: Bench, name: str) -> float:
    """The standard deviation of a parameter."""
    return float(bench.state.params[name].std())


def one_over_spread(bench: Bench, name: str) -> float:
    """What standard normal numbers are divided by to give a parameter."""
    return float(1 / bench.state.params[name].std())


def xavier_constant(bench: Bench, name: str) -> float:
    """Bound² · (rows + columns) of a parameter that is drawn evenly within ±bound."""
    array = bench.state.params[name]
    return float((array**2).max() * sum(array.shape))


def spectral_radius(bench: Bench) -> float:
    """The largest |eigenvalue| of W_hh."""
    return spectrum.spectral_radius(bench.state.params.W_hh)


def least_eigenvalue(bench: Bench) -> float:
    """The smallest |eigenvalue| of W_hh."""
    return float(np.abs(np.linalg.eigvals(bench.state.params.W_hh)).min())
