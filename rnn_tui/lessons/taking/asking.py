"""A step as it is asked: its text and choices, filled in with the numbers of a moment."""

from __future__ import annotations

from collections.abc import Callable

from rnn_tui.experiments import ExperimentError
from rnn_tui.lessons.choices import Choice, choices
from rnn_tui.lessons.lesson import Do, Find, Predict, Read, Step, Write
from rnn_tui.lessons.prose import filled
from rnn_tui.lessons.taking.taken import Asked
from rnn_tui.session.moment import Refused
from rnn_tui.session.view import StepView
from rnn_tui.session.why.refs import RefError


def ask(step: Step, intro: str, view: StepView, key: Callable[[str], str]) -> Asked:
    """A step, with what stands before it, at a view; `key` says what a verb is done by.

    Raises ExperimentError, RefError or Refused where a number is missing.
    """
    task = step.task
    made: tuple[Choice, ...] = ()
    if isinstance(task, Predict):
        made = choices(task, step.solution, view)
        _check_said(step, view)
    prose = filled(step.prose, view, key)
    return Asked(view, filled(intro, view, key), prose, made)


def _check_said(step: Step, view: StepView) -> None:
    """Raise ExperimentError where what is said to an answer has a number that there is none of."""
    for key, said in (("say", step.say), *(("wrong", one.say) for one in step.wrong)):
        try:
            filled(said, view)
        except (RefError, Refused) as error:
            raise ExperimentError(str(error), key=key) from None


def asks(step: Step) -> str:
    """What a step wants, in a sentence."""
    match step.task:
        case Read():
            return "Read on when you are ready."
        case Predict(ask=question):
            return f"Predict: {question}"
        case Do(until=until):
            return f"Do it: until {until}"
        case Find():
            return "Go to the number that the text asks for."
        case Write(line=line):
            return f"Write the line that makes {line}."
