"""The lines of a function as data: what each makes, reads and says, and how it runs.

A cell, a head or an optimizer is written as functions whose lines are those of the blackboard.
Here they are read with `ast`, once, and what runs, what is shown and what is explained are the
same lines. A line's words for a learner are the comment that ends it.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
import tokenize
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from io import StringIO
from pathlib import Path
from types import CodeType
from typing import Any

Statement = ast.Assign | ast.AugAssign


@dataclass(frozen=True, eq=False)
class Line:
    """One line: `target` = value, or `target` += value where it `accumulates`.

    `number` counts from the first line of its function, which is 1. `text` is the code
    without its comment, `words` the comment. `row` is the index in `target[row] += …`, ""
    if there is none. `adds_up` says that the target is the gradient of a parameter, which
    holds for a line that a fault has overwrite what it should add to.
    """

    target: str
    statement: Statement
    number: int
    text: str
    words: str = ""
    row: str = ""
    adds_up: bool = False

    @property
    def value(self) -> ast.expr:
        """The right side."""
        return self.statement.value

    @property
    def accumulates(self) -> bool:
        """Whether it adds to what is there."""
        return isinstance(self.statement, ast.AugAssign)

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The variables on the right side, from left to right; functions are none."""
        return tuple(dict.fromkeys(node.id for node in variables(self.value)))

    @cached_property
    def operands(self) -> tuple[str, ...]:
        """What it reads, its row too, and last, where it accumulates, what it adds to."""
        own = (self.target,) if self.accumulates else ()
        row = (self.row,) if self.row else ()
        return tuple(dict.fromkeys((*row, *self.reads, *own)))

    @cached_property
    def functions(self) -> tuple[str, ...]:
        """The functions that it calls."""
        return tuple(dict.fromkeys(_called(self.value)))

    @cached_property
    def code(self) -> CodeType:
        """The statement, compiled."""
        return compiled((self,))

    def changed(self, value: ast.expr, *, accumulates: bool | None = None) -> Line:
        """The same line with another right side, written anew."""
        value = ast.fix_missing_locations(value)
        adds = self.accumulates if accumulates is None else accumulates
        name = ast.Name(self.target, ast.Store())
        whole = ast.Subscript(ast.Name(self.target, ast.Load()), ast.Constant(...), ast.Store())
        made: Statement
        if adds:
            made = ast.AugAssign(name, ast.Add(), value)
        else:
            made = ast.Assign([whole if self.adds_up else name], value)
        text = f"{self.target} {'+=' if adds else '='} {ast.unparse(value)}"
        return replace(self, statement=ast.fix_missing_locations(ast.copy_location(
            made, self.statement)), text=text)  # fmt: skip

    def renamed(self, names: Mapping[str, str]) -> Line:
        """The same line where parameters, and their gradients, have other names."""
        full = dict(names) | {f"d{name}": f"d{other}" for name, other in names.items()}
        if not full.keys() & {*self.reads, self.target}:
            return self
        text = re.sub(r"\b\w+\b", lambda found: full.get(found[0], found[0]), self.text)
        statement = _Renamed(full).visit(ast.parse(ast.unparse(self.statement)).body[0])
        ast.copy_location(statement, self.statement)
        target = full.get(self.target, self.target)
        return replace(self, target=target, statement=statement, text=text)


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self._names.get(node.id, node.id), node.ctx), node)


@dataclass(frozen=True, eq=False)
class Body:
    """The lines of a function that run, in their order.

    `function` is the code that they stand in; `lines` those of it that run, under the names
    that they run with, a fault included. `given` are the arguments.
    """

    function: Callable[..., Any]
    lines: tuple[Line, ...]

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__

    @property
    def file(self) -> str:
        """The name of its file."""
        return Path(inspect.getfile(self.function)).name

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """What the lines make, in order."""
        return tuple(line.target for line in self.lines)

    @cached_property
    def gradients(self) -> tuple[str, ...]:
        """The gradients that are added to."""
        return tuple(dict.fromkeys(line.target for line in self.lines if line.adds_up))

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """What is read before any line has made it, gradients that are added to left out."""
        made: set[str] = set()
        found: dict[str, None] = {}
        for line in self.lines:
            row = (line.row,) if line.row else ()
            found.update(dict.fromkeys(name for name in (*row, *line.reads) if name not in made))
            made.add(line.target)
        return tuple(found)

    @cached_property
    def code(self) -> CodeType:
        """All lines, compiled: run it with `exec` in a scope that has `inputs` and functions."""
        return compiled(self.lines)

    @cached_property
    def functions(self) -> tuple[str, ...]:
        """The functions that the lines call."""
        return tuple(dict.fromkeys(name for line in self.lines for name in line.functions))

    def place(self, line: Line) -> int:
        """Which line of the function it is, as it is shown: its head is 1, what runs follows."""
        return 2 + next(k for k, one in enumerate(self.lines) if one.text == line.text)

    def line(self, target: str) -> Line:
        """The line that makes a variable. Raises KeyError."""
        for line in self.lines:
            if line.target == target:
                return line
        raise KeyError(target)

    def renamed(self, names: Mapping[str, str]) -> Body:
        """The same lines where parameters have other names."""
        if all(name == other for name, other in names.items()):
            return self
        return replace(self, lines=tuple(line.renamed(names) for line in self.lines))

    def with_line(self, old: Line, new: Line) -> Body:
        """The same with one line in the place of another."""
        return replace(self, lines=tuple(new if one is old else one for one in self.lines))

    def changed_by(self, other: Body) -> Body:
        """The same with the lines of `other` in the place of those that make the same."""
        made = {line.target: line for line in other.lines}
        lines = (replace(made.get(one.target, one), number=one.number) for one in self.lines)
        return replace(self, lines=tuple(lines))

    def needed_for(self, wanted: Callable[[Line], bool]) -> Body:
        """Only the lines that are `wanted`, and those that make what these read."""
        kept: list[Line] = []
        read: set[str] = set()
        for line in reversed(self.lines):
            if line.target in read or wanted(line):
                kept.append(line)
                read = (read - {line.target}) | {*line.reads}
        return replace(self, lines=tuple(reversed(kept)))

    @property
    def listing(self) -> tuple[tuple[int, str], ...]:
        """The function as it is shown: numbers, and text with its comments.

        Lines that do not run are left out, and so is the docstring; a line that runs with
        other names, or a fault, stands as it runs.
        """
        return _listing(self)


@lru_cache
def body_of(function: Callable[..., Any]) -> Body:
    """The lines of a function. Raises ValueError for a statement that is no assignment."""
    return Body(function, lines_in(textwrap.dedent(inspect.getsource(function))))


def lines_in(text: str) -> tuple[Line, ...]:
    """The lines of a function from its source. Raises ValueError as `body_of` does."""
    words = _comments(text)
    (tree,) = ast.parse(text).body
    assert isinstance(tree, ast.FunctionDef)
    lines = []
    for node in tree.body:
        if isinstance(node, ast.Return) or _is_docstring(node):
            continue
        if not isinstance(node, ast.Assign | ast.AugAssign):
            raise ValueError(f"{tree.name}: expected assignments, found {ast.unparse(node)}")
        last = node.end_lineno or node.lineno
        several = last > node.lineno
        source = ast.unparse(node) if several else (ast.get_source_segment(text, node) or "")
        lines.append(_line(node, node.lineno, source, words.get(last, "")))
    return tuple(lines)


def _line(node: Statement, number: int, text: str, words: str) -> Line:
    target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
    adds_up, row = isinstance(node, ast.AugAssign), ""
    if isinstance(target, ast.Subscript):
        row, target = ast.unparse(target.slice), target.value
    assert isinstance(target, ast.Name), f"expected a name on the left of {text}"
    return Line(target.id, node, number, text, words, row, adds_up)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _comments(text: str) -> dict[int, str]:
    """What is said at the end of each line, by its number."""
    tokens = tokenize.generate_tokens(StringIO(text).readline)
    return {
        token.start[0]: token.string.lstrip("# ")
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def compiled(lines: tuple[Line, ...]) -> CodeType:
    """Lines as code for `exec`, which makes their targets in its scope."""
    module = ast.Module([line.statement for line in lines], [])
    return compile(ast.fix_missing_locations(module), "<lines>", "exec")


def variables(node: ast.AST) -> Iterator[ast.Name]:
    """The names in an expression that are no functions, from left to right."""
    if isinstance(node, ast.Name):
        yield node
    elif isinstance(node, ast.Call):
        for argument in node.args:
            yield from variables(argument)
    else:
        for child in ast.iter_child_nodes(node):
            yield from variables(child)


def _called(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            yield part.func.id


def evaluator(node: ast.expr) -> CodeType:
    """An expression, compiled for `eval`."""
    return _expression(ast.unparse(node))


@lru_cache(maxsize=256)
def _expression(text: str) -> CodeType:
    return compile(text, "<lines>", "eval")


def _listing(body: Body) -> tuple[tuple[int, str], ...]:
    """See `Body.listing`."""
    text = textwrap.dedent(inspect.getsource(body.function))
    (tree,) = ast.parse(text).body
    assert isinstance(tree, ast.FunctionDef)
    by_number: dict[int, list[Line]] = {}  # a second bias has its lines where the first one has
    for line in body.lines:
        by_number.setdefault(line.number, []).append(line)
    written = {line.text for line in body_of(body.function).lines}
    skipped: set[int] = set()
    for node in tree.body:
        runs = node.lineno in by_number
        if _is_docstring(node) or (isinstance(node, ast.Assign | ast.AugAssign) and not runs):
            skipped |= {*range(node.lineno, (node.end_lineno or node.lineno) + 1)}
        elif runs and by_number[node.lineno][0].text not in written:
            skipped |= {*range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)}
    rows = []
    for number, source in enumerate(text.splitlines(), start=1):
        if number in skipped:
            continue
        here = by_number.get(number, [])
        if not here or here[0].text in written:
            rows.append((number, source.rstrip()))
        for line in here:
            if line.text not in written:
                words = f"  # {line.words}" if line.words else ""
                rows.append((number, f"    {line.text}{words}"))
    return tuple(rows)
