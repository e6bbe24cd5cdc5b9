"""The keys that say what recurs: cells, variants, layers, biases and first states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.engine.training.initializers import initial_parameters
from rnn_tui.experiments import Experiment, ExperimentError, load
from rnn_tui.experiments.loading import parse

LAYERS = """
task = "many-to-one"
[data]
kind = "labelled"
labels = ["a", "b"]
train = [{ text = "x y", label = "a" }]
[embedding]
kind = "one-hot"
[model]
hidden_size = [1, 2]
initial_state = "given"
initial = { h = [[0.5], [0.1, 0.2]] }
[model.weights]
W_xh = [[1.0, 2.0]]
W_hh = [[0.5]]
b_h = [0.0]
W_hy = [[1.0, 2.0]]
b_y = [0.0]
[model.weights.layer1]
W_xh = [[1.0], [2.0]]
W_hh = [[0.5, 0.1], [0.2, 0.3]]
b_h = [0.0, 0.7]
"""


def made(*overrides: str, text: str = LAYERS) -> Experiment:
    return parse(text, name="layers", path=Path("layers.toml"), overrides=overrides)


def drawn(*overrides: str) -> dict[str, Any]:
    experiment = load("sentiment", overrides)
    return dict(initial_parameters(experiment).items())


def test_layers_have_tables_of_their_own() -> None:
    experiment = made()
    params = initial_parameters(experiment)
    np.testing.assert_array_equal(params.b_h_1, [0.0, 0.7])
    assert params.W_hh_1.shape == (2, 2)
    first = experiment.network.first_states(params)
    np.testing.assert_array_equal(first, [0.5, 0.1, 0.2])
    flat = LAYERS.replace("[model.weights.layer1]\n", "").replace(
        "W_xh = [[1.0], ", "W_xh_1 = [[1.0], "
    )
    flat = flat.replace("W_hh = [[0.5, 0.1]", "W_hh_1 = [[0.5, 0.1]").replace(
        "b_h = [0.0, 0", "b_h_1 = [0.0, 0"
    )
    again = initial_parameters(made(text=flat))
    np.testing.assert_array_equal(params.flat, again.flat)


@pytest.mark.parametrize(
    ("override", "key", "said"),
    [
        ("model.initial.h=[[0.5],[0.1]]", "model.initial.h", "expected 1 and 2 numbers"),
        ("model.hidden_size=[1,0]", "model.hidden_size", "expected 2 whole numbers"),
        ("model.layers=3", "model.hidden_size", "expected 3 whole numbers"),
        ("model.gru_reset=before", "model.gru_reset", 'expected only with cell = "gru"'),
        ("model.forget_bias=1", "model.forget_bias", 'expected only with cell = "lstm"'),
        ("model.cell=peephole", "model.cell", 'expected one of "rnn", "lstm", "gru"'),
        ("model.biases=three", "model.biases", 'expected one of "one", "two"'),
        ("model.initial_state=random", "model.initial_state", "expected one of"),
        ("training.fault=no-dc-next", "training.fault", "expected a bug that this cell has"),
        ("model.weights.layer1.W_hh=[[1.0]]", "model.weights.layer1.W_hh", "expected 2 rows"),
        ("model.weights.layer2.W_hh=[[1.0]]", "model.weights.layer2", "unknown key"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_key(override: str, key: str, said: str) -> None:
    with pytest.raises(ExperimentError, match=said.replace("[", r"\[")) as refused:
        made(override)
    assert refused.value.key == key


def test_another_network_takes_given_weights_away_and_says_so() -> None:
    experiment = load("sentiment", ["model.cell=gru", "model.update_gate=replaces"])
    assert experiment.model.weights is None
    assert any("takes away model.weights" in note for note in experiment.notes)
    assert experiment.network.layers[0].cell.used_by.startswith("code that mixes")
    with pytest.raises(ExperimentError, match="expected only with"):
        load("sentiment", ["model.cell=lstm", "model.activation=relu"])


def test_first_values_are_those_of_the_settings() -> None:
    biased = drawn("model.cell=lstm", "model.forget_bias=1.5", "model.layers=2")
    assert (biased["b_f"] == 1.5).all()
    assert (biased["b_f_1"] == 1.5).all()
    assert not biased["b_i"].any()
    torchs = drawn("model.cell=lstm", "model.hidden_size=400", "model.init=torch")
    bound = 1 / 20
    for name, array in torchs.items():
        assert (np.abs(array) <= bound).all(), name
        if array.size > 200:
            assert np.abs(array).max() > 0.9 * bound, name
    assert torchs["b_o"].any()
    learned = drawn("model.initial_state=learned", "model.init=torch")
    np.testing.assert_array_equal(learned["h_0"], np.zeros(3))
