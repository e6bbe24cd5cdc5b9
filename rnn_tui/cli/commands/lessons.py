"""`rnn-tui lessons`: the lessons there are, a new one to begin with, and some checked."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from rnn_tui.cli.arguments import Parser
from rnn_tui.cli.output import bar, console, table, to_json
from rnn_tui.cli.streams import message
from rnn_tui.experiments.drafts import check_writable
from rnn_tui.lessons.checking import check_lesson
from rnn_tui.lessons.courses import LESSON, Course, bundled_course, course_of, lesson_named
from rnn_tui.lessons.lesson import Lesson
from rnn_tui.lessons.reading import LessonError
from rnn_tui.lessons.template import TEMPLATE

OK, FAILED = 0, 1


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    parser.add_argument(
        "what", nargs="?", default="list", choices=("list", "check", "new"),
        help="list (if nothing is said), check or new",
    )  # fmt: skip
    parser.add_argument(
        "file", nargs="?", metavar="FILE",
        help="a lesson .md, or a folder of lessons (the course that comes with the program)",
    )  # fmt: skip


def run(options: Namespace) -> int:
    """List lessons, check some, or write a new one."""
    if options.what == "new":
        return _new(options)
    if options.what == "list":
        return _list(options)
    return _check(options)


def _course(file: str | None) -> Course:
    return bundled_course() if file is None else course_of(Path(file))


def _list(options: Namespace) -> int:
    course = _course(options.file)
    if options.json:
        print(to_json([_data(one) for one in course.lessons]))
        return OK
    made = table(course.title, "", "id", "title", "experiment", "minutes", "steps", left=4)
    for number, one in enumerate(course.lessons, start=1):
        minutes = str(one.minutes) if one.minutes else ""
        made.add_row(str(number), one.id, one.title, one.experiment, minutes, str(len(one.steps)))
    console().print(made)
    return OK


def _data(one: Lesson) -> dict[str, Any]:
    return {
        "id": one.id, "title": one.title, "experiment": one.experiment, "minutes": one.minutes,
        "needs": list(one.needs), "steps": [step.title for step in one.steps],
        "test_out": [one.steps[place].title for place in one.questions],
    }  # fmt: skip


def _check(options: Namespace) -> int:
    """Each lesson in its turn; 1 if anything is wrong in one."""
    found = []
    for lesson in _lessons(options.file):
        problem = ""
        with bar("steps") as report:
            try:
                check_lesson(lesson, partial(_told, report, len(lesson.steps)))
            except LessonError as error:
                problem = str(error)
        steps, asked = len(lesson.steps), len(lesson.questions)
        found.append({"id": lesson.id, "steps": steps, "test_out": asked, "problem": problem})
        if not options.json:
            tested = f", test-out of {asked} questions" if asked else ""
            print(f"✗ {problem}" if problem else f"✓ {lesson.id}: {steps} steps{tested}")
    if options.json:
        print(to_json(found))
    return FAILED if any(one["problem"] for one in found) else OK


def _told(report: Callable[[int, int], object], steps: int, done: int) -> None:
    report(done, steps)


def _lessons(file: str | None) -> Iterator[Lesson]:
    if file is not None and file.endswith(LESSON):
        yield lesson_named(file)
    else:
        yield from _course(file).lessons


def _new(options: Namespace) -> int:
    if options.file is None:
        raise LessonError(f"expected the name of a file that ends in {LESSON}", key="FILE")
    path = Path(options.file if options.file.endswith(LESSON) else f"{options.file}{LESSON}")
    if path.exists():
        raise LessonError("there is such a file already", file=str(path))
    check_writable(path)
    name = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "lesson"
    path.write_text(TEMPLATE.format(id=name), "utf-8")
    message(f"wrote {path}: rnn-tui lessons check {path} plays it")
    return OK
