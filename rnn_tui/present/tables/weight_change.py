"""An array's weights with their change since the start beside them, where both have room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rnn_tui.present.tables.cells import Cell, Column
from rnn_tui.present.tables.legend import Heat
from rnn_tui.present.tables.weights import CHANGE, MatrixTable

APART = 3  # cells between the weights and their change


@dataclass(frozen=True, eq=False)
class ChangedTable(MatrixTable):
    """The columns of the weights, then as many of their change since the start."""

    scales = 2  # of heat, also while there is no change yet

    @cached_property
    def change(self) -> MatrixTable:
        """The change alone."""
        return MatrixTable(self.view, self.name, CHANGE)

    @property
    def title(self) -> str:
        """What stands beside the array is named last, so that it is cut first."""
        return f"{super().title}  Δ change since the start"

    @cached_property
    def columns(self) -> Sequence[Column]:
        """The rows' names, the weights, their change."""
        *own, last = super().columns
        changes = self.change.columns[self.frozen_columns :]
        named = (replace(one, title=f"Δ{one.title}", width=_width(one)) for one in changes)
        return [*own, replace(last, gap=APART), *named]

    @property
    def heats(self) -> tuple[Heat, ...]:
        """Both have a scale of their own: a change is much smaller."""
        return (*super().heats, *(heat._replace(of="Δ: ") for heat in self.change.heats))

    def ref(self, row: int, column: int) -> str:
        """Of a change that of the change."""
        place = self._in_change(column)
        return super().ref(row, column) if place is None else self.change.ref(row, place)

    def subject(self, row: int, column: int) -> str:
        """The weight itself, from its change, too: that is what can be set."""
        place = self._in_change(column)
        return super().subject(row, column if place is None else place)

    def _cell(self, row: int, column: int) -> Cell:
        place = self._in_change(column)
        return super()._cell(row, column) if place is None else self.change._cell(row, place)

    def _in_change(self, column: int) -> int | None:
        """The column of the change that stands there; None where it is one of the weights."""
        place = column - self.shape[1]
        return place if place >= self.frozen_columns else None


def with_changes(found: dict[str, MatrixTable]) -> dict[str, MatrixTable]:
    """The same tables with the change beside the weights."""
    return {name: ChangedTable(one.view, name, one.way) for name, one in found.items()}


def _width(column: Column) -> int:
    return max(column.width, len(column.title) + 1)
