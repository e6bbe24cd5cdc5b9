"""The equations of a network, put together from its lines."""

from __future__ import annotations

import pytest

from rnn_tui.experiments import load
from rnn_tui.session.program.composed import equations


@pytest.mark.parametrize(
    ("name", "count", "some"),
    [
        (
            "sentiment",
            2,
            {"h_t = tanh(W_xh · x_t + W_hh · h_t-1 + b_h)", "p = σ(W_hy · h_T-1 + b_y)"},
        ),
        ("hello", 2, {"p = softmax(W_hy · h_t + b_y)"}),
        ("gates", 6, {"c_t = f · c_t-1 + i · g", "h_t = o · tanh(c_t)"}),
        ("gru", 4, {"n = tanh(W_xn · x_t + W_hn · (r · h_t-1) + b_n)"}),
    ],
)
def test_a_network_is_told_in_as_few_lines_as_it_has_gates_and_states(
    name: str, count: int, some: set[str]
) -> None:
    experiment = load(name)
    told = equations(experiment.network, once=experiment.answers_once)
    assert len(told) == count
    assert some <= {*told}


def test_where_states_are_counted_the_first_is_that_after_the_first_token() -> None:
    network = load("sentiment").network
    assert equations(network, once=True, counts=True) == (
        "h_t+1 = tanh(W_xh · x_t + W_hh · h_t + b_h)", "p = σ(W_hy · h_T + b_y)",
    )  # fmt: skip
