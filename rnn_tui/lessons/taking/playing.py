"""A lesson being taken: which step one is at, what was answered, and what is said to it.

Every face plays this one. It never moves on by itself, and the session is the learner's own: what
is done in it beside the lesson stays done, and can be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from rnn_tui.experiments import ExperimentError
from rnn_tui.lessons.faces import PLAIN, read_on
from rnn_tui.lessons.lesson import Do, Find, Lesson, Predict, Read, Step, Write
from rnn_tui.lessons.reading import LessonError
from rnn_tui.lessons.taking import solving
from rnn_tui.lessons.taking.asking import ask
from rnn_tui.lessons.taking.attempts import Attempt
from rnn_tui.lessons.taking.moments import condition, holds
from rnn_tui.lessons.taking.progress import Done
from rnn_tui.lessons.taking.sessions import Sessions
from rnn_tui.lessons.taking.taken import Asked, Exam, Said, Taken
from rnn_tui.session.breakpoints.conditions import ConditionError
from rnn_tui.session.moment import Refused
from rnn_tui.session.reports import Listener, Report, say_nothing
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.refs import RefError


class Play:
    """A lesson and the session that it is taken in; of several, that of the step at hand."""

    def __init__(
        self,
        lesson: Lesson,
        session: Session | None = None,
        key: Callable[[str], str] = str,
        place: int = 0,
        report: Report = say_nothing,
        face: str = PLAIN,
    ) -> None:
        """Begins at a step; `key` says what a command is done by, that itself if left out.

        `face` is where it is read: `faces.SCREEN` or `faces.PLAIN`.

        `report` is told before each update that a solution trains how many are done, and of how
        many; what it raises ends the act, and the lesson stands where it stood. Raises LessonError
        for an experiment that there is none of.
        """
        self.key = key
        self._listener = Listener(report)
        self.face = face
        self.lesson = read_on(lesson, face)
        self.place = place
        self.taken = [Taken() for _ in lesson.steps]
        self.exam: Exam | None = None
        self.is_tested = False  # whether its steps are passed by a test-out
        self.was_refused = False  # whether a test-out ended with a wrong answer
        self.gone_on_at: int | None = None  # the step at which it was left, and goes on
        self._sessions = Sessions(lesson)
        if session is not None:
            self._sessions.put(place, session)
        self._sessions.enter(place)
        self._asked: dict[int, Asked] = {}

    @classmethod
    def going_on(
        cls, lesson: Lesson, known: Done | None, key: Callable[[str], str] = str,
        report: Report = say_nothing, face: str = PLAIN,
    ) -> Play:  # fmt: skip
        """A lesson where it was left, as is `known` of it: what comes before is solved.

        From its beginning where nothing is known, or where its file has other steps now.
        """
        play = cls(lesson, key=key, report=report, face=face)
        if known is not None and known.steps == len(lesson.steps) and 0 < known.at < known.steps:
            try:
                play.go_to(known.at)
            except LessonError:  # of a lesson that nobody has checked
                return cls(lesson, key=key, report=report, face=face)
            play.gone_on_at = known.at
        return play

    # Where one is

    @property
    def step(self) -> Step:
        """The step at hand."""
        return self.lesson.steps[self.place]

    @property
    def session(self) -> Session:
        """The one that this step is taken in."""
        return self._sessions.at(self.place)

    @property
    def here(self) -> Taken:
        """What was done at it."""
        return self.taken[self.place]

    @property
    def passed(self) -> int:
        """How many steps are passed; none by a test-out that is not over."""
        return 0 if self.is_examined else sum(one.passed for one in self.taken)

    @property
    def done(self) -> Done:
        """How far it is, to be kept."""
        return Done(self.passed, len(self.lesson.steps), self.is_tested, self._goes_on_at)

    @property
    def _goes_on_at(self) -> int:
        """The place of the first step that is open: where it goes on once it is left."""
        if self.is_examined:
            return 0
        return next((place for place, one in enumerate(self.taken) if not one.over), 0)

    @property
    def is_examined(self) -> bool:
        """Whether the test-out is being taken."""
        return self.exam is not None and not self.exam.is_over

    @property
    def can_test_out(self) -> bool:
        """Whether the test-out is offered: at the start of a lesson that has one."""
        is_start = self.place == 0 and not any(one.over for one in self.taken[1:])
        return is_start and bool(self.lesson.questions) and not (self.exam or self.was_refused)

    @property
    def is_looked_for(self) -> bool:
        """Whether a number is to be gone to now."""
        return isinstance(self.step.task, Find) and not self.here.over

    @property
    def is_over(self) -> bool:
        """Whether every step is passed, or was shown."""
        return all(one.over for one in self.taken)

    @property
    def asked(self) -> Asked:
        """The step as it was asked, which stays so whatever is done meanwhile.

        Its numbers are those of the moment at which it was asked. Where a learner has gone to
        one that has no such numbers, they are those of a session in which all before is solved.
        Raises LessonError where these can't be computed either.
        """
        if self.place not in self._asked:
            try:
                self._asked[self.place] = self._ask(self.session.view)
            except (ExperimentError, RefError, Refused):
                self._asked[self.place] = self._ask_as_solved()
        return self._asked[self.place]

    def _ask(self, view: StepView) -> Asked:
        return ask(self.step, self.lesson.intro if self.place == 0 else "", view, self.key)

    def _ask_as_solved(self) -> Asked:
        solved = Play(self.lesson, key=self.key, report=self._listener.report, face=self.face)
        solved.go_to(self.place)
        try:
            return solved._ask(solved.session.view)
        except (ExperimentError, RefError, Refused) as error:
            key = error.key if isinstance(error, ExperimentError) else "prose"
            why = error.expected if isinstance(error, ExperimentError) else str(error)
            raise LessonError(why, key=key, file=self._file) from None

    # The step at hand

    @property
    def attempt(self) -> Attempt:
        """What can be said to it, and to what is answered and done at it."""
        return Attempt(
            self.step, self.here, self.session, lambda: self.asked, self.key, self.is_examined
        )

    def answer(self, text: str) -> Said:
        """A choice that was taken, or a line that was written."""
        return self._examined(self.attempt.answer(text))

    def look(self, asked: str = "", shown: Collection[str] = ()) -> Said | None:
        """What is said to what was done, or to the number `asked` for; None if it is nothing.

        For every face to call when the moment has changed, a number was gone to, or other panes
        are `shown`, by the names that the verb of that name takes.
        """
        said = self.attempt.look(asked, shown)
        return None if said is None else self._examined(said)

    # Moving

    def solution(self) -> str:
        """The step's solution, which ends it; that of a test-out is the lesson.

        What was to be done is done, so that the session has what the next step speaks of.
        """
        if self.is_examined:
            return "There is no solution in a test: begin the lesson again to take it."
        task = self.step.task
        if isinstance(task, Do) and not self.here.over:
            with self.as_it_was():
                self.here.carried_out = self._sessions.try_twice(
                    self.place, lambda: self._is_carried_out(task)
                )
        self.here.revealed = True
        return self.attempt.answer_key

    def _is_carried_out(self, task: Do) -> bool:
        """Do the solution; whether what was to be done is done by it."""
        try:
            self.perform(self.step.solution)
            return holds(condition(task.until, self.session.view), self.session)
        except (LessonError, ConditionError):  # as something else was done before
            return False

    def next(self) -> bool:
        """On to the next step, if this one is over; whether it went.

        What is to be done there may have been done before, and passes it at once. Raises
        LessonError where a session that it opens, or what leads to a question of the test-out,
        can't be made.
        """
        if self.exam is not None:
            return self._next_question(self.exam)
        if isinstance(self.step.task, Read):
            self.here.passed = True
        if not self.here.over or self.place + 1 == len(self.lesson.steps):
            return False
        self._sessions.enter(self.place + 1)  # before one goes there
        self.place += 1
        if isinstance(self.step.task, Do):
            self.look()
        return True

    def previous(self) -> bool:
        """Back to the step before, as it was left, and whether it went; its session stays."""
        if self.place == 0 or self.is_examined:
            return False
        self.exam = None
        self.place -= 1
        self._sessions.enter(self.place)
        return True

    def reset_step(self) -> None:
        """This step from its beginning: the moment at which it was begun, which can be undone."""
        if not self.is_examined:
            self.exam = None
        self.is_tested = False
        self.taken[self.place] = Taken()
        self._asked.pop(self.place, None)
        self._sessions.return_to(self.place)

    def go_to(self, place: int) -> None:
        """To a step, in a session of its own in which all before it are solved.

        Raises LessonError where a solution can't be carried out.
        """
        self._sessions, self._asked = Sessions(self.lesson), {}
        self.place, self.exam = 0, None
        self.is_tested = self.was_refused = False
        self.taken = [Taken() for _ in self.lesson.steps]
        self._solve_up_to(place)

    def _solve_up_to(self, place: int) -> None:
        """Solve all steps before one, from the one at hand.

        What is done in another session has no part in it, and is passed without being done.
        """
        begun = max(self.place, self.lesson.opened_at(place))
        for other in self.taken[self.place : begun]:
            other.passed = True
        for before in range(begun, place):
            self.place = before
            self._sessions.begin(before)
            self.solve()
        self.place = place
        self._sessions.begin(place)

    @contextmanager
    def as_it_was(self) -> Iterator[None]:
        """What is raised in an act leaves the lesson, and its sessions, as they were before it."""
        place, exam, asked = self.place, self.exam, dict(self._asked)
        taken, go_back = [one.copy() for one in self.taken], self._sessions.way_back()
        try:
            yield
        except BaseException:
            self.place, self.exam, self._asked, self.taken = place, exam, asked, taken
            go_back()
            raise

    # The test-out

    def test_out(self) -> None:
        """Ask the lesson's questions, without hints, one attempt each; between them all is solved.

        Raises LessonError where a solution can't be carried out.
        """
        with self.as_it_was():
            self._begin_again(0)
            self._solve_up_to(self.lesson.questions[0])
            self.exam = Exam(self.lesson.questions)

    def _next_question(self, exam: Exam) -> bool:
        if exam.is_over or not self.here.passed:
            return False
        with self.as_it_was():
            self._sessions.return_to(self.place)
            self.exam = None  # what is solved between the questions is no answer
            self._solve_up_to(exam.places[exam.at + 1])
            self.exam = replace(exam, at=exam.at + 1)
        return True

    def _examined(self, said: Said) -> Said:
        """What an answer comes to: one to a question ends the lesson, or begins it."""
        if self.exam is None or self.exam.is_over or not said.is_try:
            return said
        if said.passed and self.exam.is_last:
            self.exam, self.is_tested = replace(self.exam, is_over=True), True
            for one in self.taken:
                one.passed = True
        if said.passed:
            return said
        name, place = self.exam.name, self.lesson.taught_at(self.place)
        self.exam, self.was_refused = None, True
        self._begin_again(place)
        why_here = f"That was {name}: the lesson begins here, where it is taught."
        self.here.said = Said(False, f"{said.say.rstrip('.')}. {why_here}", ends_exam=True)
        return self.here.said

    def _begin_again(self, place: int) -> None:
        """This step and all after it as they were when it was begun."""
        for later in range(place, len(self.taken)):
            self.taken[later] = Taken()
            self._asked.pop(later, None)
        self._sessions.forget_after(place)
        self._sessions.enter(place)
        self._sessions.return_to(place)
        self.place = place

    # Solutions

    def solve(self) -> Said | None:
        """Carry out the solution of this step. Raises LessonError."""
        task, solution = self.step.task, self.step.solution
        if isinstance(task, Read):
            return self.attempt.passed()
        if isinstance(task, Predict | Write):
            return self.answer(solution)
        looked = self.perform(solution)
        return self.look(task.ref if isinstance(task, Find) else "", looked)

    def telling(self, report: Report) -> AbstractContextManager[None]:
        """Meanwhile another one is told what a solution trains."""
        return self._listener.replaced(report)

    def tell_nobody(self) -> None:
        """From now on nobody waits for what a solution trains."""
        self._listener.report = say_nothing

    def perform(self, script: str) -> frozenset[str]:
        """Commands of a solution."""
        with self.session.telling(self._listener.report):
            return solving.perform(self.session, script, self._file)

    @property
    def _file(self) -> str:
        return f"{self.lesson.path}:{self.step.line}"
