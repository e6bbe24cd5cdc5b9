"""What must hold of every gradient, whatever the network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from making import (
    PARAMETER_NAMES,
    Case,
    cases,
    make_example,
    make_experiment,
    make_layout,
    make_network,
    make_parameters,
)

from rnn_tui.arrays import Floats
from rnn_tui.engine.checks.differences import numeric_gradient
from rnn_tui.engine.checks.gradient_check import ArrayCheck, check_gradient
from rnn_tui.engine.passes.batches import batches_of
from rnn_tui.engine.passes.kernel import Kernel
from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.faults import UNTRANSPOSED
from rnn_tui.equations.parameters import Parameters


@given(cases())
def test_every_gradient_is_a_sum_over_time_of_outer_products(case: Case) -> None:
    for example in case.examples:
        trace = trace_example(case.params, case.net, example)
        read = trace.h[[t + 1 for t in example.outputs]]
        parts = {"": slice(example.encoder_length, None)}
        if case.net.encoder:
            parts["_enc"] = slice(0, example.encoder_length)
        expected: dict[str, Floats] = {}
        dx: list[Floats] = []
        for suffix, part in parts.items():
            delta, x, before = trace.delta[part], trace.x[part], trace.h[:-1][part]
            expected |= {
                f"W_xh{suffix}": delta.T @ x,
                f"W_hh{suffix}": delta.T @ before,
                f"b_h{suffix}": delta.sum(axis=0),
            }
            dx = [*(delta @ case.params[f"W_xh{suffix}"]), *dx]  # the encoder's come first
        expected |= {
            "W_hy": trace.dy.T @ read,
            "b_y": trace.dy.sum(axis=0),
        }
        if tokens := case.params.layout.learned_tokens:
            expected["E"] = np.eye(tokens)[example.ids].T @ np.array(dx)
        scale = max(1.0, float(np.abs(trace.grads.flat).max()))
        for name, array in trace.grads.items():
            np.testing.assert_allclose(
                array, expected[name], rtol=0, atol=1e-12 * scale, err_msg=name
            )


@given(cases())
def test_a_trace_has_a_row_for_each_token_and_each_output(case: Case) -> None:
    layout = case.params.layout
    for example in case.examples:
        trace = trace_example(case.params, case.net, example)
        T, K = example.length, len(example.outputs)
        for array in (trace.xh, trace.hh, trace.pre, trace.dh, trace.delta, trace.dh_local):
            assert array.shape == (T, layout.hidden_size)
        assert trace.h.shape == trace.dh_next.shape == (T + 1, layout.hidden_size)
        assert trace.y.shape == trace.answer.shape == trace.dy.shape == (K, layout.output_size)
        assert trace.losses.shape == (K,)
        silent = [t for t in range(T) if t not in example.outputs]
        assert not trace.dh_local[silent].any()
        assert not trace.delta[example.outputs[-1] + 1 :].any()
        assert trace.loss == pytest.approx(trace.losses.sum() / K)


@given(cases())
def test_batches_make_the_published_slip_just_as_the_cell_does(case: Case) -> None:
    net = replace(case.net, fault=UNTRANSPOSED)
    total = np.zeros(case.params.layout.size)
    for batch in batches_of(case.examples):
        kernel = Kernel(case.params.layout, net, batch.shape, given=batch.inputs is not None)
        total += kernel.run(case.params, batch.ids, batch.targets, given=batch.inputs).total
    summed = sum(trace_example(case.params, net, e).grads.flat for e in case.examples)
    scale = max(1.0, float(np.abs(summed).max()))
    np.testing.assert_allclose(total, summed, rtol=0, atol=1e-12 * scale)


@given(cases())
def test_the_published_slip_is_invisible_in_one_timestep(case: Case) -> None:
    slip = replace(case.net, fault=UNTRANSPOSED)
    for example in case.examples:
        first = replace(
            example,
            tokens=example.tokens[:1],
            ids=example.ids[:1],
            inputs=trace_example(case.params, case.net, example).x[:1],
            outputs=(0,),
            targets=example.targets[:1],
            encoder_length=min(1, example.encoder_length),
        )
        exact = trace_example(case.params, case.net, first).grads.flat
        np.testing.assert_array_equal(trace_example(case.params, slip, first).grads.flat, exact)


@given(st.integers(2, 8), st.integers(1, 5), st.integers(0, 1000))
def test_a_symmetric_recurrence_hides_the_slip(length: int, size: int, seed: int) -> None:
    layout = make_layout(2, size, 2)
    params = Parameters(layout, make_parameters(layout, seed).flat.copy())
    params.W_hh[...] = (params.W_hh + params.W_hh.T) / 2
    example = make_example(np.random.default_rng(seed), layout, length, (length - 1,), 2)
    exact, slip = (
        trace_example(params, make_network("tanh", "softmax", fault), example).grads.flat
        for fault in (None, UNTRANSPOSED)
    )
    np.testing.assert_allclose(slip, exact, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("batch", ["full", "example"])
def test_an_experiment_chooses_the_slip_by_its_own_setting(batch: str) -> None:
    steps, slip = {}, {"exact": None, "published": UNTRANSPOSED}
    for backprop in ("exact", "published"):
        trainer = Trainer(make_experiment((4,), batch=batch, recurrent_backprop=backprop))
        steps[backprop] = trainer.step(trainer.initial_state(), 0)[0].reduced
        trace = trace_example(
            trainer.initial_state().params,
            replace(trainer.net, fault=slip[backprop]),
            trainer.experiment.train[0],
        )
        np.testing.assert_allclose(steps[backprop], trace.grads.flat, rtol=1e-12, atol=1e-15)
    assert np.abs(steps["exact"] - steps["published"]).max() > 1e-3


@given(cases(longest=4), st.integers(0, 4))
def test_the_check_finds_the_number_that_is_wrong(case: Case, which: int) -> None:
    name = PARAMETER_NAMES[which]
    assume(name in case.params.layout.shapes)
    analytic = trace_example(case.params, case.net, case.examples[0]).grads[name]
    assume(np.linalg.norm(analytic) > 1e-3)
    wrong = analytic.copy()
    wrong.flat[-1] += 0.1
    check = ArrayCheck(name, wrong, analytic)
    assert not check.passed
    assert check.worst == tuple(n - 1 for n in analytic.shape)
    assert ArrayCheck(name, analytic, analytic).passed


def test_two_zero_gradients_agree_and_one_that_is_not_a_number_agrees_with_none() -> None:
    zero, unknown = np.zeros((2, 2)), np.full((2, 2), np.nan)
    assert ArrayCheck("W_hh", zero, zero).relative_error == 0.0
    assert ArrayCheck("W_hh", zero, zero).passed
    assert not ArrayCheck("W_hh", unknown, unknown).passed


def test_differences_are_exact_for_a_quadratic() -> None:
    layout = make_layout(1, 2, 1)
    params = make_parameters(layout, 4)
    numeric = numeric_gradient(lambda p: float((p.flat**2).sum()), params)
    np.testing.assert_allclose(numeric.flat, 2 * params.flat, rtol=1e-9, atol=1e-9)


def test_the_check_covers_every_array() -> None:
    trainer = Trainer(make_experiment())
    checks = check_gradient(
        trainer.initial_state().params, trainer.net, trainer.experiment.train[0]
    )
    assert tuple(check.name for check in checks) == PARAMETER_NAMES
