"""Classic bugs of hand-written BPTT, each of them one line of our own code gone wrong.

A fault is a rule on lines: what it makes of the line that it is in. It is put in before the
lines run, so what runs, what is shown and what is explained is the wrong line, in any cell.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from rnn_tui.equations.cells.cell import Cell
from rnn_tui.equations.lines import Body, Line

Rule = Callable[[Line, Cell | None], "Line | None"]


@dataclass(frozen=True)
class Fault:
    """A bug: in one line of a cell's backward pass, or `of_update` of the update.

    `slip` says what was done wrong, `symptom` what comes of it, `hint` where to look, without
    naming the line. `rule` makes the wrong line of the right one, None of a line that it does
    not fit. It is put into the first line that it fits, or where it is `everywhere` into all of
    them: what comes from the future comes by each state. With `in_kernel` the kernel can make
    the same slip, so that training need not go line by line.
    """

    name: str
    slip: str
    symptom: str
    hint: str
    rule: Rule
    of_update: bool = False
    in_kernel: bool = False
    everywhere: bool = False

    def fits(self, cell: Cell) -> bool:
        """Whether there is a line for it, in a cell or in the update."""
        return self.of_update or self.line_in(cell) is not None

    def line_in(self, cell: Cell) -> tuple[Line, Line] | None:
        """The right line of a cell's backward pass and the wrong one; None if it fits nowhere."""
        if self.of_update:
            return None
        lines = cell.backward_body.lines
        if self.name in cell.faulty:
            lines = (cell.backward_body.line(cell.faulty[self.name]),)
        return self._first(lines, cell)

    def line_in_update(self, bodies: tuple[Body, ...]) -> tuple[Line, Line] | None:
        """The same of an update's lines."""
        lines = tuple(line for body in bodies for line in body.lines)
        return self._first(lines, None) if self.of_update else None

    def _first(self, lines: tuple[Line, ...], cell: Cell | None) -> tuple[Line, Line] | None:
        pairs = ((line, self.rule(line, cell)) for line in lines)
        return next(((line, wrong) for line, wrong in pairs if wrong is not None), None)

    def in_cell(self, cell: Cell) -> Body:
        """A cell's backward pass with the bug in it."""
        body = cell.backward_body
        if not self.everywhere:
            found = self.line_in(cell)
            return body.with_line(*found) if found else body
        for line in cell.backward_body.lines:
            wrong = self.rule(line, cell)
            body = body if wrong is None else body.with_line(line, wrong)
        return body

    def in_update(self, bodies: tuple[Body, ...]) -> tuple[Body, ...]:
        """The lines of an update with the bug in them."""
        found = self.line_in_update(bodies)
        return tuple(body.with_line(*found) for body in bodies) if found else bodies


class _Replaced(ast.NodeTransformer):
    """An expression in which `rule` has made another of each node that it does not refuse."""

    def __init__(self, rule: Callable[[ast.expr], ast.expr | None]) -> None:
        self._rule = rule
        self.hit = False

    def generic_visit(self, node: ast.AST) -> ast.AST:
        made = self._rule(node) if isinstance(node, ast.expr) else None
        if made is None:
            return super().generic_visit(node)
        self.hit = True
        return made


def _rewritten(line: Line, rule: Callable[[ast.expr], ast.expr | None]) -> Line | None:
    """The line with another right side; None if no part of it is what the rule is for."""
    replaced = _Replaced(rule)
    value = replaced.visit(ast.parse(ast.unparse(line.value), mode="eval").body)
    return line.changed(value) if replaced.hit else None


def _is_slope(node: ast.expr) -> bool:
    """Whether this is f′ in terms of what f made: `slope(h)`, or that of tanh, `1 - g ** 2`."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) == "slope"
    text = ast.unparse(node)
    return isinstance(node, ast.BinOp) and text.startswith("1 - ") and text.endswith(" ** 2")


def _without_slope(line: Line, cell: Cell | None) -> Line | None:
    def rule(node: ast.expr) -> ast.expr | None:
        if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)):
            return None
        left, right = node.left, node.right
        if _is_slope(right):
            return left
        if _is_slope(left):
            return right
        inner = left.right if isinstance(left, ast.BinOp) else None
        if inner is not None and ast.unparse(right) == f"1 - {ast.unparse(inner)}":
            return left.left  # type: ignore[attr-defined,no-any-return]
        return None

    return _rewritten(line, rule)


def _without_future(line: Line, cell: Cell | None) -> Line | None:
    return _without(line, {f"d{state}_next" for state in cell.states} if cell else set())


def _without(line: Line, futures: set[str]) -> Line | None:
    """The line without the summand that is one of these."""

    def rule(node: ast.expr) -> ast.expr | None:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            if ast.unparse(node.right) in futures:
                return node.left
            if ast.unparse(node.left) in futures:
                return node.right
        return None

    return _rewritten(line, rule)


def _without_memory(line: Line, cell: Cell | None) -> Line | None:
    """The same of the states beside h alone; None in a cell that has none."""
    return _without(line, {f"d{state}_next" for state in cell.states[1:]} if cell else set())


def _recurrent(cell: Cell | None) -> set[str]:
    """The matrices that states are multiplied by."""
    return {name for name, axes in cell.parameters.items() if axes == "HH"} if cell else set()


def _untransposed(line: Line, cell: Cell | None) -> Line | None:
    matrices = _recurrent(cell)

    def rule(node: ast.expr) -> ast.expr | None:
        transposed = isinstance(node, ast.Attribute) and node.attr == "T"
        if transposed and ast.unparse(node.value) in matrices:  # type: ignore[attr-defined]
            return node.value  # type: ignore[attr-defined,no-any-return]
        return None

    return _rewritten(line, rule)


def _is_recurrent_gradient(line: Line, cell: Cell | None) -> bool:
    return line.accumulates and line.target.removeprefix("d") in _recurrent(cell)


def _overwriting(line: Line, cell: Cell | None) -> Line | None:
    if not _is_recurrent_gradient(line, cell):
        return None
    return line.changed(line.value, accumulates=False)


def _shifted(line: Line, cell: Cell | None) -> Line | None:
    if cell is None or not _is_recurrent_gradient(line, cell):
        return None
    before = {f"{state}_prev": f"{state}_t" for state in cell.states}

    def rule(node: ast.expr) -> ast.expr | None:
        name = node.id if isinstance(node, ast.Name) else ""
        return ast.Name(before[name], ast.Load()) if name in before else None

    return _rewritten(line, rule)


def _undivided(line: Line, cell: Cell | None) -> Line | None:
    def rule(node: ast.expr) -> ast.expr | None:
        divided = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        if divided and ast.unparse(node.right) == "count":  # type: ignore[attr-defined]
            return node.left  # type: ignore[attr-defined,no-any-return]
        return None

    return _rewritten(line, rule)


NO_SLOPE = Fault(
    "no-slope",
    "the derivative of the activation is left out",
    "gradients too large wherever units are saturated",
    "Between dh and delta the gradient passes the activation: which factor is missing?",
    _without_slope,
)
NO_DH_NEXT = Fault(
    "no-dh-next",
    "the gradient from the next timestep is dropped",
    "no gradient at any timestep without an output of its own",
    "A state has two ways to the loss: its own output, and the state after it.",
    _without_future,
    everywhere=True,
)
NO_DC_NEXT = Fault(
    "no-dc-next",
    "the gradient along c is dropped",
    "gradients vanish as in a plain RNN",
    "A memory c has two ways to the loss: through h here, and along c to the next timestep.",
    _without_memory,
)
UNTRANSPOSED = Fault(
    "untransposed",
    "W_hh in place of W_hhᵀ",
    "correct at the last token, wrong at each one before it",
    "Forward, row i of W_hh feeds unit i. Which rows or columns feed back?",
    _untransposed,
    in_kernel=True,
)
NO_ACCUMULATION = Fault(
    "no-accumulation",
    "a timestep overwrites what the others added",
    "the gradient of one matrix has the part of one timestep only",
    "All timesteps share the weights: their gradients must be added up.",
    _overwriting,
)
SHIFTED_STATE = Fault(
    "shifted-state",
    "h_t where h_t-1 belongs: off by one",
    "a plausible but wrong gradient of one matrix",
    "Which state did the weights multiply in the forward pass?",
    _shifted,
)
NO_MEAN = Fault(
    "no-mean",
    "the sum over a batch is taken for its mean",
    "correct for each example, but the batch's step is N times too large",
    "Each example's gradient is right. What is done to their sum?",
    _undivided,
    of_update=True,
    in_kernel=True,
)

FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        NO_SLOPE, NO_DH_NEXT, NO_DC_NEXT, UNTRANSPOSED, NO_ACCUMULATION, SHIFTED_STATE, NO_MEAN,
    )
}  # fmt: skip


def shows_nowhere(fault: Fault, reduction: str, examples: int, cell: Cell) -> str | None:
    """Why a bug would change nothing at all; `examples` is how many an update trains on."""
    if not fault.fits(cell):
        return f"this cell has no such line: {fault.slip}"
    if fault is not NO_MEAN:
        return None
    if reduction == "sum":
        return 'the gradient is not averaged here: reduction is "sum"'
    if examples == 1:
        return "each update trains on one example, so its mean is its sum"
    return None
