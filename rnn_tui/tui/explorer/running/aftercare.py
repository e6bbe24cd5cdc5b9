"""A run that ended badly is diagnosed beside the screen; its first cause comes in the hint line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from rnn_tui.session.moment import Moment
from rnn_tui.session.view import StepView
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.toolkit.background import Background, Cancelled, Job

if TYPE_CHECKING:
    from rnn_tui.experiments import Experiment

LOOKING = "It hardly learns: looking for the cause …"


class Aftercare:
    """Looks for the cause while the user goes on; of another moment nothing is said any more."""

    def __init__(self, face: Face, screen: Screen[None]) -> None:
        self._face = face
        self._background = Background(screen)

    def look_into(self, said: str) -> None:
        """Say how a run ended, if there is anything to say, and if it ended badly, why."""
        session = self._face.session
        moment, view, opened = session.moment, session.view, session.experiment
        if said:
            self._face.say(said)
        self._background.cancel()

        def work(job: Job[str]) -> str:
            return _cause(job, view, opened)

        def tell(text: str) -> None:
            self._tell(moment, text)

        self._background.start(work, tell, tell)

    def _tell(self, moment: Moment, text: str) -> None:
        if text and self._face.session.moment is moment and self._face.progress is None:
            self._face.say(text)


def _cause(job: Job[str], view: StepView, opened: Experiment) -> str:
    """The first cause as a hint; nothing where a run ended well, or nothing was found."""
    from rnn_tui.diagnosis import Case, diagnose, ended_badly  # noqa: PLC0415 - not at start
    from rnn_tui.diagnosis.case import Cancelled as Abandoned  # noqa: PLC0415
    from rnn_tui.present.sentences.diagnosis import hint, jumped  # noqa: PLC0415

    if not ended_badly(view.timeline, view.in_force):
        return ""
    if told := jumped(view):
        return told
    if view.timeline.broken is None:
        job.report(LOOKING)
    try:
        found = diagnose(Case(view, opened, lambda *_: job.is_cancelled()))
    except Abandoned:
        raise Cancelled from None
    return hint(found)
