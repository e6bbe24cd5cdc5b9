"""What the commands share: JSON that reads back exactly, tables, and the progress bar."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Lock, Timer
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


def progress(items: Iterable[T], total: int, unit: str) -> Iterator[T]:
    """The same items; a bar on stderr as `bar` has it."""
    with bar(unit) as tell:
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


class Bar:
    """What is told how much is done. It is drawn by `begin`, which another thread may call."""

    def __init__(self, drawn: Progress | None = None, unit: str = "") -> None:
        self._drawn, self._unit = drawn, unit
        self._task = None if drawn is None else drawn.add_task(unit, total=None)
        self._told = monotonic(), ""  # when it was last told of, and what was being done then
        self._shows = False
        self._lock = Lock()

    def __call__(self, done: int, of: int, doing: str = "") -> None:
        """So many are done, of so many; what is being done, if there is more to say of it."""
        if self._drawn is None or self._task is None:
            return
        now, before = monotonic(), self._told  # to be told of takes as long as a small update
        if done >= of or doing != before[1] or now - before[0] >= BETWEEN:
            self._told = now, doing
            self._drawn.update(
                self._task, completed=done, total=of, description=doing or self._unit
            )

    def begin(self) -> None:
        """Draw it from now on."""
        with self._lock:
            if self._drawn is not None:
                self._shows = True
                self._drawn.start()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Have it gone while lines are printed on the same terminal."""
        with self._lock:
            if self._drawn is not None and self._shows:
                self._drawn.stop()
            yield
            if self._drawn is not None and self._shows:
                self._drawn.start()


@contextmanager
def bar(unit: str, *, quiet: bool = False) -> Iterator[Bar]:
    """A bar on stderr with rate and time left once it takes over a second.

    Gives what to tell how many are done. stdout is left alone: what is printed meanwhile goes
    where it always goes. Where it is `quiet`, or stderr no terminal, there is none.
    """
    if quiet or not sys.stderr.isatty():
        yield Bar()
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
    told = Bar(drawn, unit)
    soon = Timer(PATIENCE, told.begin)  # also where nothing is done for a while
    soon.start()
    try:
        yield told
    finally:
        soon.cancel()
        soon.join()
        drawn.stop()
