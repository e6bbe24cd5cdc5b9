"""A training run as lines: a summary of each epoch, or of so many steps, until it diverges."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from rnn_tui.engine.training.epochs import (
    EpochSummary,
    StepSummary,
    run_epochs,
    summarise_steps,
    updates,
)
from rnn_tui.engine.training.training import Record, Trainer, TrainingState
from rnn_tui.session.runs.soundness import Soundness

MOST_ROWS = 20
LEAD = 5  # lines up to a divergence, which a table always shows

Summary = TypeVar("Summary", EpochSummary, StepSummary)


@dataclass(frozen=True, eq=False)
class Line(Generic[Summary]):
    """The state after an update or an epoch, with its summary where it makes a line.

    `diverged` says what became inf or NaN, if anything: nothing comes after that.
    """

    summary: Summary | None
    state: TrainingState
    diverged: str = ""


class _Step(NamedTuple):
    step: int
    record: Record
    state: TrainingState


def epoch_lines(trainer: Trainer, count: int) -> Iterator[Line[EpochSummary]]:
    """A line an epoch."""
    for summary, state in run_epochs(trainer, count):
        diverged = _not_finite(summary, state)
        yield Line(summary, state, diverged)
        if diverged:
            return


def step_lines(trainer: Trainer, count: int, every: int) -> Iterator[Line[StepSummary]]:
    """A line every so many steps and after the last, of the steps since the line before.

    A divergence ends it, and each of the `LEAD` steps that led to it has a line of its own.
    """
    sound = Soundness(trainer, trainer.initial_state())
    since: list[Record] = []
    lead: deque[_Step] = deque(maxlen=LEAD + 1)
    for step, (record, state) in enumerate(updates(trainer, count), start=1):
        since.append(record)
        lead.append(_Step(step, record, state))
        if not sound.after(record, state, step - 1):
            yield from _last_lines(trainer, since, lead)
            return
        if step % every and step != count:
            yield Line(None, state)
            continue
        yield _line(trainer, since, lead[-1])
        since.clear()
        lead.clear()


def _last_lines(
    trainer: Trainer, since: Sequence[Record], lead: Sequence[_Step]
) -> Iterator[Line[StepSummary]]:
    """What is left of the steps before, then each of those that led to a divergence."""
    yield _line(trainer, since[: len(since) - len(lead) + 1], lead[0])
    for one in list(lead)[1:]:
        yield _line(trainer, [one.record], one)


def _line(trainer: Trainer, records: Sequence[Record], last: _Step) -> Line[StepSummary]:
    summary = summarise_steps(last.step, records, trainer, last.state)
    return Line(summary, last.state, _not_finite(summary, last.state))


def _not_finite(summary: EpochSummary | StepSummary, state: TrainingState) -> str:
    """What is inf or NaN; nothing where all is finite."""
    for name, value in (("loss", summary.loss), ("gradient norm", summary.grad_norm)):
        if not isfinite(value):
            return f"{name} {str(value).replace('nan', 'NaN')}"
    if not np.isfinite(state.params.flat).all():
        return "weights inf or NaN"
    sound = all(np.isfinite(slot).all() for slot in state.slots.values())
    return "" if sound else "the optimizer's vectors inf or NaN"


@dataclass(eq=False)
class Rows(Generic[Summary]):
    """Of `lines` summaries those that a table shows: all, or about `MOST_ROWS` spread evenly.

    Whatever is left out, the last is there, and of a run that diverged the last `LEAD`: so what
    is left out of one is known only when as many have come after it.
    """

    lines: int
    everything: bool = False
    count: int = 0
    early: list[Summary] = field(default_factory=list)  # of those to show all but the last
    lead: deque[tuple[int, Summary]] = field(default_factory=deque)

    def add(self, summary: Summary) -> list[Summary]:
        """The next one; which are to be shown now."""
        self.lead.append((self.count, summary))
        self.count += 1
        ready: list[Summary] = []
        while len(self.lead) > (0 if self._thin == 1 else LEAD):
            place, one = self.lead.popleft()
            if place % self._thin == 0:
                ready.append(one)
        self.early += ready
        return ready

    def left(self, diverged: bool) -> list[Summary]:
        """Those to show at the end."""
        last = self.count - 1
        return [
            one for place, one in self.lead
            if diverged or place == last or place % self._thin == 0
        ]  # fmt: skip

    def shown(self, diverged: bool) -> list[Summary]:
        """All that are shown, in order."""
        return self.early + self.left(diverged)

    @property
    def _thin(self) -> int:
        return 1 if self.everything else max(1, -(-self.lines // MOST_ROWS))
