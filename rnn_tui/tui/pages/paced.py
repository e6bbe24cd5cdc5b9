"""A page that is costly to draw: during a run it leaves most of the time to training."""

from __future__ import annotations

import time
from typing import ClassVar

from textual.timer import Timer

from rnn_tui.tui.pages.page import Page


class PacedPage(Page):
    """A page that draws each new moment at once, but during a run only now and then.

    Two drawings are then `PAUSE` seconds apart, or `SHARE` times what one takes by
    `clock` if that is more. Subclasses draw in `draw`.
    """

    PAUSE: ClassVar[float] = 0.1
    SHARE: ClassVar[float] = 5

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._due = 0.0  # when the next drawing of a run may be
        self._timer: Timer | None = None

    @staticmethod
    def clock() -> float:
        """What the cost of a drawing is measured by, in seconds."""
        return time.monotonic()

    def draw(self) -> None:
        """Draw the moment that the page was given."""
        raise NotImplementedError

    def watch_view(self) -> None:
        """Another moment."""
        wait = self._due - time.monotonic()
        if self.progress is None or wait <= 0:
            self._draw()
        elif self._timer is None:
            self._timer = self.set_timer(wait, self._draw)

    def watch_progress(self) -> None:
        """After a run, what it came to is drawn at once."""
        if self.progress is None and self._timer is not None:
            self._draw()

    def _draw(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.view is None or not self.is_mounted:
            return
        began = self.clock()
        self.draw()
        self.rest(self.clock() - began)

    def rest(self, cost: float) -> None:
        """Leave the run the time that a drawing of so many seconds owes it."""
        self._due = time.monotonic() + max(self.PAUSE, self.SHARE * cost)
