"""The one error that bad input raises, and the help it gives."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST_SHOWN = 60  # characters of a user's own text in a message


class ExperimentError(ValueError):
    """Something a user wrote can't be used: where it stands and what was expected.

    `str(error)` is one line, `file: key: expected …`, fit to be shown as it is.
    """

    def __init__(self, expected: str, *, key: str = "", file: str = "") -> None:
        self.expected = expected
        self.key = key
        self.file = file
        line = ": ".join(part for part in (file, key, expected) if part)
        super().__init__("".join(c if c.isprintable() else repr(c)[1:-1] for c in line))

    def at(self, *, key: str = "", file: str = "") -> ExperimentError:
        """The same error with its place filled in from further out."""
        return ExperimentError(self.expected, key=self.key or key, file=self.file or file)


def nearest(word: str, known: Iterable[str]) -> str:
    """` (did you mean "…"?)` when some known name is close to `word`, else ``""``."""
    lowered = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.6)
    return f' (did you mean "{lowered[close[0]]}"?)' if close else ""


def shown(value: object) -> str:
    """A value of the user's as it may stand in a message."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    if isinstance(value, bool):
        text = text.lower()
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def one_of(names: Iterable[str]) -> str:
    """`expected one of "a", "b"`."""
    return "expected one of " + ", ".join(f'"{name}"' for name in names)
