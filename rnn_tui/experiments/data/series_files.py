"""A table of numbers with named columns, a row a moment in time: what a series is read from.

Columns that hold no numbers, as dates do, are left out and said so. A gap, or what is no
number in a column that is used, is refused with its line and column.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.experiments.data.row_files import ReadText
from rnn_tui.experiments.data.tables import Lines, first_line, lines_of
from rnn_tui.experiments.errors import ExperimentError, clipped, nearest, one_of, shown
from rnn_tui.experiments.texts import check_file

GAPS = ("", "na", "n/a", "nan", "null", "none", "-", "?")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, eq=False)
class SeriesTable:
    """The columns of a file: `names` (C,), `numbers` (N, C), and `rows` (N,), what rows are called.

    `lines` (N,) are the lines that they stand in; `notes` what is to be said of how it was read.
    """

    names: tuple[str, ...]
    numbers: Floats
    rows: tuple[str, ...]
    lines: tuple[int, ...]
    notes: tuple[str, ...]

    def columns(self, names: Sequence[str]) -> Floats:
        """Some columns, (N, C)."""
        return self.numbers[:, [self.names.index(name) for name in names]]


def table_of(path: Path, read: ReadText, wanted: Sequence[str] | None) -> SeriesTable:
    """The numbers of a CSV: its `wanted` columns, or all that hold numbers.

    Raises ExperimentError that names file, line and column.
    """
    try:
        check_file(path)
        return _table(path, read(path), wanted)
    except ExperimentError as error:
        raise error.at(file=str(path)) from None


def _table(path: Path, text: str, wanted: Sequence[str] | None) -> SeriesTable:
    mark = max(";\t,", key=first_line(text).count)
    lines = lines_of(text, mark)
    if not lines:
        raise ExperimentError("expected rows of numbers, found none")
    names, lines, notes = _header(path, lines)
    if not lines:
        raise ExperimentError("expected at least one row of numbers below the names, found none")
    for line, cells in lines:
        if len(cells) != len(names):
            found = f"expected {len(names)} cells, found {len(cells)}"
            raise ExperimentError(found, key=f"line {line}")
    commas = mark != "," and any(
        DECIMAL_COMMA.fullmatch(cell) for _, cells in lines for cell in cells
    )
    if commas:
        notes.append(f"{path.name}: decimal commas are read as points")
    left_out = [name for place, name in enumerate(names) if not _holds_numbers(lines, place)]
    kept = [name for name in names if name not in left_out] if wanted is None else wanted
    for name in kept:
        if name not in names:
            raise ExperimentError(
                f"no column {shown(name)}{nearest(name, names)}, {one_of(names)}", key="line 1"
            )
    if not kept:
        raise ExperimentError("expected a column of numbers, found none")
    unused = [name for name in left_out if name not in kept]
    if unused:
        notes.append(f"{path.name}: left out, as no numbers: {clipped(', '.join(unused))}")
    places = [names.index(name) for name in kept]
    numbers = [
        [number_of(cells[place], line, names[place]) for place in places] for line, cells in lines
    ]
    return SeriesTable(
        tuple(kept), frozen(np.array(numbers)), _row_names(names, lines, left_out),
        tuple(line for line, _ in lines), tuple(notes),
    )  # fmt: skip


def _header(path: Path, lines: Lines) -> tuple[list[str], Lines, list[str]]:
    """The names of the columns: of the first line, or numbers from 1 where that has numbers."""
    first = lines[0][1]
    if any(value_of(cell) is not None for cell in first):
        names = [str(place) for place in range(1, len(first) + 1)]
        return names, lines, [f"{path.name}: no names in its first line, columns count from 1"]
    names = [cell or str(place) for place, cell in enumerate(first, start=1)]
    for name in names:
        if names.count(name) > 1:
            raise ExperimentError(f"expected distinct names of columns, found {shown(name)} twice",
                                  key=f"line {lines[0][0]}")  # fmt: skip
    return names, lines[1:], []


def _holds_numbers(lines: Lines, place: int) -> bool:
    """Whether a column has numbers, as its first cell that is no gap tells."""
    cells = (cells[place] for _, cells in lines)
    return value_of(next((cell for cell in cells if cell.lower() not in GAPS), "")) is not None


def value_of(cell: str) -> float | None:
    """A finite number, with a decimal point or comma; None for anything else."""
    written = cell.replace(",", ".") if DECIMAL_COMMA.fullmatch(cell) else cell
    try:
        number = float(written)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def number_of(cell: str, line: int, column: str) -> float:
    """The number in a cell. Raises ExperimentError that names its line and column."""
    where = f"line {line}, column {clipped(column)}"
    number = value_of(cell)
    if number is not None:
        return number
    if cell.lower() in GAPS:
        gap = f"found a gap ({shown(cell)})" if cell else "found a gap"
        raise ExperimentError(f"expected a number, {gap}: fill it in or leave the row out",
                              key=where)  # fmt: skip
    raise ExperimentError(f"expected a finite number, found {shown(cell)}", key=where)


def _row_names(names: Sequence[str], lines: Lines, left_out: Sequence[str]) -> tuple[str, ...]:
    """The first column that holds no numbers, if it names each row; else their numbers from 0."""
    for name in left_out:
        place = names.index(name)
        called = tuple("_".join(cells[place].split()) for _, cells in lines)
        if all(called) and len(set(called)) == len(called):
            return called
    return tuple(map(str, range(len(lines))))
