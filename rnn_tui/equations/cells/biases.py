"""Two biases in the place of one, as PyTorch, cuDNN and Keras train them.

Each bias b_x gets a second one, b_hx, added where it is; only their sum matters, yet each is
moved by the update. A bias that has its partner in the cell's own lines keeps it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from rnn_tui.equations.lines import Body, Line


def partners(parameters: Mapping[str, str]) -> dict[str, str]:
    """The second bias of each that has none, by the first one's name."""
    biases = [name for name, axes in parameters.items() if axes == "H"]
    named = {name: f"b_h{name.removeprefix('b_')}" for name in biases}
    return {
        name: second
        for name, second in named.items()
        if second not in parameters and name not in named.values()
    }


def beside(parameters: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """The parameters with each second bias after the first one."""
    found: dict[str, str] = {}
    for name, axes in parameters.items():
        found[name] = axes
        if name in second:
            found[second[name]] = axes
    return found


def with_second(body: Body, second: Mapping[str, str]) -> Body:
    """The lines with both biases: added where one is, and with a gradient of its own each."""
    lines: list[Line] = []
    for line in body.lines:
        first = line.target.removeprefix("d")
        if not line.adds_up and {*second} & {*line.reads}:
            value = _Added(second).visit(ast.parse(ast.unparse(line.value), mode="eval").body)
            lines.append(line.changed(value))
            continue
        lines.append(line)
        if line.adds_up and first in second:
            twin = replace(line, target=f"d{second[first]}", words="")
            lines.append(twin.changed(line.value))
    return replace(body, lines=tuple(lines))


class _Added(ast.NodeTransformer):
    def __init__(self, second: Mapping[str, str]) -> None:
        self._second = second

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self._second:
            return node
        return ast.BinOp(node, ast.Add(), ast.Name(self._second[node.id], ast.Load()))

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """a + b becomes a + b + b′, not a + (b + b′)."""
        last = node.right
        if isinstance(node.op, ast.Add) and isinstance(last, ast.Name) and last.id in self._second:
            second = ast.Name(self._second[last.id], ast.Load())
            sum_of_both = ast.BinOp(self.visit(node.left), ast.Add(), last)
            return ast.BinOp(sum_of_both, ast.Add(), second)
        self.generic_visit(node)
        return node
