"""Heads whose targets are numbers: there is no right and wrong, an answer is so far off."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats, Ints, Reals
from rnn_tui.equations.heads.head import Head


class RealHead(Head):
    """Targets (…, O) are numbers, one for each of the outputs."""

    has_classes = False
    has_probabilities = False
    numpy_target = "np.array({0}, dtype=float)"
    torch_target = "torch.tensor({0}, dtype=torch.float64)"
    torch_logits = "{0}"
    torch_right = ""
    torch_cost = "{0} / {1}"
    numpy_class = ""

    def outputs(self, classes: int) -> int:
        """As many as a target has."""
        return classes

    def target(self, target: Any, size: int) -> Floats:
        """The numbers themselves."""
        return np.asarray(target, dtype=np.float64)

    def predict(self, p: Floats) -> Ints:
        """There are no classes. Raises TypeError."""
        raise TypeError(f"{self.name} answers with numbers")

    def probability_of(self, p: Floats, target: Ints) -> Floats:
        """There are no classes. Raises TypeError."""
        raise TypeError(f"{self.name} answers with numbers")

    def marks(self, answers: Floats, targets: Any) -> Floats:
        """How far each answer is off: the mean of |y − t| over its numbers."""
        off: Floats = np.abs(answers - targets).mean(axis=-1)
        return off

    @abstractmethod
    def answers(self, y: Reals, targets: Any) -> tuple[Floats, Floats]:
        """See `Head.answers`."""
