"""The units of numbers that were normalised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Floats


@dataclass(frozen=True)
class Units:
    """How numbers that are answered lead back to the file's: times `sizes`, plus `means`."""

    names: tuple[str, ...]
    means: tuple[float, ...]
    sizes: tuple[float, ...]

    def of(self, answers: Floats) -> Floats:
        """Answers (…, O) in the units of the file."""
        told: Floats = answers * np.array(self.sizes) + np.array(self.means)
        return told
