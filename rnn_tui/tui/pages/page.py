"""What all pages share: they draw the view they are given while they are in front."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.containers import Container
from textual.reactive import var
from textual.widget import Widget

from rnn_tui.present.tables.cells import Line
from rnn_tui.session.view import StepView
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.pages.zooming import Zoom
from rnn_tui.tui.panes.pane import Pane


class Page(Container, can_focus=False):
    """A page of panes. The screen hands the view to the page in front only.

    Subclasses compose their panes through `bound` and set `FIRST`, the widget that
    has the focus when the page is first opened.
    """

    NAME: ClassVar[str] = ""
    FIRST: ClassVar[str] = ""

    view: var[StepView | None] = var(None, init=False)
    unit: var[int] = var(0, init=False)
    progress: var[Line | None] = var(None, init=False)
    running: var[bool] = var(False, init=False)

    @property
    def face(self) -> Face:
        """What there is to be seen of the explorer's screen."""
        return cast("Face", self.screen)

    @property
    def reading(self) -> float | None:
        """The epoch or step at which the user reads values; None where there is no such."""
        return None

    @classmethod
    def load(cls) -> None:
        """Load what it draws with, where that takes a while. It may be called in a thread."""

    def bound(self, pane: Pane) -> Pane:
        """A pane that draws what this page draws."""
        return pane.data_bind(Page.view, Page.unit, Page.running)

    def _watch_progress(self) -> None:
        self.running = self.progress is not None

    def hint(self, view: StepView) -> str:
        """The useful next step on this page, with `{verb}` where a key belongs."""
        raise NotImplementedError

    def perform(self, verb: str) -> str:
        """Do an act of this page; an explanation with `{verb}` for keys, or nothing."""
        raise NotImplementedError

    # One pane that fills the page

    _zoom: Zoom | None = None

    @property
    def zoomed(self) -> Pane | None:
        """The pane that fills the page, if one does."""
        return self._zoom.pane if self._zoom else None

    def zoom(self, pane: Pane | None) -> None:
        """Let a pane fill the page, or none."""
        if self._zoom is not None:
            self._zoom.leave()
        self._zoom = Zoom(self, pane) if pane is not None else None
        if pane is None:
            self.share_room()

    def share_room(self) -> None:
        """Give panes their room, where a page does more about it than its stylesheet."""

    def focus_first(self) -> None:
        """Put the focus where the page begins, unless it is on the page already."""
        focused: Widget | None = self.screen.focused
        if focused is None or self not in focused.ancestors:
            self.query_one(self.FIRST).focus()
