"""A lesson's file, read: front matter between `+++` lines, `## ` sections with a step in TOML each.

Whatever is wrong in it is told in one line: the file, the line, the key, and what was expected.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.errors import nearest, shown
from rnn_tui.experiments.schema.reading import Reader
from rnn_tui.experiments.texts import read_text
from rnn_tui.lessons.lesson import Do, Find, Lesson, Predict, Read, Step, Task, Write, Wrong

FORMAT = 1
FRONT, FENCE, HEADING = "+++", "```", "## "
MOST_HINTS = 3
QUESTIONS = (2, 3)  # of a test-out: fewer prove little, more are a lesson
NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
LINE_OF_TOML = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


class LessonError(ExperimentError):
    """A lesson that can't be used: `file:line: key: expected …`, in one line."""


class Section(NamedTuple):
    """A part of the file below a heading: its prose, and the TOML of its step.

    `line` and `step_line` are where it and its step begin, from 1; `step` is None without one.
    """

    title: str
    line: int
    prose: str
    step: str | None = None
    step_line: int = 0


def read_lesson(path: Path) -> Lesson:
    """The lesson of a file. Raises LessonError."""
    with _placed(path):
        text = read_text(path)
    return parse(text, path)


def parse(text: str, path: Path) -> Lesson:
    """The lesson of a text; `path` is what errors name. Raises LessonError."""
    lines = text.replace("\r\n", "\n").split("\n")
    end = _end_of_front(lines, path)
    reader = Reader(_toml("\n".join(lines[1:end]), path, 2))
    with _placed(path, 1):
        if reader.integer("format") != FORMAT:
            raise reader.error("format", f"expected {FORMAT}")
    intro, *sections = _sections(lines, end + 1, path)
    if intro.step is not None:
        raise LessonError("expected a heading “## …” before it", file=f"{path}:{intro.step_line}")
    if not sections:
        raise LessonError("expected a section, which begins with “## ”", file=f"{path}:{end + 2}")
    steps = tuple(_step(one, path) for one in sections)
    if steps[0].opens:
        wrong = "expected none in the first step: front matter says what is opened there"
        raise LessonError(wrong, key="experiment", file=f"{path}:{steps[0].line}")
    _check_test_out(steps, path)
    with _placed(path, 1):
        lesson = Lesson(
            id=_id(reader), title=reader.text("title"), experiment=reader.text("experiment"),
            path=path, steps=steps, intro=intro.prose,
            settings=reader.subtable("set", required=False).table,
            needs=reader.strings("needs") if "needs" in reader else (),
            minutes=reader.integer("minutes", 0),
        )  # fmt: skip
        reader.finish()
    return lesson


@contextmanager
def _placed(path: Path, line: int = 0) -> Iterator[None]:
    """Says of an error in which file and line it is."""
    try:
        yield
    except LessonError:
        raise
    except ExperimentError as error:
        place = f"{path}:{line}" if line else str(path)
        raise LessonError(error.expected, key=error.key, file=place) from None


def _end_of_front(lines: list[str], path: Path) -> int:
    """The index of the line that ends the front matter."""
    if lines[0].strip() != FRONT:
        raise LessonError("expected +++, with front matter below it", file=f"{path}:1")
    for place, line in enumerate(lines[1:], start=1):
        if line.strip() == FRONT:
            return place
    raise LessonError("expected +++ at the end of the front matter", file=f"{path}:{len(lines)}")


def _toml(text: str, path: Path, line: int) -> dict[str, Any]:
    """A table that begins at a line of the file."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = LINE_OF_TOML.search(str(error))
        at = line + (int(found[1]) - 1 if found and found[1] else text.count("\n"))
        why = LINE_OF_TOML.sub("", str(error)).strip()
        wrong = f"expected TOML: {why[:1].lower()}{why[1:]}"
    raise LessonError(wrong, file=f"{path}:{at}")


def _sections(lines: list[str], first: int, path: Path) -> list[Section]:
    """What stands before the first heading, then the sections."""
    found = [Section("", first + 1, "")]
    prose: list[str] = []
    place = first
    while place < len(lines):
        line = lines[place]
        if line.startswith(HEADING):
            found[-1] = found[-1]._replace(prose=_text(prose))
            found.append(Section(line.removeprefix(HEADING).strip(), place + 1, ""))
            prose = []
        elif line.startswith(FENCE):
            end = _end_of_fence(lines, place, path)
            if line.removeprefix(FENCE).strip() == "step":
                if found[-1].step is not None:
                    wrong = "expected one step in a section, found a second one"
                    raise LessonError(wrong, file=f"{path}:{place + 1}")
                step = "\n".join(lines[place + 1 : end])
                found[-1] = found[-1]._replace(step=step, step_line=place + 2)
            else:
                prose += lines[place : end + 1]
            place = end
        else:
            prose.append(line)
        place += 1
    found[-1] = found[-1]._replace(prose=_text(prose))
    return found


def _end_of_fence(lines: list[str], place: int, path: Path) -> int:
    for end in range(place + 1, len(lines)):
        if lines[end].strip() == FENCE:
            return end
    raise LessonError("expected ``` at the end of the block", file=f"{path}:{place + 1}")


def _text(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n")


# Steps


def _step(section: Section, path: Path) -> Step:
    """A section with its task; without a block of its own it is read."""
    table = {"kind": "read"}
    if section.step is not None:
        table = _toml(section.step, path, section.step_line)
    reader = Reader(table)
    with _placed(path, section.step_line or section.line):
        task: Task = _TASKS[reader.choice("kind", tuple(_TASKS))](reader)
        hints = reader.strings("hints") if "hints" in reader else ()
        if len(hints) > MOST_HINTS:
            raise reader.error("hints", f"expected {MOST_HINTS} at most, found {len(hints)}")
        step = Step(
            section.title, section.prose, task, section.line, say=reader.text("say", ""),
            hints=hints, wrong=_wrong(reader), solution=reader.text("solution", ""),
            highlight=reader.text("highlight", ""), taught_in=_taught_in(reader, section, task),
            experiment=reader.text("experiment", ""),
            settings=reader.subtable("set", required=False).table,
        )  # fmt: skip
        if not isinstance(task, Read | Find) and not step.solution:
            raise reader.error("solution", "missing, expected commands, or the answer")
        reader.finish()
    return step


def _wrong(reader: Reader) -> tuple[Wrong, ...]:
    listed = reader.table.get("wrong", []) if "wrong" in reader else []
    if not isinstance(listed, list):
        raise reader.error("wrong", "expected a list of tables { when, say }")
    found = []
    for place, table in enumerate(listed):
        one = Reader(table, f"wrong[{place}]")
        found.append(Wrong(one.text("when"), one.text("say")))
        one.finish()
    return tuple(found)


def _taught_in(reader: Reader, section: Section, task: Task) -> str | None:
    """The heading that `test_out` names, its own where it is true; None without it."""
    given = reader.table["test_out"] if "test_out" in reader else False
    if given is False:
        return None
    if not isinstance(task, Predict | Find | Write):
        raise reader.error("test_out", "expected a step that is predicted, found or written")
    if given is not True and not (isinstance(given, str) and given.strip()):
        wrong = f"expected true, or the heading of a step before, found {shown(given)}"
        raise reader.error("test_out", wrong)
    return section.title if given is True else given.strip()


def _check_test_out(steps: tuple[Step, ...], path: Path) -> None:
    """There are as many questions as there may be, and each is taught before it is asked."""
    asked = [place for place, step in enumerate(steps) if step.taught_in is not None]
    least, most = QUESTIONS
    if asked and not least <= len(asked) <= most:
        wrong = f"expected {least} or {most} steps with it, found {len(asked)}"
        raise LessonError(wrong, key="test_out", file=f"{path}:{steps[asked[-1]].line}")
    for place in asked:
        titles, wanted = [one.title for one in steps[: place + 1]], steps[place].taught_in
        if wanted not in titles:
            wrong = f"expected the heading of a step before, found {shown(wanted)}"
            wrong += nearest(wanted or "", titles)
            raise LessonError(wrong, key="test_out", file=f"{path}:{steps[place].line}")


def _looked_at(reader: Reader) -> tuple[str, ...]:
    """A pane or an address, or several of them; nothing where it is left out."""
    if isinstance(reader.table.get("look"), str):
        return (reader.text("look"),)
    return reader.strings("look") if "look" in reader else ()


def _predict(reader: Reader) -> Predict:
    choices, attempts = reader.words("choices", least=2), reader.integer("attempts", 2, least=1)
    return Predict(reader.text("ask"), choices, attempts)


_TASKS: dict[str, Callable[[Reader], Task]] = {
    "read": lambda _: Read(),
    "predict": _predict,
    "do": lambda reader: Do(reader.text("until"), _looked_at(reader)),
    "find": lambda reader: Find(reader.text("ref")),
    "type": lambda reader: Write(reader.text("line")),
}


def _id(reader: Reader) -> str:
    name = reader.text("id")
    if not NAME.fullmatch(name):
        raise reader.error("id", f'expected small letters, digits and -, found "{name}"')
    return name
