"""What is on the screen, cell by cell, and how well it can be read: WCAG's contrast."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rich.color import Color as RichColor
from rich.segment import Segment
from textual.app import App
from textual.color import Color

from rnn_tui.tui.palette import contrast

DRAWN = ((0x2500, 0x259F), (0x2800, 0x28FF), (0x1FB00, 0x1FBFF))  # lines, blocks, dots: no text


class Piece(NamedTuple):
    """A piece of a line in one style: where, what, on which widget, and its contrast."""

    x: int
    y: int
    text: str
    widget: str
    contrast: float
    foreground: Color
    background: Color

    def __str__(self) -> str:
        colours = f"{self.foreground.hex6} on {self.background.hex6}"
        return f"{self.contrast:5.2f} {self.widget} ({self.x},{self.y}) “{self.text}” {colours}"


def pieces(app: App[object]) -> Iterator[Piece]:
    """All text on the screen, but what shows through behind a dialog."""
    screen = app.screen
    for y, strip in enumerate(screen._compositor.render_strips(screen.size)):
        x = 0
        for segment in strip:
            widget, _ = screen.get_widget_at(x, y)
            text = "" if widget is screen else _read(segment.text)
            if text:
                yield _piece(app, segment, x, y, text)
            x += segment.cell_length


def _read(text: str) -> str:
    drawn = "".join(
        " " if any(low <= ord(letter) <= high for low, high in DRAWN) else letter for letter in text
    )
    return " ".join(drawn.split())


def _piece(app: App[object], segment: Segment, x: int, y: int, text: str) -> Piece:
    style = segment.style
    assert style is not None
    front = _true(style.color, app, foreground=True)
    back = _true(style.bgcolor, app, foreground=False)
    if style.reverse:
        front, back = back, front
    if style.dim:
        front = back.blend(front, 0.5)
    widget, _ = app.screen.get_widget_at(x, y)
    name = type(widget).__name__ + (f"#{widget.id}" if widget.id else "")
    return Piece(x, y, text, name, contrast(front, back), front, back)


def _true(colour: RichColor | None, app: App[object], foreground: bool) -> Color:
    """As a terminal with Textual's own sixteen colours has it."""
    given = colour or RichColor.default()
    return Color(*given.get_truecolor(app.ansi_theme, foreground=foreground))


def below(app: App[object], least: float) -> list[Piece]:
    """What can't be read well, the worst first."""
    return sorted(
        (one for one in pieces(app) if one.contrast < least), key=lambda one: one.contrast
    )
