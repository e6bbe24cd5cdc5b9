"""The tour, offered at the very first start: until it is taken, or refused by moving on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnn_tui.present.sentences.hints import OFFER
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.learn.learner import Learner

if TYPE_CHECKING:
    from rnn_tui.session.moment import Moment


class Offer:
    """Stands in the hint line at one moment of the session; that it ended is kept for good."""

    def __init__(self, face: Face, learner: Learner) -> None:
        self._face = face
        self._learner = learner
        self._at: Moment | None = None  # where it stands; None where there is none

    def begin(self) -> None:
        """Offer it at this moment, to somebody new: before that is first shown."""
        if self._learner.is_new:
            self._at = self._face.session.moment

    def hint(self) -> str:
        """What to say in place of the hint: nothing without an offer, nor once one moved on."""
        if self._at is not None and self._at is not self._face.session.moment:
            self._forgo()
        return OFFER if self._at is not None else ""

    def end(self) -> None:
        """Never offer it again, and say what else to do here."""
        if self._at is not None:
            self._forgo()
            self._face.show()

    def _forgo(self) -> None:
        from rnn_tui.lessons.courses import TOUR, lesson_named  # noqa: PLC0415 - not at start

        self._at = None
        self._learner.note(lesson_named(TOUR))
