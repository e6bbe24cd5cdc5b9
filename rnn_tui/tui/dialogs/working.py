"""Something that takes long, done beside the screen: how far it is, and a key that stops it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from rnn_tui.present.sentences.working import work_bar
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.text import content
from rnn_tui.tui.toolkit.background import Cancelled, Job

T = TypeVar("T")
Reached = tuple[int, int]  # how much is done, and of how much
STOPPING = "Stopping …"


class WorkScreen(Modal[T]):
    """Works in a thread, and gives what came of it; None if it was stopped by escape.

    It is left once the thread has ended: what that works on is nobody else's until then.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stop", "stop")]

    def __init__(self, title: str, unit: str, work: Callable[[Job[Reached]], T | None]) -> None:
        """`work` reports how many units are done, and raises Cancelled where its job is."""
        super().__init__()
        self._titled, self._unit, self._work = title, unit, work

    def compose(self) -> ComposeResult:
        """How far it is."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._titled
            dialog.border_subtitle = "esc stop"
            yield Static("", id="worked")

    def begin(self) -> None:
        """Begin."""
        self._background.start(self._worked, self.finish, self._tell)

    def _worked(self, job: Job[Reached]) -> T | None:
        try:
            return self._work(job)
        except Cancelled:
            return None

    def _tell(self, reached: Reached) -> None:
        line = work_bar(*reached, self._unit)
        self.query_one("#worked", Static).update(content(line), layout=False)

    def action_stop(self) -> None:
        """Have it end, and say so until it has."""
        self.query_one("#worked", Static).update(STOPPING)
        self._background.stop()
