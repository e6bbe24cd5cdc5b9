"""What a pass computes on its way forward."""

from __future__ import annotations

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.sampling import read
from rnn_tui.figures.bench import Bench, Measured


def x(bench: Bench, t: str) -> Measured:
    """The embedding of token t."""
    return bench.trace.x[int(t)]


def x_sum(bench: Bench, t: str) -> float:
    """What the embedding of token t adds up to."""
    return float(bench.trace.x[int(t)].sum())


def row(bench: Bench, name: str, t: str) -> Measured:
    """Row t of an array of the trace: xh, hh, pre, dh, delta …"""
    array: Floats = getattr(bench.trace, name)
    return array[int(t)]


def h(bench: Bench, t: str) -> Measured:
    """The state after token t; -1 is the initial one."""
    return bench.trace.h[int(t) + 1]


def state(bench: Bench, name: str, t: str) -> Measured:
    """A state by its name after token t; -1 is the initial one."""
    array: Floats = getattr(bench.trace, name)
    return array[int(t) + 1]


def slope(bench: Bench, t: str) -> Measured:
    """1 − h² after token t."""
    return 1 - bench.trace.h[int(t) + 1] ** 2


def squares(bench: Bench, t: str) -> Measured:
    """h² after token t."""
    return bench.trace.h[int(t) + 1] ** 2


def slope_at(bench: Bench, t: str, unit: str) -> float:
    """1 − h² of one unit after token t."""
    return float(1 - bench.trace.h[int(t) + 1, int(unit)] ** 2)


def saturated(bench: Bench, t: str, unit: str) -> float:
    """How much of the gradient the tanh of one unit takes away at t, in percent."""
    return float(100 * bench.trace.h[int(t) + 1, int(unit)] ** 2)


def output(bench: Bench, name: str, scale: str = "1") -> Measured:
    """At the last output: the logit y, the probability p, or dy; times a scale."""
    array: Floats = getattr(bench.trace, name)
    return array[-1] * float(scale)


def loss(bench: Bench) -> float:
    """The example's loss."""
    return bench.trace.loss


def loss_sum(bench: Bench) -> float:
    """The losses of all the example's outputs together."""
    return float(bench.trace.losses.sum())


def exp_minus_y(bench: Bench, plus: str = "0") -> Measured:
    """The exponential of −y, on the way to the sigmoid; plus a number."""
    return np.exp(-bench.trace.y[-1]) + float(plus)


def output_products(bench: Bench) -> Measured:
    """Each W_hy · h of the logit."""
    return bench.state.params.W_hy[0] * bench.trace.h[-1]


def logit_without_bias(bench: Bench) -> Measured:
    """W_hy · h, before b_y is added."""
    return bench.state.params.W_hy @ bench.trace.h[-1]


def uniform_start_state(bench: Bench, read_so_far: str) -> Measured:
    """The state after a text where each parameter is drawn evenly from 0 to 1.

    No experiment starts so; a listing does, for its first look at a forward pass.
    """
    params, vocabulary = bench.state.params, bench.experiment.vocabulary
    drawn = np.random.default_rng(bench.experiment.model.seed).random(params.layout.size)
    ids = vocabulary.ids(vocabulary.tokenize(read_so_far))
    return read(params.with_flat(drawn), bench.run.trainer.net, vocabulary, ids)[-1]
