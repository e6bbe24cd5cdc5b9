"""A moment whose pass is long is computed beside the screen; until then the one before stands."""

from __future__ import annotations

import time

from textual.screen import Screen

from rnn_tui.present.sentences.hints import computing
from rnn_tui.present.tables.cells import Line
from rnn_tui.session.view import StepView
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.toolkit.background import Background

SHARE = 4  # during a run, the time between two computations: so many times what one takes


class Computing:
    """Shows the session's moment, as soon as it is there.

    Meanwhile a screen that says so takes the keys. During a run there is none: the run goes
    on, and what is shown of it comes when it is there.
    """

    def __init__(self, face: Face, screen: Screen[None]) -> None:
        self._face = face
        self._screen = screen
        self._background = Background(screen)
        self._due = 0.0  # by the clock, when the next one may begin in a run
        self._hint_before: Line | None = None  # what was said before
        self._lid: dialogs.ComputingScreen | None = None

    def show(self) -> None:
        """Show the moment, or begin to compute it."""
        session = self._face.session
        if not self._background.at_work and session.is_at_hand:
            self._face.draw(session.view)
            return
        runs = self._face.progress is not None
        if not (runs and time.monotonic() < self._due):
            self._background.start(lambda _: session.view, self._show_computed)
        if not runs:
            self._put_lid()

    def _show_computed(self, view: StepView) -> None:
        face = self._face
        self._due = time.monotonic() + SHARE * self._background.took
        if face.progress is not None:
            face.draw(view)  # of a run that may be further by now
        elif face.session.is_at_hand:
            told = face.notice
            face.draw(face.session.view)
            if told is not self._hint_before:
                face.notice = told  # said of the move, once that was made
            self._lift_lid()
        else:
            self.show()

    def _put_lid(self) -> None:
        if self._lid is not None or not self._background.at_work:
            return
        if self._screen not in self._screen.app.screen_stack:
            self._screen.call_after_refresh(self._put_lid)  # first this one has to be there
            return
        self._hint_before = self._face.notice
        self._lid = dialogs.ComputingScreen(computing(self._face.session))
        self._face.push(self._lid, self._lifted)

    def _lift_lid(self) -> None:
        lid, self._lid = self._lid, None
        if lid is not None:
            lid.finish(False)

    def _lifted(self, leaves: bool) -> None:
        if leaves:
            self._face.perform("quit")
