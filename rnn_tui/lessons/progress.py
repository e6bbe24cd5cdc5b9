"""Which lessons are done, kept in a small text file: a line a lesson, `id passed/steps`.

`tested out` stands behind those of a lesson that was skipped by its test-out.
What was answered in the quiz is a line of its own, `quiz: right/answered`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

QUIZ = "quiz:"  # no lesson has a colon in its id
TESTED = " tested out"
LINE = re.compile(
    r"(?P<id>[a-z0-9][a-z0-9-]*|quiz:) (?P<passed>\d{1,6})/(?P<steps>\d{1,6})"
    rf"(?P<tested>{TESTED})?"
)


class Done(NamedTuple):
    """How many steps of a lesson are passed, or questions of the quiz at the first try.

    A lesson is `tested` if its steps are passed by its test-out.
    """

    passed: int
    steps: int
    tested: bool = False

    @property
    def whole(self) -> bool:
        """Whether all of them are."""
        return self.passed >= self.steps


def read(path: Path) -> dict[str, Done]:
    """What is kept in a file; nothing of lines that say nothing, or of a file that is gone."""
    try:
        text = path.read_text("utf-8", errors="replace")
    except OSError:
        return {}
    found = map(LINE.fullmatch, text.splitlines())
    return {
        one["id"]: Done(int(one["passed"]), int(one["steps"]), one["tested"] is not None)
        for one in found
        if one
    }


def keep(path: Path, lesson: str, done: Done) -> None:
    """Keep how far a lesson is; never less than it was. Raises OSError."""
    known = read(path)
    known[lesson] = best(known.get(lesson), done)
    _write(path, known)


def best(before: Done | None, now: Done) -> Done:
    """The one with more steps passed; of equal ones that which was not tested out."""
    if before is None:
        return now
    further = max(before, now, key=lambda one: (one.passed, not one.tested))
    return further._replace(steps=now.steps)


def keep_quiz(path: Path, quiz: Done) -> None:
    """Keep how the quiz stands. Raises OSError."""
    _write(path, read(path) | {QUIZ: quiz})


def with_answer(known: Mapping[str, Done], *, first: bool) -> Done:
    """How the quiz stands after one more question, right at the `first` try or not."""
    before = known.get(QUIZ, Done(0, 0))
    return Done(before.passed + first, before.steps + 1)


def _write(path: Path, known: Mapping[str, Done]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(written(known), "utf-8")
    beside.replace(path)


def written(known: Mapping[str, Done]) -> str:
    """The text of the file."""
    return "".join(
        f"{name} {one.passed}/{one.steps}{TESTED if one.tested else ''}\n"
        for name, one in known.items()
    )
