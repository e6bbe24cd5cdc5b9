"""A pane that shows what takes long to compute: it says so, and stays alive."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.toolkit.background import Background


class MeasuringPane(Pane):
    """A pane that may have something computed beside the screen, and is drawn again with it.

    What is asked for meanwhile is asked for again by that drawing.
    """

    @cached_property
    def _background(self) -> Background:
        return Background(self)

    def measure(self, compute: Callable[[], object]) -> None:
        """Compute, and draw what is shown by then."""
        self._background.start(lambda _: compute(), lambda _: self._redraw())
