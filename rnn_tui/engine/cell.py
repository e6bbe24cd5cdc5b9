"""The recurrent cell, one timestep at a time, forward and backward.

This is the reference: each line is one operation of the algorithm, named as on
the blackboard, and the explorer shows these very lines while it runs them.
`bptt` computes the same numbers for whole batches. Shapes: x_t (I,), h (H,),
y and p (O,); a gradient dA has the shape of A.

Sources: the forward equations and BPTT as in any treatment of the vanilla RNN,
e.g. Elman (1990), Finding structure in time; Werbos (1990), Backpropagation
through time: what it does and how to do it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.network import Network
from rnn_tui.engine.parameters import Parameters


def embed_step(params: Parameters, token: int) -> Floats:
    """x_t = E[token], where the embedding is learned."""
    x_t: Floats = params.E[token]
    return x_t


@dataclass(frozen=True, eq=False)
class State:
    """What one timestep computes on the way to its hidden state, each (H,)."""

    xh: Floats
    hh: Floats
    pre: Floats
    h_t: Floats


def forward_step(params: Parameters, net: Network, x_t: Floats, h_prev: Floats) -> State:
    """h_t = f(W_xh x_t + W_hh h_{t-1} + b_h)."""
    xh = params.W_xh @ x_t
    hh = params.W_hh @ h_prev
    pre = xh + hh + params.b_h
    h_t = net.activation.of(pre)
    return State(xh, hh, pre, h_t)


@dataclass(frozen=True, eq=False)
class Answer:
    """The output at one timestep: logits and probabilities (O,), and its loss in nats."""

    y: Floats
    p: Floats
    loss: float


def output_step(params: Parameters, net: Network, h_t: Floats, target: int) -> Answer:
    """Y = W_hy h_t + b_y, and what it costs when `target` is the class wanted."""
    y = params.W_hy @ h_t + params.b_y
    p = net.head.probabilities(y)
    loss = net.head.loss(y, np.asarray(target))
    return Answer(y, p, float(loss))


@dataclass(frozen=True, eq=False)
class OutputGradient:
    """dL/dy (O,), and what of it reaches h_t directly (H,)."""

    dy: Floats
    dh_local: Floats


def output_backward_step(
    params: Parameters, grads: Parameters, net: Network, h_t: Floats, p: Floats, target: int
) -> OutputGradient:
    """The derivative of `output_step`; adds to grads.W_hy and grads.b_y."""
    dy = p - net.head.target(np.asarray(target), p.size)
    grads.W_hy += np.outer(dy, h_t)
    grads.b_y += dy
    dh_local = params.W_hy.T @ dy
    return OutputGradient(dy, dh_local)


@dataclass(frozen=True, eq=False)
class StateGradient:
    """dL/dh_t and dL/dpre, and what flows on to h_{t-1}, each (H,)."""

    dh: Floats
    delta: Floats
    dh_next: Floats


def backward_step(
    params: Parameters,
    grads: Parameters,
    net: Network,
    x_t: Floats,
    h_prev: Floats,
    h_t: Floats,
    dh_local: Floats,
    dh_next: Floats,
) -> StateGradient:
    """The derivative of `forward_step`; adds to grads.W_xh, grads.W_hh and grads.b_h.

    `dh_local` comes from the output at this timestep (zero where there is none),
    `dh_next` from the timestep after it (zero at the last). The `dh_next` in the
    result is for the timestep before.
    """
    dh = dh_local + dh_next
    delta = dh * net.activation.slope(h_t)
    grads.W_xh += np.outer(delta, x_t)
    grads.W_hh += np.outer(delta, h_prev)
    grads.b_h += delta
    dh_next = params.W_hh.T @ delta
    return StateGradient(dh, delta, dh_next)


def embed_backward_step(params: Parameters, grads: Parameters, token: int, delta: Floats) -> None:
    """The derivative of `embed_step`: adds dL/dx_t to the token's own row of grads.E."""
    grads.E[token] += params.W_xh.T @ delta
