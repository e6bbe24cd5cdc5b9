"""`rnn-tui gradcheck`: chunks, tiny weights, and what rounding may explain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli.running import json_of, refusal, run, written

from rnn_tui.cli import affordable
from rnn_tui.cli.commands import gradcheck, parser_of
from rnn_tui.cli.commands.gradcheck import usual_places
from rnn_tui.engine.checks.gradient_check import TOLERANCE, check_gradient
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import ExperimentError, load

SLIP = ("--set", "training.recurrent_backprop=published")


def failed(arrays: dict[str, Any]) -> list[str]:
    return [name for name, check in arrays.items() if not check["passed"]]


def test_the_first_chunks_of_a_stream(tmp_path: Path) -> None:
    path = written(tmp_path)
    result = json_of("gradcheck", path)
    assert result["passed"] is True
    assert [one["example"] for one in result["examples"]] == [1, 2, 3]
    (one,) = json_of("gradcheck", path, "--example", "7", "--steps", "12")["examples"]
    assert one["example"] == 7
    shown = run("gradcheck", path).stdout
    assert "3 of 10 chunks checked; --example K checks another." in shown
    assert "chunk " in shown
    only = run("gradcheck", "hello").stdout
    assert "--example K" not in only
    result = json_of("gradcheck", path, *SLIP, code=1)
    assert failed(result["examples"][0]["arrays"]) == ["W_xh", "W_hh", "b_h"]


def test_of_what_takes_too_long_a_sample_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    experiment = load(written(tmp_path))
    layout = experiment.layout
    each = 2 * 15 * (layout.size + affordable.STEP)  # three chunks of 5
    monkeypatch.setattr(affordable, "MOST_WORK", 10 * len(layout.shapes) * each)
    options = parser_of("gradcheck").parse_args([str(experiment.path), "--json"])
    assert gradcheck.run(options) == 0
    assert json.loads(capsys.readouterr().out)["sample"] == 10
    options.json = False
    assert gradcheck.run(options) == 0
    assert "At most 10 numbers of each array measured" in capsys.readouterr().out
    monkeypatch.setattr(affordable, "MOST_WORK", each)
    with pytest.raises(ExperimentError, match="80 passes over 15 timesteps would take too long"):
        gradcheck.run(options)


def test_a_batch_that_takes_too_long_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = parser_of("gradcheck").parse_args(["sentiment", "--example", "1"])
    monkeypatch.setattr(
        affordable, "MOST_WORK", 90 * 2 * (22 + affordable.STEP)
    )  # of 4 and 16 tokens
    assert gradcheck.run(options) == 0
    assert "rnn-tui: the batch of 4 is not checked: at least 80 passes" in capsys.readouterr().err


def test_a_chunk_is_checked_from_its_own_start(tmp_path: Path) -> None:
    path = written(tmp_path)
    trainer = Trainer(load(path))
    state = trainer.initial_state()
    for k in range(12):
        state = trainer.step(state, k).after
    start = trainer.start(state, 12, 2)
    assert state.carry is not None
    np.testing.assert_array_equal(start, state.carry[0])
    checks = check_gradient(state.params, trainer.net, trainer.experiment.train[2], start)
    (one,) = json_of("gradcheck", path, "--steps", "12", "--example", "3")["examples"]
    printed = {name: check["relative_error"] for name, check in one["arrays"].items()}
    assert printed == {check.name: check.relative_error for check in checks}


def test_phrases_by_default_are_some_from_all_over() -> None:
    places = usual_places(load("phrases"))
    assert list(places) == [0, 19, 38, 57]
    assert list(usual_places(load("sentiment"))) == [0, 1, 2, 3]
    assert list(usual_places(load("grammar"))) == [0, 1, 2]
    assert list(usual_places(load("hello"))) == [0]


@pytest.mark.slow
def test_phrases_pass_untrained_though_their_gradient_is_tiny() -> None:
    result = json_of("gradcheck", "phrases", "--example", "20")
    assert result["relative_error"] < TOLERANCE


@pytest.mark.slow
def test_phrases_fail_with_the_published_slip_and_say_so() -> None:
    result = run("gradcheck", "phrases", *SLIP, code=1)
    assert "multiplies by W_hh, where the chain rule has W_hhᵀ" in " ".join(result.stdout.split())
    assert "4 of 58 examples checked" in result.stdout


@pytest.mark.parametrize("wild", ["training.learning_rate=1e308"])
def test_a_network_that_has_exploded_says_nothing_of_the_code(wild: str) -> None:
    result = json_of("gradcheck", "hello", "--set", wild, "--steps", "9")
    assert result["relative_error"] is None
    assert (result["epoch"], result["step"]) == (9, 9)
    (one,) = result["examples"]
    assert {check["verdict"] for check in one["arrays"].values()} == {"not finite"}
    shown = run("gradcheck", "hello", "--set", wild, "--steps", "9").stdout
    assert "! not finite" in shown
    assert "No error found in the numbers checked." in shown


CORNER = """
task = "many-to-one"
[data]
kind = "labelled"
labels = ["a", "b"]
train = [{ text = "x", label = "a" }]
[embedding]
kind = "vectors"
vectors = { x = [0.0] }
[model]
hidden_size = 1
activation = "relu"
output = "softmax"
init = "given"
[model.weights]
W_xh = [[1.0]]
W_hh = [[1.0]]
b_h = [0.0]
W_hy = [[1.0], [-1.0]]
b_y = [0.0, 0.0]
"""


@pytest.mark.slow
def test_a_corner_of_relu_and_what_rounding_drowns_fail_nothing(tmp_path: Path) -> None:
    path = tmp_path / "corner.toml"
    path.write_text(CORNER)
    result = json_of("gradcheck", str(path))
    (one,) = result["examples"]
    assert result["passed"] is True
    assert one["arrays"]["b_h"] == {"relative_error": 1.0, "passed": False, "verdict": "kink"}
    assert "≈ at a corner of relu" in run("gradcheck", str(path)).stdout
    tiny = ("gradcheck", "phrases", "--set", "model.init_scale=0.00001", "--example", "40")
    (one,) = json_of(*tiny)["examples"]
    assert one["arrays"]["W_hh"]["verdict"] == "blurred"
    assert one["arrays"]["W_hy"]["verdict"] == "right"


def test_a_fault_fails_on_what_it_spoils() -> None:
    result = json_of("gradcheck", "sentiment", "--fault", "no-accumulation", code=1)
    assert result["fault"] == "no-accumulation"
    assert [failed(one["arrays"]) for one in result["examples"]] == [["W_hh"]] * 4
    assert result["batch"]["passed"] is False
    assert json_of("gradcheck", "sentiment")["fault"] is None


def test_a_wrong_mean_fails_in_the_batch_alone() -> None:
    result = json_of("gradcheck", "sentiment", "--fault", "no-mean", code=1)
    assert [failed(one["arrays"]) for one in result["examples"]] == [[]] * 4
    assert result["batch"]["relative_error"] == pytest.approx(0.6)  # 4 g against g
    shown = run("gradcheck", "sentiment", "--fault", "no-mean", code=1).stdout
    assert "The code has the bug no-mean: the sum over a batch is taken for its mean." in shown
    assert json_of("gradcheck", "hello")["batch"] is None, "a batch of one is that one"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bogus", "there is no bug called bogus, only no-slope"),
        ("no-mean", "so its mean is its sum"),
    ],
)
def test_a_fault_that_there_is_none_of_or_that_shows_nowhere(name: str, said: str) -> None:
    error = refusal("gradcheck", "phrases", "--fault", name)
    assert error.startswith("rnn-tui: --fault: ")
    assert said in error
