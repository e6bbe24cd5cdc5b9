"""The one error that bad input raises, and the help it gives."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ExperimentError(ValueError):
    """Something a user wrote can't be used: where it stands and what was expected.

    `str(error)` is one line, `file: key: expected …`, fit to be shown as it is.
    """

    def __init__(self, expected: str, *, key: str = "", file: str = "") -> None:
        self.expected = expected
        self.key = key
        self.file = file
        super().__init__(": ".join(part for part in (file, key, expected) if part))

    def at(self, *, key: str = "", file: str = "") -> ExperimentError:
        """The same error with its place filled in from further out."""
        joined = f"{key}.{self.key}" if key and self.key else key or self.key
        return ExperimentError(self.expected, key=joined, file=file or self.file)


def nearest(word: str, known: Iterable[str]) -> str:
    """` (did you mean "…"?)` when some known name is close to `word`, else ``""``."""
    candidates = list(known)
    lowered = {name.lower(): name for name in candidates}
    close = get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.6)
    return f' (did you mean "{lowered[close[0]]}"?)' if close else ""
