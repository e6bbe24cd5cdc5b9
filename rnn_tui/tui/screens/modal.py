"""What all screens that open over another share."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen, ScreenResultType


class Modal(ModalScreen[ScreenResultType]):
    """A screen over another, which is seen behind it, dimmed."""

    def render(self) -> RenderableType:
        """The screen behind."""
        behind = super().render()
        if isinstance(behind, BackgroundScreen):
            return Dimmed(behind.screen, behind.color)
        return behind


class Dimmed(BackgroundScreen):
    """Textual's own background, which mixes the colours of each style once.

    It is drawn two or three times while a screen opens, and took most of that time.
    """

    @classmethod
    def process_segments(cls, segments: Iterable[Segment], color: Color) -> Iterable[Segment]:
        """The same text in other styles."""
        for text, style, control in segments:
            yield Segment(text, None if control else _dimmed(style or Style.null(), color), control)


@lru_cache(maxsize=4096)
def _dimmed(style: Style, color: Color) -> Style | None:
    (segment,) = BackgroundScreen.process_segments([Segment(" ", style)], color)
    return segment.style
