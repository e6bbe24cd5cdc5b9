"""The rows of the Text screen: what may come next, how the language came, which units tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.characters import cell_width, visible
from rnn_tui.present.digits import percent, size, size_width
from rnn_tui.present.tables.cells import NOTHING, Cell, Column, Role, bars
from rnn_tui.session.text.units import VARIANCE, Ranking

CAME = " ◂"  # behind the token that stands next in the text


@dataclass(frozen=True, eq=False)
class NextTable:
    """Every token with its probability, the likeliest first.

    `p` (V,) is at this temperature, `plain` (V,) at 1; `came` is the token that
    stands next in the text, if there is one. A `narrow` table leaves `plain` out.
    """

    tokens: Sequence[str]
    p: Floats
    plain: Floats
    temperature: float
    came: str | None
    narrow: bool = False

    frozen_columns = 1
    by_row = True
    current_row = None

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Rows of the vocabulary by falling probability."""
        return tuple(int(row) for row in np.lexsort((-self.plain, -self.p)))

    @cached_property
    def columns(self) -> Sequence[Column]:
        """Token, percentage, bar, and the percentage at temperature 1 where that differs."""
        longest = max(cell_width(visible(token)) for token in self.tokens)
        if self.came is not None:
            longest = max(longest, cell_width(visible(self.came) + CAME))
        made = [Column("next", min(14, max(4, longest)), "left"), Column("p", 6)]
        made.append(bars())
        if self.temperature == 1 or self.narrow:
            return made
        return [*made, Column("temp 1", 6)]

    @property
    def row_count(self) -> int:
        """V."""
        return len(self.tokens)

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of one row."""
        token = self.tokens[self.order[row]]
        p, plain = float(self.p[self.order[row]]), float(self.plain[self.order[row]])
        came = token == self.came
        made = [
            Cell(visible(token) + (CAME if came else ""), Role.ACCENT if came else Role.TOKEN),
            Cell(percent(p), Role.TEXT if p else Role.EMPTY),
            Cell("", Role.BAR, bar=p),
            Cell(percent(plain), Role.MUTED),
        ]
        return made[first:last]


@dataclass(frozen=True, eq=False)
class Milestone:
    """One line of how the language came; `text` is None while it is being computed.

    `loss` is the validation loss there, None where it was not measured; `finite` is
    whether anything could be written.
    """

    update: int
    loss: float | None
    text: str | None
    finite: bool = True


@dataclass(frozen=True, eq=False)
class LanguageTable:
    """A line of writing for each milestone on the way, and one for now.

    `unit` is what an update is called here: an epoch where it has but one, a step of a text.
    """

    lines: Sequence[Milestone]
    measured: bool
    unit: str = "update"

    frozen_columns = 0
    by_row = True

    @cached_property
    def columns(self) -> Sequence[Column]:
        """Update, validation loss, text."""
        width = max(7, *(len(f"{line.update:,}") for line in self.lines))
        loss = [Column("val", size_width())] if self.measured else []
        return [Column(self.unit, width), *loss, Column("writes", 0, "left")]

    @property
    def row_count(self) -> int:
        """The milestones, and now."""
        return len(self.lines)

    @property
    def current_row(self) -> int | None:
        """Now."""
        return len(self.lines) - 1

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of one row."""
        line = self.lines[row]
        loss = NOTHING
        if line.loss is not None:
            loss = Cell(size(line.loss, room=size_width()), Role.MUTED)
        made = [Cell(f"{line.update:,}", Role.TOKEN), *([loss] if self.measured else [])]
        return [*made, _writes(line)][first:last]


def _writes(line: Milestone) -> Cell:
    if line.text is None:
        return Cell("…", Role.EMPTY)
    if not line.finite:
        return Cell(f"{line.text} ✗ its output is not finite", Role.BAD)
    return Cell(line.text)


@dataclass(frozen=True, eq=False)
class RankingTable:
    """The units in the order of a ranking, the chosen one marked."""

    ranking: Ranking
    unit: int

    frozen_columns = 1
    by_row = True

    @cached_property
    def columns(self) -> Sequence[Column]:
        """Number, score, whether it is high or low there, bar."""
        width = max(4, len(str(len(self.ranking.units))))
        title = VARIANCE if self.ranking.auc is None else "AUC"
        made = [Column("unit", width), Column(title, 8)]
        return [*made, bars()]

    @property
    def row_count(self) -> int:
        """H."""
        return len(self.ranking.units)

    @property
    def current_row(self) -> int | None:
        """The unit that is shown."""
        return self.ranking.rank(self.unit)

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of one row."""
        unit = self.ranking.units[row]
        score = float(self.ranking.scores[unit])
        made = [Cell(str(unit), Role.TOKEN), Cell(self._text(unit)), self._bar(score)]
        return made[first:last]

    def _text(self, unit: int) -> str:
        score = float(self.ranking.scores[unit])
        if self.ranking.auc is None or not np.isfinite(score):
            return size(score)
        return f"{score:.3f} {'↑' if self.ranking.auc[unit] >= 0.5 else '↓'}"

    def _bar(self, score: float) -> Cell:
        if not np.isfinite(score):
            return Cell("")
        top = float(np.nanmax(self.ranking.scores))
        share = 2 * score - 1 if self.ranking.auc is not None else score / top if top else 0.0
        return Cell("", Role.BAR, bar=share)
