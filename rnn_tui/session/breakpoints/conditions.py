"""Conditions on a run: what they may speak of, and whether they hold. None is run as code."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rnn_tui.session.breakpoints.condition_tokens import Token
from rnn_tui.session.why.metric import Where
from rnn_tui.session.why.metrics import METRICS

NAMES = tuple(one.name for one in METRICS.values() if one.reading)
FLAGS = tuple(name for name in NAMES if METRICS[name].is_flag)
TESTED = tuple(name for name in NAMES if METRICS[name].where is Where.HELD_BACK)
WORDS = ("and", "or", "not")

Value = Callable[[str], float]


@dataclass(frozen=True)
class Scope:
    """What conditions may speak of: the shape of each parameter, and whether there are tests.

    `passes` are the arrays of a pass, with what each of their indices may be. They are of
    an example, `example` from 1 where none is named; None where one has to be, and 0 in
    a stream, whose updates have a chunk each. There are `examples` of them.
    """

    shapes: Mapping[str, tuple[int, ...]]
    tested: bool
    passes: Mapping[str, tuple[Sequence[int], ...]] = field(default_factory=dict)
    example: int | None = None
    examples: int = 0


@dataclass(frozen=True)
class Node:
    """A part of a condition: `op` is an operator, a function, "number", "value" or "flag"."""

    op: str
    token: Token
    operands: tuple[Node, ...] = ()
    number: float = 0.0
    name: str = ""

    @property
    def is_truth(self) -> bool:
        """Whether it is true or false, rather than a number."""
        return self.op in TRUTHS

    def names(self) -> Iterator[str]:
        """Every value that is asked for, from left to right."""
        if self.name:
            yield self.name
        for operand in self.operands:
            yield from operand.names()

    def result(self, value: Value) -> float:
        """The number, or 1 and 0 for true and false. Asks only for values that matter."""
        match self.op:
            case "number":
                return self.number
            case "value" | "flag":
                return value(self.name)
            case "and":
                return all(one.result(value) for one in self.operands)
            case "or":
                return any(one.result(value) for one in self.operands)
        return OPERATIONS[self.op](*(one.result(value) for one in self.operands))


@dataclass(frozen=True)
class Condition:
    """A condition as it was written, and what it asks for: `names` are its values, each once."""

    text: str
    node: Node
    names: tuple[str, ...]

    def true(self, value: Value) -> bool:
        """Whether it holds, under these values."""
        return bool(self.node.result(value))

    def weigh(self, value: Value) -> tuple[bool, dict[str, float]]:
        """Whether it holds, and the values that this hung on."""
        asked: dict[str, float] = {}

        def noted(name: str) -> float:
            return asked.setdefault(name, value(name))

        return self.true(noted), asked


def divided(x: float, y: float) -> float:
    """x / y as floating point has it: by 0 it is infinite, or no number."""
    if y:
        return x / y
    if x == 0 or math.isnan(x):
        return math.nan
    return math.copysign(math.inf, x) * math.copysign(1.0, y)


def smallest(*numbers: float) -> float:
    """The least of them; NaN if one of them is."""
    return math.nan if any(map(math.isnan, numbers)) else min(numbers)


def largest(*numbers: float) -> float:
    """The greatest of them; NaN if one of them is."""
    return math.nan if any(map(math.isnan, numbers)) else max(numbers)


COMPARISONS: dict[str, Callable[..., float]] = {
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
    "==": operator.eq,
    "!=": operator.ne,
}
FUNCTIONS: dict[str, Callable[..., float]] = {"abs": abs, "min": smallest, "max": largest}
OPERATIONS: dict[str, Callable[..., float]] = {
    **COMPARISONS,
    **FUNCTIONS,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": divided,
    "negative": operator.neg,
    "not": operator.not_,
}
TRUTHS = frozenset({*COMPARISONS, *WORDS, "flag"})
