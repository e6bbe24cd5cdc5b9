"""The lines of our own code that the explorer runs, found in the code itself."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rnn_tui.session.program.ops import OpKind


@dataclass(frozen=True)
class Listing:
    """A function as it is shown, its docstring left out: its lines, numbered from its first, 1."""

    file: str
    function: str
    lines: tuple[tuple[int, str], ...]


@lru_cache(maxsize=64)
def _code(function: Callable[..., object]) -> str:
    """The source of a function without its docstring: its lines are those that are shown."""
    lines, _ = inspect.getsourcelines(function)
    (tree,) = ast.parse("".join(lines)).body
    skipped = range(0)
    if isinstance(tree, ast.FunctionDef) and ast.get_docstring(tree) is not None:
        docstring = tree.body[0]
        skipped = range(docstring.lineno, (docstring.end_lineno or 0) + 1)
    return "".join(line for number, line in enumerate(lines, 1) if number not in skipped)


@lru_cache(maxsize=32)
def listing(function: Callable[..., object]) -> Listing:
    """The source of a function."""
    lines = tuple(enumerate(_code(function).splitlines(), 1))
    return Listing(Path(inspect.getfile(function)).name, function.__name__, lines)


@lru_cache(maxsize=64)
def _assignments(function: Callable[..., object]) -> tuple[tuple[str, int], ...]:
    found = []
    for node in ast.walk(ast.parse(_code(function))):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Subscript):
                target = target.value  # a row of an array stands for the array
            found.append((ast.unparse(target), node.lineno))
    return tuple(sorted(found, key=lambda item: item[1]))


def line_of(kind: OpKind) -> int:
    """The number, in its function's listing, of the statement that computes an op."""
    return dict(reversed(_assignments(kind.function)))[kind.target]


@lru_cache(maxsize=256)
def names_on(function: Callable[..., object], number: int) -> tuple[str, ...]:
    """The variables that a statement reads, from left to right, with their dots: `params.W_hh`.

    `number` is that of its line in the listing. What it adds to is read as well, and comes last.
    """
    found: list[str] = []
    for node in ast.walk(ast.parse(_code(function))):
        if not isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) or node.value is None:
            continue
        if node.lineno != number:
            continue
        found = [_dotted(part) for part in _variables(node.value)]
        if isinstance(node, ast.AugAssign):
            target = node.target
            found.append(_dotted(target.value if isinstance(target, ast.Subscript) else target))
    return tuple(dict.fromkeys(found))


def _variables(node: ast.AST) -> Iterator[ast.expr]:
    """Names, each with as many dots as it has."""
    if isinstance(node, ast.Name | ast.Attribute):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from _variables(child)


def _dotted(node: ast.expr) -> str:
    """`params.W_hh.T` is a view of `params.W_hh`."""
    return ast.unparse(node).removesuffix(".T")
