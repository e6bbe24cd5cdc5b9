"""What a network is, in a line."""

from __future__ import annotations

import pytest

from rnn_tui.experiments.loading import load
from rnn_tui.present.sentences.shape import shapes


@pytest.mark.parametrize(
    ("name", "overrides", "said"),
    [
        ("sentiment", [], "2 numbers a word → 3 tanh units → sigmoid; 22 parameters"),
        ("hello", [], "4 characters, one-hot → 3 tanh units → softmax of 4; 40 parameters"),
        ("hello", ["embedding.kind=learned", "embedding.size=2"],
         "4 characters, 2 learned numbers each → 3 tanh units → softmax of 4; "),
        ("gru", [], "2 numbers a word → GRU of 1 unit → the state is the answer; 12 parameters"),
        ("sine", [], "1 number a row → GRU of 12 units → 1 number; 529 parameters"),
        ("adding", ["data.examples=4", "data.test_examples=1", "model.layers=2"],
         "2 numbers a word → 2 layers of LSTM of 16 units → 1 number; "),
        ("hello", ["model.hidden_size=[5,2]", "model.cell=lstm"],
         "4 characters, one-hot → LSTM of 5 units → LSTM of 2 units → softmax of 4; "),
        ("translation", [], "37 words, one-hot → encoder and decoder of 48 tanh units each → "
         "softmax of 19; 9,187 parameters"),
    ],
)  # fmt: skip
def test_a_network_in_a_line(name: str, overrides: list[str], said: str) -> None:
    experiment = load(name, overrides)
    whole, *shorter = shapes(experiment)
    assert whole.startswith(said)
    assert whole.endswith(f"; {experiment.layout.size:,} parameters")
    assert all(whole.endswith(one.split("; ")[-1]) for one in shorter)
    assert [len(one) for one in (whole, *shorter)] == sorted(map(len, (whole, *shorter)))[::-1]
