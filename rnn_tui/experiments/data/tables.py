"""Files of cells in columns: which mark parts them, and where each row stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from rnn_tui.experiments.errors import ExperimentError
from rnn_tui.experiments.texts import unix_ends

SEPARATORS = ",;\t"
LOOKED_AT = 50  # rows that tell which mark parts cells
Lines = list[tuple[int, list[str]]]  # the number of each line, from 1, and its cells
csv.field_size_limit(2**24)  # characters of a cell: a text may be a long one


class Row(NamedTuple):
    """The cells of a row, and the number of the line that it begins on, from 1."""

    line: int
    cells: tuple[str, ...]


def rows_of(text: str, suffix: str) -> list[Row]:
    """The rows of a `.tsv` or a `.csv` file but blank ones and comments.

    In a `.tsv` a quote is a character like any other; in a `.csv` it may hold marks, quotes and
    ends of lines together. Raises ExperimentError that names the line.
    """
    tabs = suffix.lower() == ".tsv"
    return list(_rows(text, "\t" if tabs else separator(text), quoted=not tabs))


def separator(text: str) -> str:
    """The mark that parts all rows into the same number of cells, or that is in the first one."""
    for mark in SEPARATORS:
        try:
            widths = {len(row.cells) for row in islice(_rows(text, mark), LOOKED_AT)}
        except ExperimentError:
            continue
        if len(widths) == 1 and widths.pop() > 1:
            return mark
    return mark_in_first(text)


def mark_in_first(text: str) -> str:
    """The mark that is in the first line."""
    first = first_line(text)
    return next((mark for mark in SEPARATORS if mark in first), ",")


def first_line(text: str) -> str:
    """The first line that is more than blanks and the sign of a comment; empty without one."""
    return next((line for line in unix_ends(text).split("\n") if line.strip(" #")), "")


def lines_of(text: str, mark: str) -> Lines:
    """The cells of each line, with its number: no blank lines, and none that begin with `#`.

    Raises ExperimentError that names the line.
    """
    reader = csv.reader(unix_ends(text).split("\n"), delimiter=mark)
    try:
        split = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise not_csv(error, reader.line_num) from None
    return [(line, cells) for line, cells in split if any(cells) and cells[0][:1] != "#"]


def not_csv(error: csv.Error, line: int) -> ExperimentError:
    """What is wrong in a line that is read as a CSV's."""
    return ExperimentError(f"not CSV: {error}", key=f"line {line}")


def _rows(text: str, mark: str, *, quoted: bool = True) -> Iterator[Row]:
    lines = io.StringIO(text, newline="")
    reader = (
        csv.reader(lines, delimiter=mark)
        if quoted
        else csv.reader(lines, delimiter=mark, quoting=csv.QUOTE_NONE)
    )
    line = 1
    try:
        for cells in reader:
            stripped = tuple(cell.strip() for cell in cells)
            is_comment = len(cells) == 1 and stripped[0].startswith("#")
            if any(stripped) and not is_comment:
                yield Row(line, stripped)
            line = reader.line_num + 1
    except csv.Error as error:
        raise not_csv(error, reader.line_num) from None


def is_number(cell: str) -> bool:
    """Whether a cell is a number, with a point or a comma before its decimals."""
    try:
        float(cell.replace(",", ".", 1))
    except ValueError:
        return False
    return True
