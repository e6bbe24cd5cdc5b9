"""A TOML table read key by key: each read checks its value, and unknown keys are errors."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.experiments.errors import ExperimentError, clipped, nearest, one_of, shown

_MISSING: Any = object()


class Reader:
    """One table of an experiment file, at a dotted place in it.

    Every method takes a key and checks its value; without a default the key must
    be there. `finish` then refuses keys that nobody asked for.
    """

    def __init__(self, table: object, place: str = "") -> None:
        if not isinstance(table, dict):
            raise ExperimentError(f"expected a table, found {shown(table)}", key=place)
        self.table: dict[str, Any] = table
        self.place = place
        self._asked: list[str] = []

    def where(self, key: str) -> str:
        """The dotted address of a key."""
        return f"{self.place}.{dotted(key)}" if self.place else dotted(key)

    def error(self, key: str, expected: str) -> ExperimentError:
        """An error at a key."""
        return ExperimentError(expected, key=self.where(key))

    def __contains__(self, key: str) -> bool:
        self._asked.append(key)
        return key in self.table

    def _get(self, key: str, default: Any, expected: str) -> Any:
        self._asked.append(key)
        value = self.table.get(key, default)
        if value is _MISSING:
            raise self.error(key, f"missing, expected {expected}")
        return value

    def _wrong(self, key: str, expected: str, value: object) -> ExperimentError:
        return self.error(key, f"expected {expected}, found {shown(value)}")

    def subtable(self, key: str, required: bool = True) -> Reader:
        """A table below this one; an empty one if it may be left out and is."""
        value = self._get(key, _MISSING if required else {}, f"a table [{self.where(key)}]")
        return Reader(value, self.where(key))

    def text(self, key: str, default: str = _MISSING) -> str:
        """A string."""
        value = self._get(key, default, "a string")
        if not isinstance(value, str):
            raise self._wrong(key, "a string", value)
        return value

    def choice(
        self, key: str, choices: Sequence[str], default: str = _MISSING,
        also: Mapping[str, str] = MappingProxyType({}),
    ) -> Any:  # fmt: skip
        """One of a few words, or another word that is `also` one of them."""
        value = self._get(key, default, one_of(choices).removeprefix("expected "))
        value = also.get(value, value) if isinstance(value, str) else value
        if value not in choices or not isinstance(value, str):
            hint = nearest(value, (*choices, *also)) if isinstance(value, str) else ""
            raise self.error(key, f"{one_of(choices)}, found {shown(value)}{hint}")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self._get(key, default, "true or false")
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false", value)
        return value

    def integer(self, key: str, default: int = _MISSING, least: int = 0) -> int:
        """A whole number from `least` up."""
        expected = f"a whole number, {least} or more"
        value = self._get(key, default, expected)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value < 2**63:
            raise self._wrong(key, expected, value)
        return value

    def column(self, key: str) -> str | int:
        """A column of a file: its name, or its number from 1."""
        expected = "the name of a column, or its number from 1"
        value = self._get(key, _MISSING, expected)
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self._wrong(key, expected, value)
        return value

    def columns(self, key: str) -> tuple[str | int, ...]:
        """Columns of a file, as `column` reads each; one may stand by itself."""
        expected = "a list of columns, names or numbers from 1"
        value = self._get(key, _MISSING, expected)
        value = value if isinstance(value, list) else [value]
        bad = not value or any(isinstance(one, bool) or not isinstance(one, str | int)
                               for one in value)  # fmt: skip
        if bad or len(set(value)) < len(value):
            raise self._wrong(key, f"{expected}, all different", self.table[key])
        return tuple(value)

    def number(
        self, key: str, default: float, *, above: float | None = None, least: float | None = None,
        below: float = math.inf, most: float = math.inf,
    ) -> float:  # fmt: skip
        """A finite number within bounds; `above` and `below` themselves are outside them."""
        limits = [
            f"above {above:g}" if above is not None else "",
            f"{least:g} or more" if least is not None else "",
            f"below {below:g}" if below < math.inf else "",
            f"at most {most:g}" if most < math.inf else "",
        ]
        expected = ", ".join(["a finite number", *(limit for limit in limits if limit)])
        if least is not None and most < math.inf:
            expected = f"a finite number from {least:g} to {most:g}"
        value = self._get(key, default, expected)
        number = as_float(value)
        inside = (
            number is not None
            and (above is None or number > above)
            and (least is None or number >= least)
            and number < below
            and number <= most
        )
        if number is None or not inside:
            raise self._wrong(key, expected, value)
        return number

    def names(self, key: str, choices: Sequence[str], default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of distinct words out of a few; one may stand by itself."""
        value = _listed(self._get(key, list(default), "a list"))
        if not isinstance(value, list):
            raise self._wrong(key, "a list of names", value)
        for name in value:
            if name not in choices:
                hint = nearest(name, choices) if isinstance(name, str) else ""
                raise self.error(key, f"{one_of(choices)}, found {shown(name)}{hint}")
        return tuple(dict.fromkeys(value))

    def words(self, key: str, least: int = 1) -> tuple[str, ...]:
        """A list of distinct, non-empty strings; where one is enough it may stand by itself."""
        expected = f"a list of {least} or more distinct non-empty strings"
        value = self._get(key, _MISSING, expected)
        value = _listed(value) if least == 1 and value else value
        good = isinstance(value, list) and all(isinstance(w, str) and w for w in value)
        if not good or len(value) < least:
            raise self._wrong(key, expected, value)
        if len(set(value)) < len(value):
            twice = next(word for word, count in Counter(value).items() if count > 1)
            raise self.error(key, f"expected distinct strings, found {shown(twice)} twice")
        return tuple(value)

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings, of which some may be the same."""
        expected = "a list of strings"
        value = self._get(key, _MISSING, expected)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self._wrong(key, expected, value)
        return tuple(value)

    def array(self, key: str, shape: tuple[int, ...]) -> Floats:
        """Numbers in rows, of exactly this shape."""
        expected = _shape_words(shape)
        value = self._get(key, _MISSING, expected)
        if not isinstance(value, list):
            raise self._wrong(key, expected, value)
        if len(shape) == 1:
            return frozen(np.array(self._row(key, value, shape[0], expected)))
        if len(value) != shape[0]:
            raise self.error(key, f"expected {expected}, found {how_many(len(value), 'row')}")
        rows = [self._row(key, row, shape[1], expected, i) for i, row in enumerate(value)]
        return frozen(np.array(rows))

    def _row(
        self, key: str, row: object, width: int, expected: str, i: int | None = None
    ) -> list[float]:
        """So many finite numbers; `i` is the row's index if there are several."""
        if not isinstance(row, list):
            raise self._wrong(key, expected, row)
        if len(row) != width:
            found = how_many(len(row), "number")
            where = "" if i is None else f"row {i} with "
            raise self.error(key, f"expected {expected}, found {where}{found}")
        numbers = []
        for j, value in enumerate(row):
            number = as_float(value)
            if number is None:
                place = f"{key}[{j}]" if i is None else f"{key}[{i},{j}]"
                raise self._wrong(place, "a finite number", value)
            numbers.append(number)
        return numbers

    def only(self, *keys: str) -> None:
        """Refuse the first key that is none of these."""
        for key in self.table:
            if key not in keys:
                hint = nearest(key, sorted(keys, key=self.table.__contains__))  # absent ones first
                expected = ", ".join(keys)
                raise self.error(key, f"unknown key{hint}, expected one of: {expected}")

    def finish(self) -> None:
        """Refuse the first key that nobody asked for."""
        self.only(*dict.fromkeys(self._asked))


def _listed(value: Any) -> Any:
    """A word as a list of one, all else as it is."""
    return [value] if isinstance(value, str) else value


@lru_cache(maxsize=1024)  # as the address of every entry of a list is asked for
def dotted(*keys: str) -> str:
    """Keys as one address, in quotes where they would be misread."""
    return ".".join(clipped(k) if k and not set('." ') & set(k) else shown(k) for k in keys)


def as_float(value: object) -> float | None:
    """A finite number as a float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _shape_words(shape: tuple[int, ...]) -> str:
    numbers = how_many(shape[-1], "number")
    return (
        f"{how_many(shape[0], 'row')} of {numbers}" if len(shape) == 2 else f"a list of {numbers}"
    )


def how_many(number: int, noun: str) -> str:
    """`1 number`, `2 numbers`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
