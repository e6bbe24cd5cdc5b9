"""`KEY=V1,V2,…`: one setting and the values that it is to have in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.errors import shown
from rnn_tui.experiments.schema.overrides import value_of

FLAG = "--vary"
MOST_CELLS = 1000
EXAMPLE = "KEY=V1,V2,… such as training.sequence_length=5,25,50"


@dataclass(frozen=True)
class Axis:
    """A key of the experiment and its values, as they were written."""

    key: str
    values: tuple[str, ...]

    @property
    def name(self) -> str:
        """The key without its table."""
        return self.key.rpartition(".")[2]

    def read(self, place: int) -> Any:
        """A value as the experiment file would have it."""
        return value_of(self.values[place])

    def text(self, place: int) -> str:
        """A value as it may stand in a table: without the quotes of a string."""
        value = self.read(place)
        return value if isinstance(value, str) else self.values[place]


def axis_of(written: str) -> Axis:
    """Read `KEY=V1,V2,…`; commas in brackets and in quotes part nothing. Raises ExperimentError."""
    key, equals, rest = written.partition("=")
    parts = [part.strip() for part in key.split(".")]
    if not equals or not all(parts):
        raise ExperimentError(f"expected {EXAMPLE}, found {shown(written)}", file=FLAG)
    key = ".".join(parts)
    values = tuple(pieces(rest))
    if not all(values):
        wrong = f"expected a value before and after each comma, found {shown(rest)}"
        raise ExperimentError(wrong, key=key, file=FLAG)
    if len(values) > MOST_CELLS:
        raise too_many(len(values))
    read: list[Any] = []
    for value in values:
        new = value_of(value)
        if any(_same(new, one) for one in read):
            wrong = f"expected different values, found {shown(value)} twice"
            raise ExperimentError(wrong, key=key, file=FLAG)
        read.append(new)
    return Axis(key, values)


def too_many(count: int) -> ExperimentError:
    """More runs than anybody wants to wait for."""
    return ExperimentError(
        f"expected at most {MOST_CELLS:,} runs in all, found {count:,}", key=FLAG
    )


def _same(one: Any, other: Any) -> bool:
    """Whether two values mean the same; `true` and 1 don't."""
    return type(one) is type(other) and bool(one == other)


def pieces(written: str) -> list[str]:
    """What stands between the commas that are in no bracket and in no quoted text.

    A quote opens a text only where a value begins or in brackets: `don't` is a word.
    """
    found, piece, depth, quote = [], "", 0, ""
    escaped = False
    for c in written:
        if quote:
            closes = c == quote and not escaped
            escaped = quote == '"' and c == "\\" and not escaped
            quote = "" if closes else quote
        elif c in "\"'" and (depth or not piece.strip()):
            quote = c
        elif c in "[{":
            depth += 1
        elif c in "]}":
            depth = max(0, depth - 1)
        elif c == "," and not depth:
            found.append(piece.strip())
            piece = ""
            continue
        piece += c
    return [*found, piece.strip()]
