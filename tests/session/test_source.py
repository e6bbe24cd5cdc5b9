"""The lines that the explorer shows are those of the code that runs."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path

import pytest

from rnn_tui.session.program.ops import ENCODER_OPS, LINES, OPS
from rnn_tui.session.program.source import line_of, listing, names_on


@pytest.mark.parametrize("name", OPS)
def test_an_ops_line_is_the_statement_that_assigns_its_target(name: str) -> None:
    kind = OPS[name]
    text = dict(listing(kind.function).lines)[line_of(kind)].strip()
    (statement,) = ast.parse(text).body
    assert isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign), text
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    assert [ast.unparse(target).partition("[")[0] for target in targets] == [kind.target]


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
def test_a_listing_has_the_functions_own_lines_less_the_docstring(function: object) -> None:
    assert inspect.isfunction(function)
    file = inspect.getsourcefile(function)
    assert file is not None
    shown = listing(function)
    assert shown.function == function.__name__
    assert file.endswith(f"/{shown.file}")
    assert [number for number, _ in shown.lines] == [*range(1, len(shown.lines) + 1)]
    source = [line.rstrip() for line in inspect.getsource(function).splitlines()]
    text = [line for _, line in shown.lines]
    body = ast.parse("\n".join(source)).body[0]
    assert isinstance(body, ast.FunctionDef)
    docstring = body.body[0]
    assert ast.get_docstring(body)
    assert text == source[: docstring.lineno - 1] + source[docstring.end_lineno :]


def moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> object:
    """A function of a module of its own, which begins with other lines."""
    (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return import_module(name).step


def test_numbers_do_not_hang_on_where_a_function_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = 'def step(a):\n    """Twice as much."""\n    b = a + a\n    return b\n'
    high = moved(tmp_path, monkeypatch, "high_up", step)
    low = moved(tmp_path, monkeypatch, "low_down", "X = 1\n" * 40 + step)
    assert callable(high)
    assert callable(low)
    assert listing(high).lines == listing(low).lines
    assert names_on(high, 2) == names_on(low, 2) == ("a",)
