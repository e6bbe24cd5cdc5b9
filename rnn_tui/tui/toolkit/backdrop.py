"""The screen behind a dialog, dimmed.

Relies on `Screen._compositor.render_strips`, the lines of a screen as they stand; and on
`BackgroundScreen`, with its `screen`, `color` and `process_segments`, which Textual's own modal
screens are rendered as. Without them, dialogs could not open.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.css.styles import RulesMap
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.visual import RenderOptions, Visual


def lines_of(screen: Screen[object]) -> list[Strip]:
    """All lines of a screen, as they stand."""
    return screen._compositor.render_strips()


class Dimmed(BackgroundScreen):
    """Textual's own background, which mixes the colours of each style once.

    It is drawn two or three times while a screen opens.
    """

    def visualize(self) -> Visual:
        """Its lines as they are; Textual would break them up and put them together again."""
        return _DimmedLines(self)

    @classmethod
    def process_segments(cls, segments: Iterable[Segment], color: Color) -> Iterable[Segment]:
        """The same text in other styles."""
        for text, style, control in segments:
            yield Segment(text, None if control else _mixed(style or Style.null(), color), control)


class _DimmedLines(Visual):
    def __init__(self, behind: Dimmed) -> None:
        self.behind = behind

    def render_strips(
        self, width: int, height: int | None, style: VisualStyle, options: RenderOptions
    ) -> list[Strip]:
        """All lines of the screen behind."""
        made, color = self.behind.process_segments, self.behind.color
        strips = lines_of(self.behind.screen)
        return [Strip(made(strip, color)).adjust_cell_length(width) for strip in strips[:height]]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """All of it."""
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        """That of the screen behind."""
        return int(self.behind.screen.size.height)


@lru_cache(maxsize=4096)
def _mixed(style: Style, color: Color) -> Style | None:
    (segment,) = BackgroundScreen.process_segments([Segment(" ", style)], color)
    return segment.style
