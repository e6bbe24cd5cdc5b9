"""Programs of every cell, layers, encoders, optimizers and first states."""

from __future__ import annotations

import json
from typing import Any

import pytest
from programs import assert_same, executed, trained

from rnn_tui.codegen import numpy_program, torch_program
from rnn_tui.experiments import Experiment, ExperimentError, load

NETWORKS: dict[str, tuple[str, dict[str, Any]]] = {
    "layers": ("sentiment", {"layers": 2, "hidden_size": 3, "init": "xavier", "epochs": 5}),
    "an LSTM by Adam in batches": (
        "phrases", {"cell": "lstm", "layers": 3, "epochs": 1, "optimizer": "adam", "batch": 16},
    ),
    "two biases, some frozen": (
        "phrases", {"cell": "gru", "biases": "two", "epochs": 1, "optimizer": "adagrad",
                    "freeze": ["W_hr", "b_hn"]},
    ),
    "an encoder of LSTMs": ("translation", {"cell": "lstm", "layers": 2, "epochs": 1,
                                            "hidden_size": 4}),
    "a variant in parts": (
        "grammar", {"cell": "gru", "gru_reset": "before", "layers": 2, "steps": 10,
                    "hidden_size": 5, "parallel": 3},
    ),
    "numbers": ("sine", {"cell": "lstm", "layers": 2, "steps": 10, "forget_bias": 1.0}),
    "the mean over outputs": (
        "melody", {"cell": "lstm", "layers": 2, "epochs": 2, "hidden_size": 5, "biases": "two",
                   "timestep_reduction": "mean", "init": "torch"},
    ),
    "a given start": (
        "hello", {"layers": 2, "hidden_size": 3, "initial_state": "given", "steps": 12,
                  "initial": {"h": [[1, 2, 3], [3, 2, 1]]}},
    ),
    "a learned start": ("gomez", {"initial_state": "learned", "epochs": 8}),
    "learned starts of layers, one frozen, by Adam": (
        "phrases", {"cell": "lstm", "layers": 2, "initial_state": "learned", "epochs": 1,
                    "batch": 16, "optimizer": "adam", "freeze": ["c_0_1"]},
    ),
    "a learned start of a text": (
        "grammar", {"initial_state": "learned", "steps": 30, "optimizer": "adam",
                    "sequence_length": 200, "hidden_size": 4},
    ),
    "learned starts of parts": (
        "grammar", {"cell": "gru", "gru_reset": "before", "layers": 2, "steps": 10,
                    "hidden_size": 5, "parallel": 3, "initial_state": "learned"},
    ),
    "an encoder's learned start": (
        "translation", {"cell": "lstm", "layers": 2, "epochs": 1, "hidden_size": 4,
                        "initial_state": "learned"},
    ),
}  # fmt: skip
TRAINING = {
    "epochs", "steps", "optimizer", "batch", "freeze", "parallel", "timestep_reduction",
    "sequence_length",
}  # fmt: skip


def written(name: str, settings: dict[str, Any]) -> Experiment:
    def value(one: Any) -> str:
        if isinstance(one, dict):
            return "{" + ", ".join(f"{key} = {json.dumps(each)}" for key, each in one.items()) + "}"
        return json.dumps(one)

    tables = {key: "training" if key in TRAINING else "model" for key in settings}
    return load(name, [f"{tables[key]}.{key}={value(one)}" for key, one in settings.items()])


@pytest.mark.slow
@pytest.mark.parametrize("network", NETWORKS)
def test_a_program_prints_the_losses(network: str) -> None:
    experiment = written(*NETWORKS[network])
    assert_same(executed(numpy_program(experiment)), trained(experiment), 1e-10)


@pytest.mark.slow
@pytest.mark.torch
@pytest.mark.parametrize("network", NETWORKS)
def test_so_does_the_one_in_torch(network: str) -> None:
    experiment = written(*NETWORKS[network])
    assert_same(executed(torch_program(experiment)), trained(experiment), 1e-10)


def test_layers_of_two_sizes() -> None:
    experiment = written("hello", {"cell": "gru", "hidden_size": [3, 5], "steps": 12})
    assert_same(executed(numpy_program(experiment)), trained(experiment), 1e-10)
    with pytest.raises(ExperimentError, match="expected layers of one size"):
        torch_program(experiment)


def test_the_lines_of_a_cell_stand_once() -> None:
    code = numpy_program(written("translation", {"cell": "gru", "layers": 3, "hidden_size": 4}))
    assert code.count("hn = W_hn @ h_prev + b_hn") == 1
    assert "nn.GRU(37, 4, num_layers=3)" in torch_program(
        written("translation", {"cell": "gru", "layers": 3, "hidden_size": 4})
    )
    by_lines = torch_program(written("gru", {"epochs": 3}))
    assert "rh = r * h_prev" in by_lines
    assert "torch.sigmoid(self.W_xr @ x_t + self.W_hr @ h_prev + self.b_r)" in by_lines


def test_a_chunk_that_goes_on_sends_nothing_to_a_learned_start() -> None:
    settings = {"initial_state": "learned", "steps": 4, "hidden_size": 3}
    experiment = written("grammar", settings)
    code = numpy_program(experiment)
    assert "if begins:  # no gradient leaves a later chunk\n        dh_0 += dh_next" in code
    always = executed(code.replace("    if begins:", "    if True:"))
    assert executed(code) == pytest.approx(trained(experiment), abs=1e-12) != pytest.approx(always)
