"""What widgets do about the focus, or do not."""

from __future__ import annotations


class Unchanged:
    """A widget whose styles are the same with the focus and without; a pane lights its border.

    Textual else styles it anew, with all that is in it and all of its parts.
    """

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Look for no styles."""
