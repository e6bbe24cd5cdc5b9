"""What all screens that open over another share."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style
from textual.await_complete import AwaitComplete
from textual.color import Color
from textual.css.styles import RulesMap
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen, ScreenResultType
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.visual import RenderOptions, Visual

from rnn_tui.tui.toolkit.background import Background


class Modal(ModalScreen[ScreenResultType]):
    """A screen over another, which is seen behind it, dimmed.

    It is first painted when what it is made of has found its size. Textual lays a screen out,
    paints it, tells its widgets how large they are, and does both again for those that
    need another size then.
    """

    _is_laid_out = False
    _outcome: tuple[ScreenResultType | None] | None = None  # what it ends with, once it may

    def __init__(self) -> None:
        super().__init__()
        self._background = Background(self)

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave, and let go of what is done beside the screen for this one."""
        self._background.cancel()
        self._outcome = None
        return super().dismiss(result)

    def finish(self, result: ScreenResultType | None) -> None:
        """Leave with what came of the work beside the screen, once nothing lies over this one.

        Textual's `dismiss` takes away whichever screen is on top.
        """
        self._outcome = (result,)
        self._leave()

    def on_screen_resume(self) -> None:
        """What lay over it has been closed."""
        self._leave()

    def _leave(self) -> None:
        if self._outcome is not None and self.is_active:
            self.dismiss(*self._outcome)

    def _compositor_refresh(self) -> None:
        if self._is_laid_out:
            super()._compositor_refresh()
        else:
            self._is_laid_out = True
            self.refresh()

    def render(self) -> RenderableType:
        """The screen behind."""
        behind = super().render()
        if isinstance(behind, BackgroundScreen):
            return Dimmed(behind.screen, behind.color)
        return behind


class Dimmed(BackgroundScreen):
    """Textual's own background, which mixes the colours of each style once.

    It is drawn two or three times while a screen opens.
    """

    def visualize(self) -> Visual:
        """Its lines as they are; Textual would break them up and put them together again."""
        return _Lines(self)

    @classmethod
    def process_segments(cls, segments: Iterable[Segment], color: Color) -> Iterable[Segment]:
        """The same text in other styles."""
        for text, style, control in segments:
            yield Segment(text, None if control else _dimmed(style or Style.null(), color), control)


class _Lines(Visual):
    def __init__(self, behind: Dimmed) -> None:
        self.behind = behind

    def render_strips(
        self, width: int, height: int | None, style: VisualStyle, options: RenderOptions
    ) -> list[Strip]:
        """All lines of the screen behind."""
        made, color = self.behind.process_segments, self.behind.color
        strips = self.behind.screen._compositor.render_strips()
        return [Strip(made(strip, color)).adjust_cell_length(width) for strip in strips[:height]]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """All of it."""
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        """That of the screen behind."""
        return int(self.behind.screen.size.height)


@lru_cache(maxsize=4096)
def _dimmed(style: Style, color: Color) -> Style | None:
    (segment,) = BackgroundScreen.process_segments([Segment(" ", style)], color)
    return segment.style
