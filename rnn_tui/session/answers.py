"""What the network says at an output, and whether that is right: judged in this one place."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.network import Network
from rnn_tui.experiments import Example


class Answer(NamedTuple):
    """The class that is `said`, None where p is no number, and the one that is wanted.

    `target` is None where no label was given. `p` is the probability of what is said, NaN
    where nothing is.
    """

    said: int | None
    target: int | None
    p: float

    @property
    def right(self) -> bool | None:
        """Whether it says what is wanted, which NaN never does; None without a label."""
        return None if self.target is None else self.said == self.target


def answer(net: Network, p: Floats, example: Example, k: int = -1) -> Answer:
    """The answer at the k-th output, where the network gives p (O,)."""
    target = example.targets[k] if example.labelled else None
    if not np.isfinite(p).all():
        return Answer(None, target, float("nan"))
    said = int(net.head.predict(p))
    if len(p) > 1:
        return Answer(said, target, float(p[said]))
    return Answer(said, target, float(p[0] if said else 1 - p[0]))
