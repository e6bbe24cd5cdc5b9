"""The linear readout: y = W_hy h_t + b_y, the logits of O outputs from a state of H units.

What of dL/dy reaches the state directly is `dh_local`. h_t (H,), y (O,); a gradient dA has
the shape of A.
"""

from rnn_tui.equations.mathematics import outer

PARAMETERS = {"W_hy": "OH", "b_y": "O"}


def forward(W_hy, b_y, h_t):
    """The logits at a timestep with an output."""
    y = W_hy @ h_t + b_y  # a logit
    return y


def backward(W_hy, h_t, dy, dW_hy, db_y):
    """The derivative of `forward`; adds to the gradients of the parameters."""
    dW_hy += outer(dy, h_t)
    db_y += dy
    dh_local = W_hy.T @ dy  # what dh gets from the output here
    return dh_local
