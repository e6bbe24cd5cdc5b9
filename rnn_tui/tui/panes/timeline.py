"""The timeline: where one stands among the updates, what other runs there are, and the pass."""

from __future__ import annotations

import re
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static

from rnn_tui.present.tables.cells import Line
from rnn_tui.present.tables.timeline import lines, update_at
from rnn_tui.session.view import StepView
from rnn_tui.tui.explorer.layout import TITLES
from rnn_tui.tui.panes.pane import ZOOMED, Pane
from rnn_tui.tui.text import content, contents, update_text

TALL = 43  # lines of a screen that has room for other runs
MOST_LINES = 4
FAR = 1_000_000_000
FRAME = "$foreground 30%"
LINE = re.compile("[━─┄●◆┬✗]")  # where the name of a run ends


class Scrubbed(Message):
    """Another time was asked for: an update, or so many epochs or steps from here."""

    def __init__(self, update: int = 0, by: int = 0) -> None:
        super().__init__()
        self.update = update
        self.by = by


class TimelinePane(Pane, can_focus=True):
    """One line, and below it one for each other run where the screen is tall."""

    TITLE = TITLES["timeline"]
    HELP_TEXT = (
        "The updates of this run from left to right: ━ up to here, ─ trained later, ┄ not trained "
        "yet. ● is the current moment, ◆ a change, ┬ the start of another run, ✗ the update that "
        "made a number inf or NaN. Other runs are drawn below, from where they start; they are "
        "kept, and the table of runs (R) leads to them.\n\n"
        "The wheel and ← → move by one epoch or step; with shift by a hundredth of the run; home "
        "and end go to its ends, a click anywhere. One undo undoes the whole move. Beside it the "
        "pass: ▸ timesteps read, ◂ backpropagated."
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "scrub(-1)", show=False),
        Binding("right", "scrub(1)", show=False),
        Binding("shift+left", "scrub_far(-1)", show=False),
        Binding("shift+right", "scrub_far(1)", show=False),
        Binding("home", f"scrub({-FAR})", show=False),
        Binding("end", f"scrub({FAR})", show=False),
    ]

    progress: var[Line | None] = var(None, init=False)

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static()

    def show(self, view: StepView) -> None:
        """Draw a view."""
        tall = self.room[1] >= TALL
        most = self.content_size.height if self._is_zoomed else MOST_LINES if tall else 1
        if self._frame and self.progress is not None:
            text = content(self.progress)
        else:
            text = contents(lines(view, self._room, most))
            if (found := LINE.search(text.plain)) and self.has_class("-focused"):
                text = text.stylize("bold reverse", 0, found.start())
        if self._frame:
            gap = " " * max(0, self._room - text.cell_length)
            left, right = (Content.styled(edge, FRAME) for edge in ("╰ ", " ╯"))
            text = left + text + gap + right
        update_text(self.query_one(Static), text)

    def _light(self) -> None:
        """There is no border: the name of the run is lit."""
        before = self.has_class("-focused")
        super()._light()
        if before != self.has_class("-focused"):
            self._redraw()

    @property
    def _is_zoomed(self) -> bool:
        return self.has_class(ZOOMED)

    @property
    def _frame(self) -> int:
        """Cells on each side where the line stands for the lower border of the pane above."""
        return 2 if self.screen.has_class("-h24") and not self._is_zoomed else 0

    @property
    def _room(self) -> int:
        return max(1, self.content_size.width - 2 * self._frame)

    def watch_progress(self) -> None:
        """A run's progress takes the place of the lower border."""
        if self._frame:
            self._redraw()

    def on_resize(self, event: events.Resize) -> None:
        """Draw for another width."""
        self._redraw()

    def action_scrub(self, units: int) -> None:
        """So many epochs or steps back or on."""
        self.post_message(Scrubbed(by=units))

    def action_scrub_far(self, way: int) -> None:
        """A hundredth of the run back or on."""
        if self.view is not None:
            units = self.view.time.frontier // self.view.history.updates
            self.action_scrub(way * max(1, round(units / 100)))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Back in time."""
        event.stop()
        self.action_scrub(-1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """On in time."""
        event.stop()
        self.action_scrub(1)

    def on_click(self, event: events.Click) -> None:
        """Go to the place that was clicked."""
        if self.view is None or event.screen_offset.y != self.content_region.y:
            return
        column = event.screen_offset.x - self.content_region.x - self._frame
        update = update_at(self.view, self._room, column)
        if update is not None:
            event.stop()
            self.post_message(Scrubbed(update))
