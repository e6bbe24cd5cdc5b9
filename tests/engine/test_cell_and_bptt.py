"""The lines of the cell against batches read at once, and against central differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from making import Case, cases, make_example, make_layout, make_network, make_parameters

from rnn_tui.engine.checks.differences import numeric_gradient
from rnn_tui.engine.checks.gradient_check import check_gradient
from rnn_tui.engine.passes.batches import batches_of
from rnn_tui.engine.passes.reading import read_batch
from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.equations.activations import ACTIVATIONS
from rnn_tui.equations.cells import CELLS
from rnn_tui.equations.faults import UNTRANSPOSED
from rnn_tui.equations.parameters import Parameters

KINK = 1e-3  # relu has no derivative at 0; central differences must stay away from it


def _away_from_kinks(case: Case) -> bool:
    if case.net.layers[-1].activation.name != "relu":
        return True
    traces = [trace_example(case.params, case.net, example) for example in case.examples]
    return min(float(np.abs(trace.pre).min()) for trace in traces) > KINK


@given(cases(longest=40))
def test_batches_compute_what_the_lines_compute(case: Case) -> None:
    """Those that are read fast, and those that are read by the very lines, as columns."""
    slow = replace(CELLS["rnn"], fast=None)
    by_lines = replace(
        case.net,
        layers=tuple(replace(layer, cell=slow) for layer in case.net.layers),
        encoder=tuple(replace(layer, cell=slow) for layer in case.net.encoder),
    )
    for batch in batches_of(case.examples):
        for net in (case.net, by_lines):
            reader = read_batch(case.params, net, batch)
            y = reader.logits(case.params).reshape(*batch.targets.shape[:2], -1)
            p, losses = case.net.head.probabilities(y), case.net.head.loss(y, batch.targets)
            for column, member in enumerate(batch.members):
                trace = trace_example(case.params, case.net, case.examples[member])
                scale = max(1.0, float(np.abs(trace.h).max()))
                h = reader.states()[:, column]
                np.testing.assert_allclose(h, trace.h, rtol=1e-12, atol=1e-12 * scale)
                np.testing.assert_allclose(p[:, column], trace.answer, rtol=0, atol=1e-12)
                np.testing.assert_allclose(losses[:, column], trace.losses, rtol=1e-11, atol=1e-12)


@pytest.mark.slow
@given(cases())
def test_the_cell_agrees_with_central_differences(case: Case) -> None:
    assume(_away_from_kinks(case))
    for example in case.examples:
        analytic = trace_example(case.params, case.net, example).grads.flat

        def loss(params: Parameters, example=example) -> float:  # type: ignore[no-untyped-def]
            return float(trace_example(params, case.net, example).losses.sum())

        numeric = numeric_gradient(loss, case.params, step=1e-6).flat
        scale = max(1.0, float(np.abs(analytic).max()))
        np.testing.assert_allclose(numeric, analytic, rtol=0, atol=3e-8 * scale)


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
@pytest.mark.parametrize("length", [1, 2, 60])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_gradient_check_passes(activation: str, length: int, seed: int) -> None:
    layout = make_layout(2, 4, 3)
    net = make_network(activation, "softmax")
    rng = np.random.default_rng(seed)
    every = tuple(range(length))
    example = make_example(rng, layout, length, every, 3)
    params = make_parameters(layout, seed, scale=0.4)
    checks = check_gradient(params, net, example)
    # differencing a sum of many losses costs digits: compare with the size of that sum
    assert max(check.relative_error for check in checks) < 1e-7 * max(1, length / 10)


@pytest.mark.slow
@given(st.integers(2, 6), st.integers(2, 5), st.integers(0, 50))
def test_an_untransposed_recurrence_is_caught(length: int, size: int, seed: int) -> None:
    layout = make_layout(2, size, 2)
    net = make_network("tanh", "softmax", UNTRANSPOSED)
    example = make_example(np.random.default_rng(seed), layout, length, (length - 1,), 2)
    params = make_parameters(layout, seed)
    assume(np.abs(params.W_hh - params.W_hh.T).max() > 0.1)
    trace = trace_example(params, net, example)
    assume(np.abs(trace.delta[-1]).min() > 1e-2 and np.abs(trace.h[1:]).max() < 0.98)
    by_name = {check.name: check for check in check_gradient(params, net, example)}
    assert not by_name["W_xh"].passed
    assert by_name["W_hy"].passed, "the output layer does not pass through the recurrence"


def test_a_symmetric_recurrence_hides_the_slip() -> None:
    layout = make_layout(2, 3, 1)
    params = make_parameters(layout, 3)
    symmetric = Parameters(layout, params.flat.copy())
    symmetric.W_hh[...] = (params.W_hh + params.W_hh.T) / 2
    net = make_network("tanh", "sigmoid", UNTRANSPOSED)
    example = make_example(np.random.default_rng(0), layout, 5, (4,), 2)
    assert all(check.passed for check in check_gradient(symmetric, net, example))


@given(cases())
def test_a_trace_is_consistent_in_itself(case: Case) -> None:
    for example in case.examples:
        trace = trace_example(case.params, case.net, example)
        T = example.length
        assert trace.h.shape == (T + 1, case.params.layout.hidden_size)
        assert not trace.h[0].any()
        assert not trace.dh_next[T].any()
        np.testing.assert_array_equal(trace.dh, trace.dh_local + trace.dh_next[1:])
        own = slice(example.encoder_length, None)
        outer = np.einsum("ti,tj->ij", trace.delta[own], trace.h[:-1][own])
        np.testing.assert_allclose(trace.grads.W_hh, outer, rtol=1e-12, atol=1e-13)
        if trace.dh_norm[-1]:
            assert trace.decay[-1] == 1.0


def test_decay_is_unknown_where_no_gradient_arrives() -> None:
    layout = make_layout(1, 2, 1)
    params = Parameters.zeros(layout)
    net = make_network("tanh", "sigmoid")
    example = make_example(np.random.default_rng(0), layout, 3, (2,), 2)
    assert np.isnan(trace_example(params, net, example).decay).all()


def test_traces_and_parameters_can_not_be_written_to() -> None:
    layout = make_layout(1, 2, 1)
    net = make_network("tanh", "sigmoid")
    example = make_example(np.random.default_rng(0), layout, 3, (2,), 2)
    trace = trace_example(make_parameters(layout, 1), net, example)
    with pytest.raises(ValueError, match="read-only"):
        trace.h[0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        trace.grads.W_hh[0, 0] = 1.0
