"""What all panes share: a border with a title, a help text, and the view they draw."""

from __future__ import annotations

from typing import ClassVar

from textual.containers import Container
from textual.reactive import reactive

from rnn_tui.session.view import StepView


class Pane(Container, can_focus=False):
    """A bordered part of the screen that draws the view it is given.

    Subclasses set `TITLE` and `HELP`, and redraw in `show`. A pane never computes
    and never asks another pane.
    """

    TITLE: ClassVar[str] = ""
    HELP_TEXT: ClassVar[str] = ""

    ALLOW_MAXIMIZE = True

    view: reactive[StepView | None] = reactive(None, init=False)
    unit: reactive[int] = reactive(0, init=False)

    def on_mount(self) -> None:
        """Put the title on the border."""
        self.border_title = self.TITLE

    def watch_view(self) -> None:
        """Redraw for a new moment."""
        self._redraw()

    def watch_unit(self) -> None:
        """Redraw for another chosen unit."""
        self._redraw()

    def _redraw(self) -> None:
        if self.view is not None and self.is_mounted:
            self.show(self.view)

    def show(self, view: StepView) -> None:
        """Draw a view."""
        raise NotImplementedError
