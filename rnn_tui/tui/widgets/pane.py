"""What all panes share: a border with a title, a help text, and the view they draw."""

from __future__ import annotations

from typing import ClassVar

from textual.containers import Container
from textual.reactive import var

from rnn_tui.session.view import StepView


class Pane(Container, can_focus=False):
    """A bordered part of the screen that draws the view it is given.

    Subclasses set `TITLE` and `HELP`, and redraw in `show`, which is not called while
    the screen is too small for the pane. A pane never computes and never asks another.
    """

    TITLE: ClassVar[str] = ""
    HELP_TEXT: ClassVar[str] = ""

    ALLOW_MAXIMIZE = True

    view: var[StepView | None] = var(None, init=False)
    unit: var[int] = var(0, init=False)

    _behind = False  # whether a drawing was left out, as nobody would have seen it

    def on_mount(self) -> None:
        """Put the title on the border."""
        self.border_title = self.TITLE

    def watch_view(self) -> None:
        """Redraw for a new moment."""
        self._redraw()

    def watch_unit(self) -> None:
        """Another unit was chosen; most panes show all of them."""

    def on_show(self) -> None:
        """Catch up, now that there is room for it."""
        if self._behind:
            self._redraw()

    def _redraw(self) -> None:
        self._behind = not self.display
        if self.view is not None and self.is_mounted and self.display:
            self.show(self.view)

    def show(self, view: StepView) -> None:
        """Draw a view."""
        raise NotImplementedError
