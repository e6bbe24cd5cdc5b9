"""Programs written out: they run as they stand, and print what training prints."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from making import make_example, make_experiment
from programs import assert_same, executed, trained
from settings import experiments

from rnn_tui.codegen import numpy_program, torch_program
from rnn_tui.codegen.text import command
from rnn_tui.equations.faults import FAULTS
from rnn_tui.experiments import Experiment, ExperimentError, bundled, load

BUNDLED = {
    "sentiment": "training.epochs=30",
    "bank": "training.epochs=30",
    "phrases": "training.epochs=3",
    "hello": "training.epochs=300",
    "grammar": "training.steps=150",
    "tagging": "training.epochs=1",
    "melody": "training.epochs=20",
    "translation": "training.epochs=1",
    "gates": "training.epochs=10",
    "gomez": "training.epochs=10",
    "gru": "training.epochs=10",
    "adding": "training.epochs=1",
    "copy": "training.epochs=1",
    "parity": "training.epochs=1",
    "sine": "training.steps=50",
    "min-char-rnn": "training.steps=4",  # Adagrad makes of a last bit more with each
}
ALONE = ("sentiment", "translation")  # run by an interpreter of their own


def in_a_process(code: str, folder: Path) -> list[float]:
    """The losses of a program run by an interpreter that knows nothing of this package."""
    path = folder / "program.py"
    path.write_text(code, encoding="utf-8")
    ask = (
        "import json, runpy, sys\n"
        f"losses = runpy.run_path({str(path)!r})['losses']\n"
        "assert not any(name.startswith('rnn_tui') for name in sys.modules)\n"
        "print(json.dumps(losses))"
    )
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", ask], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    losses: list[float] = json.loads(result.stdout.splitlines()[-1])
    return losses


def test_every_bundled_experiment_is_written_out() -> None:
    assert {path.stem for path in bundled()} == set(BUNDLED)


def ran(code: str, name: str, folder: Path) -> list[float]:
    return in_a_process(code, folder) if name in ALONE else executed(code)


@pytest.mark.slow
@pytest.mark.parametrize("name", BUNDLED)
def test_a_program_prints_the_losses_of_its_experiment(name: str, tmp_path: Path) -> None:
    experiment = load(name, [BUNDLED[name]])
    # thirty epochs make of a last bit, which depends on the processor, up to 1e-11
    code = numpy_program(experiment)
    assert_same(ran(code, name, tmp_path), trained(experiment), 1e-10)


@pytest.mark.slow
@pytest.mark.torch
@pytest.mark.parametrize("name", BUNDLED)
def test_so_does_the_one_in_torch(name: str, tmp_path: Path) -> None:
    experiment = load(name, [BUNDLED[name]])
    code = torch_program(experiment)
    assert_same(ran(code, name, tmp_path), trained(experiment), 1e-10)


@pytest.mark.slow
@given(experiment=experiments(faults=True))
def test_programs_follow_every_setting(experiment: Experiment) -> None:
    assert_same(executed(numpy_program(experiment)), trained(experiment))


@pytest.mark.slow
@pytest.mark.torch
@settings(max_examples=30)
@given(experiment=experiments())
def test_programs_in_torch_follow_every_setting(experiment: Experiment) -> None:
    assert_same(executed(torch_program(experiment)), trained(experiment), 1e-10)


@pytest.mark.slow
@given(experiment=experiments())
def test_every_program_compiles_and_has_no_line_too_long(experiment: Experiment) -> None:
    for code in (numpy_program(experiment), torch_program(experiment)):
        compile(code, "program.py", "exec")
        assert max(map(len, code.splitlines())) <= 100


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bug_is_in_the_program_and_is_told(fault: str) -> None:
    cell = ["model.cell=lstm"] if fault == "no-dc-next" else []
    right = load("hello" if fault != "no-mean" else "sentiment", cell)
    wrong = load(right.name, [*cell, f"training.fault={fault}"])
    code = numpy_program(wrong)
    assert FAULTS[fault].slip in code.replace("\n# ", " ")
    body, of_right = (one[one.index("import") :] for one in (code, numpy_program(right)))
    assert body != of_right
    assert "Autograd makes no such slip" in torch_program(wrong).replace("\n# ", " ")


def test_only_what_is_needed_is_written() -> None:
    plain = numpy_program(load("sentiment", ["training.clip=none"]))
    for word in ("norm", "velocity", "rng", "frozen", "softmax", "dE", "permutation"):
        assert word not in plain
    assert "clip_grad_value_(trained, 1.0)" in torch_program(load("phrases"))


def test_a_label_at_every_token() -> None:
    made = make_experiment()
    rng = np.random.default_rng(0)
    layout = made.layout
    example = make_example(rng, layout, 4, (1, 3), 2)
    with pytest.raises(ExperimentError, match="after the last token or after each one"):
        numpy_program(replace(made, train=(example,)))


LONG = """
task = "many-to-many"
[data]
kind = "stream"
text_file = "long.txt"
[embedding]
kind = "one-hot"
[model]
hidden_size = 2
[training]
steps = 4
"""


@pytest.mark.parametrize("length", [300, 120_000])
def test_a_text_is_in_the_program_unless_it_is_a_long_file(length: int, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text(("to be or\nnot " * length)[:length], encoding="utf-8")
    (tmp_path / "mine.toml").write_text(LONG, encoding="utf-8")
    experiment = load(tmp_path / "mine.toml")
    code = numpy_program(experiment)
    assert ("open(" in code) == (length > 100_000)
    assert_same(executed(code), trained(experiment))


@pytest.mark.slow
def test_nothing_in_a_title_or_a_text_can_become_code() -> None:
    title = 'Mine """ \\\r import os\n raise SystemExit\u2028print(1)'
    experiment = load("hello", [f"title={json.dumps(title)}", 'data.text="a\\"\\\\n\\u2028b\\"ab"'])
    for code in (numpy_program(experiment), torch_program(experiment)):
        assert code.startswith("# Mine")
        assert not any(
            line.startswith(("import os", " ", "print(1)")) for line in code.splitlines()[:6]
        )
    assert_same(executed(numpy_program(experiment)), trained(experiment))


def test_the_command_in_a_program_reads_back_as_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "my words.toml"
    path.write_text((bundled()[0]).read_text(encoding="utf-8"), encoding="utf-8")
    overrides = ["title=two words", "training.learning_rate=0.25"]
    given = ["rnn-tui", "train", str(path), "--set", overrides[0], "--set", overrides[1]]
    assert shlex.split(command(load(path, overrides))) == given
    assert command(load("sentiment")) == "rnn-tui train sentiment"
