"""Gradients that are cut at walls, and gradients that go on beyond the pass."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import Case, cases, make_example, make_layout, make_parameters, make_stream

from rnn_tui.arrays import Floats
from rnn_tui.engine.checks.differences import numeric_gradient
from rnn_tui.engine.passes.patches import Patch
from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.passes.truncation import batch_cut_every, cut_every, reaching_back, walls
from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.faults import FAULTS, Fault
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example


def piece(example: Example, first: int, last: int) -> Example:
    """The timesteps `first` up to, not including, `last` of an example."""
    kept = [
        (t, c) for t, c in zip(example.outputs, example.targets, strict=True) if first <= t < last
    ]
    return replace(
        example,
        tokens=example.tokens[first:last],
        ids=example.ids[first:last],
        inputs=None if example.inputs is None else example.inputs[first:last],
        outputs=tuple(t - first for t, _ in kept),
        targets=tuple(c for _, c in kept),
        encoder_length=min(max(example.encoder_length - first, 0), last - first),
    )


def pieces(trace: Trace, k: int) -> list[tuple[Example, Floats]]:
    """The stretches between the walls, each with the state that it begins with."""
    example = trace.example
    ends = sorted({0, *walls(example.length, k), example.length})
    return [(piece(example, first, last), trace.h[first]) for first, last in pairwise(ends)]


def test_walls_are_counted_from_the_end() -> None:
    assert sorted(walls(5, 2)) == [1, 3]
    assert sorted(walls(4, 2)) == [2]
    assert sorted(walls(3, 1)) == [1, 2]
    assert walls(4, 4) == walls(4, 9) == frozenset()
    with pytest.raises(ValueError, match="1 timestep or more"):
        walls(4, 0)


@given(cases(), st.sampled_from([None, *FAULTS.values()]), st.integers(0, 3))
def test_a_reach_of_the_whole_pass_is_the_full_gradient_to_the_bit(
    case: Case, fault: Fault | None, more: int
) -> None:
    net = replace(case.net, fault=fault)
    for example in case.examples:
        trace = trace_example(case.params, net, example)
        found = cut_every(trace, example.length + more)
        assert found.tobytes() == trace.grads.flat.tobytes()


@given(
    cases(), st.integers(1, 6), st.integers(0, 99),
    st.sampled_from([None, *(f for f in FAULTS.values() if f.name != "no-accumulation")]),
)  # fmt: skip
def test_a_cut_gradient_is_the_sum_of_the_passes_between_the_walls(
    case: Case, k: int, seed: int, fault: Fault | None
) -> None:
    net = replace(case.net, fault=fault)
    start = np.random.default_rng(seed).uniform(-1, 1, case.params.layout.hidden_size)
    for example in case.examples:
        trace = trace_example(case.params, net, example, start)
        apart = sum(
            trace_example(case.params, net, one, h).grads.flat for one, h in pieces(trace, k)
        )
        np.testing.assert_allclose(cut_every(trace, k), apart, rtol=1e-12, atol=1e-13)


@pytest.mark.slow
@given(cases(), st.integers(1, 6))
def test_a_batch_is_cut_as_its_examples_are(case: Case, k: int) -> None:
    for fault in (None, *FAULTS.values()):
        net = replace(case.net, fault=fault)
        apart = sum(cut_every(trace_example(case.params, net, one), k) for one in case.examples)
        found = batch_cut_every(case.params, net, case.examples, k)
        np.testing.assert_allclose(found, apart, rtol=1e-11, atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("learned", [0, 3])
@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_a_cut_gradient_is_measured_where_states_at_the_walls_are_held(
    k: int, learned: int
) -> None:
    layout = make_layout(3, 4, 3, learned)
    rng = np.random.default_rng(k)
    example = make_example(rng, layout, 6, (1, 3, 4, 5), 3)
    net = make_net()
    params = make_parameters(layout, 11)
    trace = trace_example(params, net, example)

    def loss(nudged: Parameters) -> float:
        return sum(
            float(trace_example(nudged, net, one, h).losses.sum()) for one, h in pieces(trace, k)
        )

    measured = numeric_gradient(loss, params).flat
    np.testing.assert_allclose(cut_every(trace, k), measured, rtol=1e-6, atol=1e-8)
    if k < 5:
        assert not np.allclose(trace.grads.flat, measured, rtol=1e-3)


def make_net() -> Network:
    return Trainer(make_stream()).net


def test_a_patched_state_stays_held_between_walls() -> None:
    layout = make_layout(3, 4, 3)
    example = make_example(np.random.default_rng(3), layout, 5, (2, 4), 3)
    params = make_parameters(layout, 4)
    patches = (Patch(-1, 0, 0.4), Patch(3, 1, 0.9))
    trace = trace_example(params, make_net(), example, patches=patches)
    assert cut_every(trace, 5).tobytes() == trace.grads.flat.tobytes()
    last, h = pieces(trace, 2)[-1]
    first, middle = (
        trace_example(params, make_net(), one, start) for one, start in pieces(trace, 2)[:-1]
    )
    end = trace_example(params, make_net(), last, h, (Patch(0, 1, 0.9),))
    apart = first.grads.flat + middle.grads.flat + end.grads.flat
    np.testing.assert_allclose(cut_every(trace, 2), apart, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("learned", [0, 2])
@pytest.mark.parametrize("back", [1, 3, 4])
def test_going_on_before_a_chunk_is_measured_by_reading_that_text_again(
    back: int, learned: int
) -> None:
    stream = make_stream(learned=learned).stream
    trainer = Trainer(make_stream(learned=learned))
    assert stream is not None
    params, net, chunk = (
        make_parameters(trainer.initial_state().params.layout, 2),
        trainer.net,
        stream[1],
    )
    ids = stream.before(1, 4)
    text = piece(stream[0], 0, 4)
    assert text.ids.tolist() == ids.tolist()
    before = replace(text, outputs=(), targets=())
    earlier = trace_example(params, net, before)
    trace = trace_example(params, net, chunk, earlier.h[-1])

    def loss(nudged: Parameters) -> float:
        again = trace_example(nudged, net, piece(before, 4 - back, 4), earlier.h[4 - back])
        return float(trace_example(nudged, net, chunk, again.h[-1]).losses.sum())

    measured = numeric_gradient(loss, params).flat
    np.testing.assert_allclose(reaching_back(trace, earlier, back), measured, rtol=1e-6, atol=1e-8)
    assert not np.allclose(trace.grads.flat, measured, rtol=1e-3)


def test_nothing_goes_on_through_a_first_state_that_was_put_in() -> None:
    trainer = Trainer(make_stream())
    stream, params = make_stream().stream, trainer.initial_state().params
    assert stream is not None
    earlier = trace_example(params, trainer.net, replace(stream[0], outputs=(), targets=()))
    H = params.layout.hidden_size
    patches = tuple(Patch(-1, unit, 0.1) for unit in range(H))
    trace = trace_example(params, trainer.net, stream[1], earlier.h[-1], patches)
    assert trace.dh_next[0].any()
    np.testing.assert_array_equal(reaching_back(trace, earlier, 4), trace.grads.flat)
