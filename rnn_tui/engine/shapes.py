"""The axes of what lines make, by letters: "HI" is a matrix of H rows and I columns.

They follow from those of the parameters and states through each line's expression: I inputs,
H units, O outputs, V tokens.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from rnn_tui.engine.lines import Line
from rnn_tui.engine.mathematics import FUNCTIONS, Function

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
    """The letters of an expression's value."""
    match node:
        case ast.Constant():
            return ""
        case ast.Name(id=name):
            return letters[name]
        case ast.Attribute(value=inner, attr="T"):
            return axes_of(inner, letters, functions)[::-1]
        case ast.UnaryOp(operand=inner):
            return axes_of(inner, letters, functions)
        case ast.Subscript(value=inner):
            return axes_of(inner, letters, functions)[1:]
        case ast.BinOp(op=ast.MatMult(), left=left, right=right):
            rows, columns = (axes_of(side, letters, functions) for side in (left, right))
            if rows[-1:] != columns[:1]:
                raise ValueError(f"{ast.unparse(node)}: axes {rows} and {columns} do not fit")
            return rows[:-1] + columns[1:]
        case ast.BinOp(left=left, right=right):
            return _alike(node, (axes_of(side, letters, functions) for side in (left, right)))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            axes = [axes_of(argument, letters, functions) for argument in arguments]
            kind = functions[name].kind
            if kind == "elementwise":
                return _alike(node, axes)
            return {"outer": "".join(axes), "vector": axes[0], "scalar": ""}[kind]
    raise ValueError(f"no axes of {ast.unparse(node)}")


def _alike(node: ast.expr, several: Iterable[str]) -> str:
    """The axes of numbers worked on one by one: all alike, or single numbers."""
    found = {axes for axes in several if axes}
    if len(found) > 1:
        raise ValueError(f"{ast.unparse(node)}: axes {' and '.join(sorted(found))} differ")
    return found.pop() if found else ""
