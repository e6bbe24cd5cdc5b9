"""A picture made of lines in inks, such as a chart."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from rnn_tui.characters import safe
from rnn_tui.present.charts.charts import ChartRow, Inked
from rnn_tui.present.charts.plot import LINES, Ink
from rnn_tui.tui.text import SPELLING

INK_STYLES: dict[Ink, str] = {
    Ink.FIRST: "$text-primary",
    Ink.SECOND: "$warn",
    Ink.RANGE: "$text-primary 50%",
    Ink.PIN: "$muted",
    Ink.LEVEL: "$text-success",
    Ink.EDIT: "$text-accent",
    Ink.ALERT: "$text-error",
    Ink.READING: "bold",
    Ink.NUMBER: "$muted",
    Ink.AXIS: "$foreground 40%",
    Ink.WORDS: "$foreground",
    **{ink: f"$line-{place}" for place, ink in enumerate(LINES, 1)},
}
FAINT = (Ink.RANGE, Ink.PIN, Ink.AXIS)
DIM = Style(dim=True)


def inked(piece: Inked) -> Content:
    """A piece of a line in its colour, for a border."""
    return Content.styled(safe(SPELLING.of(piece.text)), f"not bold {INK_STYLES[piece.ink]}")


class Picture(Widget):
    """Draws lines as they are given: a chart has many pieces and changes often."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[ChartRow, ...] = ()
        self._strips: list[Strip] | None = None  # made for the theme and size that there are

    def show(self, rows: Sequence[ChartRow]) -> None:
        """Draw other lines; nothing is done for the same ones."""
        rows = tuple(rows)
        if rows != self._rows:
            self._rows = rows
            self.refresh()

    def notify_style_update(self) -> None:
        """Another theme has other colours."""
        super().notify_style_update()
        self._strips = None

    def refresh(self, *args: object, **kwargs: object) -> Picture:
        """Make the lines anew."""
        self._strips = None
        return super().refresh(*args, **kwargs)  # type: ignore[arg-type]

    def render_line(self, y: int) -> Strip:
        """One line."""
        if self._strips is None:
            self._strips = self._made()
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.size.width, self.rich_style)

    def _made(self) -> list[Strip]:
        parse, base = self.app.stylesheet.parse_style, self.visual_style
        styles = {ink: (base + parse(text)).rich_style for ink, text in INK_STYLES.items()}
        if self.app.native_ansi_color:  # the terminal's own colours can't be mixed
            styles |= {ink: styles[ink] + DIM for ink in FAINT}
        width = self.size.width
        return [
            Strip([Segment(safe(text), styles[ink]) for text, ink in row]).adjust_cell_length(
                width, self.rich_style
            )
            for row in self._rows
        ]
