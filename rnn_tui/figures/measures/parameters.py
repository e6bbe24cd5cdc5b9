"""What the parameters are, before the figure's epoch or after its update."""

from __future__ import annotations

import numpy as np

from rnn_tui.engine.spectrum import spectrum
from rnn_tui.figures.runs import FigureMoment, Measured


def weight(moment: FigureMoment, name: str) -> Measured:
    """A whole parameter."""
    return moment.state.params[name]


def transposed(moment: FigureMoment, name: str) -> Measured:
    """A whole parameter, transposed."""
    return moment.state.params[name].T


def weight_at(moment: FigureMoment, name: str, i: str, j: str) -> float:
    """One number of a parameter."""
    return float(moment.state.params[name][int(i), int(j)])


def count(moment: FigureMoment, name: str) -> float:
    """How many numbers a parameter has, or `all` of them."""
    params = moment.state.params
    return float(params.flat.size if name == "all" else params[name].size)


def count_torch(moment: FigureMoment, part: str) -> float:
    """The same in PyTorch, whose nn.RNN has a second hidden bias; `rnn`, `fc` or `all`."""
    params = moment.state.params
    fc = params.W_hy.size + params.b_y.size
    rnn = params.W_xh.size + params.W_hh.size + 2 * params.b_h.size
    return float({"rnn": rnn, "fc": fc, "all": rnn + fc}[part])


def count_without(moment: FigureMoment, name: str, tokens: str) -> float:
    """How many numbers there would be for so many tokens, one parameter left out."""
    size = int(tokens)
    net = moment.experiment.network
    shapes = net.layout(size, moment.experiment.model.hidden_size, size).shapes
    return float(sum(np.prod(shape) for one, shape in shapes.items() if one != name))


def arrays(moment: FigureMoment, kind: str = "") -> float:
    """How many parameters there are whose name begins so: W, b, or any."""
    return float(sum(name.startswith(kind) for name, _ in moment.state.params.items()))


def shape(moment: FigureMoment, name: str) -> Measured:
    """The shape of a parameter."""
    return np.array(moment.state.params[name].shape, dtype=np.float64)


def spread(moment: FigureMoment, name: str) -> float:
    """The standard deviation of a parameter."""
    return float(moment.state.params[name].std())


def one_over_spread(moment: FigureMoment, name: str) -> float:
    """What standard normal numbers are divided by to give a parameter."""
    return float(1 / moment.state.params[name].std())


def xavier_constant(moment: FigureMoment, name: str) -> float:
    """Bound² · (rows + columns) of a parameter that is drawn evenly within ±bound."""
    array = moment.state.params[name]
    return float((array**2).max() * sum(array.shape))


def spectral_radius(moment: FigureMoment) -> float:
    """The largest |eigenvalue| of W_hh."""
    return spectrum.spectral_radius(moment.state.params.W_hh)


def least_eigenvalue(moment: FigureMoment) -> float:
    """The smallest |eigenvalue| of W_hh."""
    return float(np.abs(np.linalg.eigvals(moment.state.params.W_hh)).min())
