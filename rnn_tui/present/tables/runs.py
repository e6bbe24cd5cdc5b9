"""The runs of a session as a table: what sets each off from the one it left, what it came to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tui.present.digits import EMPTY, percent, size, size_width
from rnn_tui.present.sentences.train_words import changes_text
from rnn_tui.present.tables.cells import Cell, Column, Line, Role, Span
from rnn_tui.session.runs.branches import Branch, Runs

PINNED = "●"
FIGURE = size_width() + 1  # cells of a column of them
WAITING = Cell("…", Role.EMPTY)  # being computed
# What is left out where not all has room, and cells of the gutter and of what differs, at least.
GIVING_WAY = ("memory", "clipped", "radius", "norm", "accuracy", "test", "from")
GUTTER, DIFFERS = 2, 10


@dataclass(frozen=True, eq=False)
class RunsTable:
    """A row a run, in the order in which they were made; fewer columns for a small `width`."""

    runs: Runs
    width: int = 160

    frozen_columns = 1
    by_row = True

    @cached_property
    def columns(self) -> Sequence[Column]:
        """Number, where it left which run, what differs, and what it came to."""
        return [column for column, _ in self._wanted]

    @cached_property
    def _wanted(self) -> list[tuple[Column, str]]:
        """The columns that have room, each with the name of its cells."""
        wanted = self._all
        for name in GIVING_WAY:
            if GUTTER + sum((one.width or DIFFERS) + 1 for one, _ in wanted) <= self.width:
                break
            wanted = [pair for pair in wanted if pair[1] != name]
        return wanted

    @property
    def _all(self) -> list[tuple[Column, str]]:
        unit = f"{self.runs.rows[0].unit}s"
        during = f"{self.runs.rows[0].unit}’s loss"  # of which the loss now is not the last
        columns = [
            (Column("run", 5, "left"), "run"),
            (Column("from", self._widest(_origin, 4), "left"), "from"),
            (Column("differs", 0, "left"), "differs"),
            (Column(unit, self._widest(_reached, 6)), "reached"),
            (Column(during, max(FIGURE, len(during))), "loss"),
            (Column(self._last, len(self._last)), "accuracy"),
        ]
        if any(row.test_loss is None or np.isfinite(row.test_loss) for row in self.runs.rows):
            columns.append((Column("unseen", FIGURE), "test"))
        return [
            *columns,
            (Column("max ‖g‖", FIGURE + 1), "norm"),
            (Column("clipped", self._widest(_clipped, 7)), "clipped"),
            *([(Column("ρ(W_hh)", FIGURE), "radius")] if self.runs.rows[0].has_radius else []),
            (Column("memory", 8), "memory"),
        ]

    @property
    def _last(self) -> str:
        """What answers came to: how many are right, or how far off they are."""
        unit = self.runs.rows[0].unit
        return f"{unit}’s right" if self.runs.rows[0].has_classes else f"{unit}’s error"

    def _widest(self, text: Callable[[Branch], str], least: int) -> int:
        return max(least, *(len(text(row)) for row in self.runs.rows))

    @property
    def row_count(self) -> int:
        """As many as there are runs worth naming."""
        return len(self.runs.rows)

    @property
    def current_row(self) -> int | None:
        """The run under the cursor."""
        return next((k for k, row in enumerate(self.runs.rows) if row.here), None)

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of one row."""
        shown = _cells(self.runs.rows[row])
        return [shown[name] for _, name in self._wanted[first:last]]


def _origin(row: Branch) -> str:
    return "–" if row.parent is None else f"{row.parent} at {row.at // row.updates:,}"


def _reached(row: Branch) -> str:
    return f"{row.reached // row.updates:,}"


def _clipped(row: Branch) -> str:
    return f"{row.clipped:,}×" if row.clipped else "–"


def _answered(row: Branch) -> str:
    return percent(row.accuracy) if row.has_classes else _figure(row.accuracy)


def _cells(row: Branch) -> dict[str, Cell]:
    pin = f" {PINNED}" if row.pinned else ""
    broken = row.broken is not None
    norm = Cell(_figure(row.largest_norm), Role.BAD if broken else Role.TEXT)
    differs = changes_text(row.changes)
    if broken and row.broken is not None:
        differs = f"✗ broke at {row.broken // row.updates:,}; {differs}"
    return {
        "run": Cell(f"{row.number}{pin}", Role.STRONG),
        "from": Cell(_origin(row), Role.MUTED),
        "differs": Cell(differs, Role.BAD if broken else Role.TEXT),
        "reached": Cell(_reached(row)),
        "loss": Cell(_figure(row.loss)),
        "accuracy": Cell(_answered(row) if row.reached // row.updates else EMPTY),
        "test": WAITING if row.test_loss is None else Cell(_figure(row.test_loss)),
        "norm": norm,
        "clipped": Cell(_clipped(row), Role.MUTED),
        "radius": _radius(row.radius),
        "memory": Cell(memory(row.nbytes), Role.MUTED),
    }


def _radius(radius: float | None) -> Cell:
    if radius is None:
        return WAITING
    return Cell(_figure(radius, 3), Role.WARN if radius > 1 else Role.TEXT)


def _figure(x: float, decimals: int = 4) -> str:
    return EMPTY if np.isnan(x) else size(x, decimals, FIGURE)


def memory(nbytes: int) -> str:
    """Bytes in a unit that suits them: `11 kB`, `1.5 MB`."""
    if nbytes < 2**20:
        return f"{max(1, round(nbytes / 2**10)):,} kB"
    return f"{nbytes / 2**20:.1f} MB"


def memory_line(runs: Runs) -> Line:
    """What the checkpoints hold of what they may, and how close to each other they are."""
    here = next(row for row in runs.rows if row.here)
    unit = "update" if here.updates > 1 or here.unit == "epoch" else "step"
    which = f"every {unit}" if here.every == 1 else f"every {_ordinal(here.every)} {unit}"
    return (
        Span("checkpoints ", Role.MUTED), Span(memory(runs.nbytes)),
        Span(f" of {runs.budget / 2**20:.0f} MB", Role.MUTED),
        Span(f" · of run {here.number} {which} is stored, all others are recomputed exactly" if
             here.every > 1 else f" · of run {here.number} {which} is stored", Role.MUTED),
    )  # fmt: skip


def _ordinal(n: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(n % 10 if n % 100 not in (11, 12, 13) else 0, "th")
    return f"{n:,}{ending}"
