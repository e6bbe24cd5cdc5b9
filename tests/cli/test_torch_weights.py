"""Weights as torch's state_dict names and lays them out, read, refused in a line, and written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli.running import json_of, refusal, run, written
from refusing import refusal_of

from rnn_tui.cli import weights
from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment, ExperimentError, load
from rnn_tui.experiments.weights.files import opened

H, V = 3, 4
MINE = """
task = "many-to-one"
[data]
kind = "labelled"
labels = ["no", "yes"]
vocabulary = ["a", "b", "c", "d"]
train = [{ text = "a b c", label = "yes" }, { text = "d a", label = "no" }]
[embedding]
kind = "one-hot"
[model]
weights_file = "w.npz"
output = "softmax"
"""

Arrays = dict[str, Any]


def state_dict(prefix: str = "rnn.", head: str = "fc", inputs: int = V, seed: int = 1) -> Arrays:
    """As `nn.RNN(inputs, H)` and `nn.Linear(H, 2)` have them."""
    rng = np.random.default_rng(seed)
    return {
        f"{prefix}weight_ih_l0": rng.normal(size=(H, inputs)),
        f"{prefix}weight_hh_l0": rng.normal(size=(H, H)),
        f"{prefix}bias_ih_l0": rng.normal(size=H),
        f"{prefix}bias_hh_l0": rng.normal(size=H),
        f"{head}.weight": rng.normal(size=(2, H)),
        f"{head}.bias": rng.normal(size=2),
    }


def mine(folder: Path, arrays: Arrays, text: str = MINE) -> Experiment:
    np.savez(folder / "w.npz", **arrays)
    return load(written(folder, text))


def problem(folder: Path, arrays: Arrays, text: str = MINE) -> str:
    line = refusal_of(lambda: mine(folder, arrays, text))
    return line.removeprefix(f"{folder / 'w.npz'}: ")


@pytest.mark.parametrize("prefix", ["", "rnn.", "model.encoder.cell."])
@pytest.mark.parametrize("head", ["fc", "linear", "model.out"])
def test_a_state_dict_under_any_prefix(tmp_path: Path, prefix: str, head: str) -> None:
    arrays = state_dict(prefix, head)
    made = mine(tmp_path, arrays)
    assert made.model.hidden_size == H
    params = Trainer(made).initial_state().params
    np.testing.assert_array_equal(params.W_xh, arrays[f"{prefix}weight_ih_l0"])
    np.testing.assert_array_equal(params.W_hh, arrays[f"{prefix}weight_hh_l0"])
    both = arrays[f"{prefix}bias_ih_l0"] + arrays[f"{prefix}bias_hh_l0"]
    np.testing.assert_array_equal(params.b_h, both)
    np.testing.assert_array_equal(params.W_hy, arrays[f"{head}.weight"])
    np.testing.assert_array_equal(params.b_y, arrays[f"{head}.bias"])


def test_an_rnn_cell_and_no_biases(tmp_path: Path) -> None:
    arrays = {
        name.replace("_l0", ""): one for name, one in state_dict().items() if "bias" not in name
    }
    params = Trainer(mine(tmp_path, arrays)).initial_state().params
    np.testing.assert_array_equal(params.W_hh, arrays["rnn.weight_hh"])
    assert not params.b_h.any()
    assert not params.b_y.any()


def test_an_embedding(tmp_path: Path) -> None:
    text = MINE.replace('"one-hot"', '"learned"\nsize = 5')
    table = np.random.default_rng(2).normal(size=(V, 5))
    for name in ("embedding.weight", "lookup.weight"):
        made = mine(tmp_path, state_dict(inputs=5) | {name: table}, text)
        np.testing.assert_array_equal(Trainer(made).initial_state().params.E, table)
    params = Trainer(made).initial_state().params
    written_again = weights.state_dict(dict(params.items()), made)
    np.testing.assert_array_equal(written_again["lookup.weight"], table)
    told = problem(tmp_path, state_dict() | {"embedding.weight": table})
    assert told == (
        'embedding.weight: unknown array: an embedding is read with embedding.kind = "learned"'
    )


@pytest.mark.parametrize(
    ("rows", "more"),
    [
        (V, {"encoder.weight": np.ones((V, H))}),  # as PyTorch's word_language_model has it
        (V, {"emb.weight": np.ones((V, H))}),
        (2, {"encoder.weight": np.ones((V, H)), "decoder.weight": np.zeros((2, H))}),  # no bias
        (2, {"decoder.weight": np.zeros((2, H)), "encoder.weight": np.ones((V, H))}),
    ],
)
def test_an_embedding_as_wide_as_the_state(tmp_path: Path, rows: int, more: Arrays) -> None:
    text = MINE.replace('"one-hot"', f'"learned"\nsize = {H}')
    body = {
        name.replace("fc", "decoder"): one
        for name, one in state_dict(inputs=H).items()
        if rows == V or "fc" not in name
    }
    params = Trainer(mine(tmp_path, body | more, text)).initial_state().params
    assert params.E.all()
    np.testing.assert_array_equal(params.W_hy, (body | more)["decoder.weight"])


def test_two_that_may_be_the_embedding(tmp_path: Path) -> None:
    text = MINE.replace('"one-hot"', f'"learned"\nsize = {H}').replace('"yes"]', '"yes", "e", "f"]')
    bare = {name: one for name, one in state_dict(inputs=H).items() if "fc" not in name}
    told = problem(tmp_path, bare | {f"{name}.weight": np.ones((V, H)) for name in "ab"}, text)
    assert told == "expected one nn.Embedding, found a.weight, b.weight: call it embedding.weight"


@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_fewer_digits_are_widened_with_a_word(tmp_path: Path, kind: type) -> None:
    arrays = {name: one.astype(kind) for name, one in state_dict().items()}
    made = mine(tmp_path, arrays)
    params = Trainer(made).initial_state().params
    np.testing.assert_array_equal(params.W_xh, arrays["rnn.weight_ih_l0"].astype(np.float64))
    assert made.model.origins is not None
    said = f"rnn.weight_hh_l0 of w.npz, {np.dtype(kind)} widened"
    assert made.model.origins["W_hh"] == said
    path = str(tmp_path / "small.toml")
    assert said in run("why", path, "W_hh[1,0]").stdout.replace("\n", " ")
    assert "rnn.bias_ih_l0 + rnn.bias_hh_l0" in made.model.origins["b_h"]


def without(*names: str) -> Arrays:
    return {name: one for name, one in state_dict().items() if name not in names}


@pytest.mark.parametrize(
    ("arrays", "line"),
    [
        (state_dict() | {"rnn.weight_ih_l1": np.eye(3)}, "rnn.weight_hh_l1: missing, expected it in the state_dict of a recurrent module"),
        (state_dict() | {"rnn.weight_ih_l0_reverse": np.eye(3)}, "rnn.weight_ih_l0_reverse: expected a network that reads forwards only, found a bidirectional one"),
        (state_dict() | {"rnn.weight_hh_l0": np.zeros((12, 3))}, "rnn.weight_ih_l0: expected shape (12, 4), found (3, 4)"),
        (state_dict() | {"rnn.weight_hh_l0": np.zeros((6, 3))}, "rnn.weight_hh_l0: expected shape (3, 3), or 3 or 4 times the rows, found (6, 3)"),
        (state_dict() | {"rnn.weight_hh_l0": np.zeros((7, 3))}, "rnn.weight_hh_l0: expected shape (H, H), or 3 or 4 times the rows, found (7, 3)"),
        (state_dict() | {"rnn.weight_hr_l0": np.zeros((2, 3))}, "rnn.weight_hr_l0: expected a network without projections (proj_size), found one"),
        (state_dict() | {"rnn.weight_ci": np.zeros(3)}, "rnn.weight_ci: expected a network without peepholes, found a weight from c to a gate"),
        ({"rnn/lstm_cell/w_f_diag": np.zeros(3)}, "rnn/lstm_cell/w_f_diag: expected a network without peepholes, found a weight from c to a gate"),
        (state_dict() | state_dict("dec."), 'expected one recurrent network, found 2: "dec", "rnn"'),
        (state_dict() | {"fc2.weight": np.zeros((2, 3))}, "expected one nn.Linear, found 2: fc.weight, fc2.weight"),
        (without("fc.weight", "fc.bias"), "expected an nn.Linear of shape (O, 3) that reads the state"),
        (without("rnn.weight_ih_l0"), "rnn.weight_ih_l0: missing, expected it in the state_dict of a recurrent module"),
        (without("rnn.weight_hh_l0"), "rnn.weight_hh_l0: missing, expected it in the state_dict of a recurrent module"),
        (state_dict() | {"norm.scale": np.zeros(3)}, "norm.scale: unknown array, expected a recurrent module, an nn.Linear and perhaps an nn.Embedding"),
        (state_dict(inputs=5), "rnn.weight_ih_l0: expected shape (3, 4), found (3, 5)"),
        (state_dict() | {"fc.weight": np.zeros((3, 3)), "fc.bias": np.zeros(3)}, "fc.weight: expected shape (2, 3), found (3, 3)"),
        (state_dict() | {"fc.bias": np.zeros(5)}, "fc.bias: expected shape (2,), found (5,)"),
        (state_dict() | {"rnn.bias_hh_l0": np.zeros(2)}, "rnn.bias_hh_l0: expected shape (3,), found (2,)"),
        (state_dict() | {"fc.weight": np.ones((2, 3), np.int64)}, "fc.weight: expected float64, float32 or float16 numbers, found int64"),
        (state_dict() | {"rnn.bias_ih_l0": np.array(["a", "b", "c"])}, "rnn.bias_ih_l0: expected float64, float32 or float16 numbers, found <U1"),
        (state_dict() | {"rnn.weight_hh_l0": np.full((3, 3), np.nan)}, "rnn.weight_hh_l0[0,0]: expected a finite number, found nan"),
        (state_dict() | {"fc.bias": np.array([0, np.inf])}, "fc.bias[1]: expected a finite number, found inf"),
        (state_dict() | {"fc.bias": np.array([None, 1])}, "fc.bias: damaged, expected an array"),
    ],
)  # fmt: skip
def test_what_is_no_plain_recurrent_network(tmp_path: Path, arrays: Arrays, line: str) -> None:
    assert problem(tmp_path, arrays) == line


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('output = ', 'hidden_size = 5\noutput = ', "rnn.weight_ih_l0: expected shape (5, 4), found (3, 4)"),
        ('output = ', 'init = "xavier"\noutput = ', 'model.weights_file: expected only with init = "given"'),
        ('"softmax"', '"softmax"\nweights = { W_xh = [] }', "model.weights_file: expected either weights or weights_file, found both"),
        ("w.npz", "no.npz", "no.npz: can't be read: no such file or directory"),
        ("w.npz", "w.pt", "model.weights_file: expected a file that ends in .npz or .safetensors, found "),
        ('weights_file = "w.npz"', 'init = "given"\nhidden_size = 3', "model.weights: missing, expected a table [model.weights] or a weights_file"),
    ],
)  # fmt: skip
def test_what_a_file_can_not_say(tmp_path: Path, old: str, new: str, line: str) -> None:
    assert line in problem(tmp_path, state_dict(), MINE.replace(old, new))


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".pkl", ".bin", ".ckpt"])
def test_a_pickle_is_never_opened(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"w{suffix}"  # it is not even there: nothing looks
    for command in (("trace", "hello"), ("plain", "hello", "--do", "forward"), ("hello",)):
        told = refusal(*command, "--weights", str(path))
        assert "never opened; in Python, safetensors.torch.save_file(model.state_dict()" in told


def test_an_experiment_begins_with_other_weights(tmp_path: Path) -> None:
    """Under `plain` and in the explorer the file is a setting, which a session keeps."""
    run("train", "sentiment", "--epochs", "7", "--save", str(tmp_path / "s.npz"))
    kept = tmp_path / "s.rnn-session"
    command = ("plain", "sentiment", "--weights", str(tmp_path / "s.npz"), "--do", "why W_hh[1,0]")
    said = run(*command, "--save", str(kept)).stdout
    assert "W_hh of s.npz" in said
    here = run("plain", str(kept), "--do", "epoch").stdout.rpartition("epoch 1: ")[2]
    assert here == run("plain", "sentiment", "--do", "epoch 8").stdout.rpartition("epoch 8: ")[2]
    told = refusal("plain", str(kept), "--weights", str(tmp_path / "s.npz"))
    assert told == "rnn-tui: --weights: expected none, as a session brings its own"
    run("train", "sentiment", "--epochs", "8", "--save", str(tmp_path / "s.npz"))
    assert "expected the experiment" in refusal("plain", str(kept), "--do", "epoch")


@pytest.mark.parametrize("name", ["sentiment", "hello"])
def test_what_is_written_for_torch_is_read_back(tmp_path: Path, name: str) -> None:
    path = tmp_path / "w.npz"
    experiment = load(name)
    params = Trainer(experiment).initial_state().params
    weights.write(path, experiment, params, "torch")
    with np.load(path) as file:
        assert file["rnn.weight_ih_l0"].shape == params.W_xh.shape
        assert not file["rnn.bias_hh_l0"].any()
        assert set(file.files) == {
            "rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0",
            "linear.weight", "linear.bias",
        }  # fmt: skip
    read = weights.read(path, experiment)
    np.testing.assert_array_equal(Parameters.of(read).flat, params.flat)


@pytest.mark.parametrize("prefix", ["rnn.", "", "model.encoder."])
@pytest.mark.parametrize("cell", [True, False])
def test_names_that_were_read_are_written_again(tmp_path: Path, prefix: str, cell: bool) -> None:
    arrays = state_dict(prefix, "model.fc")
    if cell:
        arrays = {name.replace("_l0", ""): one for name, one in arrays.items()}
    made = mine(tmp_path, arrays)
    params = Trainer(made).initial_state().params
    path = tmp_path / "t.npz"
    run("train", str(made.path), "--epochs", "0", "--save", str(path), "--names", "torch")
    with np.load(path) as file:
        back = dict(file)
    assert {name: one.shape for name, one in back.items()} == {
        name: one.shape for name, one in arrays.items()
    }
    np.testing.assert_array_equal(Parameters.of(weights.read(path, made)).flat, params.flat)


def test_a_bias_that_the_module_lacks_is_told_of(tmp_path: Path) -> None:
    arrays = {name: one for name, one in state_dict().items() if "bias" not in name}
    made, path = mine(tmp_path, arrays), tmp_path / "t.npz"
    command = ("train", str(made.path), "--save", str(path), "--names", "torch")
    assert run(*command, "--epochs", "0").stderr == ""
    with np.load(path) as file:
        assert set(file.files) == set(arrays)
    added = "rnn.bias_ih_l0, rnn.bias_hh_l0, fc.bias"
    told = run(*command, "--epochs", "1").stderr
    assert told == f"rnn-tui: {path} has {added}, which the file of weights it began with has not\n"
    assert run(*command, "--epochs", "1", "--set", 'training.freeze=["b_h", "b_y"]').stderr == ""


def test_a_file_of_train_is_checked_as_such(tmp_path: Path) -> None:
    """`weights_file` knows what `train --save` says of its network."""
    first = tmp_path / "first"
    first.mkdir()
    toml = str(tmp_path / "small.toml")
    mine(first, state_dict())
    run("train", str(first / "small.toml"), "--epochs", "2", "--save", str(tmp_path / "w.npz"))
    written(tmp_path, MINE)
    trained = json_of("trace", str(first / "small.toml"), "--epochs", "2")
    assert json_of("trace", toml)["params"] == trained["params"]
    told = refusal("trace", toml, "--set", "model.activation=relu")
    assert told.endswith('w.npz: activation: expected "relu", found "tanh"')
    way = "set init xavier; set init given; why W_hh[1,0]"
    assert "W_hh of w.npz" in run("plain", toml, "--do", way).stdout
    assert "model.origins: unknown key" in refusal("trace", toml, "--set", "model.origins=1")


def test_names_on_the_command_line(tmp_path: Path) -> None:
    path = str(tmp_path / "w.npz")
    run("train", "sentiment", "--epochs", "3", "--save", path, "--names", "torch")
    trace = json_of("trace", "sentiment", "--weights", path)
    assert trace["h"] == json_of("trace", "sentiment", "--epochs", "3")["h"]
    told = refusal("train", "sentiment", "--names", "torch")
    assert told == "rnn-tui: --names: expected only together with --save"
    run("train", "translation", "--save", path, "--names", "torch", "--epochs", "0")
    with np.load(path) as file:
        assert {"encoder.weight_hh_l0", "decoder.bias_hh_l0", "linear.bias"} <= {*file.files}
    with pytest.raises(ExperimentError, match="has a module for, found a variant of gru"):
        weights.check_has_names(load("hello", ["model.cell=gru", "model.gru_reset=before"]))


@pytest.mark.parametrize(("cell", "gates"), [("lstm", 4), ("gru", 3)])
def test_the_file_decides_the_cell(tmp_path: Path, cell: str, gates: int) -> None:
    arrays = {
        name: np.concatenate([one + gate for gate in range(gates)]) if "rnn" in name else one
        for name, one in state_dict().items()
    }
    made = mine(tmp_path, arrays)
    assert (made.model.cell, made.model.hidden_size) == (cell, H)
    told = problem(tmp_path, arrays, MINE.replace("output =", 'cell = "rnn"\noutput ='))
    assert told == (
        f'rnn.weight_hh_l0: expected shape (H, H) for cell = "rnn", found ({gates * H}, {H}), '
        f"as of an nn.{cell.upper()}"
    )
    wrong = arrays | {"rnn.bias_hh_l0": np.zeros(5)}
    told = problem(tmp_path, wrong)
    assert told == f"rnn.bias_hh_l0: expected shape ({gates * H},), found (5,)"


def test_safetensors_of_torch(tmp_path: Path) -> None:
    safe = pytest.importorskip("safetensors.numpy")
    arrays = state_dict()
    safe.save_file(arrays, tmp_path / "w.safetensors")
    made = load(written(tmp_path, MINE.replace("w.npz", "w.safetensors")))
    assert made.layout.hidden_size == H
    np.testing.assert_array_equal(
        Trainer(made).initial_state().params.W_hh, arrays["rnn.weight_hh_l0"]
    )


def test_numbers_that_numpy_has_not(tmp_path: Path) -> None:
    pytest.importorskip("safetensors")
    path = tmp_path / "w.safetensors"
    header = b'{"rnn.weight_hh_l0":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}'
    path.write_bytes(len(header).to_bytes(8, "little") + header + b"\0\0")
    with pytest.raises(ExperimentError, match="float64, float32 or float16 numbers, found BF16"):
        opened(path, "")
