"""The gradient taken apart: by losses, by origin, by factors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plain_vanilla
import pytest
from hypothesis import given
from making import Case, cases, make_stream

from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.spectrum.ledger import factors, ledger, parts
from rnn_tui.engine.training.training import Trainer


@given(cases())
def test_a_row_is_the_gradient_of_its_loss_alone(case: Case) -> None:
    for example in case.examples:
        found = ledger(trace_example(case.params, case.net, example))
        for k, (t, target) in enumerate(zip(example.outputs, example.targets, strict=True)):
            alone = replace(example, outputs=(t,), targets=(target,))
            norms = trace_example(case.params, case.net, alone).dh_norm
            np.testing.assert_allclose(found.norms[k, : t + 1], norms[: t + 1], atol=1e-12)
            assert np.isnan(found.norms[k, t + 1 :]).all(), "a loss sends nothing to later states"


@given(cases())
def test_the_parts_are_those_of_the_sum(case: Case) -> None:
    for example in case.examples:
        trace = trace_example(case.params, case.net, example)
        found = parts(trace)
        np.testing.assert_allclose(found.local, np.linalg.norm(trace.dh_local, axis=1))
        np.testing.assert_allclose(
            found.future, np.linalg.norm(trace.dh - trace.dh_local, axis=1), atol=1e-12
        )
        assert (trace.dh_norm <= found.local + found.future + 1e-12).all()


@given(cases())
def test_jacobians_are_the_derivatives_of_the_cell(case: Case) -> None:
    trace = trace_example(case.params, case.net, case.examples[0])
    found = factors(trace)
    T, H = trace.dh.shape
    assert found.weight == pytest.approx(np.linalg.norm(case.params.W_hh, 2))
    encoder = bool(case.net.encoder)
    assert (found.encoder_weight is not None) == encoder
    if encoder:
        assert found.encoder_weight == pytest.approx(np.linalg.norm(case.params.W_hh_enc, 2))
    read = trace.example.encoder_length
    product = np.eye(H)
    for t in reversed(range(T)):
        assert found.product[t] == pytest.approx(np.linalg.norm(product, 2), abs=1e-12)
        slope = case.net.layers[-1].activation.slope(trace.h[t + 1])
        W = case.params.W_hh_enc if t < read else case.params.W_hh
        step = np.diag(slope) @ W  # dh_t / dh_{t-1}
        product = product @ step
        assert found.jacobian[t] == pytest.approx(np.linalg.norm(step, 2), abs=1e-12)
        assert found.jacobian[t] <= slope.max() * np.linalg.norm(W, 2) + 1e-12
        assert (found.slope[t], found.steepest[t]) == pytest.approx((slope.mean(), slope.max()))


def test_a_jacobian_against_differences_and_the_reach_as_a_bound() -> None:
    made = make_stream("abcabdabcabcabd", 6)
    trainer, net = Trainer(made), made.network
    params = trainer.initial_state().params
    trace = trace_example(params, net, made.train[0])
    found, eps = factors(trace), 1e-6
    numeric = np.zeros((3, 3))
    for j in range(3):
        nudge = eps * np.eye(3)[j]
        above = plain_vanilla.step(params, trace.x[2], trace.h[2] + nudge)
        below = plain_vanilla.step(params, trace.x[2], trace.h[2] - nudge)
        numeric[:, j] = (above - below) / (2 * eps)
    assert found.jacobian[2] == pytest.approx(np.linalg.norm(numeric, 2), rel=1e-6)
    last = ledger(trace).norms[-1]
    assert (last <= found.product * last[-1] + 1e-12).all(), "no gradient outgrows the reach"


def test_a_slip_goes_its_own_way_back() -> None:
    made = make_stream(recurrent_backprop="published")
    trainer = Trainer(made)
    trace = trace_example(trainer.initial_state().params, trainer.net, made.train[0])
    alone = replace(made.train[0], outputs=(3,), targets=made.train[0].targets[-1:])
    norms = trace_example(trace.params, trainer.net, alone).dh_norm
    np.testing.assert_allclose(ledger(trace).norms[-1], norms, rtol=1e-12)


def test_what_has_blown_up_is_not_a_number() -> None:
    made = make_stream()
    params = Trainer(made).initial_state().params
    trace = trace_example(params.with_value("W_hh", (0, 0), np.nan), made.network, made.train[0])
    found = factors(trace)
    assert np.isnan(found.weight)
    assert np.isnan(found.jacobian).all()
