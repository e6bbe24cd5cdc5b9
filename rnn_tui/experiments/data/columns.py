"""Texts and their labels in two columns of a file, which a header may name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rnn_tui.experiments.data.tables import Row, is_number, rows_of
from rnn_tui.experiments.errors import ExperimentError, nearest, one_of, shown

LABEL_COLUMN, TEXT_COLUMN = "label_column", "text_column"  # keys of a file's [data]
# What a header calls them.
LABELS = ("label", "labels", "class", "category", "target", "sentiment", "tag", "intent", "topic")
TEXTS = (
    "text", "sentence", "review", "message", "phrase", "comment", "tweet", "content", "utterance",
    "question", "document",
)  # fmt: skip
MOST_LABELS = 50
DATE = re.compile(r"\d+([-/.:T ]+\d+)+")


class Columns(NamedTuple):
    """Which cell of a row is the label, and which the text; from 0."""

    label: int
    text: int


class Pair(NamedTuple):
    """A label and its text, with the line they stand on."""

    line: int
    label: str
    text: str


@dataclass(frozen=True)
class TextTable:
    """Rows of cells under a header, which is empty where there is none."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def pairs(self, columns: Columns) -> Iterator[Pair]:
        """Labels and texts. Raises ExperimentError for a row that lacks one."""
        width = len(self.header) or len(self.rows[0].cells)
        for line, cells in self.rows:
            if len(cells) != width:
                expected = f"expected {width} cells as in the first line, found {len(cells)}"
                hint = ": a text with the mark that parts cells stands in quotes"
                more = hint if len(cells) > width else ""
                raise ExperimentError(f"{expected}{more}", key=f"line {line}")
            for place, what in ((columns.label, "a label"), (columns.text, "a text")):
                if not cells[place]:
                    where = f"line {line}, column {place + 1}"
                    raise ExperimentError(f"expected {what}, found an empty cell", key=where)
            yield Pair(line, cells[columns.label], cells[columns.text])


def table_of(text: str, suffix: str) -> TextTable:
    """The table in a file, its first row the header if it names labels or texts."""
    rows = tuple(rows_of(text, suffix))
    known = (*LABELS, *TEXTS)
    if len(rows) > 1 and any(cell.lower() in known for cell in rows[0].cells):
        return TextTable(rows[0].cells, rows[1:])
    return TextTable((), rows)


def columns_of(table: TextTable) -> Columns | None:
    """Which columns are labels and texts; None where they are something else.

    A header says it; else there are two, of which the texts are the one with more words to a
    cell, and then the labels the one with fewer distinct cells.
    """
    named = [_named(table.header, names) for names in (LABELS, TEXTS)]
    width = len(table.header or (table.rows[0].cells if table.rows else ()))
    match named:
        case int(label), int(text):
            return Columns(label, text)
        case (int(one), None) | (None, int(one)) if width == 2:
            columns = Columns(one, 1 - one) if named[1] is None else Columns(1 - one, one)
            return columns if _is_wordy(table, columns.text) else None
    if width != 2 or table.header or not _are_pairs(table):
        return None
    return _guessed(table)


def _named(header: Sequence[str], names: Sequence[str]) -> int | None:
    lowered = [cell.lower() for cell in header]
    return next((lowered.index(name) for name in names if name in lowered), None)


def _are_pairs(table: TextTable) -> bool:
    """Whether nearly all rows have two cells: another count is a mistake in a few."""
    return 10 * sum(len(row.cells) == 2 for row in table.rows) >= 9 * len(table.rows)


def _guessed(table: TextTable) -> Columns | None:
    pairs = [row.cells for row in table.rows if len(row.cells) == 2]
    wordy = [place for place in (0, 1) if _is_wordy(table, place)]
    if not wordy:
        return None
    words, distinct = zip(
        *(_measures([pair[place] for pair in pairs]) for place in (0, 1)), strict=True
    )
    if len(wordy) == 1:
        text = wordy[0]
    elif words[0] != words[1]:
        text = int(words[1] > words[0])
    else:
        text = int(distinct[1] >= distinct[0])
    labels = distinct[1 - text]
    few = labels <= MOST_LABELS and labels < len(pairs)
    return Columns(1 - text, text) if few else None


def _measures(cells: Sequence[str]) -> tuple[int, int]:
    """How many words there are in cells, and how many distinct cells."""
    return sum(len(cell.split()) for cell in cells), len(set(cells))


def _is_wordy(table: TextTable, place: int) -> bool:
    """Whether most cells of a column are words: no numbers, dates or gaps."""
    cells = [row.cells[place] for row in table.rows if len(row.cells) > place]
    words = sum(bool(c) and not is_number(c) and not DATE.fullmatch(c) for c in cells)
    return 2 * words > len(cells)


def chosen(
    rows: Sequence[Row], label: str | int, text: str | int, where: Callable[[str], str], file: str
) -> tuple[TextTable, Columns]:
    """The table and columns that the keys `label_column` and `text_column` mean.

    Names are those of a header, which is the first row then; numbers count columns from 1.
    `where` gives the address of a key, `file` is what the table is called. Raises ExperimentError.
    """
    if not rows:
        raise ExperimentError("expected rows of a label and a text, found none")
    first, named = rows[0].cells, {type(label), type(text)}
    if named == {int}:
        header: tuple[str, ...] = ()
    elif named == {str}:
        header = first
    else:
        expected = f"expected a name like {LABEL_COLUMN}, or both as numbers"
        raise ExperimentError(expected, key=where(TEXT_COLUMN))
    places = [
        place_of(one, first, where(key), file)
        for key, one in ((LABEL_COLUMN, label), (TEXT_COLUMN, text))
    ]
    return TextTable(header, tuple(rows[1:] if header else rows)), Columns(*places)


def place_of(column: str | int, first: Sequence[str], key: str, file: str) -> int:
    """Which cell of a row a column is, from 0: by a name in the `first` line, or a number from 1.

    `key` is the address of what names it, `file` what the table is called. Raises ExperimentError.
    """
    if isinstance(column, int):
        if not 1 <= column <= len(first):
            expected = f"expected a column from 1 to {len(first)} of {file}, found {column}"
            raise ExperimentError(expected, key=key)
        return column - 1
    if column not in first:
        line = f"{one_of(first)}, as in the first line of {file}"
        wrong = f"{line}, found {shown(column)}{nearest(column, first)}"
        raise ExperimentError(wrong, key=key)
    return first.index(column)
