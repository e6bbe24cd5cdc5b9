"""This program."""

from __future__ import annotations

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.benchmark.size import Size
from rnn_tui.engine.training.training import Trainer


class Ours:
    """Training as it is done here, everything included that it does for an update."""

    def __init__(self, size: Size) -> None:
        self._trainer = Trainer(size.experiment, np.dtype(size.dtype))
        self._state = self._trainer.initial_state()
        self._k = 0

    @staticmethod
    def fits(size: Size) -> bool:
        """Always."""
        return True

    @property
    def weights(self) -> Floats:
        """All parameters, flat."""
        return self._state.params.flat

    def update(self) -> None:
        """The next one, with the record of it that a run keeps."""
        _, self._state = self._trainer.advance(self._state, self._k)
        self._k += 1
