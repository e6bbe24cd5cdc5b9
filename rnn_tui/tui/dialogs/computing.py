"""The line that stands where the hint was while something takes long."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from rnn_tui.present.sentences.hints import with_keys
from rnn_tui.present.sentences.working import COMPUTING, work_bar
from rnn_tui.tui.bindings import ACT_OF_KEY, KEYS
from rnn_tui.tui.dialogs.help import HelpScreen
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.text import content

HELP_TEXT = (
    "All numbers of a pass are computed before any is shown, so that each can be explained. A "
    "pass over thousands of tokens takes seconds, and so do updates that are computed again on the "
    "way to an earlier moment; until then the screen shows the previous moment. Press keys again "
    "afterwards. What can be stopped leaves the network as it was."
)
STOP_KEYS = ("escape", "space")
STOP, LEAVE = " · esc stop", " · {quit} leave · {help} explain"
STOPPING = "Stopping …"
BAR = 10  # cells


class ComputingScreen(Modal[bool], inherit_bindings=False):
    """Says what is computed, and of most keys that they have to wait. Gives whether to leave.

    It is to `finish` when the result is there. `stop` is called where that can be stopped.
    """

    def __init__(
        self, what: str = "", stop: Callable[[], object] | None = None, unit: str = "updates"
    ) -> None:
        super().__init__()
        self._unit = unit
        self.what = what
        self.stop = stop
        self._reached: tuple[int, int] | None = None  # how much is done, and of how much

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static(self._line(), classes="hint", markup=False)

    def _line(self, refused: str = "") -> Content:
        keys = f"{STOP if self.stop else ''}{LEAVE}"
        if self._reached is None:
            return content(with_keys(f"{refused}{self.what or COMPUTING}{keys}", KEYS))
        bar = work_bar(*self._reached, self._unit, cells=BAR)
        what = f" · {self.what}" if self.what else ""
        return content((*with_keys(refused, KEYS), *bar, *with_keys(f"{what}{keys}", KEYS)))

    def _write(self, refused: str = "") -> None:
        for line in self.query(Static):  # none before it is up
            line.update(self._line(refused), layout=False)

    def follow(self, reached: tuple[int, int]) -> None:
        """How far it is."""
        self._reached = reached
        self._write()

    def begin_view(self, what: str) -> None:
        """What is left is the pass that is looked at then, which can't be stopped half-way."""
        self.what, self._reached, self.stop = what, None, None
        self._write()

    def on_key(self, event: events.Key) -> None:
        """Stop, leave, explain, or say that it is too early."""
        event.stop()
        act = ACT_OF_KEY.get(event.key)
        if event.key in STOP_KEYS and self.stop is not None:
            stop, self.stop = self.stop, None
            self.what, self._reached = STOPPING, None
            self._write()
            stop()
        elif act is not None and act.verb == "quit":
            self.dismiss(True)
        elif act is not None and act.verb == "help":
            self.app.push_screen(HelpScreen("What takes long", HELP_TEXT))
        else:
            key = act.key_text if act else event.character or event.key
            self._write(f"{key} has to wait. ")
