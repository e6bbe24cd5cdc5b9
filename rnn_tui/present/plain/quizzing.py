"""The quiz as sentences: a question on a number, and the answers that it takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rnn_tui.lessons.choices import Choice
from rnn_tui.lessons.numbered import numbered
from rnn_tui.lessons.quiz import QuizQuestion
from rnn_tui.lessons.taking import progress
from rnn_tui.lessons.taking.progress import Done
from rnn_tui.present.learning.courses import quiz_tally
from rnn_tui.present.learning.quiz import asked, next_ref, question_lines
from rnn_tui.present.plain.plain_words import line_plainly, parts_plainly, plainly, sentence
from rnn_tui.present.plain.speaking import Reply, refusal
from rnn_tui.present.why.formulas import derivation_line
from rnn_tui.session.moment import Refused
from rnn_tui.session.view import StepView
from rnn_tui.session.why.refs import RefError

ASK, ANSWER = "quiz", "answer"
OVER = "not now: that question is answered; quiz asks another one."
HOW = "answer N chooses one."


class Quizzes:
    """The question that a conversation is at, if any, and how they went.

    Answers are counted in a file, and where that is None for this conversation only.
    """

    def __init__(self, kept: Path | None = None) -> None:
        self.question: QuizQuestion | None = None
        self._struck: set[str] = set()  # choices of it that were wrong
        self._tally: Done | None = None  # once it was answered for the first time
        self._kept = kept
        self._unkept: dict[str, Done] = {}

    def takes(self, line: str, *, in_lesson: bool) -> bool:
        """Whether a line is for the quiz, and not for the lesson that one may be in."""
        word = line.split(None, 1)[0].lower() if line.strip() else ""
        answers = self.question is not None or (self._tally is not None and not in_lesson)
        return word == ASK or (word == ANSWER and answers)

    def reply(self, line: str, view: StepView) -> Reply:
        """What is said to such a line."""
        word, _, rest = line.strip().partition(" ")
        if word.lower() == ANSWER:
            if self.question is None:
                return Reply((OVER,), ok=False)
            return self._answer(self.question, rest.strip())
        try:
            question = asked(view, rest.strip() or next_ref(view, 0))
        except RefError as error:
            return Reply((sentence(plainly(str(error))),), ok=False)
        except Refused as refused:
            return Reply((refusal(refused),), ok=False)
        self.question, self._struck, self._tally = question, set(), None
        choices = [plainly(one.text) for one in question.choices]
        return Reply(tuple(_read(view, question)), data={"ref": question.ref, "choices": choices})

    def _answer(self, question: QuizQuestion, given: str) -> Reply:
        choice = _chosen(question, given)
        if choice is None:
            listed = ", ".join(plainly(one.text) for one in question.choices)
            return Reply((f"Choose one of {listed}, or its number.",), ok=False)
        self._tally = self._tally or progress.count_answer(
            self._kept, self._unkept, first=choice.right
        )
        data = {
            "ref": question.ref, "right": choice.right, "first": not self._struck,
            "tally": {"right": self._tally.passed, "answered": self._tally.steps},
        }  # fmt: skip
        told = f"{quiz_tally(self._tally)}."
        if not choice.right:
            self._struck.add(choice.text)
            why = plainly(choice.why_not)
            return Reply((sentence(f"No: {why}"), f"{HOW} {told}"), ok=False, data=data)
        self.question = None
        why = f"why {question.ref} says more." if question.computed else ""
        right = sentence(f"Right: {line_plainly(derivation_line(question.derivation))}")
        return Reply((right, *filter(None, (why,)), told), data=data)


def _read(view: StepView, question: QuizQuestion) -> Iterator[str]:
    """The question, what it is made of, and its choices."""
    for line in question_lines(view, question):
        yield sentence(parts_plainly(line))
    for number, one in enumerate(question.choices, start=1):
        yield f"{number}: {plainly(one.text)}."
    yield HOW


def _chosen(question: QuizQuestion, given: str) -> Choice | None:
    """The choice of a number from 1, or of its text."""
    said, choices = plainly(given), question.choices
    texts = (one for one in choices if plainly(one.text) == said)
    return numbered(choices, given) or next(texts, None)
