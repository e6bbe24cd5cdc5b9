"""The program of a pass: ops and positions are two names for the same thing."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import make_network

from rnn_tui.experiments import TrainingConfig
from rnn_tui.session.program.ops import Algorithm, Phase, algorithm_of
from rnn_tui.session.program.program import Program

FORWARD, OUTPUT = ["xh", "hh", "pre", "h"], ["y", "p", "loss"]
OUTPUT_BACK = ["dy", "dW_hy", "db_y", "dh_local"]
BACK = ["dh", "delta", "dW_xh", "dW_hh", "db_h", "dh_next"]
ENCODER_BACK = ["dh", "delta", "dW_xh_enc", "dW_hh_enc", "db_h_enc", "dh_next"]
UPDATE = ["reduce", "grad_norm", "clip", "learning_rate", "velocity", "update"]
FREEZING = ["reduce", "freeze", "grad_norm", "clip", "learning_rate", "velocity", "update"]


def algorithm(freezes: bool = False) -> Algorithm:
    """The vanilla network's, with an encoder."""
    settings = TrainingConfig(freeze=("b_y",) if freezes else ())
    return algorithm_of(make_network("tanh", "softmax", encoder=True), settings)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    length = draw(st.integers(1, 12))
    outputs = draw(st.sets(st.integers(0, length - 1), min_size=1))
    read = draw(st.integers(0, length))
    trains, freezes = draw(st.booleans()), draw(st.booleans())
    return Program(algorithm(freezes), length, tuple(sorted(outputs)), trains, encoder_length=read)


def in_order(program: Program) -> list[tuple[str, int | None]]:
    """The ops of a pass by loops, as the algorithm is written on the blackboard."""
    ops: list[tuple[str, int | None]] = []
    for t in range(program.length):
        ops += [(name, t) for name in FORWARD + (OUTPUT if t in program.outputs else [])]
    for t in reversed(range(program.length)):
        back = ENCODER_BACK if t < program.encoder_length else BACK
        ops += [(name, t) for name in (OUTPUT_BACK if t in program.outputs else []) + back]
    if program.trains:
        ops += [(name, None) for name in (FREEZING if program.freezes else UPDATE)]
    return ops


@given(programs())
def test_the_ops_come_in_the_order_of_the_algorithm(program: Program) -> None:
    ops = [program.op(position) for position in range(len(program))]
    assert [(op.name, op.t) for op in ops] == in_order(program)


@given(programs())
def test_position_and_op_are_inverse(program: Program) -> None:
    for position in range(len(program)):
        op = program.op(position)
        assert program.position(op.name, op.t) == position
        assert program.timestep_at(position) == (op.phase, op.t)
    for outside in (-1, len(program)):
        with pytest.raises(IndexError):
            program.op(outside)


@given(programs())
def test_an_op_has_a_position_exactly_when_it_is_in_the_program(program: Program) -> None:
    ops = in_order(program)
    kinds = program.algorithm.kinds
    for name in kinds:
        for t in (None, *range(-1, program.length + 1)):
            place = None if kinds[name].phase is Phase.UPDATE else t
            expected = ops.index((name, place)) if (name, place) in ops else None
            assert program.position(name, place) == expected


@given(programs())
def test_each_timestep_has_its_stretch(program: Program) -> None:
    for t in range(program.length):
        for phase in (Phase.FORWARD, Phase.BACKWARD):
            start, end = program.start_of(phase, t), program.end_of(phase, t)
            ops = [program.op(position) for position in range(start, end)]
            assert tuple(op.name for op in ops) == program.names_at(phase, t)
            assert all(program.timestep_at(at) == (phase, t) for at in range(start, end))
    assert program.end_of(Phase.FORWARD, program.length - 1) == program.forward_end
    assert program.start_of(Phase.BACKWARD, program.length - 1) == program.forward_end
    assert program.end_of(Phase.BACKWARD, 0) == program.backward_end
    assert program.timestep_at(program.backward_end) == (Phase.UPDATE, None)


@pytest.mark.parametrize("outputs", [(10**6 - 1,), range(10**6)])
def test_a_long_program_costs_nothing(outputs: tuple[int, ...]) -> None:
    program = Program(algorithm(), 10**6, outputs)
    positions = range(0, len(program), len(program) // 97)
    tracemalloc.start()
    try:
        for position in positions:
            op = program.op(position)
            assert program.position(op.name, op.t) == position
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000, "bytes: nothing is written out"
    assert program.op(len(program) - 1).name == "update"
