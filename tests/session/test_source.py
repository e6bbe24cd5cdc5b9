"""The lines that the explorer shows are those of the code that runs."""

from __future__ import annotations

import ast
import inspect
import textwrap
from itertools import pairwise

import pytest
from making import FAULTS_OF_VANILLA, make_network

from rnn_tui.equations.faults import FAULTS
from rnn_tui.experiments import TrainingConfig, load
from rnn_tui.session.program.code import code
from rnn_tui.session.program.ops import Algorithm, OpKind, algorithm_of
from rnn_tui.session.program.source import listing
from rnn_tui.session.session import Session


def algorithm(fault: str | None = None) -> Algorithm:
    """The vanilla network's, with an encoder and a learned embedding."""
    bug = None if fault is None else FAULTS[fault]
    net = make_network("tanh", "softmax", bug, encoder=True, learned=True)
    return algorithm_of(net, TrainingConfig(freeze=("b_y",), reduction="mean"))


def every(one: Algorithm) -> list[OpKind]:
    return [kind for kinds in (*one.forward, *one.backward, one.update) for kind in kinds]


KINDS = every(algorithm())


@pytest.mark.parametrize("kind", KINDS, ids=[f"{i}-{kind.name}" for i, kind in enumerate(KINDS)])
def test_an_ops_line_is_the_statement_that_assigns_its_target(kind: OpKind) -> None:
    shown = dict(listing(kind.body).lines)[kind.line.number]
    (statement,) = ast.parse(shown.strip()).body
    assert isinstance(statement, ast.Assign | ast.AugAssign), shown
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    assert [ast.unparse(target).partition("[")[0] for target in targets] == [kind.line.target]
    assert shown.strip().startswith(kind.line.text)


def test_no_two_ops_of_a_function_share_a_line() -> None:
    for kinds in (*algorithm().forward, *algorithm().backward, algorithm().update):
        places = [(kind.body.function, kind.line.number) for kind in kinds]
        assert len(set(places)) == len(places)


def test_the_encoders_ops_are_the_same_lines_with_other_weights() -> None:
    one = algorithm()
    for decoder, encoder in (one.forward, one.backward):
        assert len(decoder) == len(encoder)
        for own, kind in zip(encoder, decoder, strict=True):
            assert (own.body.function, own.line.number) == (kind.body.function, kind.line.number)
    changed = {kind.equation for way in (one.forward, one.backward) for kind in way[True]}
    changed -= {kind.equation for way in (one.forward, one.backward) for kind in way[False]}
    assert changed == {
        "xh = W_xh_enc · x_t", "hh = W_hh_enc · h_t-1", "pre = xh + hh + b_h_enc",
        "dW_xh_enc += delta · x_tᵀ", "dW_hh_enc += delta · h_t-1ᵀ", "db_h_enc += delta",
        "dx_t = W_xh_encᵀ · delta", "dh_next = W_hh_encᵀ · delta",
    }  # fmt: skip


def test_equations_read_as_on_the_blackboard() -> None:
    named = {kind.name: kind.equation for kind in every(algorithm())}
    assert named["h"] == "h_t = tanh(pre)"
    assert named["delta"] == "delta = dh · f′ at h_t"
    assert named["dW_hy"] == "dW_hy += dy · h_tᵀ"
    assert named["dE"] == "dE[token] += dx_t"
    assert named["velocity"] == "v = momentum · v − lr · g"


@pytest.mark.parametrize("kind", KINDS, ids=[f"{i}-{kind.name}" for i, kind in enumerate(KINDS)])
def test_a_listing_has_the_functions_own_lines_less_the_docstring(kind: OpKind) -> None:
    function = kind.body.function
    source = textwrap.dedent(inspect.getsource(function)).splitlines()
    shown = listing(kind.body)
    assert shown.function == function.__name__
    assert ast.get_docstring(ast.parse("\n".join(source)).body[0])  # type: ignore[arg-type]
    running = {line.number for line in kind.body.lines}
    for number, text in shown.lines:
        assert text == source[number - 1] or number in running
        assert '"""' not in text


@pytest.mark.parametrize("name", FAULTS_OF_VANILLA)
def test_a_bug_stands_in_its_place(name: str) -> None:
    right, wrong = (every(algorithm(fault)) for fault in (None, name))
    other = [(a, b) for a, b in zip(right, wrong, strict=True) if a.line.text != b.line.text]
    assert 1 <= len({a.line.number for a, _ in other}) == 1
    for _, kind in other:
        assert kind.line.text in dict(listing(kind.body).lines)[kind.line.number]


@pytest.mark.parametrize("name", ["sentiment", "gates", "hello"])
def test_lines_of_a_function_are_numbered_without_a_gap(name: str) -> None:
    rows = code(Session(load(name)).view.program)
    for before, row in pairwise(rows):
        if row.kind is not None:
            assert before.number is not None
            assert row.number == before.number + 1
