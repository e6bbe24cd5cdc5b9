"""The arrays of PyTorch's modules under our names, and back again."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from making import make_stack

from rnn_tui.equations.network import Network
from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.weights.state_dicts import StateDict
from rnn_tui.experiments.weights.torch_names import state_dict, usual

I, H, O = 4, 3, 2  # noqa: E741
GATES = {"rnn": "h", "lstm": "ifgo", "gru": "rzn"}
Arrays = dict[str, Any]


def a_module(cell: str, depth: int = 1, prefix: str = "net.", pattern: str = "_l{}") -> Arrays:
    """What torch has for so many layers, its names by a pattern."""
    rng, rows = np.random.default_rng(len(prefix) + depth), len(GATES[cell]) * H
    return {
        f"{prefix.format(at)}{kind}{pattern.format(at)}": rng.normal(
            size=(rows, *((I if at == 0 and "ih" in kind else H,) if "weight" in kind else ()))
        )
        for at in range(depth)
        for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    }


def a_head(prefix: str = "out") -> Arrays:
    rng = np.random.default_rng(9)
    return {f"{prefix}.weight": rng.normal(size=(O, H)), f"{prefix}.bias": rng.normal(size=O)}


def read(arrays: Arrays, network: Network) -> tuple[Arrays, Any]:
    found, called = StateDict(arrays).parameters(network, network.layout(I, H, O).shapes)
    return {name: source.array for name, source in found.items()}, called


@pytest.mark.parametrize(("cell", "depth"), product(GATES, (1, 2)))
def test_gates_are_the_blocks_of_rows(cell: str, depth: int) -> None:
    arrays = a_module(cell, depth) | a_head()
    found, called = read(arrays, make_stack(cell, depth))
    for at, (place, gate) in product(range(depth), enumerate(GATES[cell])):
        rows, layer = slice(place * H, (place + 1) * H), f"_{at}" if at else ""
        given = {kind: arrays[f"net.{kind}_l{at}"][rows] for kind in
                 ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}  # fmt: skip
        assert found[f"W_x{gate}{layer}"].tobytes() == given["weight_ih"].tobytes()
        assert found[f"W_h{gate}{layer}"].tobytes() == given["weight_hh"].tobytes()
        both = given["bias_ih"] + given["bias_hh"]
        if (cell, gate) == ("gru", "n"):  # its two are never added up: r stands between them
            assert found[f"b_hn{layer}"].tobytes() == given["bias_hh"].tobytes()
            both = given["bias_ih"]
        assert found[f"b_{gate}{layer}"].tobytes() == both.tobytes()
    back = state_dict(found, called)
    assert {name: one.shape for name, one in back.items()} == {
        name: one.shape for name, one in arrays.items()
    }
    again, _ = read(back, make_stack(cell, depth))
    assert {name: one.tobytes() for name, one in again.items()} == {
        name: one.tobytes() for name, one in found.items()
    }
    assert all(back[name].tobytes() == one.tobytes()
               for name, one in arrays.items() if "weight" in name)  # fmt: skip


@pytest.mark.parametrize("prefix", ["cells.{}.", "lstm{}.", "model.rnn_{}.cell."])
def test_a_loop_of_cells(prefix: str) -> None:
    """Cells have no layer in their names; modules that differ in a number are layers."""
    arrays = a_module("lstm", 11, prefix, "") | a_head()
    shuffled = dict(sorted(arrays.items(), reverse=True))
    found, _ = read(shuffled, make_stack("lstm", 11))
    top = arrays[f"{prefix.format(10)}weight_hh"]
    assert found["W_hf_10"].tobytes() == top[H : 2 * H].tobytes()


def test_an_encoder_and_a_decoder() -> None:
    encoder, decoder = a_module("gru", 2, "m.encoder.gru."), a_module("gru", 2, "m.decoder.gru.")
    found, called = read(
        decoder | encoder | a_head("m.decoder.fc"), make_stack("gru", 2, encoder=True)
    )
    assert (
        found["W_xz_1_enc"].tobytes() == encoder["m.encoder.gru.weight_ih_l1"][H : 2 * H].tobytes()
    )
    assert found["W_xr"].tobytes() == decoder["m.decoder.gru.weight_ih_l0"][:H].tobytes()
    assert set(state_dict(found, called)) == {
        *encoder,
        *decoder,
        "m.decoder.fc.weight",
        "m.decoder.fc.bias",
    }
    with pytest.raises(ExperimentError, match=r'found 2: "m.decoder.gru", "m.encoder.gru"'):
        read(decoder | encoder | a_head(), make_stack("gru", 2))
    with pytest.raises(ExperimentError, match='expected an encoder and a decoder, found "net"'):
        read(a_module("gru") | a_head(), make_stack("gru", encoder=True))


def test_without_biases_none_is_written_until_training_makes_one() -> None:
    arrays = {
        name: one for name, one in (a_module("gru", 2) | a_head()).items() if "bias" not in name
    }
    found, called = read(arrays, make_stack("gru", 2))
    assert not any(found[name].any() for name in found if name.startswith("b_"))
    assert set(state_dict(found, called)) == set(arrays)
    found["b_hn_1"] = np.ones(H)
    added = {"net.bias_ih_l1", "net.bias_hh_l1"}
    back = state_dict(found, called)
    assert set(back) == set(arrays) | added
    assert back["net.bias_hh_l1"].tolist() == [0.0] * 2 * H + [1.0] * H


def test_another_number_of_layers() -> None:
    with pytest.raises(ExperimentError, match=r"net.weight_ih_l1: expected 1 layer, found 2"):
        read(a_module("lstm", 2) | a_head(), make_stack("lstm"))
    assert StateDict(a_module("lstm", 2)).units(encoder=False) == (H, H)


def test_usual_names_read_back() -> None:
    network = make_stack("lstm", 2, encoder=True)
    shapes = network.layout(I, H, O).shapes
    rng = np.random.default_rng(0)
    params = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    arrays = state_dict(params, usual(network))
    assert arrays["encoder.weight_hh_l1"].shape == (4 * H, H)
    found, _ = read(arrays, network)
    assert {name: one.tobytes() for name, one in found.items()} == {
        name: one.tobytes() for name, one in params.items()
    }
