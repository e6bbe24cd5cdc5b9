"""What the commands share: JSON that reads back exactly, tables, and the progress bar."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from rnn_tui.cli.streams import gated_console

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn
    from rich.table import Table

T = TypeVar("T")
PATIENCE = 1.0  # seconds before a progress bar shows
BETWEEN = 0.05  # from one thing that it is told to the next


def to_json(value: Any) -> str:
    """One line of strict JSON in ASCII: floats to the last bit, NaN and infinity as null."""
    return json.dumps(_plain(value), allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def console() -> Console:
    """Where tables go: stdout, 100 wide when it is no terminal. Text is printed as it stands."""
    return gated_console(sys.stdout, width=None if sys.stdout.isatty() else 100)


def table(title: str, *columns: str, left: int = 1) -> Table:
    """A plain table whose first `left` columns are text and the rest numbers."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    made = Table(title=title or None, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for place, column in enumerate(columns):
        made.add_column(column, justify="left" if place < left else "right")
    return made


def progress(items: Iterable[T], total: int, unit: str, *, quiet: bool = False) -> Iterator[T]:
    """The same items; a bar on stderr as `bar` has it."""
    with bar(unit, quiet=quiet) as tell:
        for done, item in enumerate(items):
            tell(done, total)
            yield item


def bars_of(*columns: ProgressColumn) -> Progress:
    """Bars on stderr that are gone when they end, and leave stdout alone."""
    from rich.progress import Progress  # noqa: PLC0415

    return Progress(
        *columns,
        console=gated_console(sys.stderr),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )


@contextmanager
def bar(unit: str, *, quiet: bool = False) -> Iterator[Callable[..., object]]:
    """A bar on stderr with rate and time left once it takes over a second.

    Gives what to tell how many are done, of how many, and if there is more to say than the unit,
    what is being done.
    stdout is left alone: what is printed meanwhile goes where it always goes. Where
    it is `quiet`, or stderr no terminal, there is none.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _of, _doing="": None
        return
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        ProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text  # noqa: PLC0415

    class Rate(ProgressColumn):
        def render(self, task: Any) -> Text:
            return Text(f"{task.speed:,.0f} {unit}/s" if task.speed else "")

    described = TextColumn("{task.description}", markup=False)
    columns = (described, BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    drawn = bars_of(*columns)
    task = drawn.add_task(unit, total=None)
    told = monotonic(), ""  # when it was last told of, and what was being done then

    def tell(done: int, of: int, doing: str = "") -> None:
        nonlocal told
        now, before = monotonic(), told  # to be told of takes as long as a small update
        if done >= of or doing != before[1] or now - before[0] >= BETWEEN:
            told = now, doing
            drawn.update(task, completed=done, total=of, description=doing or unit)

    soon = Timer(PATIENCE, drawn.start)  # also where nothing is done for a while
    soon.start()
    try:
        yield tell
    finally:
        soon.cancel()
        soon.join()
        drawn.stop()
