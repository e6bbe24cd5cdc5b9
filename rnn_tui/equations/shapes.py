"""The axes of what lines make, by letters: "HI" is a matrix of H rows and I columns.

They follow from those of the parameters and states through each line's expression: I inputs,
H units, O outputs, V tokens.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from rnn_tui.equations.lines import Line
from rnn_tui.equations.mathematics import FUNCTIONS, Function

Letters = Mapping[str, str]


def infer(
    lines: Iterable[Line], known: Letters, functions: Mapping[str, Function]
) -> dict[str, str]:
    """The letters of all targets, given those of what is read. Raises ValueError for a misfit."""
    letters, everything = dict(known), FUNCTIONS | dict(functions)
    for line in lines:
        made = axes_of(line.value, letters, everything)
        if not line.adds_up:
            letters[line.target] = made
        elif letters[line.target][1 if line.row else 0 :] != made:
            wanted = letters[line.target]
            raise ValueError(f"{line.text}: expected axes {wanted}, found {made or 'none'}")
    return letters


def axes_of(node: ast.expr, letters: Letters, functions: Mapping[str, Function]) -> str:
    """The letters of an expression's value. Raises ValueError where its parts do not fit."""

    def of(part: ast.expr) -> str:
        return axes_of(part, letters, functions)

    match node:
        case ast.Constant():
            axes = ""
        case ast.Name(id=name):
            axes = letters[name]
        case ast.Attribute(value=inner, attr="T"):
            axes = of(inner)[::-1]
        case ast.UnaryOp(operand=inner):
            axes = of(inner)
        case ast.Subscript(value=inner):
            axes = of(inner)[1:]
        case ast.BinOp(op=ast.MatMult(), left=left, right=right):
            axes = _product(node, of(left), of(right))
        case ast.BinOp(left=left, right=right):
            axes = _alike(node, (of(left), of(right)))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            axes = _of_call(node, functions[name], [of(argument) for argument in arguments])
        case _:
            raise ValueError(f"no axes of {ast.unparse(node)}")
    return axes


def _of_call(node: ast.expr, function: Function, axes: list[str]) -> str:
    if function.kind == "elementwise":
        return _alike(node, axes)
    return {"outer": "".join(axes), "vector": axes[0], "scalar": ""}[function.kind]


def _product(node: ast.expr, rows: str, columns: str) -> str:
    """The axes of a matrix product, less the ones that are summed over."""
    if rows[-1:] != columns[:1]:
        raise ValueError(f"{ast.unparse(node)}: axes {rows} and {columns} do not fit")
    return rows[:-1] + columns[1:]


def _alike(node: ast.expr, several: Iterable[str]) -> str:
    """The axes of numbers worked on one by one: all alike, or single numbers."""
    found = {axes for axes in several if axes}
    if len(found) > 1:
        raise ValueError(f"{ast.unparse(node)}: axes {' and '.join(sorted(found))} differ")
    return found.pop() if found else ""
