"""All cells of a grid, those that are not done yet side by side; finished ones are kept at once."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from rnn_tui.comparing.grid import Grid, GridCell
from rnn_tui.comparing.measuring import RunOutcome, measure
from rnn_tui.comparing.store import Store, from_json
from rnn_tui.comparing.store import as_json as stored
from rnn_tui.processes import LOOK, WAITING, WORTH_PROCESSES, Look, Report, side_by_side
from rnn_tui.threads import cores


@dataclass(frozen=True)
class GridProgress:
    """How far a comparison is: the updates done of each cell, `WAITING` where it has not begun."""

    done: tuple[int, ...]
    outcomes: dict[int, RunOutcome]


def compare(grid: Grid, store: Store, jobs: int | None = None) -> Generator[GridProgress]:
    """Run what `store` does not know yet; yields now and then, the last time with everything.

    Up to `jobs` cells run at a time, by default one for each core. Whoever closes the
    generator ends the runs under way. Raises ExperimentError and MemoryError.
    """
    outcomes = {}
    for place, cell in enumerate(grid.cells):
        known = store.outcome(cell)
        if known is not None:
            outcomes[place] = known
    left = [place for place in range(len(grid.cells)) if place not in outcomes]
    left.sort(key=lambda place: grid.cells[place].updates, reverse=True)
    done = [cell.updates if k in outcomes else WAITING for k, cell in enumerate(grid.cells)]
    yield GridProgress(tuple(done), dict(outcomes))
    with closing(_looks([grid.cells[place] for place in left], jobs or cores())) as looks:
        for look in looks:
            for place, outcome in look.finished:
                store.add(grid.cells[left[place]], outcome)
                outcomes[left[place]] = outcome
            for place, updates in zip(left, look.done, strict=True):
                done[place] = grid.cells[place].updates if place in outcomes else updates
            yield GridProgress(tuple(done), dict(outcomes))


def _looks(cells: Sequence[GridCell], jobs: int) -> Generator[Look[RunOutcome]]:
    if not cells:
        return
    if min(jobs, len(cells)) == 1 or sum(cell.updates for cell in cells) < WORTH_PROCESSES:
        yield from _one_by_one(cells)
    else:
        yield from side_by_side(_work, cells, jobs)


def _work(cell: GridCell, report: Report) -> RunOutcome:
    running = measure(cell)
    with np.errstate(all="ignore"):
        while True:
            try:
                report(next(running))
            except StopIteration as end:
                return _kept(end.value)


def _one_by_one(cells: Sequence[GridCell]) -> Iterator[Look[RunOutcome]]:
    """The same in this process."""
    done, looked = [WAITING] * len(cells), time.monotonic()
    for place, cell in enumerate(cells):
        running = measure(cell)
        while True:
            try:
                done[place] = next(running)
            except StopIteration as end:
                yield Look(tuple(done), ((place, _kept(end.value)),))
                break
            if time.monotonic() - looked > LOOK:
                looked = time.monotonic()
                yield Look(tuple(done))


def _kept(outcome: RunOutcome) -> RunOutcome:
    """An outcome as it reads back from the store, so that a run resumed shows the same."""
    return from_json(stored(outcome))
