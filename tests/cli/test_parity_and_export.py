"""`rnn-tui parity` and `rnn-tui export --code`."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from cli.running import json_of, refusal, run, written


def losses(printed: str) -> list[str]:
    """What stands after `loss`, a line each."""
    return [line.split("loss ")[1].split()[0] for line in printed.splitlines()]


def test_a_program_is_written_and_runs(tmp_path: Path) -> None:
    file = tmp_path / "listing.py"
    told = run("export", "sentiment", "--code", "-o", str(file)).stdout
    assert told.startswith("Written to")
    assert "python" in told
    result = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert losses(result.stdout)[::29] == ["0.741635", "0.128521"]
    assert file.read_text(encoding="utf-8") == run("export", "sentiment", "--code").stdout


def test_a_program_follows_the_overrides_and_names_them() -> None:
    code = run("export", "sentiment", "--code", "--set", "training.learning_rate=0.25").stdout
    assert "rate = 0.25" in code
    assert "rnn-tui train sentiment --set training.learning_rate=0.25" in code


def test_programs_as_json() -> None:
    for command in ("export", "parity"):
        one = json_of(command, "sentiment", "--code")
        assert one["experiment"] == "sentiment"
        assert one["code"] == run(command, "sentiment", "--code").stdout


def test_what_export_refuses(tmp_path: Path) -> None:
    assert "--code" in refusal("export", "sentiment")
    file = str(tmp_path / "none" / "there.py")
    assert file in refusal("export", "sentiment", "--code", "-o", file)
    assert "no experiment" in refusal("export", "nothing", "--code")
    long = str(tmp_path / ("x" * 300))
    assert "can't be written: file name too long" in refusal(
        "export", "sentiment", "--code", "-o", long
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs a named pipe")
def test_a_pipe_that_nobody_reads_holds_nothing_up(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    told = refusal("export", "sentiment", "--code", "-o", str(pipe))
    assert told == f"rnn-tui: {pipe}: can't be written: not a regular file"


@pytest.mark.skipif(find_spec("torch") is not None, reason="PyTorch is installed")
def test_without_torch_one_line_names_the_extra() -> None:
    line = refusal("parity", "sentiment")
    assert "torch: not installed" in line
    assert "pip install 'rnn-tui[torch]'" in line
    assert "import torch" in run("parity", "sentiment", "--code").stdout


def test_no_update_is_no_comparison() -> None:
    assert refusal("parity", "sentiment", "--epochs", "0").startswith("rnn-tui: --epochs:")
    assert "--steps" in refusal("parity", "sentiment", "--steps", "3")


@pytest.mark.torch
def test_parity_of_the_four_sentences() -> None:
    printed = " ".join(run("parity", "sentiment").stdout.split())
    assert "✓ All numbers agree within" in printed
    assert "22 parameters here, 25 in torch" in printed
    one = json_of("parity", "sentiment")
    assert (one["passed"], one["apart"], one["fault"]) == (True, [], None)
    assert (one["parameters"], one["torch_parameters"]) == (22, 25)
    assert [row["epoch"] for row in one["rows"]] == list(range(30))
    assert round(one["rows"][29]["loss"], 6) == 0.128521
    assert max(one["worst"].values()) <= one["tolerance"] == 1e-10
    assert all(set(row["differences"]) == set(one["worst"]) for row in one["rows"])
    assert one["worst"]["dW_hh"] == max(row["differences"]["dW_hh"] for row in one["rows"])


@pytest.mark.torch
def test_parity_of_a_stream_counts_steps(tmp_path: Path) -> None:
    file = written(tmp_path)
    one = json_of("parity", file, "--steps", "4")
    assert [row["step"] for row in one["rows"]] == [1, 2, 3, 4]
    assert one["updates"] == 4
    lines = run("parity", file, "--steps", "61").stdout.splitlines()
    assert lines[0].startswith("small: difference between torch")
    assert any(line.split()[:1] == ["1–3"] for line in lines)
    assert any(line.split()[:1] == ["61"] for line in lines)


@pytest.mark.torch
def test_parity_says_where_a_bug_is() -> None:
    fault = ("--set", "training.fault=shifted-state", "--epochs", "2")
    one = json_of("parity", "sentiment", *fault, code=1)
    assert (one["passed"], one["apart"], one["fault"]) == (
        False,
        ["dW_hh", "W_hh"],
        "shifted-state",
    )
    printed = run("parity", "sentiment", *fault, code=1).stdout
    assert "✗ Different: dW_hh, W_hh." in printed
    assert "off by one" in printed


@pytest.mark.torch
def test_parity_of_the_sigmoid_says_that_it_is_a_loop() -> None:
    printed = run(
        "parity", "sentiment", "--set", "model.activation=sigmoid", "--epochs", "1"
    ).stdout
    assert "torch.nn has no module for this cell (rnn, sigmoid)" in " ".join(printed.split())
