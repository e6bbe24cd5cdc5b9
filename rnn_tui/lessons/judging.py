"""What was answered, done or found, held against a step: right, foreseen, or wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from rnn_tui.experiments import ExperimentError
from rnn_tui.lessons import lines
from rnn_tui.lessons.lesson import Do, Find, Step, Write
from rnn_tui.lessons.moments import condition, holds
from rnn_tui.lessons.taken import Said
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.refs import RefError, read

RIGHT = Said(True, "")
Fill = Callable[[str], str]  # puts the numbers into what a lesson says


def foreseen(step: Step, fill: Fill, *given: str) -> str:
    """What is said to a wrong answer that was foreseen; nothing to another."""
    said = (one.say for one in step.wrong for text in given if same(one.when, text))
    return fill(next(said, ""))


def written(text: str, step: Step, task: Write, view: StepView, fill: Fill) -> Said:
    """A line that was written, run under the gradient check."""
    try:
        found = lines.check(text, task.line, view)
    except ExperimentError as error:
        return Said(False, str(error), is_try=False)
    if found.right:
        return RIGHT
    if found.problem:
        return Said(False, found.problem)
    off, why = ", ".join(found.off), foreseen(step, fill, *found.off, text)
    return Said(False, f"It runs, but the gradient check finds {off} wrong. {why}".strip())


def done(step: Step, task: Do, session: Session, fill: Fill) -> Said | None:
    """What was done: right, or a moment that was foreseen on the way; None if it is neither.

    Raises ConditionError.
    """
    if holds(condition(task.until, session.view), session):
        return RIGHT
    for one in step.wrong:
        if holds(condition(one.when, session.view), session):
            return Said(False, fill(one.say))
    return None


def found(asked: str, step: Step, task: Find, fill: Fill) -> Said:
    """A number that was gone to."""
    if same(asked, task.ref):
        return RIGHT
    why = foreseen(step, fill, asked)
    return Said(False, why or f"That is {asked}: look for another one.")


def same(one: str, other: str) -> bool:
    """Whether two answers are the same but for blanks; addresses as they are read."""
    if _plain(one) == _plain(other):
        return True
    try:
        return read(one).here == read(other).here
    except RefError:
        return False


@lru_cache(maxsize=256)
def _plain(text: str) -> str:
    return "".join(text.split())
