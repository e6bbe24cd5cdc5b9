"""Which session's screen is in front: that of the user's own, or over it that of a lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App

from rnn_tui.session.session import Session
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.explorer.face import program_of
from rnn_tui.tui.learn.learner import Learner

if TYPE_CHECKING:
    from rnn_tui.lessons.taking.playing import Play


class SessionScreens:
    """Puts screens of sessions in front, each with controllers of its own; no dialog is open."""

    def __init__(self, app: App[None]) -> None:
        self._app = app

    @property
    def _front(self) -> ExplorerScreen:
        front = self._app.screen
        assert isinstance(front, ExplorerScreen), "a dialog has ended before it opens anything"
        return front

    def open_session(self, session: Session, notice: str = "") -> None:
        """Have another session in the place of the user's own, and say something of it.

        A lesson that lies over it is left. Breakpoints that make sense there stay.
        """
        if self._front.controllers.learning.play is not None:
            self._app.pop_screen()
        before = self._front
        mine = before.controllers
        screen = ExplorerScreen(session, mine.autosave.folder, mine.learning.learner)
        screen.controllers.notating.begin_with(mine.notating.notation)
        screen.controllers.take_over(mine)
        self._app.switch_screen(screen)
        program_of(before).garbage.search_all_soon()
        if notice:
            self._app.call_later(screen.say, notice)

    def open_lesson(self, play: Play, learner: Learner) -> None:
        """Show a lesson's session over the user's own, or instead of another lesson's."""
        before = self._front.controllers
        screen = ExplorerScreen(play.session, None, learner, play)
        screen.controllers.notating.begin_with(before.notating.notation)
        if before.learning.play is None:
            self._app.push_screen(screen)
        else:
            self._app.switch_screen(screen)
        screen.call_after_refresh(screen.controllers.learning.docking.open)

    def close_lesson(self, told: str) -> None:
        """Give the user's own session back, and say something there."""
        self._app.pop_screen()
        if told:
            self._front.tell(told)
