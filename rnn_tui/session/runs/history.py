"""The curves of a run up to a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rnn_tui.arrays import Floats
from rnn_tui.session.edits.edits import Change, Edit
from rnn_tui.session.runs.records import Curves, Observation, Records
from rnn_tui.session.runs.timeline import Timeline

__all__ = ["Change", "Edit", "History", "edits"]

RECENT = 100  # losses of steps that are put together in a mean


def edits(timeline: Timeline) -> tuple[Edit, ...]:
    """All edits that led to a timeline, oldest first."""
    made: list[Edit] = []
    while (fork := timeline.fork) is not None:
        if fork.changes:
            made.append(Edit(fork.at, fork.changes))
        timeline = fork.parent.owner(fork.at)
    return tuple(reversed(made))


@dataclass(frozen=True, eq=False)
class History:
    """What was reported before this moment, each array (count,).

    A point is a finished epoch, or in a stream an update ("step"), `updates` of them
    each. Losses are in nats, the mean an output as seen on the way; `grad_norm` is
    the point's largest before clipping, `clipped` whether any update was clipped.
    `curves` are the same as wholes, for whom single points are too many.
    `observed` are the measurements between updates, `edits` what was changed by hand
    on the way, both oldest first.
    """

    unit: Literal["epoch", "step"]
    updates: int
    loss: Floats
    accuracy: Floats
    grad_norm: Floats
    clipped: Floats
    learning_rate: Floats
    observed: tuple[Observation, ...]
    curves: Curves
    edits: tuple[Edit, ...] = ()

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
        edits: tuple[Edit, ...] = (),
    ) -> History:
        """The whole points among the first `done` records."""
        points = records.points(done // updates, updates)
        curves = records.curves(done // updates, updates)
        led = tuple(edit for edit in edits if edit.update <= done)
        return cls(unit, updates, *points, observed, curves, led)

    @property
    def newest_loss(self) -> float | None:
        """The loss of the last point, measured before its update; None while there is none."""
        return float(self.loss[-1]) if self.count else None

    @property
    def recent(self) -> int:
        """How many of the newest losses `recent_loss` is the mean of."""
        return min(RECENT, self.count)

    def recent_loss(self) -> float:
        """The mean of the newest losses; NaN while there is none."""
        newest = self.loss[-RECENT:]
        return float(newest.mean()) if len(newest) else float("nan")
