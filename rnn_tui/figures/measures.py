"""How each published figure is measured: small functions on a bench."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.activations import sigmoid
from rnn_tui.engine.optimizer import clip, global_norm
from rnn_tui.figures.bench import Bench

Measured = object  # a number or an array of them: whatever `np.asarray` takes

Measure = Callable[..., Measured]
F = TypeVar("F", bound=Measure)
MEASURES: dict[str, Measure] = {}


def _measure(function: F) -> F:
    MEASURES[function.__name__.strip("_")] = function
    return function


@_measure
def x(bench: Bench, t: str) -> Measured:
    """The embedding of token t."""
    return bench.trace.x[int(t)]


@_measure
def row(bench: Bench, name: str, t: str) -> Measured:
    """Row t of an array of the trace: xh, hh, pre, dh, delta …"""
    array: Floats = getattr(bench.trace, name)
    return array[int(t)]


@_measure
def h(bench: Bench, t: str) -> Measured:
    """The state after token t; -1 is the initial one."""
    return bench.trace.h[int(t) + 1]


@_measure
def slope(bench: Bench, t: str) -> Measured:
    """1 − h² after token t."""
    return 1 - bench.trace.h[int(t) + 1] ** 2


@_measure
def squares(bench: Bench, t: str) -> Measured:
    """h² after token t."""
    return bench.trace.h[int(t) + 1] ** 2


@_measure
def slope_at(bench: Bench, t: str, unit: str) -> Measured:
    """1 − h² of one unit after token t."""
    return 1 - bench.trace.h[int(t) + 1, int(unit)] ** 2


@_measure
def saturated(bench: Bench, t: str, unit: str) -> Measured:
    """How much of the gradient the tanh of one unit takes away at t, in percent."""
    return 100 * bench.trace.h[int(t) + 1, int(unit)] ** 2


@_measure
def output(bench: Bench, name: str, scale: str = "1") -> Measured:
    """At the last output: the logit y, the probability p, or dy; times a scale."""
    array: Floats = getattr(bench.trace, name)
    return array[-1] * float(scale)


@_measure
def loss(bench: Bench) -> Measured:
    """The example's loss."""
    return bench.trace.loss


@_measure
def exp_minus_y(bench: Bench, plus: str = "0") -> Measured:
    """The exponential of −y, on the way to the sigmoid; plus a number."""
    return np.exp(-bench.trace.y[-1]) + float(plus)


@_measure
def output_products(bench: Bench) -> Measured:
    """Each W_hy · h of the logit."""
    return bench.state().params.W_hy[0] * bench.trace.h[-1]


@_measure
def logit_without_bias(bench: Bench) -> Measured:
    """W_hy · h, before b_y is added."""
    return bench.state().params.W_hy @ bench.trace.h[-1]


@_measure
def dh_norm(bench: Bench, t: str) -> Measured:
    """‖dL/dh_t‖."""
    return bench.trace.dh_norm[int(t)]


@_measure
def decay(bench: Bench, t: str) -> Measured:
    """‖dL/dh_t‖ against the last one."""
    return bench.trace.decay[int(t)]


@_measure
def weaker(bench: Bench, t: str) -> Measured:
    """How many times weaker the gradient is at t than at the last timestep."""
    return 1 / bench.trace.decay[int(t)]


@_measure
def lost(bench: Bench, t: str) -> Measured:
    """How much of the gradient is gone at t, in percent."""
    return 100 * (1 - bench.trace.decay[int(t)])


@_measure
def grad(bench: Bench, name: str) -> Measured:
    """A gradient array of the example."""
    return bench.trace.grads[name]


@_measure
def contribution(bench: Bench, name: str, t: str) -> Measured:
    """What timestep t adds to dW_xh or dW_hh."""
    trace, s = bench.trace, int(t)
    right = trace.x[s] if name == "W_xh" else trace.h[s]
    return np.outer(trace.delta[s], right)


@_measure
def epoch_loss(bench: Bench) -> Measured:
    """The mean loss of the epoch, before its update."""
    record = bench.record(bench.epoch)
    return record.loss / record.outputs


@_measure
def epoch_right(bench: Bench) -> Measured:
    """How many examples the epoch got right."""
    return float(bench.record(bench.epoch).right)


@_measure
def accuracy(bench: Bench) -> Measured:
    """How many examples the epoch got right, in percent."""
    record = bench.record(bench.epoch)
    return 100 * record.right / record.outputs


@_measure
def grad_norm(bench: Bench) -> Measured:
    """The norm of the epoch's gradient, before clipping."""
    return bench.record(bench.epoch).grad_norm


@_measure
def first_all_right(bench: Bench) -> Measured:
    """The first epoch in which every example is right."""
    epoch = 0
    while bench.record(epoch).right < bench.record(epoch).outputs:
        epoch += 1
    return float(epoch)


@_measure
def weight(bench: Bench, name: str) -> Measured:
    """A whole parameter before the epoch."""
    return bench.state().params[name]


@_measure
def transposed(bench: Bench, name: str) -> Measured:
    """A whole parameter, transposed, before the epoch."""
    return bench.state().params[name].T


@_measure
def weight_at(bench: Bench, name: str, i: str, j: str) -> Measured:
    """One number of a parameter before the epoch."""
    return bench.state().params[name][int(i), int(j)]


@_measure
def step_of(bench: Bench, name: str, i: str, j: str) -> Measured:
    """The reduced gradient of one number of a parameter in this epoch."""
    done = bench.run.trainer.step(bench.state(), bench.epoch).update if bench.run else None
    assert done is not None
    layout = bench.state().params.layout
    array = done.gradient[layout.slices[name]].reshape(layout.shapes[name])
    return array[int(i), int(j)]


@_measure
def count(bench: Bench, name: str) -> Measured:
    """How many numbers a parameter has, or `all` of them."""
    params = bench.state().params
    return float(params.flat.size if name == "all" else params[name].size)


@_measure
def count_torch(bench: Bench, part: str) -> Measured:
    """The same in PyTorch, whose nn.RNN has a second hidden bias; `rnn`, `fc` or `all`."""
    params = bench.state().params
    fc = params.W_hy.size + params.b_y.size
    rnn = params.W_xh.size + params.W_hh.size + 2 * params.b_h.size
    return float({"rnn": rnn, "fc": fc, "all": rnn + fc}[part])


@_measure
def shape(bench: Bench, name: str) -> Measured:
    """The shape of a parameter."""
    return np.array(bench.state().params[name].shape, dtype=np.float64)


@_measure
def clip_scale(bench: Bench, norm: str) -> float:
    """What the experiment's clipping multiplies a gradient of this norm by."""
    gradient = np.full(4, float(norm) / 2)
    clipped = clip(gradient, global_norm(gradient), bench.experiment.training)
    return global_norm(clipped) / float(norm)


@_measure
def clipped_away(bench: Bench, norm: str) -> Measured:
    """How much the experiment's clipping takes off a gradient of this norm, in percent."""
    return 100 * (1 - clip_scale(bench, norm))


@_measure
def minus_ln(bench: Bench, p: str) -> Measured:
    """−ln p."""
    return -np.log(float(p))


@_measure
def ratio_of_losses(bench: Bench, p: str, q: str) -> Measured:
    """How many times −ln p is −ln q."""
    return np.log(float(p)) / np.log(float(q))


@_measure
def power(bench: Bench, base: str, exponent: str, scale: str = "1") -> Measured:
    """base^exponent, times a scale."""
    return float(base) ** float(exponent) * float(scale)


@_measure
def squash(bench: Bench, name: str, z: str) -> Measured:
    """Tanh or sigmoid of a number."""
    value = np.array(float(z))
    return np.tanh(value) if name == "tanh" else sigmoid(value)
