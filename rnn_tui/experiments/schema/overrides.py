"""`KEY=VALUE` put into a document before it is checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rnn_tui.experiments.errors import ExperimentError, shown
from rnn_tui.experiments.schema.reading import dotted

FLAG = "--set"
# A number whose point has digits on one side alone, which TOML refuses.
BARE_POINT = re.compile(r"[+-]?(\.[0-9]+|[0-9]+\.)([eE][+-]?[0-9]+)?")


@dataclass(frozen=True)
class Override:
    """What a `KEY=VALUE` did to a document.

    `key` is the address of its value; `made` that of the outermost table or value that
    was not there before it, or else the same as `key`.
    """

    key: str
    made: str

    def explains(self, place: str) -> bool:
        """Whether a mistake at this address is the override's."""
        inside = place.startswith((f"{self.key}.", f"{self.key}["))
        return inside or place in (self.key, self.made)


def key_of(written: str) -> str:
    """The address of what a `KEY=VALUE` overrides."""
    return dotted(*(part.strip() for part in written.partition("=")[0].split(".")))


def with_overrides(
    before: Iterable[str], more: Iterable[str], without: Iterable[str] = ()
) -> tuple[str, ...]:
    """Overrides, and more of them in the place of those of the same keys, and of some others."""
    put = tuple(more)
    dropped = {*map(key_of, put), *without}
    return (*(one for one in before if key_of(one) not in dropped), *put)


def override(document: dict[str, Any], written: str) -> Override:
    """Put `KEY=VALUE` into the document. Raises ExperimentError."""
    key, equals, value = written.partition("=")
    parts = [part.strip() for part in key.split(".")]
    if not equals or not all(parts):
        example = "KEY=VALUE such as training.learning_rate=0.1"
        raise ExperimentError(f"expected {example}, found {shown(written)}", file=FLAG)
    table, made = document, len(parts)
    for depth, part in enumerate(parts[:-1], start=1):
        if part not in table:
            made = min(made, depth)
        below = table.setdefault(part, {})
        if not isinstance(below, dict):
            wrong = f"{dotted(*parts[:depth])} is not a table"
            raise ExperimentError(wrong, key=dotted(*parts), file=FLAG)
        table = below
    table[parts[-1]] = value_of(value)
    return Override(dotted(*parts), dotted(*parts[:made]))


def value_of(written: str) -> Any:
    """A TOML value, `.5` and `5.` too, or the text itself where it is none."""
    try:
        document = tomllib.loads(f"value = {written}")
    except (ValueError, RecursionError):  # not TOML, or an integer that Python will not read
        text = written.strip()
        return float(text) if BARE_POINT.fullmatch(text) else text
    return document["value"] if len(document) == 1 else written.strip()


def blamed(place: str, overrides: Iterable[Override]) -> bool:
    """Whether a mistake at this address was put there by an override."""
    return any(one.explains(place) for one in overrides)
