"""Quiz: what is the number under the cursor?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.screen import Screen

from rnn_tui.present.learning.quiz import next_ref
from rnn_tui.present.sentences.hints import why_not
from rnn_tui.session.moment import Refused
from rnn_tui.session.why.refs import RefError, read
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.controllers.asking import Asking
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.panes.network import NetworkView
from rnn_tui.tui.table.table import TableView

if TYPE_CHECKING:
    from rnn_tui.lessons.taking.progress import Done


class Quizzing:
    """Asks for a number, and explains it once it was found."""

    def __init__(
        self, face: Face, screen: Screen[None], asking: Asking, answered: Callable[[bool], Done]
    ) -> None:
        """`answered` keeps whether a question was right at the first try."""
        self._face = face
        self._screen = screen
        self._asking = asking
        self._answered = answered

    def ask(self, ref: str = "") -> None:
        """A question on a number: the one under the cursor, or else what the next op makes."""
        self._face.pause()
        view = self._face.session.view
        ref = ref or _computed(self._subject()) or next_ref(view, self._face.unit)
        try:
            screen = dialogs.QuizScreen(view, ref, self._answered)
        except (RefError, Refused) as error:
            self._face.say(why_not(error))
        else:
            self._face.push(screen, self._asking.explain)

    def _subject(self) -> str:
        """The address of the number under the cursor of what has the focus."""
        focused = self._screen.focused
        if isinstance(focused, NetworkView):
            return "" if focused.node is None else focused.node.ref
        return focused.ref if isinstance(focused, TableView) else ""


def _computed(ref: str) -> str:
    """The address itself; of a state that a pass starts from, that of the state after it."""
    at = read(ref) if ref else None
    if at is None or at.index[:1] != (-1,):
        return ref
    return str(replace(at, index=(0, *at.index[1:])))
