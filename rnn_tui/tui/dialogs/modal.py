"""What all screens that open over another share."""

from __future__ import annotations

from typing import ClassVar

from rich.console import RenderableType
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ScreenResultType
from textual.widgets import Static

from rnn_tui.tui.toolkit.backdrop import dimmed
from rnn_tui.tui.toolkit.background import Background
from rnn_tui.tui.toolkit.first_paint import FirstPaint


class Modal(FirstPaint[ScreenResultType]):
    """A screen over another, which is seen behind it, dimmed. It may have work done beside it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "leave")]

    _outcome: tuple[ScreenResultType | None] | None = None  # what it ends with, once it may

    def __init__(self) -> None:
        super().__init__()
        self._background = Background(self)

    def on_mount(self) -> None:
        """Begin, unless it was closed before it was up: then its widgets are gone."""
        if self.children:
            self.begin()

    def begin(self) -> None:
        """What is done once its widgets are there."""

    def render(self) -> RenderableType:
        """The screen behind."""
        return dimmed(super().render())

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave, and let go of what is done beside the screen for this one."""
        self._background.cancel()
        self._outcome = None
        return super().dismiss(result)

    def comment(self, text: str | Content, *, fine: bool = False) -> None:
        """Say below a field what is wrong with its text, or, where that is fine, what it does."""
        line = self.query_one(".problem", Static)
        line.set_class(fine, "-fine")
        line.update(text)

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
