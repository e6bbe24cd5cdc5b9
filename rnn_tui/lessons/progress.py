"""Which lessons are done, kept in a small text file: a line a lesson, `id passed/steps`.

What was answered in the quiz is a line of its own, `quiz: right/answered`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

QUIZ = "quiz:"  # no lesson has a colon in its id
LINE = re.compile(r"(?P<id>[a-z0-9][a-z0-9-]*|quiz:) (?P<passed>\d{1,6})/(?P<steps>\d{1,6})")


class Done(NamedTuple):
    """How many steps of a lesson are passed, or questions of the quiz at the first try."""

    passed: int
    steps: int

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
    return {one["id"]: Done(int(one["passed"]), int(one["steps"])) for one in found if one}


def keep(path: Path, lesson: str, done: Done) -> None:
    """Keep how far a lesson is; never less than it was. Raises OSError."""
    known = read(path)
    before = known.get(lesson, Done(0, done.steps))
    known[lesson] = Done(max(before.passed, done.passed), done.steps)
    _write(path, known)


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
    return "".join(f"{name} {one.passed}/{one.steps}\n" for name, one in known.items())
