"""The curves of a run up to a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal, NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.parameters import Parameters
from rnn_tui.experiments import TrainingConfig
from rnn_tui.session.records import Observation, Records
from rnn_tui.session.timeline import Timeline

RECENT = 100  # steps whose mean loss stands for that of now


class Change(NamedTuple):
    """What an edit changed: a setting, one number such as `W_hh[1,0]`, or many of an array.

    Of many, `before` and `after` are None.
    """

    name: str
    before: object
    after: object


class Edit(NamedTuple):
    """Changes made by hand before an update."""

    update: int
    changes: tuple[Change, ...]


def edits(timeline: Timeline) -> tuple[Edit, ...]:
    """All edits that led to a timeline, oldest first."""
    made: list[Edit] = []
    while (fork := timeline.fork) is not None:
        parent = fork.parent
        before, after = parent.state(fork.at).params, timeline.state(timeline.start).params
        owner = parent.owner(fork.at)
        settings = _settings(owner.trainer.settings, timeline.trainer.settings)
        if changes := (*settings, *_numbers(before, after)):
            made.append(Edit(fork.at, changes))
        timeline = owner
    return tuple(reversed(made))


def _settings(before: TrainingConfig, after: TrainingConfig) -> Iterator[Change]:
    for field in fields(TrainingConfig):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new:
            yield Change(field.name, old, new)


def _numbers(before: Parameters, after: Parameters) -> Iterator[Change]:
    for name, old in before.items():
        new = after[name]
        places = np.argwhere(old != new)
        if len(places) == 1:
            at = tuple(places[0])
            index = ",".join(map(str, at))
            yield Change(f"{name}[{index}]", float(old[at]), float(new[at]))
        elif len(places):
            yield Change(name, None, None)


@dataclass(frozen=True, eq=False)
class History:
    """What was reported before this moment, each array (count,).

    A point is a finished epoch, or in a stream an update ("step"), `updates` of them
    each. Losses are in nats, the mean an output as seen on the way; `grad_norm` is
    the point's largest before clipping, `clipped` whether any update was clipped.
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
        return cls(unit, updates, *points, observed, tuple(e for e in edits if e.update <= done))

    def recent_loss(self, most: int = RECENT) -> float:
        """The mean of the newest losses; NaN while there is none."""
        newest = self.loss[-most:]
        return float(newest.mean()) if len(newest) else float("nan")
