"""What is on the screen, cell by cell, and how well it can be read: WCAG's contrast."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rich.color import Color as RichColor
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual.app import App
from textual.color import Color

from rnn_tui.tui.palette import contrast

DRAWN = ((0x2500, 0x259F), (0x2800, 0x28FF), (0x1FB00, 0x1FBFF))  # lines, blocks, dots: no text


class Piece(NamedTuple):
    """A piece of a line in one style, and where it is."""

    x: int
    y: int
    text: str
    style: Style


class Unreadable(NamedTuple):
    """A piece with too little contrast."""

    contrast: float
    widget: str
    piece: Piece
    foreground: Color
    background: Color

    def __str__(self) -> str:
        x, y, text, _ = self.piece
        colours = f"{self.foreground.hex6} on {self.background.hex6}"
        return f"{self.contrast:5.2f} {self.widget} ({x},{y}) “{text}” {colours}"


def pieces(app: App[None]) -> Iterator[Piece]:
    """All text on the screen."""
    screen = app.screen
    for y, strip in enumerate(screen._compositor.render_strips(screen.size)):
        x = 0
        for text, style, _ in strip:
            if style is not None and (shown := _read(text)):
                yield Piece(x, y, shown, style)
            x += len(text)


def _read(text: str) -> str:
    if text.isspace():
        return ""
    return " ".join("".join(map(_letter, text)).split())


def _letter(letter: str) -> str:
    return " " if any(low <= ord(letter) <= high for low, high in DRAWN) else letter


def below(app: App[None], least: float) -> list[Unreadable]:
    """What can't be read well, the worst first; not what shows through behind a dialog."""
    measured: dict[Style, tuple[float, Color, Color]] = {}
    found = []
    for piece in pieces(app):
        if piece.style not in measured:
            measured[piece.style] = _ends(piece.style, app.ansi_theme)
        ratio, front, back = measured[piece.style]
        if ratio < least:
            widget, _ = app.screen.get_widget_at(piece.x, piece.y)
            if widget is not app.screen:
                name = type(widget).__name__ + (f"#{widget.id}" if widget.id else "")
                found.append(Unreadable(ratio, name, piece, front, back))
    return sorted(found, key=lambda one: one.contrast)


def _ends(style: Style, theme: TerminalTheme) -> tuple[float, Color, Color]:
    """Contrast, text and ground, as a terminal with Textual's own sixteen colours has them."""
    front, back = _true(style.color, theme, True), _true(style.bgcolor, theme, False)
    if style.reverse:
        front, back = back, front
    if style.dim:
        front = back.blend(front, 0.5)
    return contrast(front, back), front, back


def _true(colour: RichColor | None, theme: TerminalTheme, foreground: bool) -> Color:
    return Color(*(colour or RichColor.default()).get_truecolor(theme, foreground=foreground))
