"""A lesson being taken: which step one is at, what was answered, and what is said to it.

Every face plays this one. It never moves on by itself, and the session is the learner's own: what
is done in it beside the lesson stays done, and can be undone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from rnn_tui.experiments import Experiment, ExperimentError, load
from rnn_tui.lessons import lines
from rnn_tui.lessons.choices import Choice, choices
from rnn_tui.lessons.lesson import Do, Find, Lesson, Predict, Read, Step, Write
from rnn_tui.lessons.moments import condition, holds
from rnn_tui.lessons.prose import filled
from rnn_tui.lessons.reading import LessonError
from rnn_tui.session.breakpoints.conditions import ConditionError
from rnn_tui.session.commands.command_lines import VerbError, commands_in, parse
from rnn_tui.session.commands.performing import exactly, watched
from rnn_tui.session.commands.verbs import VERBS
from rnn_tui.session.edits.settings import written
from rnn_tui.session.moment import Moment, Refused
from rnn_tui.session.session import Session
from rnn_tui.session.why.refs import RefError, read


@dataclass(frozen=True)
class Said:
    """What an answer came to: whether the step is passed by it, and what is said."""

    passed: bool
    say: str


@dataclass
class Taken:
    """What was done at one step: choices struck out, hints given, how it ended."""

    struck: list[str] = field(default_factory=list)
    hints: int = 0
    passed: bool = False
    revealed: bool = False

    @property
    def over(self) -> bool:
        """Whether one may go on."""
        return self.passed or self.revealed


def experiment_of(lesson: Lesson) -> Experiment:
    """What a lesson is about, with its settings. Raises LessonError."""
    settings = [f"{key}={_value(value)}" for key, value in lesson.settings.items()]
    beside = lesson.path.parent / lesson.experiment
    own = lesson.experiment.endswith(".toml") and beside.exists()
    source = beside if own else lesson.experiment
    try:
        return load(source, settings)
    except ExperimentError as error:
        wrong = f"{error.key}: {error.expected}" if error.key else error.expected
        raise LessonError(wrong, key="experiment", file=f"{lesson.path}:1") from None


def _value(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else written(value)


class Play:
    """A lesson and the session that it is taken in."""

    def __init__(
        self, lesson: Lesson, session: Session | None = None, key: Callable[[str], str] = str
    ) -> None:
        """Begins at the first step; `key` says what a verb is done by, its own name if left out.

        Raises LessonError for an experiment that there is none of.
        """
        self.key = key
        self.lesson = lesson
        self.session = session or Session(experiment_of(lesson))
        self.place = 0
        self.taken = [Taken() for _ in lesson.steps]
        self._entered: dict[int, Moment] = {0: self.session.moment}

    # Where one is

    @property
    def step(self) -> Step:
        """The step at hand."""
        return self.lesson.steps[self.place]

    @property
    def here(self) -> Taken:
        """What was done at it."""
        return self.taken[self.place]

    @property
    def passed(self) -> int:
        """How many steps are passed."""
        return sum(one.passed for one in self.taken)

    @property
    def is_over(self) -> bool:
        """Whether every step is passed, or was shown."""
        return all(one.over for one in self.taken)

    @property
    def intro(self) -> str:
        """What stands before the first step, its numbers those of this moment."""
        return filled(self.lesson.intro, self.session.view, self.key)

    @property
    def prose(self) -> str:
        """The step's text, its numbers those of this moment."""
        return filled(self.step.prose, self.session.view, self.key)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Those of a prediction, in their order; struck out ones too. Raises LessonError."""
        if not isinstance(self.step.task, Predict):
            return ()
        try:
            return choices(self.step.task, self.step.solution, self.session.view)
        except ExperimentError as error:
            place = f"{self.lesson.path}:{self.step.line}"
            raise LessonError(error.expected, key=error.key, file=place) from None

    # Answers

    def answer(self, text: str) -> Said:
        """A choice that was taken, or a line that was written."""
        if self.here.over:
            return Said(self.here.passed, "This step is done: go on to the next one.")
        if isinstance(self.step.task, Predict):
            return self._chosen(text, self.step.task)
        if isinstance(self.step.task, Write):
            return self._written(text, self.step.task)
        return Said(False, "This step is not answered: " + self.asks)

    def _chosen(self, text: str, task: Predict) -> Said:
        chosen = next((one for one in self.choices if text in (one.text, one.written)), None)
        if chosen is None:
            return Said(False, "Choose one of " + ", ".join(one.text for one in self.choices))
        if chosen.right:
            return self._pass()
        if chosen.text not in self.here.struck:
            self.here.struck.append(chosen.text)
        why = self._foreseen(chosen.written, chosen.text) or chosen.why_not
        said = f"No: {why}" if why else "No."
        left = task.attempts - len(self.here.struck)
        if left > 0:
            return Said(False, said)
        self.here.revealed = True
        right = next(one.text for one in self.choices if one.right)
        return Said(False, f"{said.rstrip('.')}. It is {right}. {self._told}".strip())

    def _written(self, text: str, task: Write) -> Said:
        try:
            found = lines.check(text, task.line, self.session.view)
        except ExperimentError as error:
            return Said(False, str(error))
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
        task = self.step.task
        if self.here.passed:
            return None
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
                return Said(False, one.say)
        return None

    def _foreseen(self, *given: str) -> str:
        """What is said to a wrong answer that was foreseen; nothing to another."""
        said = (one.say for one in self.step.wrong for text in given if _same(one.when, text))
        return next(said, "")

    def _pass(self) -> Said:
        self.here.passed = True
        return Said(True, self._told or "Right.")

    @property
    def _told(self) -> str:
        """What is said once the step is over, its numbers those of this moment."""
        return filled(self.step.say, self.session.view, self.key)

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
        hints = self.step.hints
        if not hints:
            return "There is no hint here."
        self.here.hints = min(self.here.hints + 1, len(hints))
        return f"Hint {self.here.hints} of {len(hints)}: {hints[self.here.hints - 1]}"

    def solution(self) -> str:
        """The step's solution, which ends it."""
        self.here.revealed = True
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
        """On to the next step, if this one is over; whether it went."""
        if isinstance(self.step.task, Read):
            self.here.passed = True
        if not self.here.over or self.place + 1 == len(self.lesson.steps):
            return False
        self.place += 1
        self._entered.setdefault(self.place, self.session.moment)
        return True

    def previous(self) -> bool:
        """Back to the text of the step before; the session stays where it is."""
        self.place = max(0, self.place - 1)
        return self.place > 0

    def reset_step(self) -> None:
        """This step from its beginning: the moment at which it was begun, which can be undone."""
        self.taken[self.place] = Taken()
        self.session.trail.go(self._entered[self.place])

    def go_to(self, place: int) -> None:
        """To a step, in a session of its own in which all before it are solved.

        Raises LessonError where a solution can't be carried out.
        """
        self.session = Session(experiment_of(self.lesson))
        self.taken = [Taken() for _ in self.lesson.steps]
        self._entered = {}
        for self.place in range(place):
            self._entered[self.place] = self.session.moment
            self.solve()
        self.place = place
        self._entered[place] = self.session.moment

    def solve(self) -> Said | None:
        """Carry out the solution of this step. Raises LessonError."""
        task, solution = self.step.task, self.step.solution
        if isinstance(task, Read):
            return self._pass()
        if isinstance(task, Predict | Write):
            return self.answer(solution)
        self._perform(solution)
        return self.look(task.ref if isinstance(task, Find) else "")

    def _perform(self, script: str) -> None:
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
