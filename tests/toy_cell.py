"""A cell that the program does not know: a memory c whose gate keeps what it does not take in.

a = σ(W_xa x_t + W_ha h_{t-1} + b_a), g = tanh(W_xg x_t + W_hg h_{t-1} + b_g),
c_t = a c_{t-1} + (1 − a) g, h_t = tanh(c_t).
"""
# mypy: disable-error-code="no-untyped-def"

from rnn_tui.equations.mathematics import outer, sigmoid, tanh

PARAMETERS = {
    "W_xa": "HI", "W_ha": "HH", "b_a": "H",
    "W_xg": "HI", "W_hg": "HH", "b_g": "H",
}  # fmt: skip
STATES = ("h", "c")


def forward(W_xa, W_ha, b_a, W_xg, W_hg, b_g, x_t, h_prev, c_prev):
    a = sigmoid(W_xa @ x_t + W_ha @ h_prev + b_a)  # how much of the memory is kept
    g = tanh(W_xg @ x_t + W_hg @ h_prev + b_g)  # what may come in its place
    c_t = a * c_prev + (1 - a) * g  # the memory after a token
    h_t = tanh(c_t)  # the hidden state after a token
    return h_t, c_t


def backward(
    W_xa, W_ha, W_xg, W_hg, x_t, h_prev, c_prev, a, g, h_t, dh_local, dh_next, dc_next,
    dW_xa, dW_ha, db_a, dW_xg, dW_hg, db_g,
):  # fmt: skip
    dh = dh_local + dh_next  # dL/dh
    dc = dc_next + dh * (1 - h_t**2)  # dL/dc
    delta_a = dc * (c_prev - g) * a * (1 - a)  # dL/d(pre-activation of a)
    delta_g = dc * (1 - a) * (1 - g**2)  # dL/d(pre-activation of g)
    dW_xa += outer(delta_a, x_t)
    dW_ha += outer(delta_a, h_prev)
    db_a += delta_a
    dW_xg += outer(delta_g, x_t)
    dW_hg += outer(delta_g, h_prev)
    db_g += delta_g
    dx_t = W_xa.T @ delta_a + W_xg.T @ delta_g  # dL/dx
    dh_next = W_ha.T @ delta_a + W_hg.T @ delta_g  # what h gets from a token
    dc_next = dc * a  # what c gets from a token
    return dx_t, dh_next, dc_next
