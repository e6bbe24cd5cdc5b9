"""A line of the code at a moment: its operands, its result, and that at every timestep."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import make_experiment
from session.test_every_cell_stepped import CASES, made
from session.test_toy_cell_stepped import with_toy
from session.test_why_laws import same, sessions

from rnn_tui.equations.cells import Cell
from rnn_tui.experiments import load
from rnn_tui.session.program.code import CodeRow, code, row_of
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import explain
from rnn_tui.session.why.expressions import numbers
from rnn_tui.session.why.line_now import LineNow
from rnn_tui.session.why.variables import Variable

MOST = 4  # numbers of a variable


def row(view: StepView, name: str, *, encodes: bool = False) -> CodeRow:
    """The line that makes something."""
    return next(
        one for one in code(view.program)
        if one.kind is not None and one.kind.name == name and one.encodes == encodes
    )  # fmt: skip


def variables(line: LineNow) -> Iterator[Variable]:
    yield from line.operands
    if line.result is not None:
        yield line.result
    yield from map(line.at, line.times)


def hold(view: StepView, rng: np.random.Generator) -> None:
    """Each number that has an address is what `why` says of it; one that is not there is not."""
    for one in code(view.program):
        line = LineNow(view, one, unit=1)
        for variable in variables(line):
            places = list(product(*map(range, variable.shape)))
            for place in rng.permutation(len(places))[:MOST]:
                number = variable.number(*places[place])
                assert (number is None) == (variable.value is None)
                if number is None or variable.value is None:
                    continue
                if one.body is None or line.adds or not view.patches:
                    assert same(float(number.value), float(variable.value[places[place]]))
                if number.ref:
                    assert same(float(explain(view, number.ref).value), float(number.value)), (
                        one.number, variable.name, number.ref
                    )  # fmt: skip


@pytest.mark.slow
@given(sessions(), st.integers(0, 2**32 - 1))
@settings(max_examples=12, deadline=None)
def test_each_number_is_what_why_says(session: Session, seed: int) -> None:
    hold(session.view, np.random.default_rng(seed))


@pytest.mark.slow
@pytest.mark.parametrize(("model", "kind"), CASES)
def test_so_it_is_of_every_cell(model: str, kind: str) -> None:
    session = made(model, kind)
    rng = np.random.default_rng(0)
    session.epochs(1)
    session.do("again")
    session.do("forward")
    hold(session.view, rng)
    session.do("finish_forward")
    session.do("backward")
    hold(session.view, rng)
    while session.view.next_op is not None:
        session.do("op")
    hold(session.view, rng)


def test_so_it_is_of_a_cell_that_is_not_known(toy: Cell) -> None:
    session = Session(with_toy(make_experiment()))
    session.do("finish_forward")
    session.do("backward")
    hold(session.view, np.random.default_rng(0))


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["sgd", "adagrad", "rmsprop", "adam"])
def test_so_it_is_of_every_optimizer(optimizer: str) -> None:
    experiment = make_experiment(optimizer=optimizer, weight_decay=0.1, freeze=("b_h",))
    session = Session(experiment)
    session.epochs(1)
    session.do("again")
    for verb in ("finish_forward", "finish_backward"):
        session.do(verb)
    while session.view.next_op is not None:
        session.do("op")
        hold(session.view, np.random.default_rng(0))
    whole = LineNow(session.view, row(session.view, "update"))
    assert all(variable.value is not None for variable in variables(whole))


@given(sessions())
@settings(max_examples=10, deadline=None)
def test_every_op_has_its_row_and_runs_where_the_program_has_it(session: Session) -> None:
    program = session.view.program
    rows, ran = code(program), set()
    for place in range(len(program)):
        op = program.op(place)
        at = row_of(rows, op)
        assert at is not None
        line = LineNow(session.view, rows[at])
        assert op.t is None or op.t in line.times
        ran.add((at, op.t))
    lines = [(i, one) for i, one in enumerate(rows) if one.kind is not None]
    listed = {(i, t) for i, one in lines for t in LineNow(session.view, one).times or (None,)}
    assert listed == ran


# One by hand


def standing(*verbs: str) -> StepView:
    session = Session(load("sentiment"))
    for verb in verbs:
        session.do(verb)
    return session.view


def text(variable: Variable) -> str:
    """The numbers to four digits, a dot for those that are not there."""
    if variable.value is None:
        return "·"
    return " ".join(f"{x:.4f}" for x in np.ravel(variable.value))


def test_a_line_back_through_time_with_the_figures_of_the_book() -> None:
    view = standing("finish_forward", "backward", "op", "op")
    line = LineNow(view, row(view, "delta"))
    assert line.t == 2
    assert [(one.name, text(one)) for one in line.operands] == [
        ("dh", "-0.0997 -0.0318 0.0929"), ("h_t", "0.0712 0.6521 0.2778"),
    ]  # fmt: skip
    assert text(line.at(3)) == "-0.1822 0.1394 -0.1321"
    assert text(line.at(2)) == "-0.0992 -0.0183 0.0858"
    assert [text(line.at(t)) for t in (1, 0)] == ["·", "·"]
    assert (tuple(line.times), tuple(line.ran)) == ((0, 1, 2, 3), (2, 3))


def test_what_a_line_adds_is_a_term_of_the_sum_so_far() -> None:
    view = standing("finish_forward", "finish_backward")
    line = LineNow(view, row(view, "dW_hh"), unit=1)
    assert line.adds
    assert line.result is not None
    assert line.result.chosen == 1
    terms = [float(one.at(t).number(1, 0).value) for t in range(4) for one in [line]]  # type: ignore[union-attr]
    found = explain(view, "dW_hh[1,0]")
    assert sum(terms) == pytest.approx(float(found.value), abs=1e-15)
    put_in = {float(one.value) for one in numbers(found.expression)}
    assert {view.known.trace.delta[t, 1] for t in range(4)} <= put_in
    total = line.result.number(1, 0)
    assert total is not None
    assert (total.ref, same(float(total.value), float(found.value))) == ("dW_hh[1,0]", True)


def test_what_it_added_to_has_no_address_any_more() -> None:
    view = standing("finish_forward", "finish_backward")
    held = LineNow(view, row(view, "dW_hh")).operands[-1]
    number = held.number(0, 0)
    assert number is not None
    assert (held.name, number.ref) == ("dW_hh", "")


def test_a_line_that_runs_elsewhere_is_shown_where_it_ran_last_or_will_first() -> None:
    view = standing("forward", "forward")
    y = LineNow(view, row(view, "y"))
    assert (y.t, tuple(y.times), tuple(y.ran)) == (3, (3,), ())
    assert [one.value is None for one in y.operands] == [False, True, False]
    in_update = standing("finish_forward", "finish_backward", "op")
    assert LineNow(in_update, row(in_update, "h")).t == 3
    assert LineNow(in_update, row(in_update, "dh")).t == 0
    assert LineNow(in_update, row(in_update, "reduce")).t is None


def test_a_matrix_that_is_read_transposed_stands_so() -> None:
    view = standing("finish_forward", "backward", "backward")
    back = LineNow(view, row(view, "dh_next"), unit=1)
    matrix = back.operands[0]
    assert (matrix.name, matrix.turned, matrix.chosen) == ("W_hh", True, 1)
    first = matrix.number(1, 0)
    assert first is not None
    assert first.ref == "W_hh[0,1]"
    assert float(first.value) == view.before["W_hh"][0, 1]


def test_the_row_of_a_token_is_the_one_that_the_line_reads() -> None:
    session = made("lstm", "learned")
    session.do("forward")
    read = LineNow(session.view, row(session.view, "x"), unit=0)
    matrix = read.operands[0]
    assert matrix.chosen == int(session.view.current.ids[0])


def test_loops_and_functions_have_what_is_theirs() -> None:
    view = standing("finish_forward", "backward")
    rows = code(view.program)
    loops = [one for one in rows if one.body is None]
    assert [one.phase for one in loops] == [Phase.FORWARD, Phase.BACKWARD]
    forward, back = (LineNow(view, one) for one in loops)
    assert (text(forward.at(0)), forward.operands) == ("0.4621 0.1974 -0.0997", ())
    assert [text(back.at(t)) for t in (2, 3)] == ["·", "-0.2654 0.1769 -0.1327"]
    function = next(one for one in rows if one.body is not None and one.kind is None)
    head = LineNow(view, function)
    assert [one.name for one in head.operands] == ["W_xh", "x_t", "W_hh", "h_prev", "b_h"]
    assert (head.result, head.times) == (None, ())
    assert function.words == "One timestep from token x_t and the state before it."


def test_an_encoder_has_its_own_lines_and_timesteps() -> None:
    session = made("gru", "encoder")
    for verb in ("finish_forward", "finish_backward"):
        session.do(verb)
    view = session.view
    E = view.current.encoder_length
    own, other = (LineNow(view, row(view, "h", encodes=encodes)) for encodes in (True, False))
    assert tuple(own.times) == tuple(range(E))
    assert tuple(other.times) == tuple(range(E, view.current.length))


def test_a_bug_is_in_the_line_that_is_shown() -> None:
    session = Session(make_experiment(fault="shifted-state"))
    session.do("finish_forward")
    session.do("finish_backward")
    line = LineNow(session.view, row(session.view, "dW_hh"))
    assert [one.name for one in line.operands] == ["delta", "h_t", "dW_hh"]
    overwritten = Session(make_experiment(fault="no-accumulation"))
    overwritten.do("finish_forward")
    overwritten.do("finish_backward")
    kind = row(overwritten.view, "dW_hh")
    assert not LineNow(overwritten.view, kind).adds
    hold(overwritten.view, np.random.default_rng(0))


def test_no_label_no_way_back() -> None:
    session = Session(make_experiment())
    from rnn_tui.session.commands.command_lines import parse
    from rnn_tui.session.commands.performing import exactly

    exactly(session, parse("input abca"))
    phases = {one.phase for one in code(session.view.program)}
    assert phases == {Phase.FORWARD}
