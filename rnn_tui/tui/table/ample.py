"""A short list in a high pane: its rows are as tall as there is room for, up to a few lines."""

from __future__ import annotations

from typing import ClassVar

from rnn_tui.tui.table.table import TableView


class AmpleTable(TableView):
    """A table of bars, whose rows stay the same ones: so none changes its height on the way."""

    MOST_TALL: ClassVar[int] = 3

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._is_large = True

    def enlarge(self, large: bool) -> None:
        """It is large already."""
