"""The program of a pass: ops and positions are two names for the same thing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import make_experiment

from rnn_tui.session.ops import OPS, Phase
from rnn_tui.session.program import Program
from rnn_tui.session.session import Session
from rnn_tui.session.source import line_of, listing


@st.composite
def programs(draw: st.DrawFn) -> Program:
    length = draw(st.integers(1, 12))
    outputs = draw(st.sets(st.integers(0, length - 1), min_size=1))
    return Program(length, tuple(sorted(outputs)), draw(st.booleans()), draw(st.booleans()))


@given(programs())
def test_position_and_op_are_inverse(program: Program) -> None:
    names = []
    for position in range(len(program)):
        op = program.op(position)
        assert program.position(op.name, op.t) == position
        assert program.timestep_at(position) == (op.phase, op.t)
        names.append((op.name, op.t))
    assert len(set(names)) == len(program)
    with pytest.raises(IndexError):
        program.op(len(program))


@given(programs())
def test_each_timestep_has_its_stretch(program: Program) -> None:
    for t in range(program.length):
        for phase in (Phase.FORWARD, Phase.BACKWARD):
            start, end = program.start_of(phase, t), program.end_of(phase, t)
            ops = [program.op(position) for position in range(start, end)]
            assert tuple(op.name for op in ops) == program.names_at(phase, t)
            assert {op.t for op in ops} == {t}
    assert program.end_of(Phase.FORWARD, program.length - 1) == program.forward_end
    assert program.end_of(Phase.BACKWARD, 0) == program.backward_end


def test_the_order_of_a_pass() -> None:
    program = Program(2, (1,), trains=True, freezes=True)
    assert [program.op(i).name for i in range(len(program))] == [
        *("xh", "hh", "pre", "h"), *("xh", "hh", "pre", "h", "y", "p", "loss"),
        *("dy", "dW_hy", "db_y", "dh_local"),
        *("dh", "delta", "dW_xh", "dW_hh", "db_h", "dh_next") * 2,
        *("reduce", "freeze", "grad_norm", "clip", "learning_rate", "velocity", "update"),
    ]  # fmt: skip


def test_what_is_not_there_has_no_position() -> None:
    program = Program(3, (2,), trains=False)
    assert program.position("y", 0) is None
    assert program.position("h", 3) is None
    assert program.position("update") is None
    assert Program(3, (2,)).position("freeze") is None


def test_a_long_program_costs_nothing() -> None:
    million = 10**6
    program = Program(million, range(million))  # type: ignore[arg-type]
    op = program.op(len(program) // 2)
    assert program.position(op.name, op.t) == len(program) // 2


@pytest.mark.parametrize("name", sorted(OPS))
def test_each_op_has_its_source_line(name: str) -> None:
    kind = OPS[name]
    lines = dict(listing(kind.function).lines)
    text = lines[line_of(kind)].strip()
    assert text.startswith((f"{kind.target} = ", f"{kind.target} += "))
    assert not any('"""' in line for line in lines.values()), "the docstring is left out"


def test_a_number_is_there_once_its_op_has_run_and_not_before() -> None:
    session = Session(make_experiment((3,)))
    program = session.view.program
    for done in range(program.backward_end):
        known = session.view.known
        for position in range(program.backward_end):
            op = program.op(position)
            assert op.t is not None
            assert (known.get(op.name, op.t) is not None) == (position < done)
        session.do("op")
    known = session.view.known
    for name in ("dW_xh", "dW_hh", "db_h"):
        total = known.accumulated(name, 0)
        assert abs(total - known.trace.grads[name.removeprefix("d")]).max() == 0.0
