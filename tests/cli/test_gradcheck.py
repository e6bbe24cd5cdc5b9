"""`rnn-tui gradcheck`: chunks, tiny weights, and what rounding may explain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli.running import json_of, run, written
from hypothesis import given
from hypothesis import strategies as st
from making import Case, cases, make_parameters, make_stream

from rnn_tui.cli.differences import check_example
from rnn_tui.cli.gradcheck import usual_places
from rnn_tui.engine.gradient_check import TOLERANCE, check_gradient
from rnn_tui.engine.network import Network, layout_of
from rnn_tui.engine.trace import trace_example
from rnn_tui.engine.training import Trainer
from rnn_tui.experiments import load

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


def test_a_chunk_is_checked_from_its_own_start(tmp_path: Path) -> None:
    path = written(tmp_path)
    trainer = Trainer(load(path))
    state = trainer.initial_state()
    for k in range(12):
        state = trainer.step(state, k).after
    start = trainer.start(state, 12, 2)
    assert start is state.carry
    checks = check_example(state.params, trainer.net, trainer.experiment.train[2], start)
    (one,) = json_of("gradcheck", path, "--steps", "12", "--example", "3")["examples"]
    printed = {name: check["relative_error"] for name, check in one["arrays"].items()}
    assert printed == {check.name: check.relative_error for check in checks}


def test_phrases_by_default_are_some_from_all_over() -> None:
    places = usual_places(load("phrases"))
    assert list(places) == [0, 19, 38, 57]
    assert list(usual_places(load("sentiment"))) == [0, 1, 2, 3]
    assert list(usual_places(load("grammar"))) == [0, 1, 2]
    assert list(usual_places(load("hello"))) == [0]


def test_phrases_pass_untrained_though_their_gradient_is_tiny() -> None:
    result = json_of("gradcheck", "phrases", "--example", "20")
    assert result["relative_error"] < TOLERANCE
    experiment = load("phrases")
    trainer = Trainer(experiment)
    plain = check_gradient(trainer.initial_state().params, trainer.net, experiment.train[19])
    assert not all(check.passed for check in plain), "rounding alone: so it is measured again"


def test_phrases_fail_with_the_published_slip_and_say_so() -> None:
    result = run("gradcheck", "phrases", *SLIP, code=1)
    assert "multiplies by W_hh where the chain rule asks for W_hhᵀ" in " ".join(
        result.stdout.split()
    )
    assert "4 of 58 examples checked" in result.stdout


@given(case=cases())
def test_it_agrees_with_the_engines_own_check(case: Case) -> None:
    for example in case.examples[:2]:
        ours = check_example(case.params, case.net, example)
        theirs = check_gradient(case.params, case.net, example)
        for our, their in zip(ours, theirs, strict=True):
            assert our.name == their.name
            np.testing.assert_array_equal(our.analytic, their.analytic)
            np.testing.assert_allclose(our.numeric, their.numeric, rtol=1e-6, atol=1e-8)
            assert our.passed or not their.passed


@given(seed=st.integers(0, 500), scale=st.sampled_from([1e-3, 1e-2, 0.1, 1.0]))
def test_no_scale_of_weights_makes_a_right_gradient_fail(seed: int, scale: float) -> None:
    experiment = make_stream()
    params = make_parameters(layout_of(experiment), seed, scale)
    start = np.random.default_rng(seed).uniform(-1, 1, 3)
    checks = check_example(params, Network.of(experiment), experiment.train[1], start)
    assert [check.name for check in checks if not check.passed] == []


@given(seed=st.integers(0, 500), scale=st.sampled_from([1e-3, 1e-2, 0.1, 1.0]))
def test_no_scale_of_weights_hides_the_slip(seed: int, scale: float) -> None:
    experiment = make_stream(recurrent_backprop="published")
    params = make_parameters(layout_of(experiment), seed, scale)
    checks = check_example(params, Network.of(experiment), experiment.train[1])
    assert {"W_xh", "b_h"} <= {check.name for check in checks if not check.passed}


def test_it_watches_every_number() -> None:
    experiment = make_stream()
    params = make_parameters(layout_of(experiment), 3)
    seen: list[int] = []

    def watch(places: range) -> list[int]:
        seen.extend(places)
        return list(places)

    net = Network.of(experiment)
    checks = check_example(params, net, experiment.train[0], None, watch)
    assert seen == list(range(params.layout.size))
    exact = trace_example(params, net, experiment.train[0]).grads
    for check in checks:
        np.testing.assert_array_equal(check.analytic, exact[check.name])


@pytest.mark.parametrize("wild", ["training.learning_rate=1e308"])
def test_a_network_that_has_exploded_fails(wild: str) -> None:
    result = json_of("gradcheck", "hello", "--set", wild, "--steps", "9", code=1)
    assert result["relative_error"] is None
    assert (result["epoch"], result["step"]) == (9, 9)
