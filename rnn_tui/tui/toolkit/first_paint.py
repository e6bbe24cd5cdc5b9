"""A screen that is first painted as it stays.

Textual lays a screen out, paints it, tells its widgets how large they are, and does both again
for those that need another size then. This relies on `Screen._compositor_refresh`, by which the
lines of a screen reach the terminal. Were it called otherwise, a dialog would flicker when it
opens. It relies on `Screen._on_screen_resume`, which comes after that of a subclass and styles all
of the screen anew if the event says so; were it otherwise, to open one again would cost more.
"""

from __future__ import annotations

from textual import events
from textual.screen import ModalScreen, ScreenResultType

from rnn_tui.tui.toolkit.sparing import SparingScreen


class FirstPaint(ModalScreen[ScreenResultType], SparingScreen[ScreenResultType]):
    """Leaves out the first paint, of what has not found its size yet."""

    _is_laid_out = False
    _is_painted = False
    _styled_for: tuple[object, ...] = ()  # the theme and size, if it was opened before

    def stand_by(self) -> None:
        """It has found its size before it is opened: there is nothing to leave out."""
        self._is_laid_out = True
        self._styled_for = self.app.theme, self.app.size

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        """Opened again, it looks as it did, unless the theme or the size is another."""
        styled_for = self.app.theme, self.app.size
        event.refresh_styles = event.refresh_styles and styled_for != self._styled_for
        self._styled_for = styled_for

    def _compositor_refresh(self) -> None:
        if not self._is_laid_out:
            self._is_laid_out = True
            self.refresh()
            return
        if not self._is_painted:
            self._is_painted = True
            self.paint_all()
        super()._compositor_refresh()
