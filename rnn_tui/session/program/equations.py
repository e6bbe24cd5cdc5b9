"""Lines as on the blackboard: products with a dot, ᵀ for a transpose, the functions' own formulas.

A formula may stand at a timestep, as `W_hh[1] · h_2`, or at any, as `W_hh · h_t-1`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from rnn_tui.equations.lines import Line
from rnn_tui.equations.mathematics import FUNCTIONS, Function

SIGNS = {ast.Add: " + ", ast.Sub: " − ", ast.Mult: " · ", ast.MatMult: " · ", ast.Div: " / "}
POWERS = {"2": "²", "3": "³"}
TIGHT = (ast.Mult, ast.MatMult, ast.Div, ast.Pow)

Named = Callable[[str], str]  # how a variable is called


def equation(
    line: Line, functions: Mapping[str, Function], symbols: Mapping[str, str] | None = None
) -> str:
    """A whole line: what it makes, and of what; some variables by their `symbols`."""
    known = symbols or {}
    sign = "+=" if line.accumulates else "="
    row = f"[{line.row}]" if line.row else ""
    board = Blackboard(functions, lambda name: known.get(name) or _as_before(name))
    return f"{known.get(line.target, line.target)}{row} {sign} {board.of(line.value)}"


class Blackboard:
    """Writes expressions; `named` says how a variable is called, `row` which row of a matrix."""

    def __init__(
        self,
        functions: Mapping[str, Function],
        named: Named | None = None,
        placed: Named | None = None,
        row: str = "",
    ) -> None:
        """`placed` names a vector beside a matrix, where it is to be told of which timestep."""
        self._functions = {**FUNCTIONS, **functions}
        self._named = named or _as_before
        self._placed = placed or self._named
        self._row = row

    def of(self, node: ast.expr) -> str:  # noqa: PLR0911 - one for each kind of node
        """The expression as text."""
        match node:
            case ast.Name(id=name):
                return self._named(name)
            case ast.Constant(value=value):
                return f"{value:g}" if isinstance(value, float) else str(value)
            case ast.Attribute(value=inner, attr="T"):
                return f"{self.of(inner)}ᵀ"
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return f"−{self._grouped(inner)}"
            case ast.Subscript(value=inner, slice=index):
                return f"{self.of(inner)}[{ast.unparse(index)}]"
            case ast.BinOp():
                return self._binary(node)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._call(name, arguments)
        return ast.unparse(node)

    def _binary(self, node: ast.BinOp) -> str:
        if isinstance(node.op, ast.MatMult):
            return f"{self.of(node.left)}{self._row} · {self._vector(node.right)}"
        power = POWERS.get(ast.unparse(node.right)) if isinstance(node.op, ast.Pow) else None
        if power is not None:
            return f"{self._grouped(node.left)}{power}"
        if isinstance(node.op, ast.FloorDiv):
            return f"⌊{self.of(node.left)} / {self._grouped(node.right)}⌋"
        if isinstance(node.op, ast.Pow):
            return f"{self._grouped(node.left)}^{self._grouped(node.right)}"
        tight = isinstance(node.op, TIGHT)
        left = self._grouped(node.left) if tight else self.of(node.left)
        grouped = tight or isinstance(node.op, ast.Sub)
        right = self._grouped(node.right) if grouped else self.of(node.right)
        return f"{left}{SIGNS[type(node.op)]}{right}"

    def _vector(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return self._placed(node.id)
        text = self._grouped(node)
        is_product = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)
        return f"({text})" if is_product else text

    def _grouped(self, node: ast.expr) -> str:
        text = self.of(node)
        loose = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
        inner = isinstance(node, ast.Call) and (" + " in text or " − " in text)
        return f"({text})" if loose or (inner and not text.endswith(")")) else text

    def _call(self, name: str, arguments: list[ast.expr]) -> str:
        function = self._functions[name]
        if function.kind == "outer":
            left, right = arguments
            return f"{self.of(left)} · {self._vector(right)}ᵀ"
        return function.formula.format(*map(self.of, arguments))


def _as_before(name: str) -> str:
    """`h_prev` is the state at t-1."""
    return f"{name.removesuffix('_prev')}_t-1" if name.endswith("_prev") else name
