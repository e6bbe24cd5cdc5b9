"""A vanilla RNN with tanh and a softmax, written out a second time, as tests hold the engine to it.

One timestep at a time, with nothing of the engine's but its parameters.
"""

from __future__ import annotations

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.parameters import Parameters


def step(params: Parameters, x: Floats, h: Floats) -> Floats:
    """The state after x (I,) and the state h (H,)."""
    after: Floats = np.tanh(params.W_xh @ x + params.W_hh @ h + params.b_h)
    return after


def answer(params: Parameters, h: Floats, target: int) -> tuple[Floats, float]:
    """p (O,) and the loss in nats."""
    y = params.W_hy @ h + params.b_y
    p = np.exp(y) / np.exp(y).sum()
    return p, float(-np.log(p[target]))


def back(
    params: Parameters, grads: Parameters, x: Floats, h_prev: Floats, h: Floats, p: Floats,
    target: int, dh_next: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """dL/dpre, and what goes to the state before; adds to the gradients."""
    dy = p.copy()
    dy[target] -= 1.0
    grads.W_hy += np.outer(dy, h)
    grads.b_y += dy
    delta = (params.W_hy.T @ dy + dh_next) * (1 - h * h)
    grads.W_xh += np.outer(delta, x)
    grads.W_hh += np.outer(delta, h_prev)
    grads.b_h += delta
    return delta, params.W_hh.T @ delta
