"""Long runs that measure figures, side by side."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from itertools import count

from rnn_tui.figures.jobs import TICK, FigureJob
from rnn_tui.figures.verdicts import Value
from rnn_tui.processes import Report, side_by_side

Found = dict[FigureJob, list[Value]]


def run_side_by_side(jobs: Sequence[FigureJob], found: Found) -> Generator[None]:
    """Run all jobs and put their values into `found`; yields after each `TICK` updates."""
    seen = 0
    with closing(side_by_side(_run, jobs)) as looks:
        for look in looks:
            found.update((jobs[place], values) for place, values in look.finished)
            ticks = sum(max(0, done) for done in look.done) // TICK
            for _ in range(seen, ticks):
                yield
            seen = max(seen, ticks)


def _run(job: FigureJob, report: Report) -> list[Value]:
    updates = count(1)
    return job.run(lambda: report(next(updates)))
