"""What can be opened, as a path: the book's experiments in its order, each with its lessons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from rnn_tui.characters import cell_width, cut, one_line
from rnn_tui.experiments.loading import find, title_of
from rnn_tui.experiments.order import parts
from rnn_tui.experiments.own import experiments_in, sessions_in
from rnn_tui.lessons.courses import TOUR, Course, lesson_named
from rnn_tui.lessons.taking.progress import Done
from rnn_tui.present.learning.card import Does, Row
from rnn_tui.present.learning.courses import lesson_row, next_of
from rnn_tui.present.sentences.kept import kept_title
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.commands.keeping import kept
from rnn_tui.session.commands.saving import real_path

OWN = "Your own files and sessions, the newest first"
SESSION = "session"
START, NEXT = "  start here", "  next lesson"
WIDEST = 24  # cells of the column of names
LINE = 70  # cells of a row where the screen has 80
INDENT = 2  # cells to the left of what belongs to the row above


def path_rows(
    course: Course, done: Mapping[str, Done], own: Sequence[Row], now: str = ""
) -> tuple[Row, ...]:
    """All that there is to open. `now` is the experiment that is open."""
    return (*_bundled(course, done, now), *([_heading(OWN), *own] if own else ()))


def _bundled(course: Course, done: Mapping[str, Done], now: str) -> Iterator[Row]:
    """The experiments that come with the program, each with its lessons below it."""
    upcoming, tour = next_of(course, done), lesson_named(TOUR)
    width = max(len(name) for part in parts() for name in part.see)
    for part in parts():
        yield _heading(part.title)
        for name, sentence in part.see.items():
            is_open = "  open now" if name == now else ""
            room = LINE - INDENT - width - INDENT - len(is_open)
            said = Span(cut(title_of(find(name)), room)), Span(is_open, Role.ACCENT)
            row = Row(Does.EXPERIMENT, (), name, below=(Span(sentence, Role.MUTED),))
            yield _named(row, name, said, width)
            rows = [lesson_row(n, one, done, upcoming) for n, one in course.numbered_on(name)]
            if tour.experiment == name:
                rows.insert(0, lesson_row(None, tour, done))
            for below in rows:
                is_next = upcoming is not None and below.given == upcoming.id
                then = START if upcoming is course.lessons[0] else NEXT
                line = Span(" " * INDENT), *below.line, Span(then if is_next else "", Role.ACCENT)
                yield replace(below, line=line, indent=below.indent + INDENT)


def _heading(title: str) -> Row:
    return Row(Does.HEADING, (Span(title, Role.ACCENT),), is_open=False)


def _named(row: Row, name: str, line: Line, width: int) -> Row:
    """A row that begins with a name, in a column of some width."""
    gap = " " * (max(0, width - cell_width(name)) + INDENT)
    return replace(row, line=(Span(name + gap, Role.STRONG), *line), indent=INDENT)


# The user's own


def own_rows(kept_in: Path | None, folder: Path) -> tuple[Row, ...]:
    """The sessions that were kept, and the experiments and sessions in a folder; newest first."""
    found = {path: (path.name, title) for path, title in experiments_in(folder).items()}
    for path in sessions_in(folder):
        found[path] = path.name, kept_title(path).removeprefix(f"{path.name}: ")
    for path in kept(kept_in):
        if real_path(path.parent) != real_path(folder):
            found[path] = SESSION, kept_title(path)
    named = {path: one_line(name) for path, (name, _) in found.items()}
    width = min(max(map(cell_width, [SESSION, *named.values()])), WIDEST)
    return tuple(
        _named(Row(Does.FILE, (), str(path)), named[path], (Span(one_line(found[path][1])),), width)
        for path in _newest_first(found)
    )


def _newest_first(paths: Iterable[Path]) -> list[Path]:
    times: dict[Path, float] = {}
    for path in paths:
        with suppress(OSError):  # of one that has gone meanwhile
            times[path] = path.stat().st_mtime
    return sorted(times, key=lambda path: -times[path])


# What is looked for


def matching(rows: Sequence[Row], text: str) -> tuple[tuple[Row, ...], int | None]:
    """The rows with words that begin like those of a text, with what they stand under; the best.

    The lessons of an experiment that has them stay beside it.
    """
    words = [re.compile(rf"(?<!\w){re.escape(word)}") for word in text.casefold().split()]
    found = [place for place, row in enumerate(rows) if row.is_open and _has(row, words)]
    shown: set[int] = set()
    for place, over in enumerate(_above(rows)):
        if place in found or any(one in found for one in over):
            shown |= {place, *over}
    best = next((place for place in found if rows[place].given == text.strip()), None)
    if best is None and found:
        best = found[0]
    places = sorted(shown)
    return tuple(rows[place] for place in places), None if best is None else places.index(best)


def _has(row: Row, words: Iterable[re.Pattern[str]]) -> bool:
    text = "".join(span.text for span in (*row.line, *row.below)).casefold()
    return all(word.search(text) for word in words)


def _above(rows: Sequence[Row]) -> Iterator[tuple[int, ...]]:
    """Of each row the places of those that it stands under: a heading, and an experiment."""
    heading: tuple[int, ...] = ()
    experiment: tuple[int, ...] = ()
    for place, row in enumerate(rows):
        if row.does is Does.HEADING:
            heading, experiment = (place,), ()
            yield ()
        elif row.does is Does.LESSON:
            yield (*heading, *experiment)
        else:
            experiment = (place,)
            yield heading
