"""Folders of lessons: `course.toml` says the title and the order; without it they are by name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rnn_tui.data_files import data_root
from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.errors import nearest, shown
from rnn_tui.experiments.schema.reading import Reader
from rnn_tui.experiments.texts import read_text
from rnn_tui.lessons.lesson import Lesson
from rnn_tui.lessons.numbered import numbered
from rnn_tui.lessons.reading import LessonError, read_lesson

COURSE = "course.toml"
LESSON = ".md"
TOUR = "tour"  # a lesson that stands beside the course, and is not counted in it


@dataclass(frozen=True)
class Course:
    """Lessons in their order, under a title."""

    title: str
    lessons: tuple[Lesson, ...]

    def named(self, name: str) -> Lesson:
        """The lesson of an id, or of its number from 1. Raises LessonError."""
        known = [one.id for one in self.lessons]
        if found := numbered(self.lessons, name):
            return found
        if name not in known:
            raise LessonError(f"there is no lesson {shown(name)}{nearest(name, known)}")
        return self.lessons[known.index(name)]

    def numbered_on(self, experiment: str) -> Iterator[tuple[int, Lesson]]:
        """The lessons on an experiment, each with its number."""
        for number, lesson in enumerate(self.lessons, start=1):
            if lesson.experiment == experiment:
                yield number, lesson

    def after(self, lesson: Lesson) -> Lesson | None:
        """The lesson that comes after one; None after the last, and after one of another course."""
        known = [one.id for one in self.lessons]
        place = known.index(lesson.id) + 1 if lesson.id in known else len(known)
        return self.lessons[place] if place < len(known) else None


def course_of(folder: Path) -> Course:
    """The course of a folder. Raises LessonError."""
    plan = folder / COURSE
    if not plan.exists():
        files = sorted(folder.glob(f"*{LESSON}"))
        if not files:
            raise LessonError(f"expected lessons, which are files *{LESSON}", file=str(folder))
        return Course(folder.name, _ordered(files))
    try:
        reader = Reader(tomllib.loads(read_text(plan)))
        title, names = reader.text("title"), reader.words("lessons")
        reader.finish()
    except tomllib.TOMLDecodeError as error:
        raise LessonError(f"expected TOML: {error}", file=str(plan)) from None
    except ExperimentError as error:
        raise LessonError(error.expected, key=error.key, file=error.file or str(plan)) from None
    return Course(title, _ordered(folder / f"{name}{LESSON}" for name in names))


def _ordered(files: Iterable[Path]) -> tuple[Lesson, ...]:
    """The lessons of some files, no two of one id, each after those that it needs."""
    found: dict[str, Lesson] = {}
    for path in files:
        lesson = read_lesson(path)
        if lesson.id in found:
            other = found[lesson.id].path.name
            wrong = f"expected another, as {other} has {shown(lesson.id)}"
            raise LessonError(wrong, key="id", file=str(path))
        for needed in lesson.needs:
            if needed not in found:
                wrong = f"expected a lesson that comes before, found {shown(needed)}"
                raise LessonError(f"{wrong}{nearest(needed, found)}", key="needs", file=str(path))
        found[lesson.id] = lesson
    return tuple(found.values())


@lru_cache(maxsize=1)
def bundled_course() -> Course:
    """The course that comes with the program."""
    return course_of(data_root() / "lessons")


def lesson_named(name: str) -> Lesson:
    """A lesson of the bundled course by its id or number, the tour, or that of a file.

    Raises LessonError.
    """
    path = data_root() / "lessons" / f"{TOUR}{LESSON}" if name == TOUR else Path(name)
    return read_lesson(path) if path.suffix == LESSON else bundled_course().named(name)
