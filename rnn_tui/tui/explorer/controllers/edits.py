"""Numbers, settings and texts changed by hand."""

from __future__ import annotations

from textual.screen import Screen

from rnn_tui.experiments import Example
from rnn_tui.present.sentences.changes import after_change
from rnn_tui.present.sentences.changes_list import subject
from rnn_tui.present.sentences.hints import refusal_hint
from rnn_tui.session.edits.changes import FREE, changeables
from rnn_tui.session.edits.numbers import is_state
from rnn_tui.session.moment import Refused
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.table.table import TableView


class Edits:
    """What `=` asks for and does, the patched values of the pass in front, and a typed text."""

    def __init__(self, face: Face, screen: Screen[None]) -> None:
        self._face = face
        self._screen = screen

    def change(self) -> None:
        """Ask for another value of the number under the cursor, or for anything else to change."""
        self._face.pause()
        self._ask(self._subject())

    def change_setting(self, name: str) -> None:
        """Ask for another value of a setting."""
        self._face.pause()
        self._ask("", name)

    def _ask(self, name: str, setting: str = "") -> None:
        """Ask for a number's value, or for any other with what it is: ρ may have to be computed."""
        if name:
            self._open(name, setting)
        else:
            base = self._face.session.edit_base
            self._face.act(
                lambda _: changeables(base), lambda _: self._open("", setting), asks=True
            )

    def _open(self, name: str, setting: str) -> None:
        try:
            screen = dialogs.ChangeScreen(self._face.session, name, setting)
        except Refused as refused:
            self._face.say(refusal_hint(refused))
            return

        def change(asked: tuple[str, str]) -> None:
            if asked == dialogs.ANYTHING:
                self._ask("")
            else:
                self._set(*asked)

        self._face.push(screen, change)

    def release(self) -> None:
        """Leave the patched value under the cursor to the network again."""
        self._face.pause()
        name = self._subject()
        if not is_state(name):
            self._face.say("Choose a patched value in the Hidden state table: {step}")
        else:
            self._set(name, FREE)

    def _set(self, name: str, value: str) -> None:
        session = self._face.session
        self._face.attempt(
            lambda: session.set(name, value),
            lambda: self._face.tell(after_change(session.view, name)),
        )

    def _subject(self) -> str:
        """The address of what can be changed under the cursor of the focused table."""
        view = self._screen.focused
        if not isinstance(view, TableView) or view.table is None:
            return ""
        return subject(view.table, view.cursor_row, view.cursor_column)

    def type_text(self) -> None:
        """Ask for a text and step it."""
        self._face.pause()
        session = self._face.session

        def read(example: Example) -> None:
            self._face.attempt(lambda: session.edit_input(example))

        self._face.push(dialogs.SentencePrompt(session.view), read)
