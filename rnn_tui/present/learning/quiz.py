"""A question on a number, in words: what is asked, from what, its choices, how it went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from rnn_tui.lessons.quiz import QuizQuestion, question
from rnn_tui.lessons.taking.progress import Done
from rnn_tui.present.digits import short, signed
from rnn_tui.present.learning.card import Does, Row
from rnn_tui.present.learning.courses import quiz_tally
from rnn_tui.present.learning.steps import choice_row, struck_lines
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.present.why.explanation import what
from rnn_tui.present.why.formulas import derivation_line
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import ref_of_next_op, ref_of_op
from rnn_tui.session.why.expressions import Number, numbers

TITLE = "Quiz"
KEYS = "↑↓ mark · ⏎ answer · esc leave"
MOST_INPUTS = 8


def asked(view: StepView, ref: str) -> QuizQuestion:
    """The question on a number, which is written as on the screen.

    Raises RefError where there is no such number, Refused where nothing can be asked of it.
    """
    return question(view, ref, signed)


def next_ref(view: StepView, unit: int) -> str:
    """The address of the number that the next op makes, or else of what the last one made."""
    return ref_of_next_op(view, unit) or ref_of_op(view, unit)


def question_lines(view: StepView, quiz: QuizQuestion) -> Iterator[Line]:
    """What is asked, what it is, and the numbers that it is made of; not how."""
    yield (Span(f"What is {quiz.ref}?", Role.ACCENT),)
    yield what(view, quiz.ref)
    if inputs := _inputs(quiz):
        yield (Span(f"Made of {inputs}", Role.MUTED),)


def _inputs(quiz: QuizQuestion) -> str:
    """The numbers put in, by their addresses; nothing where that is the answer itself."""
    expression = quiz.derivation.expression
    if isinstance(expression, Number):
        return ""
    found: dict[str, str] = {}
    for one in numbers(expression):
        name = one.ref.partition("@")[0] or one.label
        if name and np.ndim(one.value) == 0:
            found[name] = short(float(one.value))
        if len(found) > MOST_INPUTS:
            break
    shown = [f"{name} = {value}" for name, value in found.items()][:MOST_INPUTS]
    return ", ".join(shown) + (", …" if len(found) > MOST_INPUTS else "")


def choice_rows(quiz: QuizQuestion, struck: Mapping[str, str], *, over: bool) -> Iterator[Row]:
    """The choices, and once the right one is taken the way to why."""
    for number, one in enumerate(quiz.choices, start=1):
        yield choice_row(one, number, struck, over=over)
    if over and quiz.computed:
        yield Row(Does.NEXT, (Span("→ Why it has this value"),))
    elif over:
        yield Row(Does.LEAVE, (Span("→ Back to the network"),))


def verdict_lines(
    quiz: QuizQuestion, struck: Mapping[str, str], tally: Done | None, *, over: bool
) -> Iterator[Line]:
    """Why wrong choices are wrong; that the right one is right, and by what arithmetic."""
    yield from struck_lines(struck)
    if over:
        yield Span("✓ Right: ", Role.GOOD), *derivation_line(quiz.derivation)
    if tally is not None:
        yield (Span(quiz_tally(tally), Role.MUTED),)
