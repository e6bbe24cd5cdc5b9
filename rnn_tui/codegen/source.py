"""Lines of the engine as lines of a program: the same statements, functions in NumPy's words."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from rnn_tui.equations.lines import Line
from rnn_tui.equations.mathematics import Function

Names = Mapping[str, str]  # what stands in a program for a variable: any expression

HOLE = "argument_"  # in the place of an argument while a function's own expression is parsed


def written(line: Line, functions: Mapping[str, Function], names: Names | None = None) -> str:
    """A line as it stands in a program."""
    statement = ast.parse(ast.unparse(line.statement)).body[0]
    program = _InNumPy(functions, names or {}).visit(statement)
    return ast.unparse(ast.fix_missing_locations(program))


def resolved(
    statements: Iterable[str], wanted: Collection[str], inlined: Collection[str] = ()
) -> list[str]:
    """Statements without those that only give another name, or make what nothing reads.

    What is `wanted` stays. What is `inlined` stands in the place of its name wherever it is read.
    """
    other: dict[str, ast.expr] = {}
    kept: list[ast.Assign] = []
    for statement in statements:
        node = _WithoutZeros().visit(_Filled(other).visit(ast.parse(statement).body[0]))
        assert isinstance(node, ast.Assign)
        target = ast.unparse(node.targets[0])
        if isinstance(node.value, ast.Name) or target in inlined:
            other[target] = node.value
        else:
            kept.append(node)
    return list(reversed([*_needed(kept, wanted)]))


def names_in(text: str) -> set[str]:
    """The names in an expression."""
    tree = ast.parse(text.strip(), mode="eval")
    return {part.id for part in ast.walk(tree) if isinstance(part, ast.Name)}


def _needed(statements: list[ast.Assign], wanted: Collection[str]) -> Iterable[str]:
    """From the last to the first, those that are wanted and those that make what these read."""
    read: set[str] = set()
    for node in reversed(statements):
        target = ast.unparse(node.targets[0])
        if target in wanted or target in read:
            read |= names_in(ast.unparse(node.value))
            yield ast.unparse(node)


def helper(function: Callable[..., Any]) -> str:
    """A function of the engine as a program has it: its docstring kept, types left out."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(tree, ast.FunctionDef)
    return ast.unparse(ast.fix_missing_locations(_WithoutTypes().visit(tree)))


def is_helper(function: Function) -> bool:
    """Whether a program has to define a function: NumPy has none that says it in one expression."""
    return function.numpy.startswith(f"{function.name}(")


class _InNumPy(ast.NodeTransformer):
    """Functions of the engine by their NumPy expressions, variables by other expressions."""

    def __init__(self, functions: Mapping[str, Function], names: Names) -> None:
        self._functions, self._names = functions, names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self._names:
            return node
        return _expression(self._names[node.id])

    def visit_Call(self, node: ast.Call) -> ast.expr:
        assert isinstance(node.func, ast.Name)
        arguments = [self.visit(argument) for argument in node.args]
        holes = [f"{HOLE}{i}" for i in range(len(arguments))]
        shape = _expression(self._functions[node.func.id].numpy.format(*holes))
        filled: ast.expr = _Filled(dict(zip(holes, arguments, strict=True))).visit(shape)
        return filled


class _Filled(ast.NodeTransformer):
    def __init__(self, arguments: Mapping[str, ast.expr]) -> None:
        self._arguments = arguments

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._arguments.get(node.id, node) if isinstance(node.ctx, ast.Load) else node


class _WithoutZeros(ast.NodeTransformer):
    """No products with 0 and sums with them, as a setting of 0 leaves them; a + −b is a − b."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        left, right = self.visit(node.left), self.visit(node.right)
        node.left, node.right = left, right
        match node.op:
            case ast.Mult() if _is_zero(left) or _is_zero(right):
                return ast.Constant(0.0)
            case ast.Add() if _is_zero(left):
                return right  # type: ignore[no-any-return]
            case ast.Add() | ast.Sub() if _is_zero(right):
                return left  # type: ignore[no-any-return]
            case ast.Sub() if _is_zero(left):
                return ast.UnaryOp(ast.USub(), right)
            case ast.Add() if isinstance(right, ast.UnaryOp) and isinstance(right.op, ast.USub):
                return ast.BinOp(left, ast.Sub(), right.operand)
        return node


class _WithoutTypes(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        for argument in node.args.args:
            argument.annotation = None
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.Assign:
        assert node.value is not None
        return ast.Assign([node.target], node.value)


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0
