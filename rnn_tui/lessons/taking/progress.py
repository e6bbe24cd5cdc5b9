"""Which lessons are done, kept in a small text file: a line a lesson, `id passed/steps`.

`tested out` stands behind those of a lesson that was skipped by its test-out, `at` and a step
behind one that was left elsewhere than behind those passed. The lesson taken last stands last.
What was answered in the quiz is a line of its own, `quiz: right/answered`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from rnn_tui.state import folder, make_folder

QUIZ = "quiz:"  # no lesson has a colon in its id
TESTED, AT = " tested out", " at "
LINE = re.compile(
    r"(?P<id>[a-z0-9][a-z0-9-]*|quiz:) (?P<passed>\d{1,6})/(?P<steps>\d{1,6})"
    rf"(?P<tested>{TESTED})?(?:{AT}(?P<at>[1-9]\d{{0,5}}))?"
)


class Done(NamedTuple):
    """How many steps of a lesson are passed, or questions of the quiz at the first try.

    A lesson is `tested` if its steps are passed by its test-out. `at` is the place of the step
    at which it goes on; 0 for its beginning.
    """

    passed: int
    steps: int
    tested: bool = False
    at: int = 0

    @property
    def whole(self) -> bool:
        """Whether all of them are."""
        return self.passed >= self.steps

    @property
    def is_left(self) -> bool:
        """Whether it was begun, and left before its end."""
        return not self.whole and self.at > 0


def user_file() -> Path | None:
    """Where the user's own progress is kept; None for nowhere."""
    where = folder("lessons")
    return None if where is None else where / "progress.txt"


def read(path: Path | None) -> dict[str, Done]:
    """What is kept in a file; nothing of lines that say nothing, or where there is no file."""
    if path is None:
        return {}
    try:
        text = path.read_text("utf-8", errors="replace")
    except OSError:
        return {}
    found = map(LINE.fullmatch, text.splitlines())
    return {one["id"]: _read(one) for one in found if one}


def _read(line: re.Match[str]) -> Done:
    done = Done(int(line["passed"]), int(line["steps"]), line["tested"] is not None)
    return done._replace(at=int(line["at"]) - 1 if line["at"] else _behind(line["id"], done))


def _behind(name: str, done: Done) -> int:
    """The place behind the steps that are passed; none where all are, or of the quiz."""
    return 0 if done.whole or name == QUIZ else done.passed


def keep(path: Path, lesson: str, done: Done) -> None:
    """Keep how far a lesson is; never less than it was. Raises OSError."""
    known = read(path)
    note(known, lesson, done)
    _write(path, known)


def note(known: dict[str, Done], lesson: str, done: Done) -> None:
    """Note how far a lesson is, behind those that were taken before."""
    known[lesson] = best(known.pop(lesson, None), done)


def best(before: Done | None, now: Done) -> Done:
    """The one with more steps passed; of equal ones that which was not tested out.

    It goes on where it was left now.
    """
    if before is None:
        return now
    further = max(before, now, key=lambda one: (one.passed, not one.tested))
    return further._replace(steps=now.steps, at=now.at)


def keep_quiz(path: Path, quiz: Done) -> None:
    """Keep how the quiz stands. Raises OSError."""
    _write(path, read(path) | {QUIZ: quiz})


def with_answer(known: Mapping[str, Done], *, first: bool) -> Done:
    """How the quiz stands after one more question, right at the `first` try or not."""
    before = known.get(QUIZ, Done(0, 0))
    return Done(before.passed + first, before.steps + 1)


def count_answer(path: Path | None, unkept: dict[str, Done], *, first: bool) -> Done:
    """Count a question in a file, or where that is None among those `unkept`; how the quiz stands.

    What can't be written is counted all the same.
    """
    quiz = with_answer(unkept if path is None else read(path), first=first)
    if path is None:
        unkept[QUIZ] = quiz
    else:
        with suppress(OSError):
            keep_quiz(path, quiz)
    return quiz


def _write(path: Path, known: Mapping[str, Done]) -> None:
    make_folder(path.parent)
    beside = path.with_suffix(".new")
    beside.write_text(written(known), "utf-8")
    beside.replace(path)


def written(known: Mapping[str, Done]) -> str:
    """The text of the file."""
    return "".join(
        f"{name} {one.passed}/{one.steps}{TESTED if one.tested else ''}{_at(name, one)}\n"
        for name, one in known.items()
    )


def _at(name: str, done: Done) -> str:
    return "" if done.at == _behind(name, done) else f"{AT}{done.at + 1}"
