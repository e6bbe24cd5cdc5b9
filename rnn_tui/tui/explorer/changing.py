"""A screen whose numbers and settings can be changed by hand."""

from __future__ import annotations

from collections.abc import Callable

from rnn_tui.present.sentences.changes import DROPPED, after_change
from rnn_tui.present.sentences.changes_list import subject
from rnn_tui.session.edits.changes import FREE, STATE
from rnn_tui.session.moment import Refused
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.running import RunningScreen
from rnn_tui.tui.table.table import TableView


class ChangingScreen(RunningScreen):
    """What `=` asks for and does, and the patched values of the pass in front."""

    def tell(self, text: str) -> None:
        """Say something where the hint stands."""
        raise NotImplementedError

    def action_change(self) -> None:
        """Ask for another value of the number under the cursor, or for anything else to change."""
        self.pause()
        self._ask_for_change(self._subject())

    def _ask_for_change(self, name: str) -> None:
        try:
            screen = dialogs.ChangeScreen(self.session, name)
        except Refused as refused:
            self.refuse(refused)
            return

        def change(asked: tuple[str, str] | None) -> None:
            if asked == dialogs.ANYTHING:
                self._ask_for_change("")
            elif asked is not None:
                self._change(*asked)

        self.app.push_screen(screen, change)

    def action_release(self) -> None:
        """Leave the patched value under the cursor to the network again."""
        self.pause()
        name = self._subject()
        if not name.startswith(f"{STATE}["):
            self.say("Choose a patched value in the table of hidden states: {step}")
        else:
            self._change(name, FREE)

    def _change(self, name: str, value: str) -> None:
        if self.attempt(lambda: self.session.set(name, value)):
            self.tell(after_change(self.session.view, name))

    def _subject(self) -> str:
        """The address of what can be changed under the cursor of the focused table."""
        view = self.focused
        if not isinstance(view, TableView) or view.table is None:
            return ""
        return subject(view.table, view.cursor_row, view.cursor_column)

    def attempt(self, move: Callable[[], object]) -> bool:
        """Move; say it if patched values were of a pass that is now left."""
        before = self.session.moment.patches
        done = super().attempt(move)
        if done and before and not self.session.moment.patches:
            self.tell(DROPPED)
        return done
