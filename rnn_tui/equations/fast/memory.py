"""Memory that is set aside once and worked in again and again."""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.arrays import Floats, aligned_empty

VIEW = 240  # bytes that a view takes, and a call that is bound to it


class Memory:
    """Gives arrays of one float type, and counts what they take."""

    def __init__(self, dtype: DTypeLike) -> None:
        self.dtype = np.dtype(dtype)
        self.nbytes = 0

    def zeros(self, *shape: int) -> Floats:
        """A new array, of the float type computed in."""
        made = aligned_empty(prod(shape), self.dtype).reshape(shape)
        made[...] = 0.0
        self.nbytes += made.nbytes
        return made

    def by_timestep(self, rows: Floats, sequences: int) -> list[Floats]:
        """A view a timestep of arrays (…, n), whose rows go through the B sequences first.

        It is (B, n); of a single sequence a vector, whose products are faster.
        """
        n = rows.shape[-1]
        views = list(rows.reshape(-1, n) if sequences == 1 else rows.reshape(-1, sequences, n))
        self.nbytes += VIEW * len(views)
        return views
