"""A pane that shows what takes long to compute: it says so, and stays alive."""

from __future__ import annotations

from collections.abc import Callable

from textual import work

from rnn_tui.tui.widgets.pane import Pane


class MeasuringPane(Pane):
    """A pane that may have something computed in a thread, and is drawn again with it.

    One thing at a time: what is asked for meanwhile is asked for again by that drawing.
    """

    _measures = False

    def measure(self, compute: Callable[[], object]) -> None:
        """Compute, and draw what is shown by then."""
        if not self._measures:
            self._measures = True
            self._compute(compute)

    @work(thread=True)
    def _compute(self, compute: Callable[[], object]) -> None:
        compute()
        self.app.call_from_thread(self._measured)

    def _measured(self) -> None:
        self._measures = False
        self._redraw()
