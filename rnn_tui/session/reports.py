"""How far something is that trains: who is told, and what stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[int, int], object]  # how many updates are done on the way, and of how many


def say_nothing(_done: int, _of: int) -> None:
    """Nobody asks how far it is."""


class Listener:
    """Who is told before each update how far it is; what is raised then ends what trains."""

    def __init__(self, report: Report = say_nothing) -> None:
        self.report = report

    @contextmanager
    def replaced(self, report: Report) -> Iterator[None]:
        """Meanwhile another one is told."""
        before, self.report = self.report, report
        try:
            yield
        finally:
            self.report = before
