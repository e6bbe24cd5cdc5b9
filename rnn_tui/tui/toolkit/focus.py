"""What widgets do about the focus, or do not.

Relies on `Widget.watch_has_focus`, by which Textual styles a widget anew, with all that is in it
and all of its parts, whenever it gets the focus or loses it, and on `Widget._on_focus` and
`_on_blur`, by which it paints it anew and tells the one around it. Were these called otherwise,
arrows and tab would cost several times as much; nothing would look different.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

if TYPE_CHECKING:
    from textual.widget import Widget
else:  # Textual takes the default styles of a class from its first base that is a widget
    Widget = object


class Unchanged(Widget):
    """A widget that looks the same with the focus and without, in what it doesn't see to itself.

    Its styles are the same. What does change, such as a cursor, it paints in `watch_has_focus` or
    when the screen's `focused` is another; a pane lights its border.
    """

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Look for no styles."""

    def _on_focus(self, event: events.Focus) -> None:
        self._take_note(event, events.DescendantFocus(self), has_focus=True)

    def _on_blur(self, event: events.Blur) -> None:
        self._take_note(event, events.DescendantBlur(self), has_focus=False)

    def _take_note(self, event: events.Event, told: events.Event, *, has_focus: bool) -> None:
        event.prevent_default()  # a paint
        self.has_focus = has_focus
        if self.parent is not None:
            self.parent.post_message(told)
