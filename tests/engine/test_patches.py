"""Hidden values set by hand: what moves, what doesn't, and where gradients end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from making import Case, cases, make_experiment

from rnn_tui.engine.passes.patches import Patch
from rnn_tui.engine.passes.trace import Trace, gradients_down_to, trace_example
from rnn_tui.engine.spectrum.ledger import ledger
from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.faults import FAULTS, Fault

H = 1e-6
VALUES = st.floats(-2, 2, allow_nan=False)


@st.composite
def patched_cases(draw: st.DrawFn) -> tuple[Case, tuple[Patch, ...]]:
    """A case and one to three patches of its first example, at places of their own."""
    case = draw(cases())
    T, size = case.examples[0].length, case.params.layout.hidden_size
    places = st.tuples(st.integers(-1, T - 1), st.integers(0, size - 1))
    at = draw(st.sets(places, min_size=1, max_size=3))
    return case, tuple(Patch(t, unit, draw(VALUES)) for t, unit in sorted(at))


def run(case: Case, patches: tuple[Patch, ...], **changed: object) -> Trace:
    params = changed.get("params", case.params)
    return trace_example(params, case.net, case.examples[0], patches=patches)  # type: ignore[arg-type]


@given(patched_cases())
def test_only_later_states_and_the_patched_ones_move(
    made: tuple[Case, tuple[Patch, ...]],
) -> None:
    case, patches = made
    patched, plain = run(case, patches), run(case, ())
    first = patches[0].t
    assert patched.h[: first + 1].tobytes() == plain.h[: first + 1].tobytes()
    assert patched.pre[: first + 1].tobytes() == plain.pre[: first + 1].tobytes()
    for patch in patches:
        assert patched.h[patch.t + 1, patch.unit] == patch.value
        if patch.t >= 0:
            made_by = case.net.layers[-1].activation.of(patched.pre[patch.t])
            others = [u for u in range(len(made_by)) if not patched.held[patch.t, u]]
            np.testing.assert_array_equal(patched.h[patch.t + 1, others], made_by[others])


@pytest.mark.slow
@given(patched_cases())
def test_gradients_are_those_of_the_loss_with_the_values_held(
    made: tuple[Case, tuple[Patch, ...]],
) -> None:
    case, patches = made
    assume(case.net.layers[-1].activation.name != "relu")  # has no derivative at 0
    trace = run(case, patches)
    flat = case.params.flat
    for place in range(0, len(flat), max(1, len(flat) // 12)):
        losses = []
        for sign in (1, -1):
            nudged = flat.copy()
            nudged[place] += sign * H
            losses.append(run(case, patches, params=case.params.with_flat(nudged)).losses.sum())
        numeric = (losses[0] - losses[1]) / (2 * H)
        np.testing.assert_allclose(trace.grads.flat[place], numeric, rtol=1e-5, atol=1e-7)


@given(patched_cases())
def test_what_reaches_a_patched_value_is_shown_and_ends_there(
    made: tuple[Case, tuple[Patch, ...]],
) -> None:
    case, patches = made
    assume(case.net.layers[-1].activation.name != "relu")
    trace = run(case, patches)
    for patch in patches:
        losses = [
            run(case, tuple(p._replace(value=p.value + s * H) if p is patch else p for p in patches))
            .losses.sum()
            for s in (1, -1)
        ]  # fmt: skip
        reached = trace.dh_next[0] if patch.t < 0 else trace.dh[patch.t]
        numeric = (losses[0] - losses[1]) / (2 * H)
        np.testing.assert_allclose(reached[patch.unit], numeric, rtol=1e-5, atol=1e-7)
        if patch.t >= 0:
            assert trace.delta[patch.t, patch.unit] == 0


@given(patched_cases(), st.sampled_from([None, *FAULTS.values()]))
def test_the_gradients_so_far_end_where_the_pass_does(
    made: tuple[Case, tuple[Patch, ...]], fault: Fault | None
) -> None:
    case, patches = made
    case = replace(case, net=replace(case.net, fault=fault))
    trace = run(case, patches)
    np.testing.assert_array_equal(gradients_down_to(trace, 0).flat, trace.grads.flat)


@given(patched_cases())
def test_the_ledger_sums_to_the_whole_with_one_output(
    made: tuple[Case, tuple[Patch, ...]],
) -> None:
    case, patches = made
    last = case.examples[0].length - 1
    alone = replace(case.examples[0], outputs=(last,), targets=case.examples[0].targets[:1])
    trace = run(replace(case, examples=(alone,)), patches)
    np.testing.assert_allclose(ledger(trace).norms[0], trace.dh_norm, rtol=1e-9, atol=1e-12)


def test_the_first_state_has_no_gradient_to_hold() -> None:
    made = make_experiment((3,))
    trainer = Trainer(made)
    patches = (Patch(-1, 0, 0.5), Patch(0, 1, 0.5))
    trace = trace_example(
        trainer.initial_state().params, trainer.net, made.train[0], patches=patches
    )
    assert np.argwhere(trace.held).tolist() == [[0, 1]]
    assert trace.h[0].tolist() == [0.5, 0.0, 0.0]
    assert trace.patches == patches
