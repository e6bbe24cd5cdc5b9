"""The lines that the explorer shows are those of the code that runs."""

from __future__ import annotations

import ast
import inspect
import linecache

import pytest

from rnn_tui.session.program.ops import ENCODER_OPS, LINES, OPS
from rnn_tui.session.program.source import line_of, listing


@pytest.mark.parametrize("name", OPS)
def test_an_ops_line_is_the_statement_that_assigns_its_target(name: str) -> None:
    kind = OPS[name]
    file = inspect.getsourcefile(kind.function)
    assert file is not None
    text = linecache.getline(file, line_of(kind)).strip()
    (statement,) = ast.parse(text).body
    assert isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign), text
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    assert [ast.unparse(target).partition("[")[0] for target in targets] == [kind.target]
    assert line_of(kind) in dict(listing(kind.function).lines)


def test_no_two_ops_of_a_function_share_a_line() -> None:
    places = [(kind.function, line_of(kind)) for kind in LINES.values()]
    assert len(set(places)) == len(places)


def test_the_encoders_ops_are_the_same_lines_with_other_weights() -> None:
    assert len(ENCODER_OPS) == len(LINES)
    for own, kind in zip(ENCODER_OPS.values(), LINES.values(), strict=True):
        assert (own.function, line_of(own)) == (kind.function, line_of(kind))
    changed = {own.equation for own in ENCODER_OPS.values()} - {k.equation for k in LINES.values()}
    assert changed == {
        "xh = W_xh_enc · x_t", "hh = W_hh_enc · h_t-1", "pre = xh + hh + b_h_enc",
        "dW_xh_enc += delta · x_tᵀ", "dW_hh_enc += delta · h_t-1ᵀ", "db_h_enc += delta",
        "dE[token] += W_xh_encᵀ · delta", "dh_next = W_hh_encᵀ · delta",
    }  # fmt: skip


FUNCTIONS = dict.fromkeys(kind.function for kind in OPS.values())


@pytest.mark.parametrize("function", FUNCTIONS, ids=[one.__name__ for one in FUNCTIONS])
def test_a_listing_has_the_files_own_lines_less_the_docstring(function: object) -> None:
    assert inspect.isfunction(function)
    file = inspect.getsourcefile(function)
    assert file is not None
    shown = listing(function)
    assert shown.function == function.__name__
    assert file.endswith(f"/{shown.file}")
    for number, line in shown.lines:
        assert line == linecache.getline(file, number).rstrip()
    source, first = inspect.getsourcelines(function)
    body = ast.parse("".join(source)).body[0]
    assert isinstance(body, ast.FunctionDef)
    docstring, rest = body.body[0], body.body[1]
    assert ast.get_docstring(body)
    numbers = [number for number, _ in shown.lines]
    assert numbers == [
        *range(first, first + docstring.lineno - 1),
        *range(first + (docstring.end_lineno or 0), first + len(source)),
    ]
    assert first + rest.lineno - 1 in numbers
