"""The list of a course: which lessons are done, and which comes next."""

from __future__ import annotations

from collections.abc import Mapping

from rnn_tui.lessons.courses import Course
from rnn_tui.lessons.lesson import Lesson
from rnn_tui.lessons.taking.progress import QUIZ, Done
from rnn_tui.present.learning.card import Card, Does, Row
from rnn_tui.present.tables.cells import Line, Role, Span

ABOUT = "Read, predict, do, find, write: each step is checked against the network beside it."


def course_card(course: Course, done: Mapping[str, Done], at_hand: Lesson | None = None) -> Card:
    """The lessons of a course; `at_hand` is the one that was begun and left."""
    upcoming = next_of(course, done)
    rows = [lesson_row(n, one, done, upcoming) for n, one in enumerate(course.lessons, start=1)]
    if at_hand is not None:
        back = Span("← Back to "), Span(at_hand.title, Role.STRONG)
        rows.insert(0, Row(Does.STEP, back))
    first = next((n for n, row in enumerate(rows) if row.does is Does.STEP), None)
    if first is None and upcoming is not None:
        first = next(n for n, row in enumerate(rows) if row.given == upcoming.id)
    rows.append(Row(Does.LEAVE, (Span("× Back to your own session"),)))
    far = tally(course, done), *([quiz_tally(done[QUIZ])] if QUIZ in done else [])
    return Card(
        title=f"Learn · {course.title}",
        paragraphs=(
            tuple((Span(one, Role.STRONG),) for one in far),
            ((Span(ABOUT, Role.MUTED),),),
        ),
        rows=tuple(rows),
        first=first or 0,
        is_list=True,
    )


def tally(course: Course, done: Mapping[str, Done]) -> str:
    """How many lessons are done, and steps passed."""
    lessons = sum(one.id in done and done[one.id].whole for one in course.lessons)
    steps = sum(done[one.id].passed for one in course.lessons if one.id in done)
    of = sum(len(one.steps) for one in course.lessons)
    return f"{lessons} of {len(course.lessons)} lessons done · {steps} of {of} steps"


def quiz_tally(quiz: Done) -> str:
    """How the questions on numbers were answered."""
    return f"Quiz: {quiz.passed} of {quiz.steps} right at the first try"


def next_of(course: Course, done: Mapping[str, Done]) -> Lesson | None:
    """The lesson that was left last before its end, or else the first not done; None if all are."""
    known = {one.id: one for one in course.lessons}
    for name in reversed(list(done)):
        if name in known and done[name].is_left:
            return known[name]
    ways = (one for one in course.lessons if not (one.id in done and done[one.id].whole))
    return next(ways, None)


def lesson_row(
    number: int | None, one: Lesson, done: Mapping[str, Done], upcoming: Lesson | None = None
) -> Row:
    """A lesson with its number in the course, if it is in it, and how long it takes.

    It has a mark if it is done, another one if it is the `upcoming` one.
    """
    known = done.get(one.id)
    mark = Span("  ")
    if known is not None and known.whole:
        mark = Span("✓ ", Role.GOOD)
    elif one is upcoming:
        mark = Span("▸ ", Role.ACCENT)
    begun = known is not None and 0 < known.passed < known.steps
    tail = f"  {known.passed}/{known.steps}" if known and begun else ""
    if known is not None and known.tested:
        tail = "  tested out"
    minutes = f"  {one.minutes}\N{NO-BREAK SPACE}min" if one.minutes and not tail else ""
    title = Span(f"{number or '–':>2} "), Span(one.title)
    line: Line = (mark, *title, Span(tail or minutes, Role.MUTED))
    return Row(Does.LESSON, line, one.id, indent=5)
