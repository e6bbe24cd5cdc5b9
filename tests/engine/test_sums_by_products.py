"""The gradients of a very long pass, which products of whole arrays add up."""

from __future__ import annotations

from typing import Any
from unittest import mock

import numpy as np
import pytest
from making import make_stream

from rnn_tui.engine.passes import sums, walking
from rnn_tui.engine.passes.patches import Patch
from rnn_tui.engine.passes.trace import Trace, gradients_down_to, trace_example
from rnn_tui.experiments import Experiment, load
from rnn_tui.session.session import Session

STATES = "x", "xh", "hh", "pre", "h", "y", "p", "losses", "dy", "dh_local", "dh_next", "dh", "delta"


def experiment(name: str) -> Experiment:
    return make_stream("abcabdabcd", 7, learned=2) if name == "learned" else load(name)


def traced(of: Experiment, *patches: Patch) -> Trace:
    """A pass from a state that is not zero."""
    return again(Session(of).view.known.trace, *patches)


def again(seen: Trace, *patches: Patch) -> Trace:
    start = np.linspace(-0.5, 0.5, seen.params.layout.hidden_size)
    return trace_example(seen.params, seen.net, seen.example, start, patches)


@pytest.mark.parametrize("name", ["sentiment", "hello", "grammar", "learned"])
def test_they_are_those_that_the_cell_adds_up(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stepped = traced(experiment(name))
    monkeypatch.setattr(sums, "LONG", 0)
    ran: list[int] = []
    run = walking.Runner.run

    def counted(runner: walking.Runner, t: int, *given: Any) -> None:
        if runner.block.part == "layer" and runner.block.body.name == "backward":
            ran.append(t)
        run(runner, t, *given)

    with mock.patch.object(walking.Runner, "run", counted):
        quick = again(stepped)
        parts = [gradients_down_to(quick, t) for t in range(quick.example.length + 1)]
    assert sorted(ran) == [*range(quick.example.length)], "states are walked once, sums are not"
    for array in STATES:
        np.testing.assert_array_equal(getattr(quick, array), getattr(stepped, array))
    np.testing.assert_allclose(quick.grads.flat, stepped.grads.flat, rtol=0, atol=1e-12)
    monkeypatch.undo()
    for t, part in enumerate(parts):
        wanted = gradients_down_to(stepped, t).flat
        np.testing.assert_allclose(part.flat, wanted, rtol=0, atol=1e-12)


def test_a_sum_goes_on_from_a_later_one(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = traced(experiment("learned"))
    monkeypatch.setattr(sums, "LONG", 0)
    begun = gradients_down_to(whole, 4)
    made = gradients_down_to(whole, 1, begun=(4, begun))
    np.testing.assert_allclose(made.flat, gradients_down_to(whole, 1).flat, rtol=0, atol=1e-12)


def test_what_was_put_in_by_hand_is_stepped(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    patch = Patch(1, 0, 0.25)
    stepped = traced(sentiment, patch)
    monkeypatch.setattr(sums, "LONG", 0)
    np.testing.assert_array_equal(traced(sentiment, patch).grads.flat, stepped.grads.flat)


@pytest.mark.parametrize("fault", ["no-accumulation", "no-slope"])
def test_a_fault_is_in_the_sums(
    fault: str, sentiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Trace:
        session = Session(sentiment)
        session.break_it(fault)
        return session.view.known.trace

    stepped = broken()
    monkeypatch.setattr(sums, "LONG", 0)
    np.testing.assert_array_equal(broken().grads.flat, stepped.grads.flat)
    np.testing.assert_array_equal(gradients_down_to(stepped, 0).flat, stepped.grads.flat)
