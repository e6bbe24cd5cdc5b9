"""Each fault is one wrong line, and the gradient check says what it spoils."""

from __future__ import annotations

import inspect
import linecache
from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import (
    make_example,
    make_experiment,
    make_layout,
    make_network,
    make_parameters,
    make_stream,
)

from rnn_tui.engine import cell, optimizer
from rnn_tui.engine.checks.faults import (
    FAULTS,
    NO_ACCUMULATION,
    NO_MEAN,
    SHIFTED_STATE,
    UNTRANSPOSED,
    Fault,
    fault_of,
    in_place_of,
    line_at_fault,
    shows_nowhere,
)
from rnn_tui.engine.checks.gradient_check import Verdict, check_batch, check_gradient
from rnn_tui.engine.network import Network
from rnn_tui.engine.optimizer import update
from rnn_tui.engine.passes.trace import gradients_down_to, trace_example
from rnn_tui.engine.spectrum.ledger import ledger
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import TrainingConfig

HOSTS: dict[str, Callable[..., Any]] = {
    "backward_step": cell.backward_step,
    "update": optimizer.update,
}
OF_THE_CELL = [fault for fault in FAULTS.values() if fault is not NO_MEAN]
SPOILT = {
    "no-slope": {"W_xh", "W_hh", "b_h"},
    "no-dh-next": {"W_xh", "W_hh", "b_h"},
    "untransposed": {"W_xh", "W_hh", "b_h"},
    "no-accumulation": {"W_hh"},
    "shifted-state": {"W_hh"},
    "no-mean": set(),
}


@pytest.fixture(params=FAULTS.values(), ids=list(FAULTS))
def fault(request: pytest.FixtureRequest) -> Fault:
    """Each of them."""
    made: Fault = request.param
    return made


def test_a_faulty_function_differs_in_one_line_and_keeps_its_place(fault: Fault) -> None:
    right = HOSTS[fault.function]
    wrong = in_place_of(right, fault)
    lines, first = inspect.getsourcelines(right)
    swapped, place = inspect.getsourcelines(wrong)
    assert place == first
    assert len(swapped) == len(lines)
    pairs = list(zip(lines, swapped, strict=True))
    other = [(a.strip(), b.strip()) for a, b in pairs if a != b]
    assert other == [(fault.right, fault.wrong)]
    assert lines[line_at_fault(right, fault)].strip() == fault.right
    assert inspect.getfile(wrong).endswith(inspect.getfile(right).rpartition("/")[2])
    assert linecache.getline(inspect.getfile(wrong), place) == lines[0]
    assert inspect.signature(wrong) == inspect.signature(right)
    assert wrong.__doc__ == right.__doc__


def test_a_fault_is_only_in_its_own_function(fault: Fault) -> None:
    for name, function in HOSTS.items():
        assert (in_place_of(function, fault) is function) == (name != fault.function)
        assert in_place_of(function, None) is function
    assert in_place_of(cell.forward_step, fault) is cell.forward_step


def test_the_settings_name_exactly_the_faults() -> None:
    names = get_args(get_type_hints(TrainingConfig)["fault"])
    assert set(names) == {"none", *FAULTS}
    assert fault_of(TrainingConfig()) is None
    assert fault_of(TrainingConfig(recurrent_backprop="published")) is UNTRANSPOSED
    assert fault_of(TrainingConfig(fault="no-mean")) is NO_MEAN


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_the_check_fails_on_what_a_fault_spoils_and_on_nothing_else(
    fault: Fault, activation: str
) -> None:
    layout = make_layout(2, 3, 2)
    net = make_network(activation, "softmax", fault)
    example = make_example(np.random.default_rng(1), layout, 5, (1, 4), 2)
    checks = check_gradient(make_parameters(layout, 2), net, example)
    assert {check.name for check in checks if check.verdict is Verdict.WRONG} == SPOILT[fault.name]
    assert {check.name for check in checks if check.passed} == (
        {"W_xh", "W_hh", "b_h", "W_hy", "b_y"} - SPOILT[fault.name]
    )


@given(seed=st.integers(0, 300))
def test_the_ledger_adds_up_to_the_gradient_of_the_faulty_code(seed: int) -> None:
    layout = make_layout(2, 3, 2)
    example = make_example(np.random.default_rng(seed), layout, 4, (3,), 2)
    for fault in OF_THE_CELL:
        net = make_network("tanh", "softmax", fault)
        trace = trace_example(make_parameters(layout, seed), net, example)
        np.testing.assert_allclose(ledger(trace).norms[0], trace.dh_norm, rtol=1e-9, atol=1e-15)


def test_running_sums_end_at_the_gradient(fault: Fault) -> None:
    experiment = make_stream(learned=2)
    params = Trainer(experiment).initial_state().params
    net = replace(Network.of(experiment), fault=fault)
    trace = trace_example(params, net, experiment.train[1], np.full(3, 0.3))
    np.testing.assert_array_equal(gradients_down_to(trace, 0).flat, trace.grads.flat)
    assert not gradients_down_to(trace, trace.example.length).flat.any()
    last = gradients_down_to(trace, trace.example.length - 1).W_hh
    state = trace.h[-1] if fault is SHIFTED_STATE else trace.h[-2]
    np.testing.assert_array_equal(last, np.outer(trace.delta[-1], state))
    first = gradients_down_to(trace, 0).W_hh
    if fault is NO_ACCUMULATION:
        np.testing.assert_array_equal(first, np.outer(trace.delta[0], trace.h[0]))


@pytest.mark.parametrize("batch", ["full", "example"])
def test_training_with_a_fault_is_a_loop_over_the_faulty_code(fault: Fault, batch: str) -> None:
    experiment = make_experiment(batch=batch, fault=fault.name, momentum=0.5)
    trainer = Trainer(experiment)
    state, theirs = trainer.initial_state(), trainer.initial_state()
    velocity, right = state.velocity, Trainer(make_experiment(batch=batch, momentum=0.5))
    params, exact = state.params, right.initial_state()
    for k in range(6):
        members = trainer.members(k)
        total = sum(
            trace_example(params, trainer.net, experiment.train[m]).grads.flat for m in members
        )
        made = in_place_of(update, fault)(
            params, velocity, np.asarray(total), len(members), experiment.training, k + 1
        )
        params, velocity = made.params, made.velocity
        theirs, exact = trainer.step(theirs, k).after, right.step(exact, k).after
        np.testing.assert_allclose(theirs.params.flat, params.flat, rtol=1e-12, atol=1e-14)
        if k == 0:
            again = trainer.step(state, 0).after
            assert again.params.flat.tobytes() == theirs.params.flat.tobytes()
    same = np.allclose(theirs.params.flat, exact.params.flat, rtol=1e-9)
    assert same == (fault is NO_MEAN and batch == "example")


def test_a_stream_trains_with_a_fault_from_the_state_carried(fault: Fault) -> None:
    trainer = Trainer(make_stream(fault=fault.name))
    state = trainer.initial_state()
    for k in range(2):
        start = trainer.start(state, k, trainer.members(k)[0])
        trace = trace_example(state.params, trainer.net, trainer.experiment.train[k], start)
        made = trainer.step(state, k)
        np.testing.assert_allclose(made.update.reduced, trace.grads.flat, rtol=1e-12, atol=1e-14)
        state = made.after
    assert start is not None


def test_the_batch_is_checked_against_what_the_update_goes_down() -> None:
    for fault, reduction, verdict in (
        ("none", "mean", Verdict.RIGHT), ("none", "sum", Verdict.RIGHT),
        ("no-mean", "mean", Verdict.WRONG), ("no-slope", "mean", Verdict.WRONG),
    ):  # fmt: skip
        trainer = Trainer(make_experiment(fault=fault, reduction=reduction))
        state = trainer.initial_state()
        reduced = trainer.step(state, 0).update.reduced
        check = check_batch(reduced, trainer, state, 0, np.arange(reduced.size))
        assert check.verdict is verdict, (fault, reduction)
        for example in trainer.experiment.train if fault == "no-mean" else ():
            checks = check_gradient(state.params, trainer.net, example)
            assert all(one.passed for one in checks), "no single example shows it"


def test_an_average_that_is_none_can_not_be_left_out() -> None:
    assert "sum" in (shows_nowhere(NO_MEAN, TrainingConfig(reduction="sum"), 4) or "")
    assert "one example" in (shows_nowhere(NO_MEAN, TrainingConfig(), 1) or "")
    assert shows_nowhere(NO_MEAN, TrainingConfig(), 4) is None
    assert shows_nowhere(UNTRANSPOSED, TrainingConfig(reduction="sum"), 1) is None
