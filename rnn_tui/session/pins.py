"""Loss curves kept for comparison."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.session.history import Edit, History


@dataclass(frozen=True, eq=False)
class Pin:
    """The losses of a run, a point an epoch or a step, and the edits that made it what it is."""

    losses: Floats
    edits: tuple[Edit, ...]

    @classmethod
    def of(cls, history: History) -> Pin:
        """Keep what a run has come to."""
        return cls(history.loss, history.edits)

    def is_of(self, history: History) -> bool:
        """Whether a history is of the same run, be it further on or further back."""
        shared = min(len(self.losses), history.count)
        return self.edits == history.edits and np.array_equal(
            self.losses[:shared], history.loss[:shared], equal_nan=True
        )
