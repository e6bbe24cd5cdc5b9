"""One published figure: where it stands, what was printed, and how it is measured."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

OF_THE_BOOK = re.compile(r"^the book \(([^)]*)\)")


@dataclass(frozen=True)
class Figure:
    """One published number, a row of them, or a text, as printed.

    `measure` names a function of MEASURES with its arguments. It is measured at
    `example` (from 1), or at a `text` of its own, and before `epoch` (from 0), or
    after update `step` (from 1) where that is given. `overrides` change the
    experiment first, as --set does. With `seeds` it is measured with model.seed =
    0 … seeds − 1; `{seed}` in an override stands for that. `spelled` is the text,
    instead of `published`. `why` explains an erratum; `fault` names the bug that gives it
    to the digit. One that is `recomputed` has been computed from what is known of its
    source, whose own page prints fewer digits or was not seen.
    """

    source: str
    what: str
    published: tuple[str, ...]
    measure: str
    example: int = 1
    epoch: int = 0
    why: str = ""
    step: int = 0
    text: str = ""
    seeds: int = 0
    overrides: tuple[str, ...] = ()
    spelled: str = ""
    fault: str = ""
    recomputed: bool = False

    @property
    def place(self) -> str:
        """Its source where the word book stands beside it: `ch. 16 §1, listing`."""
        return OF_THE_BOOK.sub(r"\1", self.source)

    @property
    def numbers(self) -> tuple[Decimal, ...]:
        """What was printed, to its last digit and no further."""
        return tuple(map(number, self.published))

    def settings(self) -> list[tuple[str, ...]]:
        """The overrides of each run that it is measured on: one, or as many as `seeds`."""
        if not self.seeds:
            return [self.overrides]
        return [
            (*(one.replace("{seed}", str(seed)) for one in self.overrides), f"model.seed={seed}")
            for seed in range(self.seeds)
        ]

    def updates(self, updates_per_epoch: int) -> int:
        """How far a run has to go for it, at most."""
        return self.step or (self.epoch + 1) * updates_per_epoch


def number(printed: str) -> Decimal:
    """A number as printed: 7,256 and 2e-2 and 0. are some. Raises ArithmeticError."""
    return Decimal(printed.replace(",", ""))


def unit(printed: Decimal) -> float:
    """The worth of the last digit that was printed."""
    exponent = printed.as_tuple().exponent
    assert isinstance(exponent, int), "published numbers are finite"
    return float(10.0**exponent)
