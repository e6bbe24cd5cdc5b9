"""The lines of our own code that the explorer runs, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass

from rnn_tui.equations.lines import Body


@dataclass(frozen=True)
class Listing:
    """A function as it runs: numbers from its first line, which is 1, with their text.

    Its docstring is left out, and so are lines that do not run here; a bug is in its place.
    """

    file: str
    function: str
    lines: tuple[tuple[int, str], ...]


def listing(body: Body) -> Listing:
    """The source of the function that lines stand in."""
    return Listing(body.file, body.name, body.listing)
