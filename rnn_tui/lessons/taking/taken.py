"""What was done at one step of a lesson, what is said to it, and the step as it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rnn_tui.lessons.choices import Choice
from rnn_tui.session.view import StepView


@dataclass(frozen=True)
class Said:
    """What an answer came to: whether the step is passed by it, and what is said.

    What can't be read as an answer is no attempt: `is_try` is False. A wrong answer to a question
    of the test-out ends it: `ends_exam`. What was done, and not looked at yet, `is_half` of it.
    """

    passed: bool
    say: str
    is_try: bool = True
    ends_exam: bool = False
    is_half: bool = False


@dataclass
class Taken:
    """What was done at one step: choices struck out and why, hints given, how it ended.

    `said` is what was said to it last, `written` the line that was written last, `looked` what
    was looked at once all was done. Its solution, once `revealed`, may be `carried_out` in the
    session.
    """

    struck: dict[str, str] = field(default_factory=dict)
    hints: int = 0
    passed: bool = False
    revealed: bool = False
    carried_out: bool = False
    said: Said | None = None
    written: str = ""
    looked: set[str] = field(default_factory=set)

    @property
    def over(self) -> bool:
        """Whether one may go on."""
        return self.passed or self.revealed

    def copy(self) -> Taken:
        """The same as it is by now."""
        return replace(self, struck=dict(self.struck), looked=set(self.looked))


@dataclass(frozen=True)
class Exam:
    """The test-out while it is taken: the places of its questions, and which one is asked.

    It `is_over` once all of them were answered right; a wrong answer ends it.
    """

    places: tuple[int, ...]
    at: int = 0
    is_over: bool = False

    @property
    def name(self) -> str:
        """The question at hand, by its number."""
        return f"question {self.at + 1} of {len(self.places)}"

    @property
    def is_last(self) -> bool:
        """Whether no question comes after this one."""
        return self.at + 1 == len(self.places)


@dataclass(frozen=True)
class Asked:
    """A step as it was asked, at a `view`: its text and its choices, with the numbers there."""

    view: StepView
    intro: str
    prose: str
    choices: tuple[Choice, ...]
