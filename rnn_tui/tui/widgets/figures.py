"""Text with numbers in it that can be asked about."""

from __future__ import annotations

from textual.widgets import Static


class Figures(Static):
    """A click on a number shows how it came about. Each keeps the colour of its own meaning."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.auto_links = False  # else every number would take the one colour of links
        self.tooltip = "Click a number to see how it was computed"
