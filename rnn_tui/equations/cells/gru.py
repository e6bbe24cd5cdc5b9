"""The GRU, its reset gate after the product: a candidate n in the place of a memory.

r, z = σ(W_x x_t + W_h h_{t-1} + b), each with weights of its own; n = tanh(W_xn x_t + b_n +
r ⊙ (W_hn h_{t-1} + b_hn)); h_t = (1 − z) ⊙ n + z ⊙ h_{t-1}, so z keeps the old state, as in
PyTorch and TensorFlow; in `replacing` it is the other way round, as in Wikipedia and the HKUST
lectures. I inputs, H units. x_t (I,), h (H,); a gradient dA has the shape of A; delta_a is dL/d
what is squashed to a.

Sources: Cho et al. (2014), Learning phrase representations using RNN encoder-decoder; the reset
gate as nn.GRU of PyTorch, cuDNN and the default of Keras have it.
"""
# mypy: disable-error-code="no-untyped-def"

from dataclasses import replace
from typing import Any

from rnn_tui.equations.cells.cell import Cell
from rnn_tui.equations.fast.gru import FastGRU, FastReplacingGRU
from rnn_tui.equations.mathematics import outer, sigmoid, tanh

PARAMETERS = {
    "W_xr": "HI", "W_hr": "HH", "b_r": "H",
    "W_xz": "HI", "W_hz": "HH", "b_z": "H",
    "W_xn": "HI", "W_hn": "HH", "b_n": "H", "b_hn": "H",
}  # fmt: skip
STATES = ("h",)
FAST = FastGRU
TORCH_NAME = "GRU"
TORCH_GATES = "rzn"
SETTINGS = ("gru_reset", "update_gate")
FAULTY = {"no-slope": "delta_n", "untransposed": "dh_next"}
FORMULA = "n = tanh(W_xn x_t + b_n + r ⊙ (W_hn h_{t−1} + b_hn));  h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}"
USED_BY = "nn.GRU of PyTorch, cuDNN, the default of Keras"
REPLACING_FAST = FastReplacingGRU
REPLACING_USED_BY = "code that mixes two conventions: torch's candidate, Wikipedia's update gate"


def forward(W_xr, W_hr, b_r, W_xz, W_hz, b_z, W_xn, W_hn, b_n, b_hn, x_t, h_prev):
    """One timestep from token x_t and the state before it."""
    r = sigmoid(W_xr @ x_t + W_hr @ h_prev + b_r)  # the reset gate: how much the past counts
    z = sigmoid(W_xz @ x_t + W_hz @ h_prev + b_z)  # the update gate
    hn = W_hn @ h_prev + b_hn  # the past as the candidate reads it
    n = tanh(W_xn @ x_t + b_n + r * hn)  # the candidate: what may replace the state
    h_t = (1 - z) * n + z * h_prev  # the hidden state after a token: z keeps the old one
    return h_t


def backward(
    W_xr, W_hr, W_xz, W_hz, W_xn, W_hn, x_t, h_prev, r, z, hn, n, dh_local, dh_next,
    dW_xr, dW_hr, db_r, dW_xz, dW_hz, db_z, dW_xn, dW_hn, db_n, db_hn,
):  # fmt: skip
    """The same timestep backwards; adds to the gradients of the parameters."""
    dh = dh_local + dh_next  # dL/dh: from this output + from later timesteps
    delta_z = dh * (h_prev - n) * z * (1 - z)  # dL/d(pre-activation of z)
    delta_n = dh * (1 - z) * (1 - n**2)  # dL/d(pre-activation of n)
    delta_r = delta_n * hn * r * (1 - r)  # dL/d(pre-activation of r)
    dhn = delta_n * r  # dL/dhn
    dW_xr += outer(delta_r, x_t)
    dW_hr += outer(delta_r, h_prev)
    db_r += delta_r
    dW_xz += outer(delta_z, x_t)
    dW_hz += outer(delta_z, h_prev)
    db_z += delta_z
    dW_xn += outer(delta_n, x_t)
    dW_hn += outer(dhn, h_prev)
    db_n += delta_n
    db_hn += dhn
    dx_t = W_xr.T @ delta_r + W_xz.T @ delta_z + W_xn.T @ delta_n  # dL/dx
    dh_kept = dh * z  # gradient past the candidate: z keeps it
    dh_next = (
        dh_kept + W_hr.T @ delta_r + W_hz.T @ delta_z + W_hn.T @ dhn
    )  # gradient passed to the previous state
    return dx_t, dh_next


# The lines that differ where z replaces the old state.


def replacing(z, n, h_prev):
    """Forward."""
    h_t = (1 - z) * h_prev + z * n  # the hidden state after a token: z replaces the old one
    return h_t


def replacing_back(z, n, h_prev, dh):
    """Backward."""
    delta_z = dh * (n - h_prev) * z * (1 - z)  # dL/d(pre-activation of z)
    delta_n = dh * z * (1 - n**2)  # dL/d(pre-activation of n)
    dh_kept = dh * (1 - z)  # gradient past the candidate: 1 − z keeps it
    return delta_z, delta_n, dh_kept


KEPT, REPLACED = "h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}", "h_t = (1 − z) ⊙ h_{t−1} + z ⊙ n"


def replacing_cell(cell: Cell, file: Any) -> Cell:
    """The variant of a GRU in which z replaces the old state; what else it has is in its file."""
    return replace(
        cell, changes=(replacing, replacing_back), torch_name="", fast=file.REPLACING_FAST,
        formula=cell.formula.replace(KEPT, REPLACED), used_by=file.REPLACING_USED_BY,
    )  # fmt: skip
