"""What was answered, done or found, held against a step: right, foreseen, or wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache

from rnn_tui.experiments import ExperimentError
from rnn_tui.lessons import lines
from rnn_tui.lessons.lesson import Do, Find, Step, Write
from rnn_tui.lessons.taking.moments import condition, holds
from rnn_tui.lessons.taking.taken import Said
from rnn_tui.session.commands.forms import PANES
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.refs import RefError, read

RIGHT = Said(True, "")
SEEN = tuple(name for name in PANES if name not in ("here", "microscope", "runs"))  # on a page
STILL = "That is done. Now look at it: {how}."
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


def done(
    step: Step, task: Do, session: Session, fill: Fill, now: Collection[str], looked: set[str]
) -> Said | None:
    """What was done: right, or a moment that was foreseen on the way; None if it is neither.

    Once it is, what is looked at `now` is noted in `looked`, and what is not is named. Raises
    ConditionError.
    """
    if holds(condition(task.until, session.view), session):
        looked |= {one for one in task.look if any(same(one, seen) for seen in now)}
        left = [one for one in task.look if one not in looked]
        return Said(False, fill(STILL.format(how=_how(left[0]))), is_half=True) if left else RIGHT
    for one in step.wrong:
        if holds(condition(one.when, session.view), session):
            return Said(False, fill(one.say))
    return None


def _how(name: str) -> str:
    """The command that looks at a pane, or asks why of a number, for a text."""
    return f"{{{'show' if name in PANES else 'why'} {name}}}"


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
