"""What a pass sends back."""

from __future__ import annotations

import numpy as np

from rnn_tui.equations.norms import l2_norm
from rnn_tui.figures.museum.passes import Given, passed
from rnn_tui.figures.runs import FigureMoment, Measured


def dh_norm(moment: FigureMoment, t: str) -> float:
    """‖dL/dh_t‖."""
    return float(moment.trace.dh_norm[int(t)])


def future_norm(moment: FigureMoment, t: str) -> float:
    """‖dh_next‖ that reaches timestep t from the one after it."""
    return float(l2_norm(moment.trace.dh_next[int(t) + 1]))


def decay(moment: FigureMoment, t: str) -> float:
    """‖dL/dh_t‖ against the last one."""
    return float(moment.trace.decay[int(t)])


def weaker(moment: FigureMoment, t: str) -> float:
    """How many times weaker the gradient is at t than at the last timestep."""
    return float(1 / moment.trace.decay[int(t)])


def lost(moment: FigureMoment, t: str) -> float:
    """How much of the gradient is gone at t, in percent."""
    return float(100 * (1 - moment.trace.decay[int(t)]))


def grad(moment: FigureMoment, name: str) -> Measured:
    """A gradient array of the example."""
    return moment.trace.grads[name]


def dx(moment: FigureMoment, t: str) -> Measured:
    """dL/dx of token t, whose lines run here even where nothing below reads it."""
    trace = moment.trace
    (layer,) = trace.net.layers
    start = {state: trace.layers[0][state][:1] for state in layer.cell.states}
    weights = {name: trace.params[name] for name in layer.names}
    above = {"h": trace.dh_local[None]}
    made = passed(layer, Given(weights, trace.x[None], start, above, len(trace.x)))
    array, _ = made["dx"]
    return array[0, int(t)]


def contribution(moment: FigureMoment, name: str, t: str) -> Measured:
    """What timestep t adds to dW_xh or dW_hh."""
    trace, s = moment.trace, int(t)
    right = trace.x[s] if name == "W_xh" else trace.h[s]
    return np.outer(trace.delta[s], right)
