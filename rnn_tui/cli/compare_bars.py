"""The bars of a comparison under way: one for each run, and one for all."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rnn_tui.characters import cut_before, one_line
from rnn_tui.cli.output import PATIENCE, bars_of
from rnn_tui.comparing import WAITING, Grid, GridCell, GridProgress

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

NAME = 36  # cells of a run's name, at most


def bars(grid: Grid, first: GridProgress, looks: Iterable[GridProgress]) -> Iterator[GridProgress]:
    """The same looks; bars on stderr, where it is a terminal, once it takes over a second."""
    if not sys.stderr.isatty():
        yield from looks
        return
    shown = _made()
    total = sum(cell.updates for cell in grid.cells)
    everything = shown.add_task("all runs", total=total, completed=_done(first))
    tasks: dict[int, TaskID] = {}
    began, started = time.monotonic(), False
    try:
        for look in looks:
            _follow(shown, grid, look, tasks)
            shown.update(everything, completed=_done(look))
            if not started and time.monotonic() - began > PATIENCE:
                shown.start()
                started = True
            yield look
    finally:
        if started:
            shown.stop()


def _made() -> Bars:
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    return bars_of(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )


def _done(look: GridProgress) -> int:
    return sum(max(0, updates) for updates in look.done)


def _follow(shown: Bars, grid: Grid, look: GridProgress, tasks: dict[int, TaskID]) -> None:
    """A bar for each run under way, and none for one that ended."""
    for place, updates in enumerate(look.done):
        if place in look.outcomes:
            if place in tasks:
                shown.remove_task(tasks.pop(place))
        elif updates != WAITING:
            cell = grid.cells[place]
            if place not in tasks:
                tasks[place] = shown.add_task(_name(cell), total=cell.updates)
            shown.update(tasks[place], completed=updates)


def _name(cell: GridCell) -> str:
    name = cell.setting.name + ("" if cell.seed is None else f" seed={cell.seed}")
    return cut_before(one_line(name), NAME)
