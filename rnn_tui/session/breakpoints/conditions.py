"""Conditions on a run: what they may speak of, and whether they hold. None is run as code."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rnn_tui.characters import one_line
from rnn_tui.session.why.metrics.metric import Where
from rnn_tui.session.why.metrics.metrics import METRICS

NAMES = tuple(one.name for one in METRICS.values() if one.reading)
FLAGS = tuple(name for name in NAMES if METRICS[name].is_flag)
TESTED = tuple(name for name in NAMES if METRICS[name].where is Where.HELD_BACK)

Reading = Callable[[str], float]


class ConditionError(ValueError):
    """A condition that can't be read: one line, where and what was expected."""

    def __init__(self, line: str) -> None:
        super().__init__(one_line(line))


@dataclass(frozen=True)
class Scope:
    """What conditions may speak of: the shape of each parameter, and whether there are tests.

    `passes` are the arrays of a pass with the axes of their indices, `extent(axis, example)` is
    what an index may be. They are of an example, `example` from 1 where none is named; None
    where one has to be, and 0 in a stream, whose updates have a chunk each. There are `examples`
    of them. `others` are names of what else has a value where the condition is looked at, `flags`
    those of them that are true or false.
    """

    shapes: Mapping[str, tuple[int, ...]]
    tested: bool
    passes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extent: Callable[[str, int], Sequence[int]] = lambda _axis, _example: ()
    example: int | None = None
    examples: int = 0
    has_classes: bool = True
    has_radius: bool = True
    others: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The metrics that there are for such answers and such a network."""
        possible = (METRICS[name].is_possible(self.has_classes, self.has_radius) for name in NAMES)
        fitting = (name for name, fits in zip(NAMES, possible, strict=True) if fits)
        return *fitting, *self.others


@dataclass(frozen=True)
class Part:
    """A part of a condition: true or false if it `is_truth`, else a number.

    `result` asks for the values that matter, all of which are in `names`.
    """

    result: Callable[[Reading], float]
    is_truth: bool = False
    names: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, function: Callable[..., float], parts: Sequence[Part], is_truth: bool = False
    ) -> Part:
        """A function of the values of other parts."""
        return cls(
            lambda value: function(*(one.result(value) for one in parts)), is_truth, _names(parts)
        )

    @classmethod
    def joined(cls, hold: Callable[..., bool], parts: Sequence[Part]) -> Part:
        """`and` is all, `or` is any: what stands behind is asked for only if it matters."""
        return cls(lambda value: hold(one.result(value) for one in parts), True, _names(parts))

    @classmethod
    def asked(cls, name: str, is_truth: bool = False) -> Part:
        """A value by its name."""
        return cls(lambda value: value(name), is_truth, (name,))


def _names(parts: Sequence[Part]) -> tuple[str, ...]:
    return tuple(name for one in parts for name in one.names)


@dataclass(frozen=True)
class Condition:
    """A condition as it was written, and what it asks for: `names` are its values, each once."""

    text: str
    part: Part
    names: tuple[str, ...]

    def true(self, value: Reading) -> bool:
        """Whether it holds, under these values."""
        return bool(self.part.result(value))

    def weigh(self, value: Reading) -> tuple[bool, dict[str, float]]:
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


FUNCTIONS: dict[str, Callable[..., float]] = {"abs": abs, "min": smallest, "max": largest}
