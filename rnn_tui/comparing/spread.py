"""What a comparison comes to: each setting's numbers over its random starts, and its rank."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.comparing.grid import Grid, GridCell, Setting
from rnn_tui.comparing.measuring import RunOutcome


@dataclass(frozen=True)
class Spread:
    """The median of some numbers, the least and the most of them.

    A run that broke counts as infinitely bad in the median; `low` and `high` are those
    of the others, NaN where there is none.
    """

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Of at least one number; NaN stands for a run that broke."""
        numbers = np.array(values, dtype=np.float64)
        finite = numbers[np.isfinite(numbers)]
        if not len(finite):
            return cls(math.nan, math.nan, math.nan)
        median = float(np.median(np.where(np.isfinite(numbers), numbers, np.inf)))
        median = median if math.isfinite(median) else math.nan
        return cls(median, float(finite.min()), float(finite.max()))


@dataclass(frozen=True, eq=False)
class Band:
    """Learning curves over random starts: `x`, `median`, `low` and `high`, (n,) each."""

    x: Floats
    median: Floats
    low: Floats
    high: Floats

    @classmethod
    def of(
        cls, outcomes: Sequence[RunOutcome], curve: Callable[[RunOutcome], Sequence[float]]
    ) -> Band:
        """A point where any of them was measured; a run that broke is missing from then on."""
        longest = max(outcomes, key=lambda one: len(one.x))
        table = np.full((len(outcomes), len(longest.x)), np.nan)
        for row, one in zip(table, outcomes, strict=True):
            row[: len(one.x)] = curve(one)
        spreads = [Spread.of(column) for column in table.T.tolist()]
        parts = ([getattr(one, name) for one in spreads] for name in ("median", "low", "high"))
        arrays = (frozen(np.array(part, dtype=np.float64)) for part in parts)
        return cls(frozen(np.array(longest.x, dtype=np.float64)), *arrays)


@dataclass(frozen=True, eq=False)
class Row:
    """A setting with its runs."""

    setting: Setting
    cells: tuple[GridCell, ...]
    outcomes: tuple[RunOutcome, ...]

    @property
    def broke(self) -> int:
        """How many runs ended in inf or NaN."""
        return sum(one.broke is not None for one in self.outcomes)

    @property
    def is_tested(self) -> bool:
        """Whether there is unseen data to be measured on."""
        return any(one.test_loss for one in self.outcomes)

    @cached_property
    def loss(self) -> Spread:
        """The last training loss."""
        return Spread.of([one.last_loss for one in self.outcomes])

    @cached_property
    def test_loss(self) -> Spread:
        """The last loss on unseen data."""
        return Spread.of([one.last_test_loss for one in self.outcomes])

    @property
    def judged(self) -> Spread:
        """What it is ranked by: the loss on unseen data, where there is any."""
        return self.test_loss if self.is_tested else self.loss

    @property
    def accuracy(self) -> Spread:
        """The last share of outputs right, on unseen data where there is any."""
        tested = self.is_tested
        values = [one.test_accuracy if tested else one.accuracy for one in self.outcomes]
        return Spread.of(values)

    def median(self, name: str) -> float:
        """The median of another number of the runs."""
        return Spread.of([getattr(one, name) for one in self.outcomes]).median

    @property
    def grad_norm(self) -> float:
        """The largest gradient norm of any run."""
        return max(one.grad_norm for one in self.outcomes)

    @cached_property
    def curve(self) -> Band:
        """The learning curve that it is ranked by."""
        if self.is_tested:
            return Band.of(self.outcomes, lambda one: one.test_loss)
        return Band.of(self.outcomes, lambda one: one.loss)


@dataclass(frozen=True, eq=False)
class Comparison:
    """A grid with what all of its cells came to."""

    grid: Grid
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, grid: Grid, outcomes: Mapping[int, RunOutcome]) -> Comparison:
        """The rows in the order of the settings; `outcomes` by the place of their cells."""
        rows = []
        for setting in grid.settings:
            mine = [k for k, cell in enumerate(grid.cells) if cell.setting == setting]
            cells = tuple(grid.cells[k] for k in mine)
            rows.append(Row(setting, cells, tuple(outcomes[k] for k in mine)))
        return cls(grid, tuple(rows))

    @property
    def is_tested(self) -> bool:
        """Whether rows are ranked by unseen data."""
        return any(row.is_tested for row in self.rows)

    @cached_property
    def ranked(self) -> tuple[Row, ...]:
        """The rows, the best first; those that broke too often last."""
        return tuple(sorted(self.rows, key=_badness))

    @property
    def best(self) -> Row | None:
        """The row with the least median loss; None where all broke, or there is but one."""
        first = self.ranked[0]
        return None if len(self.rows) < 2 or math.isnan(first.judged.median) else first


def _badness(row: Row) -> float:
    median = row.judged.median
    return math.inf if math.isnan(median) else median
