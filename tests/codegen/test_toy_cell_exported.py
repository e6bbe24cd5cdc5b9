"""A cell that is written in a test is exported as a program like those that come with rnn-tui."""

# mypy: allow-untyped-defs, allow-incomplete-defs

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from numpy import tanh
from programs import assert_same, executed, trained

from rnn_tui.codegen import numpy_program
from rnn_tui.equations.cells import CELLS
from rnn_tui.equations.cells.cell import Cell
from rnn_tui.equations.mathematics import outer, sigmoid
from rnn_tui.experiments import load


def forward(W_xk, W_hk, b_k, W_xg, x_t, h_prev, c_prev):
    k = sigmoid(W_xk @ x_t + W_hk @ h_prev + b_k)  # how much is kept
    g = tanh(W_xg @ x_t)  # what is new
    c_t = k * c_prev + (1 - k) * g  # the slow state
    h_t = tanh(c_t + g)  # the fast one
    return h_t, c_t


def backward(
    W_xk, W_hk, W_xg, x_t, h_prev, c_prev, k, g, h_t, dh_local, dh_next, dc_next,
    dW_xk, dW_hk, db_k, dW_xg,
):  # fmt: skip
    dh = dh_local + dh_next
    delta = dh * (1 - h_t**2)
    dc = dc_next + delta
    dg = delta + dc * (1 - k)
    delta_k = dc * (c_prev - g) * k * (1 - k)
    delta_g = dg * (1 - g**2)
    dW_xk += outer(delta_k, x_t)
    dW_hk += outer(delta_k, h_prev)
    db_k += delta_k
    dW_xg += outer(delta_g, x_t)
    dx_t = W_xk.T @ delta_k + W_xg.T @ delta_g
    dh_next = W_hk.T @ delta_k
    dc_next = dc * k
    return dx_t, dh_next, dc_next


TOY = SimpleNamespace(
    PARAMETERS={"W_xk": "HI", "W_hk": "HH", "b_k": "H", "W_xg": "HI"},
    STATES=("h", "c"),
    forward=forward,
    backward=backward,
    __doc__="The toy cell: two states, one gate.",
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("phrases", ["training.epochs=2", "training.momentum=0.5"]),
        ("hello", ["training.epochs=30"]),
        ("grammar", ["training.steps=40"]),
        ("tagging", ["training.epochs=1", "embedding.kind=learned", "embedding.size=3"]),
    ],
)
def test_its_program_prints_the_losses_of_its_training(
    name: str, settings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CELLS, "toy", Cell.of("toy", TOY))
    loaded = load(name, settings)
    experiment = replace(loaded, model=replace(loaded.model, cell="toy"))
    code = numpy_program(experiment)
    assert "h, c = state" in code
    assert "c_t = k * c_prev + (1 - k) * g" in code
    losses = executed(code)
    assert np.isfinite(losses).all()
    assert_same(losses, trained(experiment), 1e-9)
