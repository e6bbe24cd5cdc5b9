"""The curves of a run up to a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.session.records import Observation, Records


@dataclass(frozen=True, eq=False)
class History:
    """What was reported before this moment, each array (count,).

    A point is a finished epoch, or in a stream an update ("step"), `updates` of them
    each. Losses are in nats, the mean an output as seen on the way; `grad_norm` is
    the point's largest before clipping, `clipped` whether any update was clipped.
    `observed` are the measurements between updates, oldest first.
    """

    unit: Literal["epoch", "step"]
    updates: int
    loss: Floats
    accuracy: Floats
    grad_norm: Floats
    clipped: Floats
    learning_rate: Floats
    observed: tuple[Observation, ...]

    @property
    def count(self) -> int:
        """How many points there are."""
        return len(self.loss)

    @classmethod
    def of(
        cls,
        records: Records,
        observed: tuple[Observation, ...],
        done: int,
        *,
        unit: Literal["epoch", "step"],
        updates: int,
    ) -> History:
        """The whole points among the first `done` records."""
        count = done // updates
        rows = records.rows(count * updates)
        table = {
            name: rows[:, column].reshape(count, updates)
            for column, name in enumerate(Records.COLUMNS)
        }
        outputs = table["outputs"].sum(axis=1)
        return cls(
            unit=unit,
            updates=updates,
            loss=frozen(table["loss"].sum(axis=1) / outputs),
            accuracy=frozen(table["right"].sum(axis=1) / outputs),
            grad_norm=frozen(table["grad_norm"].max(axis=1, initial=-np.inf)),
            clipped=frozen(table["clipped"].max(axis=1, initial=0.0)),
            learning_rate=frozen(table["learning_rate"][:, -1].copy()),
            observed=observed,
        )

    def recent_loss(self, most: int = 100) -> float:
        """The mean of the newest losses; NaN while there is none."""
        newest = self.loss[-most:]
        return float(newest.mean()) if len(newest) else float("nan")
