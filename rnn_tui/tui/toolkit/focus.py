"""What widgets do about the focus, or do not.

Relies on `Widget.watch_has_focus`, by which Textual styles a widget anew, with all that is in it
and all of its parts, whenever it gets the focus or loses it. Were it called otherwise, arrows
and tab would cost several times as much; nothing would look different.
"""

from __future__ import annotations


class Unchanged:
    """A widget whose styles are the same with the focus and without; a pane lights its border."""

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Look for no styles."""
