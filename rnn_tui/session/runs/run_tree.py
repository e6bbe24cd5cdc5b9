"""All runs of a session: the first, each fork of it, and the memory that they share."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnn_tui.session.runs.timeline import Timeline

BUDGET = 64 * 2**20  # bytes of checkpoints that the runs of a session may hold together


class Family:
    """Runs in the order in which they were made, numbered from 1. None is ever lost.

    Their checkpoints share a budget in bytes: when they outgrow it, the run that has
    the most gives up every second one. The state that a run begins with always stays,
    so the least that n runs need is n states. `lock` is held by whoever changes or
    looks up checkpoints. `pinned` are the numbers of the runs that stay drawn.
    """

    def __init__(self, budget: int = BUDGET) -> None:
        self.budget = budget
        self.lock = threading.RLock()
        self.pinned: frozenset[int] = frozenset()
        self._runs: list[Timeline] = []

    @property
    def runs(self) -> tuple[Timeline, ...]:
        """All of them, oldest first; run k has the number k + 1."""
        return tuple(self._runs)

    @property
    def nbytes(self) -> int:
        """Bytes held in checkpoints, by all runs together."""
        return sum(run.nbytes for run in self._runs)

    def join(self, run: Timeline) -> int:
        """Take in one more run; its number."""
        with self.lock:
            self._runs.append(run)
            return len(self._runs)

    def thin(self) -> None:
        """Keep to the budget."""
        while self.nbytes > self.budget:
            largest = max(self._runs, key=lambda run: run.nbytes)
            if not largest.thin():
                return
