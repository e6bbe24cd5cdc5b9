"""A screen that is first painted as it stays.

Textual lays a screen out, paints it, tells its widgets how large they are, and does both again
for those that need another size then. This relies on `Screen._compositor_refresh`, by which the
lines of a screen reach the terminal. Were it called otherwise, a dialog would flicker when it
opens.
"""

from __future__ import annotations

from textual.screen import ModalScreen, ScreenResultType

from rnn_tui.tui.toolkit.sparing import SparingScreen


class FirstPaint(ModalScreen[ScreenResultType], SparingScreen[ScreenResultType]):
    """Leaves out the first paint, of what has not found its size yet."""

    _is_laid_out = False
    _is_painted = False

    def _compositor_refresh(self) -> None:
        if not self._is_laid_out:
            self._is_laid_out = True
            self.refresh()
            return
        if not self._is_painted:
            self._is_painted = True
            self.paint_all()
        super()._compositor_refresh()
