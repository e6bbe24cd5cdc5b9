"""Each fault is one wrong line, and the gradient check says what it spoils."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args, get_type_hints

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

from rnn_tui.engine.checks.gradient_check import Verdict, check_batch, check_gradient
from rnn_tui.engine.passes.trace import gradients_down_to, trace_example
from rnn_tui.engine.spectrum.ledger import ledger
from rnn_tui.engine.training.training import Trainer
from rnn_tui.engine.update import run_update, update_bodies
from rnn_tui.equations.cells import CELLS
from rnn_tui.equations.faults import (
    FAULTS,
    NO_ACCUMULATION,
    NO_MEAN,
    SHIFTED_STATE,
    UNTRANSPOSED,
    Fault,
    shows_nowhere,
)
from rnn_tui.equations.optimizers.sgd import SGD
from rnn_tui.experiments import TrainingConfig

OF_VANILLA = {name: fault for name, fault in FAULTS.items() if fault.fits(CELLS["rnn"])}
OF_THE_CELL = [fault for fault in OF_VANILLA.values() if fault is not NO_MEAN]
SPOILT = {
    "no-slope": {"W_xh", "W_hh", "b_h"},
    "no-dh-next": {"W_xh", "W_hh", "b_h"},
    "untransposed": {"W_xh", "W_hh", "b_h"},
    "no-accumulation": {"W_hh"},
    "shifted-state": {"W_hh"},
    "no-mean": set(),
}


@pytest.fixture(params=OF_VANILLA.values(), ids=list(OF_VANILLA))
def fault(request: pytest.FixtureRequest) -> Fault:
    """Each of them."""
    made: Fault = request.param
    return made


WRONG_LINES = {
    "no-slope": ("delta = dh * slope(h_t)", "delta = dh"),
    "no-dh-next": ("dh = dh_local + dh_next", "dh = dh_local"),
    "untransposed": ("dh_next = W_hh.T @ delta", "dh_next = W_hh @ delta"),
    "no-accumulation": ("dW_hh += outer(delta, h_prev)", "dW_hh = outer(delta, h_prev)"),
    "shifted-state": ("dW_hh += outer(delta, h_prev)", "dW_hh += outer(delta, h_t)"),
    "no-mean": ("reduced = total / count", "reduced = total"),
}


def test_a_fault_is_one_wrong_line_in_its_place(fault: Fault) -> None:
    vanilla, settings = CELLS["rnn"], TrainingConfig()
    bodies = (vanilla.backward_body, *update_bodies(SGD, settings))
    faulty = (fault.in_cell(vanilla), *update_bodies(SGD, settings, fault))
    right, wrong = ([line for body in some for line in body.lines] for some in (bodies, faulty))
    assert [(a.target, a.number, a.words) for a in right] == [
        (b.target, b.number, b.words) for b in wrong
    ]
    other = [(a.text, b.text) for a, b in zip(right, wrong, strict=True) if a is not b]
    assert other == [WRONG_LINES[fault.name]]
    found = fault.line_in_update(bodies[1:]) if fault.of_update else fault.line_in(vanilla)
    assert found is not None
    assert (found[0].text, found[1].text) == WRONG_LINES[fault.name]


def test_a_fault_stands_in_the_listing(fault: Fault) -> None:
    right = [one.body.listing for one in make_experiment().network.backward_blocks()]
    net = replace(make_experiment().network, fault=fault)
    wrong = [one.body.listing for one in net.backward_blocks()]
    other = [
        (a, b) for one, two in zip(right, wrong, strict=True) for a, b in zip(one, two, strict=True)
        if a != b
    ]  # fmt: skip
    if fault.of_update:
        assert not other
        return
    (((number, text), (place, slip)),) = other
    assert number == place
    lines = tuple(one.split("  #")[0].strip() for one in (text, slip))
    assert lines == WRONG_LINES[fault.name]


def test_the_settings_name_exactly_the_faults() -> None:
    names = get_args(get_type_hints(TrainingConfig)["fault"])
    assert set(names) == {"none", *FAULTS}
    assert TrainingConfig().bug is None
    assert TrainingConfig(recurrent_backprop="published").bug is UNTRANSPOSED
    assert TrainingConfig(fault="no-mean").bug is NO_MEAN


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
    net = replace(experiment.network, fault=fault)
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
    velocity, right = state.slots["velocity"], Trainer(make_experiment(batch=batch, momentum=0.5))
    params, exact = state.params, right.initial_state()
    for k in range(6):
        members = trainer.members(k)
        total = sum(
            trace_example(params, trainer.net, experiment.train[m]).grads.flat for m in members
        )
        made = run_update(
            SGD, params, {"velocity": velocity}, np.asarray(total), len(members),
            experiment.training, k + 1, fault,
        )  # fmt: skip
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
    assert "sum" in (shows_nowhere(NO_MEAN, "sum", 4, CELLS["rnn"]) or "")
    assert "one example" in (shows_nowhere(NO_MEAN, "mean", 1, CELLS["rnn"]) or "")
    assert shows_nowhere(NO_MEAN, "mean", 4, CELLS["rnn"]) is None
    assert shows_nowhere(UNTRANSPOSED, "sum", 1, CELLS["rnn"]) is None
