"""The line that stands where the hint was while a long pass is computed."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from rnn_tui.present.sentences.hints import with_keys
from rnn_tui.tui.bindings import ACT_OF_KEY, KEYS
from rnn_tui.tui.dialogs.help import HelpScreen
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.text import content

HELP_TEXT = (
    "All numbers of a pass are computed before any is shown, so that each can be explained. A "
    "pass over thousands of tokens takes seconds; until then the screen shows the previous "
    "moment. The last key pressed is done afterwards; press other keys again."
)


class ComputingScreen(Modal[bool], inherit_bindings=False):
    """Says what is computed, and of every key but two that it has to wait. Gives whether to leave.

    It is to `finish` when the pass is there.
    """

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static(content(with_keys(self.what, KEYS)), classes="hint", markup=False)

    def on_key(self, event: events.Key) -> None:
        """Leave, explain, or say that it is too early."""
        event.stop()
        act = ACT_OF_KEY.get(event.key)
        if act is not None and act.verb == "quit":
            self.dismiss(True)
        elif act is not None and act.verb == "help":
            self.app.push_screen(HelpScreen("A long pass", HELP_TEXT))
        else:
            key = act.key_text if act else event.character or event.key
            text = f"{key} has to wait. {self.what}"
            self.query_one(Static).update(content(with_keys(text, KEYS)), layout=False)
