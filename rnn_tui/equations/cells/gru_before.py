"""The GRU, its reset gate before the product, as it was published.

n = tanh(W_xn x_t + W_hn (r ⊙ h_{t-1}) + b_n); all else is as in gru.py, and so are the names.

Sources: Cho et al. (2014), Learning phrase representations using RNN encoder-decoder; d2l.
"""
# mypy: disable-error-code="no-untyped-def"

from rnn_tui.equations.fast.gru_before import FastGRUBefore, FastReplacingGRUBefore
from rnn_tui.equations.mathematics import outer, sigmoid, tanh

PARAMETERS = {
    "W_xr": "HI", "W_hr": "HH", "b_r": "H",
    "W_xz": "HI", "W_hz": "HH", "b_z": "H",
    "W_xn": "HI", "W_hn": "HH", "b_n": "H",
}  # fmt: skip
STATES = ("h",)
SETTINGS = ("gru_reset", "update_gate")
FAULTY = {"no-slope": "delta_n", "untransposed": "dh_next"}
FORMULA = "n = tanh(W_xn x_t + W_hn (r ⊙ h_{t−1}) + b_n);  h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}"
USED_BY = "Cho et al. 2014, d2l, TensorFlow's GRUCell, Keras with reset_after = False"
FAST = FastGRUBefore
REPLACING_FAST = FastReplacingGRUBefore
REPLACING_USED_BY = "Chung et al. 2014, Wikipedia, the lectures of HKUST"


def forward(W_xr, W_hr, b_r, W_xz, W_hz, b_z, W_xn, W_hn, b_n, x_t, h_prev):
    """One timestep from token x_t and the state before it."""
    r = sigmoid(W_xr @ x_t + W_hr @ h_prev + b_r)  # the reset gate: how much the past counts
    z = sigmoid(W_xz @ x_t + W_hz @ h_prev + b_z)  # the update gate
    rh = r * h_prev  # the past after the reset gate
    n = tanh(W_xn @ x_t + W_hn @ rh + b_n)  # the candidate: what may replace the state
    h_t = (1 - z) * n + z * h_prev  # the hidden state after a token: z keeps the old one
    return h_t


def backward(
    W_xr, W_hr, W_xz, W_hz, W_xn, W_hn, x_t, h_prev, r, z, rh, n, dh_local, dh_next,
    dW_xr, dW_hr, db_r, dW_xz, dW_hz, db_z, dW_xn, dW_hn, db_n,
):  # fmt: skip
    """The same timestep backwards; adds to the gradients of the parameters."""
    dh = dh_local + dh_next  # dL/dh: from this output + from later timesteps
    delta_z = dh * (h_prev - n) * z * (1 - z)  # dL/d(pre-activation of z)
    delta_n = dh * (1 - z) * (1 - n**2)  # dL/d(pre-activation of n)
    drh = W_hn.T @ delta_n  # dL/drh
    delta_r = drh * h_prev * r * (1 - r)  # dL/d(pre-activation of r)
    dW_xr += outer(delta_r, x_t)
    dW_hr += outer(delta_r, h_prev)
    db_r += delta_r
    dW_xz += outer(delta_z, x_t)
    dW_hz += outer(delta_z, h_prev)
    db_z += delta_z
    dW_xn += outer(delta_n, x_t)
    dW_hn += outer(delta_n, rh)
    db_n += delta_n
    dx_t = W_xr.T @ delta_r + W_xz.T @ delta_z + W_xn.T @ delta_n  # dL/dx
    dh_kept = dh * z  # gradient past the candidate: z keeps it
    dh_next = (
        dh_kept + drh * r + W_hr.T @ delta_r + W_hz.T @ delta_z
    )  # gradient passed to the previous state
    return dx_t, dh_next
