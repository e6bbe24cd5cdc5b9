"""What all screens that open over another share."""

from __future__ import annotations

from typing import ClassVar

from rich.console import RenderableType
from textual import events
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ScreenResultType
from textual.widgets import Static

from rnn_tui.tui.toolkit.backdrop import dimmed
from rnn_tui.tui.toolkit.background import Background
from rnn_tui.tui.toolkit.first_paint import FirstPaint

BETWEEN = " · "
KEY_NAMES = {
    "enter": "enter", "⏎": "enter", "esc": "escape", "tab": "tab", "del": "delete",
    "⌫": "backspace", "/": "slash", "?": "question_mark",
}  # fmt: skip


class Modal(FirstPaint[ScreenResultType]):
    """A screen over another, which is seen behind it, dimmed. It may have work done beside it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "leave")]

    _outcome: tuple[ScreenResultType | None] | None = None  # what it ends with, once it may

    def __init__(self) -> None:
        super().__init__()
        self._background = Background(self)

    def on_mount(self) -> None:
        """Begin, unless it was closed before it was up: then its widgets are gone."""
        dialogs = self.query(".dialog")
        if self.children and all(dialog.children for dialog in dialogs):
            for dialog in dialogs:
                dialog.auto_links = False  # the keys keep the look of a border
                keys = Content.from_markup(dialog.border_subtitle or "").plain
                dialog.border_subtitle = with_clicks(keys)
            self.begin()

    def begin(self) -> None:
        """What is done once its widgets are there."""

    def render(self) -> RenderableType:
        """The screen behind."""
        return dimmed(super().render())

    # The mouse

    def on_click(self, event: events.Click) -> None:
        """A click outside of the dialog leaves it, as escape does."""
        widget, _ = self.get_widget_at(event.screen_x, event.screen_y)
        if widget is self:
            event.stop()
            self.action_press("escape")

    def action_press(self, key: str) -> None:
        """What a click on the name of a key does: press it, as if it came from the keyboard.

        One that a screen sends itself would not come to it: messages don't bubble to their sender.
        """
        self.app.call_later(self.app.simulate_key, key)

    # Leaving

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


def with_clicks(keys: str) -> Content:
    """`enter: choose · esc: leave`, where a click on each does what the key does."""
    return Content(BETWEEN).join(map(_piece, keys.split(BETWEEN)))


def _piece(text: str) -> Content:
    name, _, _ = text.replace(":", " ").partition(" ")
    key = KEY_NAMES.get(name, name if len(name) == 1 and name.isalnum() else "")
    return Content(text).stylize(f"@click=screen.press('{key}')") if key else Content(text)
