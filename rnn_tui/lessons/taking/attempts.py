"""A step held against what is answered and done at it, with its hints and its solution."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from rnn_tui.lessons.lesson import Do, Find, Predict, Step, Write
from rnn_tui.lessons.prose import filled_where_known
from rnn_tui.lessons.taking import judging
from rnn_tui.lessons.taking.asking import asks
from rnn_tui.lessons.taking.taken import Asked, Said, Taken
from rnn_tui.session.breakpoints.conditions import ConditionError
from rnn_tui.session.session import Session


@dataclass(frozen=True, eq=False)
class Attempt:
    """A step that is taken in a `session`: what comes to be of it is noted in `taken`.

    `asked` gives the step as it was asked, and `key` what a verb is done by. A question of the
    test-out (`is_question`) has no hints, and after a wrong answer its right one is not told.
    """

    step: Step
    taken: Taken
    session: Session
    asked: Callable[[], Asked]
    key: Callable[[str], str]
    is_question: bool

    # Answers

    def answer(self, text: str) -> Said:
        """What is said to a choice that was taken, or to a line that was written."""
        task = self.step.task
        if self.taken.over:
            done = "This step is done: go on to the next one."
            return Said(self.taken.passed, done, is_try=False)
        if isinstance(task, Predict):
            return self._noted(self._chosen(text, task))
        if isinstance(task, Write):
            self.taken.written = text
            said = judging.written(text, self.step, task, self.session.view, self._filled)
            return self._noted(self._judged(said))
        return Said(False, "This step is not answered: " + asks(self.step), is_try=False)

    def look(self, asked: str = "", shown: Collection[str] = ()) -> Said | None:
        """What is said to what was done, or to the number `asked` for; None if it is nothing.

        `shown` are the panes that are looked at.
        """
        if self.taken.said is not None and self.taken.said.is_half:
            self.taken.said = None  # it may have been undone
        try:
            said = None if self.taken.passed or self._is_shown else self._seen(asked, shown)
        except ConditionError as error:  # of a lesson that nobody has checked
            said = Said(False, str(error))
        return None if said is None else self._noted(said)

    @property
    def _is_shown(self) -> bool:
        """Whether it was to be done, and was shown, so that doing it is none of one's own."""
        return self.taken.revealed and isinstance(self.step.task, Do)

    def _noted(self, said: Said) -> Said:
        self.taken.said = said
        return said

    def _chosen(self, text: str, task: Predict) -> Said:
        choices = self.asked().choices
        chosen = next((one for one in choices if text in (one.text, one.written)), None)
        if chosen is None:
            listed = ", ".join(one.text for one in choices)
            return Said(False, f"Choose one of {listed}", is_try=False)
        if chosen.right:
            return self.passed()
        why = (
            judging.foreseen(self.step, self._filled, chosen.written, chosen.text) or chosen.why_not
        )
        self.taken.struck.setdefault(chosen.text, why)
        said = f"No: {why}" if why else "No."
        left = task.attempts - len(self.taken.struck)
        if left > 0 or self.is_question:
            return Said(False, said)
        self.taken.revealed = True
        answer = f"The right answer: {self.answer_key}. {self.told}"
        return Said(False, f"{said.rstrip('.')}. {answer}".strip())

    def _seen(self, asked: str, shown: Collection[str]) -> Said | None:
        task, said = self.step.task, None
        if isinstance(task, Do):
            now = {*shown, asked} - {""}
            said = judging.done(self.step, task, self.session, self._filled, now, self.taken.looked)
        elif isinstance(task, Find) and asked:
            said = judging.found(asked, self.step, task, self._filled)
        return None if said is None else self._judged(said)

    def _judged(self, said: Said) -> Said:
        return self.passed() if said.passed else said

    def passed(self) -> Said:
        """The step is passed; what is said to that."""
        self.taken.passed = True
        return Said(True, self.told or "Right.")

    # What is said

    @property
    def told(self) -> str:
        """What is said once the step is over."""
        return self._filled(self.step.say)

    def hint(self) -> str:
        """The next hint, with its number; the last one again when there are no more."""
        if self.is_question or not self.step.hints:
            return "There is no hint here."
        self.taken.hints = min(self.taken.hints + 1, len(self.step.hints))
        return self.hints[-1]

    @property
    def hints(self) -> tuple[str, ...]:
        """Those that were given, each with its number."""
        given, count = self.step.hints[: self.taken.hints], len(self.step.hints)
        return tuple(
            f"Hint {number} of {count}: {self._filled(one)}"
            for number, one in enumerate(given, start=1)
        )

    @property
    def answer_key(self) -> str:
        """The solution: commands, a choice, an address or a line."""
        match self.step.task:
            case Predict():
                return next(one.text for one in self.asked().choices if one.right)
            case Find(ref=ref):
                return ref
            case Write(line=line):
                right = self.step.solution
                return f"{line} = {right.partition('=')[2].strip() or right}"
        return self.step.solution

    def _filled(self, said: str) -> str:
        """With the numbers of this moment; to a prediction, of the one at which it was asked."""
        if not said:
            return ""
        view = self.asked().view if isinstance(self.step.task, Predict) else self.session.view
        return filled_where_known(said, view, self.key)
