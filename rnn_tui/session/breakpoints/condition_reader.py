"""Conditions such as `loss < 0.3 and not clipped`, read as Python reads them and never run.

Of Python's grammar there are `and`, `or`, `not`, one comparison, + - * /, numbers, names,
`W_hh[1,0]`, and abs, min and max of numbers; all else is refused. `h[2,1]#3`, which is h[2,1] in
example 3, is given to Python as an attribute of the same length, `h[2,1].D`, so that places in
its tree are places in the text.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Sequence

from rnn_tui.experiments import EMBEDDING
from rnn_tui.experiments.errors import clipped, nearest, shown
from rnn_tui.session.breakpoints.conditions import (
    FLAGS,
    FUNCTIONS,
    TESTED,
    Condition,
    ConditionError,
    Part,
    Scope,
    divided,
)
from rnn_tui.session.why.metrics.metrics import ALSO

MOST_CHARACTERS = 200
SIGNS = "< <= > >= == != + - * /"
OPERAND = "expected a number, a name such as loss, or ("
NO_SIGN = re.compile(r"[^\w <>=!+\-*/()\[\],#]|#(?! *\d)", re.ASCII)
ASSIGNS = re.compile(r"(?<![<>=!])=(?!=)")
DIGITS = re.compile(r"(?<![\w.])\.?\d(?:[eE][+-](?=\d)|[\w.])*", re.ASCII)
NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
LEADING_ZEROS = re.compile(r"0+(?=[0-9])")  # which Python refuses before a whole number
EXAMPLE = re.compile(r"#( *)(\d+)")
TO_LETTERS = str.maketrans("0123456789", "ABCDEFGHIJ")
TO_DIGITS = str.maketrans("ABCDEFGHIJ", "0123456789")

# The longer first, as one may begin as another does.
_CALLED = "|".join(re.escape(also) for also in sorted(ALSO, key=len, reverse=True))
CALLED = re.compile(rf"(?<![\w.\]])(?:{_CALLED})(?![\w(\[])")
ALONE = "expected nan alone, which is true where a loss or a weight is inf or NaN"

OPERATIONS: dict[type[ast.AST], Callable[..., float]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Add: operator.add, ast.Sub: operator.sub,
    ast.Mult: operator.mul, ast.Div: divided,
}  # fmt: skip


def parse(text: str, scope: Scope) -> Condition:
    """Read a condition. Raises ConditionError, a line that can be shown as it is."""
    text = _by_names(" ".join(text.split()), scope)
    part = _Reader(text, scope).truth(_tree(text))
    return Condition(text, part, tuple(dict.fromkeys(part.names)))


def parse_number(text: str, scope: Scope) -> Part:
    """Read what stands on one side of a comparison, such as `f[1,0] * c[0,0]`.

    Raises ConditionError.
    """
    text = _by_names(" ".join(text.split()), scope)
    return _Reader(text, scope).number(_tree(text))


def _by_names(text: str, scope: Scope) -> str:
    """A text with a metric's own name in place of what the screen calls it."""
    taken = {*scope.names, *scope.shapes, *scope.passes}
    return CALLED.sub(
        lambda found: (
            name if (name := ALSO[found[0]]) in taken and found[0] not in taken else found[0]
        ),
        text,
    )


def _tree(text: str) -> ast.expr:
    """What Python makes of a text in which there is nothing that a condition can't have."""
    if len(text) > MOST_CHARACTERS:
        raise ConditionError(f"expected at most {MOST_CHARACTERS} characters, not {len(text)}")
    source = DIGITS.sub(_number, text)
    without_dots = DIGITS.sub(lambda found: found[0].replace(".", "_"), text)
    for unknown, expected in ((NO_SIGN, "no such sign"), (ASSIGNS, "==, which compares")):
        if (sign := unknown.search(without_dots)) is not None:
            raise _wrong(text, sign.start(), sign.end(), f"expected {expected}")
    source = EXAMPLE.sub(lambda found: f".{found[1]}{found[2].translate(TO_LETTERS)}", source)
    try:
        return ast.parse(source, mode="eval").body
    except SyntaxError as error:
        raise _misplaced(text, error) from None
    except (MemoryError, RecursionError):  # of Python's parser, which has limits of its own
        raise ConditionError("expected fewer levels of nesting") from None


def _number(found: re.Match[str]) -> str:
    """A number as Python takes it, as long as it was."""
    if not NUMBER.fullmatch(found[0]):
        raise _wrong(found.string, *found.span(), "expected a number such as 0.5")
    zeros = LEADING_ZEROS.match(found[0])
    return found[0] if zeros is None else found[0][zeros.end() :].ljust(len(found[0]))


def _misplaced(text: str, error: SyntaxError) -> ConditionError:
    place = (error.offset or 0) - 1
    word = re.compile(r"\w+|\S").match(text, max(place, 0))
    if "never closed" in error.msg:
        return ConditionError(f"at the end: expected {')' if error.msg[1] == '(' else ']'}")
    if place < 0 or word is None:
        return ConditionError(f"at the end: {OPERAND}")
    if word[0] in ")]":
        expected = f"expected {'(' if word[0] == ')' else '['} before it"
    elif word[0][0].isalnum() and word[0] not in ("and", "or", "not"):
        expected = "expected and, or, a comparison or + - * / before it"
    else:
        expected = OPERAND
    return _wrong(text, *word.span(), expected)


def _wrong(text: str, start: int, end: int, expected: str) -> ConditionError:
    return ConditionError(f"at character {start + 1}, {shown(text[start:end])}: {expected}")


class _Reader:
    """Reads the parts of Python's tree, and refuses what no condition has."""

    def __init__(self, text: str, scope: Scope) -> None:
        self._text = text
        self._scope = scope

    def truth(self, node: ast.expr) -> Part:
        """A part that has to be true or false."""
        part = self._part(node)
        if not part.is_truth:
            raise self._wrong(node, "expected a comparison, such as loss < 0.3")
        return part

    def number(self, node: ast.expr) -> Part:
        """A part that has to be a number."""
        part = self._part(node)
        if isinstance(node, ast.Name) and node.id == "nan":
            raise self._wrong(node, ALONE)
        if part.is_truth and isinstance(node, ast.Name):
            raise self._wrong(node, "expected a number; this is true or false by itself")
        if part.is_truth:
            raise self._wrong(node, "expected a number here, not a comparison")
        return part

    def _part(self, node: ast.expr) -> Part:
        match node:
            case ast.BoolOp(op=op, values=values):
                hold = all if isinstance(op, ast.And) else any
                part = Part.joined(hold, [*map(self.truth, values)])
            case ast.UnaryOp(op=ast.Not(), operand=one):
                part = Part.of(operator.not_, [self.truth(one)], is_truth=True)
            case ast.UnaryOp(op=ast.USub(), operand=one):
                part = Part.of(operator.neg, [self.number(one)])
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
                part = Part.of(OPERATIONS[type(op)], [*map(self.number, (left, right))])
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in OPERATIONS:
                operands = [*map(self.number, (left, right))]
                part = Part.of(OPERATIONS[type(op)], operands, is_truth=True)
            case ast.Compare(ops=[_, _, *_]):
                raise self._wrong(node, "expected one comparison: join two with and")
            case ast.Compare(comparators=[ast.Name(id="nan")]):
                raise self._wrong(node, ALONE)
            case ast.BinOp() | ast.UnaryOp() | ast.Compare():
                raise self._wrong(node, f"expected no other signs than {SIGNS}")
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                part = self._literal(node, float(number))
            case ast.Call():
                part = self._call(node)
            case _:
                part = self._named(node)
        return part

    def _literal(self, node: ast.expr, number: float) -> Part:
        if math.isinf(number):
            raise self._wrong(node, "expected a smaller number")
        return Part(lambda _: number)

    def _call(self, node: ast.Call) -> Part:
        name, count = node.func.id if isinstance(node.func, ast.Name) else "", len(node.args)
        if "nan" in name.lower():
            raise self._wrong(node, ALONE)
        if name not in FUNCTIONS or node.keywords:
            raise self._wrong(node, f"expected a function: {', '.join(FUNCTIONS)}")
        if not (count == 1 if name == "abs" else count > 1):
            wanted = "one number" if name == "abs" else "two numbers or more"
            raise self._wrong(node, f"expected {wanted} in {name}( )")
        return Part.of(FUNCTIONS[name], [*map(self.number, node.args)])

    def _named(self, node: ast.expr) -> Part:
        name, index, example = self._address(node)
        scope = self._scope
        if name in scope.names and (index, example) == (None, None):
            if name in TESTED and not scope.tested:
                raise self._wrong(node, "expected another name: this experiment has no test data")
            return Part.asked(name, is_truth=name in (*FLAGS, *scope.flags))
        if name in scope.shapes and example is None:
            allowed: list[Sequence[int]] = [range(size) for size in scope.shapes[name]]
            number = 0
        elif name in scope.passes:
            number = self._example(node, example)
            allowed = [scope.extent(axis, number) for axis in scope.passes[name]]
        else:
            raise self._wrong(node, f"expected {self._instead(name)}")
        first, last = (_written([some[end] for some in allowed]) for end in (0, -1))
        of = f" in example {number}" if number else ""
        if index is None:
            raise self._wrong(node, f"expected an index: {name} goes from {first} to {last}{of}")
        if not _is_there(index, allowed):
            there = f"there is no {clipped(name + _written(index))}"
            raise self._wrong(node, f"{name} goes from {first} to {last}{of}, {there}")
        return Part.asked(name + _written(index) + (f"#{number}" if number else ""))

    def _instead(self, name: str) -> str:
        """What to expect in place of a name that means nothing here."""
        if name in (*self._scope.names, *self._scope.shapes):
            return f"{name} without what follows it"
        if name in FUNCTIONS:
            return f"{name}( )"
        if name == EMBEDDING:
            return "another name: the embedding is not trained here"
        near = nearest(
            name, (*self._scope.names, *FUNCTIONS, *self._scope.shapes, *self._scope.passes)
        )
        return (
            f"a name that is known{near}"
            if near
            else f"a name: {', '.join((*self._scope.names, *self._scope.shapes))}"
        )

    def _address(self, node: ast.expr) -> tuple[str, tuple[int, ...] | None, int | None]:
        """A name, the index behind it and the example behind that, where they are there."""
        match node:
            case ast.Attribute(value=ast.Name() | ast.Subscript() as inner, attr=letters):
                name, index, _ = self._address(inner)
                if (digits := letters.translate(TO_DIGITS)).isdecimal():
                    return name, index, int(digits)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=places)):
                return name, tuple(map(self._whole, places)), None
            case ast.Subscript(value=ast.Name(id=name), slice=place):
                return name, (self._whole(place),), None
            case ast.Name(id=name):
                return name, None, None
        raise self._wrong(node, OPERAND)

    def _whole(self, node: ast.expr) -> int:
        match node:
            case ast.Constant(value=number) if type(number) is int:
                return number
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as one):
                return -self._whole(one)
        raise self._wrong(node, "expected a whole number")

    def _example(self, node: ast.expr, asked: int | None) -> int:
        """Of which example a number of a pass is; 0 in a stream, where all have the same shape."""
        most = self._scope.examples
        number = self._scope.example if asked is None or self._scope.example == 0 else asked
        if number is None:
            raise self._wrong(node, f"expected #1 to #{most} after it: which example")
        if asked is not None and not 1 <= asked <= most:
            raise self._wrong(node, f"expected an example from 1 to {most}")
        return number

    def _wrong(self, node: ast.expr, expected: str) -> ConditionError:
        return _wrong(self._text, node.col_offset, node.end_col_offset or 0, expected)


def _written(index: Sequence[int]) -> str:
    return f"[{','.join(map(str, index))}]"


def _is_there(index: Sequence[int], allowed: Sequence[Sequence[int]]) -> bool:
    return len(index) == len(allowed) and all(
        i in some for i, some in zip(index, allowed, strict=True)
    )
