"""The one error that bad input raises, and the help it gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches

from rnn_tui.characters import one_line

MOST_SHOWN = 60  # characters of a user's own text in a message
MOST_NAMED = 20  # names in a list of choices
MOST_CHARACTERS = 1000  # of the file, of the key and of the rest of a message
MOST_BITS = 10_000  # of an integer: Python refuses to print much longer ones


class ExperimentError(ValueError):
    """Something a user wrote can't be used: where it stands and what was expected.

    `str(error)` is one line, `file: key: expected …`, fit to be shown as it is.
    """

    def __init__(self, expected: str, *, key: str = "", file: str = "") -> None:
        self.expected = expected
        self.key = key
        self.file = file
        parts = (clipped(part, MOST_CHARACTERS) for part in (file, key, expected) if part)
        super().__init__(one_line(": ".join(parts)))

    def at(self, *, key: str = "", file: str = "") -> ExperimentError:
        """The same error with its place filled in from further out."""
        return ExperimentError(self.expected, key=self.key or key, file=self.file or file)


def nearest(word: str, known: Iterable[str]) -> str:
    """` (did you mean "…"?)` when some known name is close to `word`, else ``""``.

    Of equally close ones it is the first.
    """
    lowered = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), lowered, n=5, cutoff=0.6)
    if not close:
        return ""
    matcher = SequenceMatcher(b=word.lower())
    score = {}
    for name in filter(set(close).__contains__, lowered):
        matcher.set_seq1(name)
        score[name] = matcher.ratio()
    return f" (did you mean {shown(lowered[max(score, key=score.__getitem__)])}?)"


def shown(value: object) -> str:
    """A value of the user's as it may stand in a message, short however large it is."""
    if isinstance(value, list):
        return clipped(f"[{', '.join(_scalar(one) for one in value[:MOST_SHOWN])}]")
    return _scalar(value)


def _scalar(value: object) -> str:
    """A value without what is nested in it, as deep as that may go."""
    match value:
        case str():
            return f'"{clipped(value)}"'
        case bool():
            return str(value).lower()
        case int() if value.bit_length() > MOST_BITS:
            return "a number of thousands of digits"
        case dict():
            return "a table"
        case list():
            return "[…]"
    return clipped(str(value))


def clipped(text: str, most: int = MOST_SHOWN) -> str:
    """At most so many characters of a text, the last an ellipsis if some are left out."""
    return text if len(text) <= most else text[: most - 1] + "…"


def one_of(names: Sequence[str]) -> str:
    """`expected one of "a", "b"`; of very many only the first."""
    more = ["…"] if len(names) > MOST_NAMED else []
    return "expected one of " + ", ".join([*map(shown, names[:MOST_NAMED]), *more])


def shape_words(shape: tuple[int, ...]) -> str:
    """A shape as Python writes it."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
