"""What a pass computes on its way forward."""

from __future__ import annotations

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.sampling import read
from rnn_tui.figures.runs import FigureMoment, Measured


def x(moment: FigureMoment, t: str) -> Measured:
    """The embedding of token t."""
    return moment.trace.x[int(t)]


def x_sum(moment: FigureMoment, t: str) -> float:
    """What the embedding of token t adds up to."""
    return float(moment.trace.x[int(t)].sum())


def row(moment: FigureMoment, name: str, t: str) -> Measured:
    """Row t of an array of the trace: xh, hh, pre, dh, delta …"""
    array: Floats = getattr(moment.trace, name)
    return array[int(t)]


def h(moment: FigureMoment, t: str) -> Measured:
    """The state after token t; -1 is the initial one."""
    return moment.trace.h[int(t) + 1]


def state(moment: FigureMoment, name: str, t: str) -> Measured:
    """A state by its name after token t; -1 is the initial one."""
    array: Floats = getattr(moment.trace, name)
    return array[int(t) + 1]


def slope(moment: FigureMoment, t: str) -> Measured:
    """1 − h² after token t."""
    return 1 - moment.trace.h[int(t) + 1] ** 2


def squares(moment: FigureMoment, t: str) -> Measured:
    """h² after token t."""
    return moment.trace.h[int(t) + 1] ** 2


def slope_at(moment: FigureMoment, t: str, unit: str) -> float:
    """1 − h² of one unit after token t."""
    return float(1 - moment.trace.h[int(t) + 1, int(unit)] ** 2)


def saturated(moment: FigureMoment, t: str, unit: str) -> float:
    """How much of the gradient the tanh of one unit takes away at t, in percent."""
    return float(100 * moment.trace.h[int(t) + 1, int(unit)] ** 2)


def output(moment: FigureMoment, name: str, scale: str = "1") -> Measured:
    """At the last output: the logit y, the probability p, or dy; times a scale."""
    array: Floats = getattr(moment.trace, name)
    return array[-1] * float(scale)


def loss(moment: FigureMoment) -> float:
    """The example's loss."""
    return moment.trace.loss


def loss_sum(moment: FigureMoment) -> float:
    """The losses of all the example's outputs together."""
    return float(moment.trace.losses.sum())


def exp_minus_y(moment: FigureMoment, plus: str = "0") -> Measured:
    """The exponential of −y, on the way to the sigmoid; plus a number."""
    return np.exp(-moment.trace.y[-1]) + float(plus)


def output_products(moment: FigureMoment) -> Measured:
    """Each W_hy · h of the logit."""
    return moment.state.params.W_hy[0] * moment.trace.h[-1]


def logit_without_bias(moment: FigureMoment) -> Measured:
    """W_hy · h, before b_y is added."""
    return moment.state.params.W_hy @ moment.trace.h[-1]


def uniform_start_state(moment: FigureMoment, read_so_far: str) -> Measured:
    """The state after a text where each parameter is drawn evenly from 0 to 1.

    No experiment starts so; a listing does, for its first look at a forward pass.
    """
    params, vocabulary = moment.state.params, moment.experiment.vocabulary
    drawn = np.random.default_rng(moment.experiment.model.seed).random(params.layout.size)
    ids = vocabulary.ids(vocabulary.tokenize(read_so_far))
    return read(params.with_flat(drawn), moment.run.trainer.net, vocabulary, ids)[-1]
