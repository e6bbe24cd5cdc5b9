"""A network trained elsewhere: the README's example as printed, beside a forward pass of its own."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli.running import json_of, run

from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import load
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.explorer.explorer import ExplorerScreen

README = Path(__file__).parents[3] / "README.md"
ROWS = np.array([[0.5, -1.25], [-0.75, 0.125], [1.5, 0.25]])
SHAPES = {
    "rnn.weight_ih_l0": (4, 2),
    "rnn.weight_hh_l0": (4, 4),
    "rnn.bias_ih_l0": (4,),
    "rnn.bias_hh_l0": (4,),
    "fc.weight": (2, 4),
    "fc.bias": (2,),
}

Arrays = dict[str, Any]


def section() -> str:
    """What the README says of one's own network."""
    return README.read_text("utf-8").partition("## Your own network\n")[2].partition("\n## ")[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files that are printed there, each of the name in its first line."""
    files = re.findall(r"```\w+\n(# (\S+)\n.*?)```", section(), re.DOTALL)
    assert [name for _, name in files] == ["export.py", "walk.csv", "network.toml"]
    for text, name in files:
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def weights_in(folder: Path) -> Arrays:
    """As torch draws and lays them out: uniform within 1/√H, in single precision."""
    rng = np.random.default_rng(1)
    arrays: Arrays = {
        name: rng.uniform(-0.5, 0.5, shape).astype(np.float32) for name, shape in SHAPES.items()
    }
    np.savez(folder / "model.npz", **arrays)
    return arrays


def forward(arrays: Arrays) -> tuple[list[Any], Any]:
    """The states and the logits, by torch's equation."""
    a = {name: array.astype(np.float64) for name, array in arrays.items()}
    states, h = [], np.zeros(4)
    for x in ROWS:
        inputs = a["rnn.weight_ih_l0"] @ x + a["rnn.bias_ih_l0"]
        h = np.tanh(inputs + a["rnn.weight_hh_l0"] @ h + a["rnn.bias_hh_l0"])
        states.append(h)
    return states, a["fc.weight"] @ h + a["fc.bias"]


def test_a_trace_is_the_pass_of_the_network(folder: Path) -> None:
    states, logits = forward(weights_in(folder))
    trace = json_of("trace", str(folder / "network.toml"))
    assert trace["tokens"] == ["walk:0", "walk:1", "walk:2"]
    np.testing.assert_allclose(trace["h"][1:], states, rtol=0, atol=1e-15)
    np.testing.assert_allclose(trace["logits"], [logits], rtol=0, atol=1e-15)
    p = np.exp(logits) / np.exp(logits).sum()
    np.testing.assert_allclose(trace["probs"], [p], rtol=0, atol=1e-15)
    assert trace["loss"] == pytest.approx(-np.log(p[1]), abs=1e-15)
    delta = (p - [0, 1]) @ weights_in(folder)["fc.weight"].astype(float) * (1 - states[-1] ** 2)
    np.testing.assert_allclose(trace["delta"][-1], delta, rtol=0, atol=1e-15)


@pytest.mark.slow
def test_the_commands_run_as_printed(folder: Path) -> None:
    weights_in(folder)
    lines = re.findall(r"```sh\n(.*?)```", section(), re.DOTALL)[0].splitlines()
    said = {}
    for line in lines[1:]:  # the first opens the explorer
        program, *arguments = shlex.split(line)
        assert program == "rnn-tui"
        command = [sys.executable, "-m", "rnn_tui", *arguments]
        result = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, env=os.environ
        )
        assert (result.returncode, result.stderr) == (0, ""), line
        said[arguments[0]] = result.stdout
    assert list(said) == ["plain", "trace", "gradcheck", "train"]
    assert "x[2,1] = ay in line 5 of walk.csv, as the network reads it." in said["plain"]
    assert "rnn.weight_hh_l0 of model.npz, float32 widened" in said["plain"]
    with np.load(folder / "trained.npz") as trained:
        assert "rnn.weight_hh_l0" in trained.files
    typed = run("trace", str(folder / "network.toml"), "--text", "walk:0 walk:2").stdout
    assert "walk:2" in typed
    assert "walk:1" not in typed


def test_a_saved_training_goes_on_in_its_own_names(folder: Path) -> None:
    weights_in(folder)
    toml, kept = str(folder / "network.toml"), str(folder / "kept.npz")
    run("train", toml, "--epochs", "4", "--save", kept)
    there = json_of("trace", toml, "--epochs", "4")
    assert json_of("trace", toml, "--weights", kept)["h"] == there["h"]
    (folder / "walk.csv").write_text("ax,ay\n1,1\n", encoding="utf-8")
    assert len(json_of("trace", toml, "--weights", kept)["h"]) == 2  # other rows, same columns
    (folder / "walk.csv").write_text("ay,ax\n1,1\n", encoding="utf-8")
    told = run("trace", toml, "--weights", kept, code=2).stderr
    assert 'kept.npz: vocabulary: expected "ay" "ax", found "ax" "ay"' in told


@pytest.mark.slow
async def test_it_steps_in_the_explorer(folder: Path) -> None:
    weights_in(folder)
    app = Explorer(load(folder / "network.toml"))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = app.screen
        assert isinstance(screen, ExplorerScreen)
        await pilot.press("f", "f", "F", "b", "B")
        await pilot.pause()
        assert screen.session.view.done == screen.session.view.program.backward_end
        await pilot.press("slash", *"x[1,0]", "enter", "enter")
        await pilot.press("escape", "escape", "n", "u", "e")
        for page in "234":
            await pilot.press(page)
            await pilot.pause()
        assert screen.session.epoch == 1
        await pilot.press("1", "i")
        await pilot.pause()
        await pilot.press(*"walk", "colon", *"2 walk", "colon", "0", "enter", "F")
        await pilot.pause()
        assert screen.session.view.current.tokens == ("walk:2", "walk:0")


@pytest.mark.torch
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_beside_torch_itself(folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    monkeypatch.chdir(folder)
    torch.manual_seed(3)
    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, kind))
    scope: dict[str, Any] = {}
    try:
        exec(compile((folder / "export.py").read_text("utf-8"), "export.py", "exec"), scope)
    finally:
        torch.set_default_dtype(before)
    model = scope["model"].double()
    experiment = load(folder / "network.toml")
    params = Trainer(experiment).initial_state().params
    assert isinstance(params, Parameters)
    with torch.no_grad():
        states, _ = model.rnn(torch.tensor(ROWS))
        logits = model.fc(states[-1])
    trace = json_of("trace", str(folder / "network.toml"))
    np.testing.assert_allclose(trace["h"][1:], states.numpy(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace["logits"][0], logits.numpy(), rtol=0, atol=1e-12)
    run(
        "train",
        str(folder / "network.toml"),
        "--epochs",
        "3",
        "--save",
        "t.npz",
        "--names",
        "torch",
    )
    with np.load("t.npz") as file:
        named = {name.replace("linear.", "fc."): torch.tensor(file[name]) for name in file.files}
    model.load_state_dict(named)
