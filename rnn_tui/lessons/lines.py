"""A line of the cell that a learner writes: read as an expression, run, and checked.

Nothing is evaluated as Python code at large: of Python's grammar there are names that the line
may know, numbers, + − * / ** @, `.T`, and calls of the functions of the equations.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from rnn_tui.engine.checks.gradient_check import ArrayCheck, Verdict, check_gradient
from rnn_tui.equations.cells import Cell
from rnn_tui.equations.faults import Fault
from rnn_tui.equations.lines import Line
from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.errors import clipped, nearest, shown
from rnn_tui.session.view import StepView

MOST_CHARACTERS = 200
MOST_NUMBERS = 64  # of an array, that are measured
OPERATIONS = ast.Add | ast.Sub | ast.Mult | ast.Div | ast.Pow | ast.MatMult
SIGNS = "+ - * / ** @"
SHAPE = re.compile(r"\(\d+,(?:\d+(?:,\d+)*)?\)")
SIZES = re.compile(r"size (\d+) is different from (\d+)")  # of a product of matrices


@dataclass(frozen=True)
class Checked:
    """What became of a written line: the arrays whose gradient is off, or why it did not run."""

    off: tuple[str, ...] = ()
    problem: str = ""

    @property
    def right(self) -> bool:
        """Whether it ran, and every gradient is right."""
        return not (self.off or self.problem)


def blanked(cell: Cell, target: str) -> Line:
    """The line of a cell's backward pass that makes a variable. Raises ExperimentError."""
    body = cell.backward_body
    if target not in body.targets:
        wrong = f"expected one of {', '.join(body.targets)}, found {shown(target)}"
        raise ExperimentError(f"{wrong}{nearest(target, body.targets)}", key="line")
    return body.line(target)


def known_before(cell: Cell, line: Line) -> tuple[str, ...]:
    """The names that a line may read: what is given to the function, and what stands above it."""
    body = cell.backward_body
    above = [one.target for one in body.lines if one.number < line.number and not one.adds_up]
    given = [*body.inputs, *cell.parameters, "h_t", "h_prev", "x_t"]
    return tuple(dict.fromkeys([*given, *above]))


def written(text: str, cell: Cell, line: Line) -> ast.expr:
    """What a learner wrote for a line, with or without its left side. Raises ExperimentError."""
    text = " ".join(text.replace("−", "-").replace("·", "*").replace("²", "**2").split())
    if len(text) > MOST_CHARACTERS:
        raise ExperimentError(f"expected at most {MOST_CHARACTERS} characters")
    for sign in ("+=", "="):
        left, found, right = text.partition(sign)
        if found and not right.startswith("="):
            if left.strip() != line.target:
                raise ExperimentError(f"expected {line.target} on the left, found {shown(left)}")
            text = right.strip()
            break
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ExperimentError(f"expected an expression such as {_like(line)}") from None
    names = known_before(cell, line)
    functions = dict.fromkeys((*cell.forward_body.functions, *cell.backward_body.functions))
    for node in ast.walk(tree):
        _allow(node, names, tuple(functions))
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            node.value = float(node.value)  # powers of integers are computed to the last digit
    return tree


def _like(line: Line) -> str:
    return "2 * x" if line.text.endswith("x") else "dh * x"


def _allow(node: ast.AST, names: tuple[str, ...], functions: tuple[str, ...]) -> None:
    """Raise ExperimentError for a part of an expression that no line of ours has."""
    match node:
        case ast.Name(id=name):
            if name not in (*names, *functions):
                listed = ", ".join(names[:12])
                raise ExperimentError(
                    f"there is no {shown(name)} at this line{nearest(name, names)}: {listed} …"
                )
        case ast.Constant(value=value):
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ExperimentError(f"expected numbers and names, found {shown(value)}")
        case ast.BinOp(op=op):
            if not isinstance(op, OPERATIONS):
                raise ExperimentError(f"expected no other signs than {SIGNS}")
        case ast.UnaryOp(op=op):
            if not isinstance(op, ast.USub):
                raise ExperimentError(f"expected no other signs than {SIGNS}")
        case ast.Attribute(value=ast.Name(), attr="T"):
            pass
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in functions:
            pass
        case ast.operator() | ast.unaryop() | ast.expr_context():
            pass
        case _:
            found = ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__
            raise ExperimentError(f"expected names, numbers and {SIGNS}, found {clipped(found)}")


def check(text: str, target: str, view: StepView) -> Checked:
    """Run a pass with a learner's line in it, under the gradient check.

    Raises ExperimentError for what is no such line.
    """
    net, trace = view.network, view.known.trace
    cell = net.layers[-1].cell
    line = blanked(cell, target)
    value = written(text, cell, line)

    def rule(one: Line, _: Cell | None) -> Line | None:
        return one.changed(value) if one.target == target else None

    own = Fault("written", "", "", "", rule)
    try:
        with np.errstate(all="ignore"):
            checks = check_gradient(
                trace.params, replace(net, fault=own), trace.example, trace.start,
                most=MOST_NUMBERS, patches=trace.patches,
            )  # fmt: skip
    except AttributeError:  # of what is no array
        return Checked(problem=f"{target} is an array, and that makes none")
    except ArithmeticError as error:
        return Checked(problem=f"it can't be computed: {clipped(str(error))}")
    except (ValueError, TypeError) as error:
        return Checked(problem=f"the shapes do not fit: {_misfit(str(error))}")
    return Checked(tuple(_off(checks)))


def _misfit(numpy_says: str) -> str:
    """The shapes, or the two lengths, that NumPy could not bring together."""
    if shapes := SHAPE.findall(numpy_says):
        return " and ".join(shapes)
    if sizes := SIZES.search(numpy_says):
        return f"{sizes[1]} numbers against {sizes[2]}"
    return clipped(numpy_says)


def _off(checks: tuple[ArrayCheck, ...]) -> Iterator[str]:
    for one in checks:
        if one.verdict in (Verdict.WRONG, Verdict.NOT_FINITE):
            yield f"d{one.name}"
