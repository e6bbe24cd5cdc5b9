"""The LSTM: three gates around a memory c, which is added to and not multiplied through a matrix.

i, f, o = σ(W_x x_t + W_h h_{t-1} + b), each with weights of its own; g = tanh(W_xg x_t + W_hg
h_{t-1} + b_g); c_t = f ⊙ c_{t-1} + i ⊙ g; h_t = o ⊙ tanh(c_t). I inputs, H units. x_t (I,), h
and c (H,); a gradient dA has the shape of A; delta_a is dL/d(pre-activation of a). Two
gradients come from the timestep after: `dh_next` by the matrices, `dc_next` along c alone.

Sources: Hochreiter and Schmidhuber (1997), Long short-term memory; with the forget gate of Gers,
Schmidhuber and Cummins (2000), Learning to forget. As nn.LSTM of PyTorch, without peepholes.
"""
# mypy: disable-error-code="no-untyped-def"

from rnn_tui.equations.fast.lstm import FastLSTM
from rnn_tui.equations.mathematics import outer, sigmoid, tanh

PARAMETERS = {
    "W_xi": "HI", "W_hi": "HH", "b_i": "H",
    "W_xf": "HI", "W_hf": "HH", "b_f": "H",
    "W_xg": "HI", "W_hg": "HH", "b_g": "H",
    "W_xo": "HI", "W_ho": "HH", "b_o": "H",
}  # fmt: skip
STATES = ("h", "c")
FAST = FastLSTM
TORCH_NAME = "LSTM"
TORCH_GATES = "ifgo"
SETTINGS = ("forget_bias",)
FAULTY = {"no-slope": "delta_g"}
STARTS = {"b_f": "forget_bias"}
FORMULA = "c_t = f ⊙ c_{t−1} + i ⊙ g;  h_t = o ⊙ tanh(c_t)"
USED_BY = "Gers et al. 2000; nn.LSTM of PyTorch, cuDNN, LSTM of Keras"


def forward(
    W_xi, W_hi, b_i, W_xf, W_hf, b_f, W_xg, W_hg, b_g, W_xo, W_ho, b_o, x_t, h_prev, c_prev
):  # fmt: skip
    """One timestep from token x_t, the state and the memory before it."""
    i = sigmoid(W_xi @ x_t + W_hi @ h_prev + b_i)  # the input gate: how much is written
    f = sigmoid(W_xf @ x_t + W_hf @ h_prev + b_f)  # the forget gate: how much is kept
    g = tanh(W_xg @ x_t + W_hg @ h_prev + b_g)  # the candidate: what may be written
    o = sigmoid(W_xo @ x_t + W_ho @ h_prev + b_o)  # the output gate: how much is shown
    c_t = f * c_prev + i * g  # the memory: what is kept, and what is written
    h_t = o * tanh(c_t)  # the hidden state after a token
    return h_t, c_t


def backward(
    W_xi, W_hi, W_xf, W_hf, W_xg, W_hg, W_xo, W_ho, x_t, h_prev, c_prev, i, f, g, o, c_t,
    dh_local, dh_next, dc_next,
    dW_xi, dW_hi, db_i, dW_xf, dW_hf, db_f, dW_xg, dW_hg, db_g, dW_xo, dW_ho, db_o,
):  # fmt: skip
    """The same timestep backwards; adds to the gradients of the parameters."""
    dh = dh_local + dh_next  # dL/dh: from this output + from later timesteps
    dc_local = dh * o * (1 - tanh(c_t) ** 2)  # the part of dc through h: o and tanh
    dc = dc_local + dc_next  # dL/dc: through h + along c from later timesteps
    delta_i = dc * g * i * (1 - i)  # dL/d(pre-activation of i)
    delta_f = dc * c_prev * f * (1 - f)  # dL/d(pre-activation of f)
    delta_g = dc * i * (1 - g**2)  # dL/d(pre-activation of g)
    delta_o = dh * tanh(c_t) * o * (1 - o)  # dL/d(pre-activation of o)
    dW_xi += outer(delta_i, x_t)
    dW_hi += outer(delta_i, h_prev)
    db_i += delta_i
    dW_xf += outer(delta_f, x_t)
    dW_hf += outer(delta_f, h_prev)
    db_f += delta_f
    dW_xg += outer(delta_g, x_t)
    dW_hg += outer(delta_g, h_prev)
    db_g += delta_g
    dW_xo += outer(delta_o, x_t)
    dW_ho += outer(delta_o, h_prev)
    db_o += delta_o
    dx_t = W_xi.T @ delta_i + W_xf.T @ delta_f + W_xg.T @ delta_g + W_xo.T @ delta_o  # dL/dx
    dh_next = (
        W_hi.T @ delta_i + W_hf.T @ delta_f + W_hg.T @ delta_g + W_ho.T @ delta_o
    )  # gradient passed to the previous state
    dc_next = dc * f  # gradient passed to the previous c: f keeps it
    return dx_t, dh_next, dc_next
