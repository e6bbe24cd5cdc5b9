"""The sessions that a lesson is taken in: that of its front matter, and those that steps open."""

from __future__ import annotations

from collections.abc import Callable

from rnn_tui.experiments import Experiment, ExperimentError, load
from rnn_tui.lessons.lesson import Lesson
from rnn_tui.lessons.reading import LessonError
from rnn_tui.session.edits.settings import written
from rnn_tui.session.moment import Moment
from rnn_tui.session.session import Session


class Sessions:
    """The sessions of a lesson that is taken, and the moment at which each step was begun."""

    def __init__(self, lesson: Lesson) -> None:
        self._lesson = lesson
        self._opened: dict[int, Session] = {}  # by the step that opens them
        self._begun: dict[int, Moment] = {}

    def at(self, place: int) -> Session:
        """The one that a step is taken in, a new one if there is none. Raises LessonError."""
        opening = self._lesson.opened_at(place)
        if opening not in self._opened:
            self._opened[opening] = Session(experiment_of(self._lesson, opening))
        return self._opened[opening]

    def put(self, place: int, session: Session) -> None:
        """Have a step taken in this one."""
        self._opened[self._lesson.opened_at(place)] = session

    def enter(self, place: int) -> None:
        """Keep the moment at which a step is first begun."""
        self._begun.setdefault(place, self.at(place).moment)

    def begin(self, place: int) -> None:
        """Keep this moment as the one at which a step is begun."""
        self._begun[place] = self.at(place).moment

    def return_to(self, place: int) -> None:
        """Go to the moment at which a step was begun, which can be undone."""
        session, begun = self.at(place), self._begun[place]
        if session.moment is not begun:
            session.trail.go(begun)

    def try_twice(self, place: int, do: Callable[[], bool]) -> bool:
        """Do something from the moment at which a step was begun, or else from here.

        Whether it did what it should; if not, the session is as it was.
        """
        session = self.at(place)
        now = session.moment
        for from_start in (True, False):
            if from_start:
                self.return_to(place)
            if do():
                return True
            if session.moment is not now:
                session.trail.go(now)
        return False

    def way_back(self) -> Callable[[], None]:
        """What takes all sessions back to where they stand now, and lets go of others."""
        opened, begun = dict(self._opened), dict(self._begun)
        stood = [(session, session.moment) for session in opened.values()]

        def go_back() -> None:
            self._opened, self._begun = opened, begun
            for session, moment in stood:
                if session.moment is not moment:
                    session.trail.go(moment)

        return go_back

    def forget_after(self, place: int) -> None:
        """Let go of what was begun at later steps."""
        for later in range(place + 1, len(self._lesson.steps)):
            self._begun.pop(later, None)
            self._opened.pop(later, None)


def experiment_of(lesson: Lesson, place: int = 0) -> Experiment:
    """What a lesson is about at a step, with its settings. Raises LessonError."""
    step = lesson.steps[place]
    of_step = step.opens
    name = (step.experiment if of_step else "") or lesson.experiment
    table = step.settings if of_step else lesson.settings
    settings = [f"{key}={_value(value)}" for key, value in table.items()]
    beside = lesson.path.parent / name
    source = beside if name.endswith(".toml") and beside.exists() else name
    try:
        return load(source, settings)
    except ExperimentError as error:
        wrong = f"{error.key}: {error.expected}" if error.key else error.expected
        file = f"{lesson.path}:{step.line if of_step else 1}"
        raise LessonError(wrong, key="experiment", file=file) from None


def _value(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else written(value)
