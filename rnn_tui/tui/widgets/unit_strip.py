"""A line of text with bars on it: a unit's activation, seen without colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from rnn_tui.present.text.text_strip import hanging, standing
from rnn_tui.tui.table.heat_look import HeatLook


@dataclass(frozen=True)
class StripPieces:
    """Pieces of a line with their widths, a value of −1 to 1 on each, and the chosen one."""

    pieces: Sequence[str] = ()
    widths: Sequence[int] = ()
    gap: int = 0
    values: Sequence[float] = ()
    chosen: int = -1


def bars(look: HeatLook, stretch: StripPieces, row: int, rows: int) -> list[Segment]:
    """A row of bars: row 0, 1, … counts up from the text, −1, −2, … down from it, of `rows`."""
    made = []
    for width, value in zip(stretch.widths, stretch.values, strict=True):
        block = standing(value, row, rows) if row >= 0 else hanging(value, -1 - row, rows)
        style = look.base + Style(color=look.ink(value), reverse=block.hanging)
        made += [Segment(block.text * width, style), Segment(" " * stretch.gap, look.base)]
    return made


class UnitStrip(Widget):
    """The text in the middle, bars above it for positive values and below it for negative."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"strip--text", "strip--chosen"}
    DEFAULT_CSS = """
    UnitStrip {
        color: $foreground;
        & > .strip--text { color: $muted; }
        & > .strip--chosen { color: $foreground; text-style: bold reverse; }
    }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.stretch = StripPieces()

    def draw(self, stretch: StripPieces) -> None:
        """Show another stretch of text."""
        self.stretch = stretch
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The text, or a row of bars so far above or below it."""
        above = (self.size.height - 1) // 2
        rows = above if y < above else self.size.height - 1 - above
        row = above - y - (y < above)  # 0, 1, … above the text, −1, −2, … below it
        look = HeatLook.of(self)
        cells = self._text() if y == above else bars(look, self.stretch, row, rows)
        return Strip(cells).adjust_cell_length(self.size.width, self.rich_style).simplify()

    def _text(self) -> list[Segment]:
        text = self.get_component_rich_style("strip--text")
        chosen = self.get_component_rich_style("strip--chosen")
        made = []
        for i, piece in enumerate(self.stretch.pieces):
            made.append(Segment(piece, chosen if i == self.stretch.chosen else text))
            made.append(Segment(" " * self.stretch.gap, text))
        return made
