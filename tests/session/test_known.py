"""A number is there once its op has run, and not before: None, never 0."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import Case, cases, make_experiment

from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.experiments import TrainingConfig
from rnn_tui.session.program.known import Known
from rnn_tui.session.program.ops import Phase, algorithm_of
from rnn_tui.session.program.program import Program
from rnn_tui.session.session import Session

ACCUMULATED = ("dW_hy", "db_y", "dW_xh", "dW_hh", "db_h")
OF_ENCODER = ("dW_xh_enc", "dW_hh_enc", "db_h_enc")


def first_of(case: Case) -> tuple[Trace, Program]:
    example = case.examples[0]
    algorithm = algorithm_of(case.net, TrainingConfig())
    program = Program(
        algorithm, example.length, example.outputs, encoder_length=example.encoder_length
    )
    return trace_example(case.params, case.net, example), program


@given(cases(longest=5), st.data())
def test_what_has_run_is_there_and_nothing_else(case: Case, data: st.DataObject) -> None:
    trace, program = first_of(case)
    done = data.draw(st.integers(0, len(program)))
    known = Known(trace, program, done)
    for name, kind in program.algorithm.kinds.items():
        if kind.phase is Phase.UPDATE:
            assert known.has(name) == (name in [program.op(i).name for i in range(done)])
            continue
        for t in range(program.length):
            ran = any(
                program.op(i).name == name and program.op(i).t == t
                for i in range(program.start_of(kind.phase, t), min(done, len(program)))
            )
            assert known.has(name, t) == ran
            assert (known.get(name, t) is not None) == ran


@given(cases(longest=5))
def test_each_name_gives_its_own_row(case: Case) -> None:
    trace, program = first_of(case)
    known = Known(trace, program, len(program))
    for t in range(program.length):
        rows = {"xh": trace.xh, "hh": trace.hh, "pre": trace.pre, "h": trace.h[1:]}
        rows |= {"dh": trace.dh, "delta": trace.delta, "dh_next": trace.dh_next}
        for name, array in rows.items():
            np.testing.assert_array_equal(known.get(name, t), array[t], strict=True)
    for k, t in enumerate(trace.example.outputs):
        for name, array in {
            "y": trace.y,
            trace.net.head.answer: trace.answer,
            "dy": trace.dy,
        }.items():
            np.testing.assert_array_equal(known.get(name, t), array[k], strict=True)
        np.testing.assert_array_equal(known.get("loss", t), trace.losses[[k]], strict=True)
        np.testing.assert_array_equal(known.get("dh_local", t), trace.dh_local[t], strict=True)


@given(cases())
def test_accumulators_grow_to_the_gradients(case: Case) -> None:
    trace, program = first_of(case)
    known = Known(trace, program, program.backward_end)
    read = trace.example.encoder_length
    for name in (*ACCUMULATED, *(OF_ENCODER if read else ())):
        if name[1:] not in case.params.layout.shapes:
            continue  # the state is the answer, so there is no readout
        gradient = trace.grads[name.removeprefix("d")]
        last = 0 if name in OF_ENCODER else read
        if name in ("dW_hy", "db_y"):
            last = trace.example.outputs[0]
        if last == program.length:
            continue  # the encoder reads it all
        total = known.get(name, last)
        assert total is not None
        np.testing.assert_allclose(total, gradient, rtol=1e-15, atol=1e-15, strict=True)
        assert not known.accumulated(name, program.length).any(), "before the last timestep"


@given(cases())
def test_an_accumulator_grows_by_one_timestep_at_a_time(case: Case) -> None:
    trace, program = first_of(case)
    known = Known(trace, program, program.backward_end)
    for t in range(program.length):
        name = "dW_hh_enc" if trace.example.encodes(t) else "dW_hh"
        grown = known.accumulated(name, t) - known.accumulated(name, t + 1)
        np.testing.assert_allclose(grown, np.outer(trace.delta[t], trace.h[t]), atol=1e-12)


@pytest.mark.slow
@given(cases(longest=5))
def test_states_and_gradients_are_counted(case: Case) -> None:
    trace, program = first_of(case)
    T = program.length
    for done in range(len(program) + 1):
        known, ran = Known(trace, program, done), [program.op(i) for i in range(done)]
        assert known.states == sum(op.name == "h" for op in ran)
        assert known.gradients_from == T - sum(op.name == "dh" for op in ran)
        answers = sum(op.name == "loss" for op in ran)
        assert known.answered == (answers == len(program.outputs))


@pytest.mark.parametrize("freeze", [(), ("W_hh",)])
def test_the_update_shows_what_of_it_has_run(freeze: tuple[str, ...]) -> None:
    session = Session(make_experiment((3,), momentum=0.5, freeze=freeze))
    session.do("epoch")
    session.do("finish_backward")
    names = [kind.name for kind in session.view.program.update_ops]
    assert ("freeze" in names) == bool(freeze)
    for count in range(len(names) + 1):
        view = session.view
        shown = [name for name in names if view.update_value(name) is not None]
        assert shown == names[:count]
        if view.next_op is not None:
            session.do("op")
    np.testing.assert_array_equal(session.view.update_value("update"), session.view.params.flat)
