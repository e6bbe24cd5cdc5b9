"""A screen that has what takes long computed beside itself, and shows it then."""

from __future__ import annotations

import time

from textual.reactive import var

from rnn_tui.present.sentences.hints import computing
from rnn_tui.present.tables.cells import Line
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.running import FULL_SPEED, RunningScreen
from rnn_tui.tui.toolkit.beside import Beside

SHARE = 4  # during a run, the time between two computations: so many times what one takes


class PatientScreen(RunningScreen):
    """A moment whose pass is long is computed in a thread; until then the one before it stands.

    Meanwhile a screen that says so takes the keys. During a run there is none: the run goes
    on, and what is shown of it comes when it is there.
    """

    notice: var[Line | None] = var(None, init=False)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._beside = Beside(self)
        self._due = 0.0  # by the clock, when the next one may begin in a run
        self._hint_before: Line | None = None  # what was said before
        self._lid: dialogs.ComputingScreen | None = None

    def draw(self, view: StepView) -> None:
        """Hand a view to the panes."""
        raise NotImplementedError

    def action_quit(self) -> None:
        """Leave."""
        raise NotImplementedError

    def show(self) -> None:
        """Show the session's moment, as soon as it is there."""
        if not self._beside.at_work and self.session.is_at_hand:
            self.draw(self.session.view)
            return
        runs = self.progress is not None
        if not (runs and time.monotonic() < self._due):
            self._beside.work_out(lambda: self.session.view, self._show_computed)
        if not runs:
            self._put_lid()

    def _show_computed(self, view: StepView) -> None:
        self._due = time.monotonic() + SHARE * self._beside.took
        if self.progress is not None:
            self.draw(view)  # of a run that may be further by now
        elif self.session.is_at_hand:
            told = self.notice
            self.draw(self.session.view)
            if told is not self._hint_before:
                self.notice = told  # said of the move, once that was made
            self._lift_lid()
        else:
            self.show()

    def _put_lid(self) -> None:
        if self._lid is not None or not self._beside.at_work:
            return
        if self not in self.app.screen_stack:
            self.call_after_refresh(self._put_lid)  # first this one has to be there
            return
        self._hint_before = self.notice
        self._lid = dialogs.ComputingScreen(computing(self.session))
        self.app.push_screen(self._lid, self._lifted)

    def _lift_lid(self) -> None:
        lid, self._lid = self._lid, None
        if lid is not None:
            lid.end()

    def _lifted(self, leaves: bool | None) -> None:
        if leaves:
            self.action_quit()

    def trained_by(self, verb: str) -> bool:
        """Do a verb that trains as a run, if one update takes long; whether it was done."""
        session = self.session
        if verb not in ("epoch", "update") or session.trains_at_once:
            return False
        here, updates = session.view.update + session.view.updated, session.updates_per_unit
        size = session.moment.timeline.trainer.updates_per_epoch if verb == "epoch" else updates
        self._start((here // size + 1) * size // updates, FULL_SPEED)
        return True
