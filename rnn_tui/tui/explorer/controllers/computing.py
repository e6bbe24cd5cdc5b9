"""What may take long is done beside the screen: an act on the session, or the pass of its moment.

Until it is there the moment before stands.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from textual.screen import Screen

from rnn_tui.present.sentences.changes import DROPPED
from rnn_tui.present.sentences.hints import STOPPED, STOPPED_HALFWAY, computing, refusal_hint
from rnn_tui.present.tables.cells import Line
from rnn_tui.session.moment import Moment, Refused
from rnn_tui.session.reports import Report
from rnn_tui.session.view import StepView
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.toolkit.background import PATIENCE, Background, Cancelled, Job

T = TypeVar("T")
Reached = tuple[int, int] | str  # how much is done, and of how much; or what is computed after it
SHARE = 4  # during a run, the time between two computations: so many times what one takes


class Computing:
    """Acts on the session, and shows its moment, as soon as that is there.

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

    # An act

    def act(
        self,
        act: Callable[[Report], T],
        then: Callable[[T], object],
        otherwise: Callable[[], object] | None = None,
        *,
        title: str = "",
        unit: str = "updates",
        asks: bool = False,
    ) -> None:
        """Act, and hand what came of it to `then`; what takes long says how far it is.

        `act` tells a report before each update that it trains, and lets through what that raises:
        so it can be stopped, which is said unless `otherwise` does. What only `asks` is not waited
        for then.
        """
        self._background.cancel()  # a view that is still computed is not wanted any more
        session, before = self._face.session, self._face.session.moment

        def work(job: Job[Reached]) -> Callable[[], object]:
            def report(done: int, of: int) -> None:
                job.check()
                job.report((done, of))

            try:
                result = act(report)
            except Cancelled:
                return otherwise or (lambda: self._stopped(before))
            if not session.is_at_hand:
                job.report(computing(session))
            _ = session.view
            return lambda: then(result)

        def end(come: Callable[[], object]) -> None:
            self._lift_lid()
            come()

        def abandon() -> None:
            self._background.cancel()
            end(otherwise or (lambda: self._stopped(before)))

        self._background.start(work, end, self._tell, PATIENCE)
        self._put_lid(title, abandon if asks else self._background.stop, unit)

    def attempt(self, move: Callable[[], object], then: Callable[[], object]) -> None:
        """Move the session and show where it went, `then` go on; or explain its refusal."""
        face, session = self._face, self._face.session
        before = session.moment.patches

        def act(report: Report) -> Refused | None:
            try:
                with session.telling(report):
                    move()
            except Refused as refused:
                return refused
            return None

        def end(refused: Refused | None) -> None:
            if refused is not None:
                face.say(refusal_hint(refused))
                return
            face.show()
            if before and not session.moment.patches:
                face.tell(DROPPED)
            then()

        self.act(act, end)

    def _tell(self, reached: Reached) -> None:
        if self._lid is None or self._lid.stop is None:  # it is stopping
            return
        if isinstance(reached, str):
            self._lid.begin_view(reached)
        else:
            self._lid.follow(reached)

    def _stopped(self, before: Moment) -> None:
        self._face.show()
        is_before = self._face.session.moment is before
        self._face.say(STOPPED if is_before else STOPPED_HALFWAY)

    # A view

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
            self._put_lid(computing(self._face.session))

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

    # The screen that takes the keys

    def _put_lid(
        self, title: str, stop: Callable[[], object] | None = None, unit: str = "updates"
    ) -> None:
        if not self._background.at_work:
            return
        if self._lid is not None:
            self._lid.stop = stop
            return
        if self._screen not in self._screen.app.screen_stack:
            # first this one has to be there
            self._screen.call_after_refresh(self._put_lid, title, stop, unit)
            return
        self._face.unsay()  # else it would come back
        self._hint_before = self._face.notice
        self._lid = dialogs.ComputingScreen(title, stop, unit)
        self._face.push(self._lid, self._lifted)

    def _lift_lid(self) -> None:
        lid, self._lid = self._lid, None
        if lid is not None:
            lid.finish(False)

    def _lifted(self, leaves: bool) -> None:
        if leaves:
            self._face.perform("quit")
