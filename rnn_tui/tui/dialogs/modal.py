"""What all screens that open over another share."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from rich.console import RenderableType
from textual import events, on
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen, ScreenResultType
from textual.widgets import Static

from rnn_tui.characters import cell_width
from rnn_tui.tui.sizes import HEIGHTS, WIDTHS
from rnn_tui.tui.text import BORDER_EDGES, CODE_NAMES, SPELLING
from rnn_tui.tui.toolkit.backdrop import Dimmed
from rnn_tui.tui.toolkit.background import Background
from rnn_tui.tui.toolkit.first_paint import FirstPaint

BETWEEN = " · "
ALL = 10_000  # cells, before there is a size
ARROWS = "←→↑↓"
SEVERAL = re.compile(r"(\S+?)((?:,? [←→↑↓\d])*)( .*|$)")  # a key, more of its kind, what they do
KEY_NAMES = {
    "enter": "enter", "⏎": "enter", "esc": "escape", "tab": "tab", "del": "delete",
    "⌫": "backspace", "/": "slash", "?": "question_mark",
}  # fmt: skip


class Modal(FirstPaint[ScreenResultType]):
    """A screen over another, which is seen behind it, dimmed. It may have work done beside it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "leave")]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    HAS_CODE_NAMES: ClassVar[bool] = False  # in every notation: they are typed, or stand in code

    _outcome: tuple[ScreenResultType | None] | None = None  # what it ends with, once it may
    _keys = ""  # what stands on the border of the dialog

    def __init__(self) -> None:
        super().__init__()
        self._background = Background(self)
        self._aside = Background(self)  # for what is asked meanwhile

    def on_mount(self) -> None:
        """Begin, unless it was closed before it was up: then its widgets are gone."""
        dialogs = self.query(".dialog")
        if self.children and all(dialog.children for dialog in dialogs):
            for dialog in dialogs:
                dialog.auto_links = False  # the keys keep the look of a border
                if self.HAS_CODE_NAMES and not SPELLING.is_own:
                    dialog.border_title = f"{dialog.border_title} · {CODE_NAMES}"
                self.write_keys(Content.from_markup(dialog.border_subtitle or "").plain)
            self.begin()

    def begin(self) -> None:
        """What is done once its widgets are there."""

    def render(self) -> RenderableType:
        """The screen behind, if it is open; whoever asks, and in whichever task."""
        behind = self._behind()
        return Dimmed(behind, self.styles.background) if behind else super().render()

    def _behind(self) -> Screen[Any] | None:
        stack = self.app.screen_stack
        place = stack.index(self) if self in stack else 0
        return stack[place - 1] if place and self.styles.background.a < 1 else None

    # The keys

    def write_keys(self, keys: str) -> None:
        """Say on the border what keys do, `⏎ choose · esc leave`, as many as fit; a click does it.

        The last one, with which one leaves, is always among them.
        """
        self._keys = keys
        self._fit_keys()
        self.call_after_refresh(self._fit_keys)  # its width is known by then

    @on(events.Resize)
    def _fit_keys_anew(self) -> None:
        self.call_after_refresh(self._fit_keys)

    def _fit_keys(self) -> None:
        for dialog in self.query(".dialog") if self._keys else ():
            room = dialog.outer_size.width - BORDER_EDGES if dialog.outer_size.width else ALL
            dialog.border_subtitle = with_clicks(fitting(self._keys, room))

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
        self._aside.cancel()
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


def fitting(keys: str, room: int) -> str:
    """As many of the keys as fit, the last one always, without its words if need be."""
    *others, last = keys.split(BETWEEN)
    name = last.partition(" ")[0]
    for count in range(len(others), -1, -1):
        for end in (last, name):
            shown = BETWEEN.join((*others[:count], end))
            if cell_width(shown) <= room:
                return shown
    return name


def with_clicks(keys: str) -> Content:
    """`⏎ choose · esc leave`, where a click on each does what the key does."""
    return Content(BETWEEN).join(map(_piece, keys.split(BETWEEN)))


def _piece(text: str) -> Content:
    name, more, does = SEVERAL.fullmatch(text).groups()  # type: ignore[union-attr]
    key = KEY_NAMES.get(name, name if len(name) == 1 and name.isalnum() else "")
    if not key and name[0] not in ARROWS:
        return Content(text)
    shown = Content.assemble((name + more, "bold $foreground"), does)
    return shown.stylize(f"@click=screen.press('{key}')") if key else shown
