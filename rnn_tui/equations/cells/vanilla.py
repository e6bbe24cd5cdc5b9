"""The vanilla RNN: h_t = f(W_xh x_t + W_hh h_{t-1} + b_h), with f tanh, relu or the sigmoid.

I inputs, H units. x_t (I,), h (H,); a gradient dA has the shape of A. `slope` is f′, written
in terms of h_t. On the way back a state is reached from its own output, `dh_local`, and from
the timestep after it, `dh_next` (zero at the last); the `dh_next` that is returned is for the
timestep before.

Sources: Elman (1990), Finding structure in time; Werbos (1990), Backpropagation through time:
what it does and how to do it.
"""

from rnn_tui.equations.fast.vanilla import FastVanilla
from rnn_tui.equations.mathematics import outer

PARAMETERS = {"W_xh": "HI", "W_hh": "HH", "b_h": "H"}
STATES = ("h",)
TORCH_NAME = "RNN"
TORCH_GATES = "h"
SETTINGS = ("activation",)
FORMULA = "h_t = f(W_xh x_t + W_hh h_{t−1} + b_h)"
USED_BY = "Elman 1990; nn.RNN of PyTorch, SimpleRNN of Keras"
FAST = FastVanilla


def forward(W_xh, W_hh, b_h, x_t, h_prev, f):
    """One timestep from token x_t and the state before it."""
    xh = W_xh @ x_t  # the part from the input
    hh = W_hh @ h_prev  # the part from the previous state
    pre = xh + hh + b_h  # the pre-activation of a unit
    h_t = f(pre)  # the hidden state after a token
    return h_t


def backward(W_xh, W_hh, x_t, h_prev, h_t, dh_local, dh_next, dW_xh, dW_hh, db_h, slope):
    """The same timestep backwards; adds to the gradients of the parameters."""
    dh = dh_local + dh_next  # dL/dh: from this output + from later timesteps
    delta = dh * slope(h_t)  # dL/dpre
    dW_xh += outer(delta, x_t)
    dW_hh += outer(delta, h_prev)
    db_h += delta
    dx_t = W_xh.T @ delta  # dL/dx, for the layer below
    dh_next = W_hh.T @ delta  # gradient passed to the previous state
    return dx_t, dh_next
