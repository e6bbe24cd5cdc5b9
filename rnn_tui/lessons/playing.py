"""A lesson being taken: which step one is at, what was answered, and what is said to it.

Every face plays this one. It never moves on by itself, and the session is the learner's own: what
is done in it beside the lesson stays done, and can be undone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from rnn_tui.experiments import ExperimentError
from rnn_tui.lessons import lines
from rnn_tui.lessons.choices import Choice, choices
from rnn_tui.lessons.lesson import Do, Find, Lesson, Predict, Read, Step, Write
from rnn_tui.lessons.moments import condition, holds
from rnn_tui.lessons.opening import opened
from rnn_tui.lessons.progress import Done
from rnn_tui.lessons.prose import filled, filled_where_known
from rnn_tui.lessons.reading import LessonError
from rnn_tui.lessons.taken import Asked, Exam, Said, Taken
from rnn_tui.session.breakpoints.conditions import ConditionError
from rnn_tui.session.commands.command_lines import VerbError, commands_in, parse
from rnn_tui.session.commands.performing import exactly, watched
from rnn_tui.session.commands.verbs import VERBS
from rnn_tui.session.moment import Moment, Refused
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.refs import RefError, read


class Play:
    """A lesson and the session that it is taken in; of several, that of the step at hand."""

    def __init__(
        self,
        lesson: Lesson,
        session: Session | None = None,
        key: Callable[[str], str] = str,
        place: int = 0,
    ) -> None:
        """Begins at a step; `key` says what a verb is done by, its own name if left out.

        Raises LessonError for an experiment that there is none of.
        """
        self.key = key
        self.lesson = lesson
        self.place = place
        self.taken = [Taken() for _ in lesson.steps]
        self.exam: Exam | None = None
        self.is_tested = False  # whether its steps are passed by a test-out
        self.was_refused = False  # whether a test-out ended with a wrong answer
        self._sessions: dict[int, Session] = {}  # by the step that opens them
        if session is not None:
            self._sessions[lesson.opened_at(place)] = session
        self._entered: dict[int, Moment] = {}
        self._enter()
        self._asked: dict[int, Asked] = {}

    # Where one is

    @property
    def step(self) -> Step:
        """The step at hand."""
        return self.lesson.steps[self.place]

    @property
    def session(self) -> Session:
        """The one that this step is taken in."""
        return self._session_at(self.place)

    def _session_at(self, place: int) -> Session:
        at = self.lesson.opened_at(place)
        if at not in self._sessions:
            self._sessions[at] = opened(self.lesson, at)
        return self._sessions[at]

    def _enter(self) -> None:
        """Keep the moment at which this step is begun."""
        self._entered.setdefault(self.place, self.session.moment)

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
        return Done(self.passed, len(self.lesson.steps), self.is_tested)

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
    def intro(self) -> str:
        """What stands before the first step."""
        return self.asked.intro

    @property
    def prose(self) -> str:
        """The step's text."""
        return self.asked.prose

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Those of a prediction, in their order; struck out ones too."""
        return self.asked.choices

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
        task, intro = self.step.task, self.lesson.intro if self.place == 0 else ""
        made: tuple[Choice, ...] = ()
        if isinstance(task, Predict):
            made = choices(task, self.step.solution, view)
            _check_said(self.step, view)
        prose = filled(self.step.prose, view, self.key)
        return Asked(view, filled(intro, view, self.key), prose, made)

    def _ask_as_solved(self) -> Asked:
        solved = Play(self.lesson, key=self.key)
        solved.go_to(self.place)
        try:
            return solved._ask(solved.session.view)
        except (ExperimentError, RefError, Refused) as error:
            key = error.key if isinstance(error, ExperimentError) else "prose"
            why = error.expected if isinstance(error, ExperimentError) else str(error)
            raise LessonError(why, key=key, file=f"{self.lesson.path}:{self.step.line}") from None

    # Answers

    def answer(self, text: str) -> Said:
        """A choice that was taken, or a line that was written."""
        if self.here.over:
            return Said(self.here.passed, "This step is done: go on to the next one.")
        if isinstance(self.step.task, Predict):
            return self._note(self._chosen(text, self.step.task))
        if isinstance(self.step.task, Write):
            self.here.written = text
            return self._note(self._written(text, self.step.task))
        return Said(False, "This step is not answered: " + self.asks)

    def _note(self, said: Said) -> Said:
        self.here.said = said
        return self._examined(said) if self.is_examined and said.is_try else said

    def _chosen(self, text: str, task: Predict) -> Said:
        chosen = next((one for one in self.choices if text in (one.text, one.written)), None)
        if chosen is None:
            listed = ", ".join(one.text for one in self.choices)
            return Said(False, f"Choose one of {listed}", is_try=False)
        if chosen.right:
            return self._pass()
        why = self._foreseen(chosen.written, chosen.text) or chosen.why_not
        self.here.struck.setdefault(chosen.text, why)
        said = f"No: {why}" if why else "No."
        left = task.attempts - len(self.here.struck)
        if left > 0 or self.is_examined:
            return Said(False, said)
        self.here.revealed = True
        right = next(one.text for one in self.choices if one.right)
        return Said(False, f"{said.rstrip('.')}. It is {right}. {self.told}".strip())

    def _written(self, text: str, task: Write) -> Said:
        try:
            found = lines.check(text, task.line, self.session.view)
        except ExperimentError as error:
            return Said(False, str(error), is_try=False)
        if found.right:
            return self._pass()
        why = self._foreseen(*found.off, text)
        if found.problem:
            return Said(False, found.problem)
        off = ", ".join(found.off)
        return Said(False, f"It runs, but the gradient check finds {off} wrong. {why}".strip())

    def look(self, asked: str = "") -> Said | None:
        """What is said to what was done, or to the number `asked` for; None if it is nothing.

        For every face to call when the moment has changed, or a number was gone to.
        """
        try:
            said = None if self.here.passed else self._seen(asked)
        except ConditionError as error:  # of a lesson that nobody has checked
            said = Said(False, str(error))
        return None if said is None else self._note(said)

    def _seen(self, asked: str) -> Said | None:
        task = self.step.task
        if isinstance(task, Do) and holds(condition(task.until, self.session.view), self.session):
            return self._pass()
        if isinstance(task, Do):
            return self._missed()
        if isinstance(task, Find) and asked:
            if _same(asked, task.ref):
                return self._pass()
            why = self._foreseen(asked)
            return Said(False, why or f"That is {asked}: look for another one.")
        return None

    def _missed(self) -> Said | None:
        """What is said to a moment that was foreseen, on the way to the one that is wanted."""
        view = self.session.view
        for one in self.step.wrong:
            if holds(condition(one.when, view), self.session):
                return Said(False, self._filled(one.say))
        return None

    def _foreseen(self, *given: str) -> str:
        """What is said to a wrong answer that was foreseen; nothing to another."""
        said = (one.say for one in self.step.wrong for text in given if _same(one.when, text))
        return self._filled(next(said, ""))

    def _pass(self) -> Said:
        self.here.passed = True
        return Said(True, self.told or "Right.")

    @property
    def told(self) -> str:
        """What is said once the step is over."""
        return self._filled(self.step.say)

    def _filled(self, said: str) -> str:
        """With the numbers of this moment; to a prediction, of the one at which it was asked."""
        if not said:
            return ""
        view = self.asked.view if isinstance(self.step.task, Predict) else self.session.view
        return filled_where_known(said, view, self.key)

    # Moving

    @property
    def asks(self) -> str:
        """What the step wants, in a sentence."""
        match self.step.task:
            case Read():
                return "Read on when you are ready."
            case Predict(ask=ask):
                return f"Predict: {ask}"
            case Do(until=until):
                return f"Do it: until {until}"
            case Find():
                return "Go to the number that the text asks for."
            case Write(line=line):
                return f"Write the line that makes {line}."

    def hint(self) -> str:
        """The next hint, with its number; the last one again when there are no more."""
        if self.is_examined or not self.step.hints:
            return "There is no hint here."
        self.here.hints = min(self.here.hints + 1, len(self.step.hints))
        return self.hints[-1]

    @property
    def hints(self) -> tuple[str, ...]:
        """Those that were given, each with its number."""
        given, count = self.step.hints[: self.here.hints], len(self.step.hints)
        return tuple(
            f"Hint {number} of {count}: {self._filled(one)}"
            for number, one in enumerate(given, start=1)
        )

    def solution(self) -> str:
        """The step's solution, which ends it; that of a test-out is the lesson."""
        if self.is_examined:
            return "There is no solution in a test: begin the lesson again to take it."
        self.here.revealed = True
        return self.answer_key

    @property
    def answer_key(self) -> str:
        """The solution: commands, a choice, an address or a line."""
        match self.step.task:
            case Predict():
                return next(one.text for one in self.choices if one.right)
            case Find(ref=ref):
                return ref
            case Write(line=line):
                right = self.step.solution
                return f"{line} = {right.partition('=')[2].strip() or right}"
        return self.step.solution

    def next(self) -> bool:
        """On to the next step, if this one is over; whether it went.

        Raises LessonError where a session that it opens, or what leads to a question of the
        test-out, can't be made.
        """
        if self.exam is not None:
            return self._next_question(self.exam)
        if isinstance(self.step.task, Read):
            self.here.passed = True
        if not self.here.over or self.place + 1 == len(self.lesson.steps):
            return False
        self._session_at(self.place + 1)  # before one goes there
        self.place += 1
        self._enter()
        return True

    def previous(self) -> bool:
        """Back to the step before, as it was left, and whether it went; its session stays."""
        if self.place == 0 or self.is_examined:
            return False
        self.exam = None
        self.place -= 1
        self._enter()
        return True

    def reset_step(self) -> None:
        """This step from its beginning: the moment at which it was begun, which can be undone."""
        if not self.is_examined:
            self.exam = None
        self.is_tested = False
        self.taken[self.place] = Taken()
        self._asked.pop(self.place, None)
        self.session.trail.go(self._entered[self.place])

    def go_to(self, place: int) -> None:
        """To a step, in a session of its own in which all before it are solved.

        Raises LessonError where a solution can't be carried out.
        """
        self._sessions, self._entered, self._asked = {}, {}, {}
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
            self._entered[before] = self.session.moment
            self.solve()
        self.place = place
        self._entered[place] = self.session.moment

    # The test-out

    def test_out(self) -> None:
        """Ask the lesson's questions, without hints, one attempt each; between them all is solved.

        Raises LessonError where a solution can't be carried out.
        """
        self._begin_again(0)
        self._solve_up_to(self.lesson.questions[0])
        self.exam = Exam(self.lesson.questions)

    def _next_question(self, exam: Exam) -> bool:
        if exam.is_over or not self.here.passed:
            return False
        self._return()
        self.exam = None  # what is solved between the questions is no answer
        self._solve_up_to(exam.places[exam.at + 1])
        self.exam = replace(exam, at=exam.at + 1)
        return True

    def _examined(self, said: Said) -> Said:
        """What an answer to a question comes to: the lesson is done, or begins."""
        assert self.exam is not None
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
            if later > place:
                self._entered.pop(later, None)
                self._sessions.pop(later, None)  # one that it opens
        self.place = place
        self._enter()
        self._return()

    def _return(self) -> None:
        """To the moment at which this step was begun."""
        if self.session.moment is not self._entered[self.place]:
            self.session.trail.go(self._entered[self.place])

    # Solutions

    def solve(self) -> Said | None:
        """Carry out the solution of this step. Raises LessonError."""
        task, solution = self.step.task, self.step.solution
        if isinstance(task, Read):
            return self._pass()
        if isinstance(task, Predict | Write):
            return self.answer(solution)
        self.perform(solution)
        return self.look(task.ref if isinstance(task, Find) else "")

    def perform(self, script: str) -> None:
        """Commands of a solution."""
        try:
            for line in commands_in(script):
                command = parse(line)
                if VERBS[command.verb].asks:
                    continue
                for _ in range(command.times):
                    run = watched if command.verb in ("run", "back") else exactly
                    run(self.session, command.once)
        except (VerbError, Refused, RefError, ConditionError) as error:
            place = f"{self.lesson.path}:{self.step.line}"
            raise LessonError(f"{line}: {error}", key="solution", file=place) from None


def _check_said(step: Step, view: StepView) -> None:
    """Raise ExperimentError where what is said to an answer has a number that there is none of."""
    for key, said in (("say", step.say), *(("wrong", one.say) for one in step.wrong)):
        try:
            filled(said, view)
        except (RefError, Refused) as error:
            raise ExperimentError(str(error), key=key) from None


@lru_cache(maxsize=256)
def _plain(text: str) -> str:
    return "".join(text.split())


def _same(one: str, other: str) -> bool:
    """Whether two answers are the same but for blanks; addresses as they are read."""
    if _plain(one) == _plain(other):
        return True
    try:
        return read(one).here == read(other).here
    except RefError:
        return False
