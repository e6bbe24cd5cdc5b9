"""Tables that hold many sequences of numbers, each with its answer.

In the long form an id column says to which sequence a row belongs, and a row is a timestep. In
the wide form a row is a sequence: its columns are the timesteps, as many as it has, or one cell
holds them all. Missing numbers are refused but for those at the end of a wide row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import frozen
from rnn_tui.experiments.data.columns import LABEL_COLUMN, place_of
from rnn_tui.experiments.data.row_files import ReadText, RowFile
from rnn_tui.experiments.data.series_files import GAPS, number_of, value_of
from rnn_tui.experiments.data.tables import Row, rows_of
from rnn_tui.experiments.errors import ExperimentError, clipped, shown
from rnn_tui.experiments.schema.reading import Reader
from rnn_tui.experiments.texts import check_file

ID_COLUMN, COLUMNS = "id_column", "columns"  # keys of a file's [data]
BRACKETS, BETWEEN = "[]()", re.compile(r"[\s,;]+")  # around and between the numbers of a cell
NUMBERED = re.compile(r"(.*?)[ _\-.]?\d+")


class Sequences(NamedTuple):
    """Which columns hold labels, ids and numbers, by name or from 1.

    Without an `id` a row is a sequence; without `numbers` these are all other columns.
    """

    label: str | int
    id: str | int | None
    numbers: tuple[str | int, ...] | None

    @classmethod
    def of(cls, data: Reader) -> Sequences:
        """As a `[data]` table says. Raises ExperimentError."""
        label = data.column(LABEL_COLUMN)
        return cls(
            label,
            data.column(ID_COLUMN) if ID_COLUMN in data else None,
            data.columns(COLUMNS) if COLUMNS in data else None,
        )


class LabelledRows(NamedTuple):
    """A sequence with its labels: one, or one for each of its rows; and where those stand."""

    rows: RowFile
    labels: tuple[str, ...]
    label_place: str


class _Places(NamedTuple):
    """The same columns as places in a row, and what all are called."""

    label: int
    id: int | None
    numbers: tuple[int, ...]
    names: tuple[str, ...]


def table_of(path: Path, read: ReadText, data: Reader, *, once: bool) -> list[LabelledRows]:
    """The sequences of a file, each labelled `once` or at each row. Raises ExperimentError."""
    columns = Sequences.of(data)
    if columns.id is None and not once:
        wrong = "missing, expected the column that tells sequences apart, as a row is a timestep"
        raise data.error(ID_COLUMN, wrong)
    try:
        check_file(path)
        rows = rows_of(read(path), path.suffix)
        if not rows:
            raise ExperimentError("expected rows of numbers, found none")
        names, body = named_rows(rows, named=isinstance(columns.label, str))
        places = _places(columns, names, body, data, path.name)
        return list(_wide(path, body, places) if places.id is None
                    else _long(path, body, places, once=once))  # fmt: skip
    except ExperimentError as error:
        raise error.at(file="" if error.key.startswith(f"{data.place}.") else str(path)) from None


def named_rows(rows: Sequence[Row], *, named: bool) -> tuple[tuple[str, ...], Sequence[Row]]:
    """What columns are called, by the first line or else counted from 1, and the rows below that.

    Raises ExperimentError where there are none, and for one of another length.
    """
    first = rows[0].cells
    names = first if named else tuple(str(place + 1) for place in range(len(first)))
    body = rows[1:] if named else rows
    if not body:
        raise ExperimentError("expected a row below the names of the columns, found none")
    for line, cells in body:
        if len(cells) != len(names):
            wrong = f"expected {len(names)} cells as in the first line, found {len(cells)}"
            raise ExperimentError(wrong, key=f"line {line}")
    return names, body


def _places(
    columns: Sequences, names: tuple[str, ...], rows: Sequence[Row], data: Reader, file: str
) -> _Places:
    def place(key: str, one: str | int) -> int:
        if isinstance(one, str) != isinstance(columns.label, str):
            expected = f"expected a name like {LABEL_COLUMN}, or all as numbers"
            raise data.error(key, f"{expected}, found {shown(one)}")
        return place_of(one, names, data.where(key), file)

    label = place(LABEL_COLUMN, columns.label)
    id_ = None if columns.id is None else place(ID_COLUMN, columns.id)
    numbers = tuple(place(COLUMNS, one) for one in columns.numbers or ())
    return _Places(label, id_, numbers or _others(names, rows, {label, id_}, id_ is None), names)


def _others(
    names: Sequence[str], rows: Sequence[Row], taken: set[int | None], wide: bool
) -> tuple[int, ...]:
    """The columns of numbers that are nothing else."""
    found = tuple(
        place
        for place in range(len(names))
        if place not in taken and holds_numbers([row.cells[place] for row in rows], wide=wide)
    )
    if not found:
        raise ExperimentError("expected a column of numbers beside the labels, found none")
    return found


def holds_numbers(cells: Sequence[str], *, wide: bool = False) -> bool:
    """Whether the first cell that is no gap has a number; in the `wide` form, or several."""
    told = next((cell for cell in cells if cell.lower() not in GAPS), "")
    return value_of(told) is not None or (wide and is_list(told))


def is_list(cell: str) -> bool:
    """Whether a cell holds two numbers or more."""
    numbers = split(cell)
    return len(numbers) > 1 and all(value_of(one) is not None for one in numbers)


def split(cell: str) -> list[str]:
    """What stands in a cell between blanks or commas, without brackets around them."""
    if value_of(cell) is not None:  # whose comma may be a decimal one
        return [cell]
    return [one for one in BETWEEN.split(cell.strip(BRACKETS + " ")) if one]


def by_id(rows: Sequence[Row], place: int) -> dict[str, list[Row]]:
    """Rows by their ids, in the order of the file. Raises ExperimentError for one that has none."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if not row.cells[place]:
            where = f"line {row.line}, column {place + 1}"
            raise ExperimentError("expected the id of a sequence, found an empty cell", key=where)
        found.setdefault(row.cells[place], []).append(row)
    return found


def _long(
    path: Path, rows: Sequence[Row], places: _Places, *, once: bool
) -> Iterator[LabelledRows]:
    assert places.id is not None
    columns = tuple(places.names[place] for place in places.numbers)
    for name, own in by_id(rows, places.id).items():
        labels = tuple(_label(row, places) for row in own)
        if once:
            for row, label in zip(own, labels, strict=True):
                if label != labels[0]:
                    wrong = f"expected {shown(labels[0])} as in line {own[0].line}, found "
                    more = f'{shown(label)}: a label a row is for task = "many-to-many"'
                    raise ExperimentError(wrong + more, key=_place(row, places.label, places))
        numbers = [
            [number_of(line.cells[place], line.line, places.names[place])
             for place in places.numbers]
            for line in own
        ]  # fmt: skip
        where = tuple(f"line {row.line} of {path.name}" for row in own)
        made = RowFile(path, frozen(np.array(numbers)), (), columns, where, called=name)
        last = "" if once or len(own) == 1 else f" to {own[-1].line}"
        label_place = f"line{'s' if last else ''} {own[0].line}{last}"
        column = clipped(places.names[places.label])
        yield LabelledRows(made, labels[:1] if once else labels, f"{label_place}, column {column}")


def _wide(path: Path, rows: Sequence[Row], places: _Places) -> Iterator[LabelledRows]:
    stem = common_stem([places.names[place] for place in places.numbers])
    for number, row in enumerate(rows, start=1):
        numbers = _timesteps(row, places)
        where = tuple(f"number {k + 1} in line {row.line} of {path.name}"
                      for k in range(len(numbers)))  # fmt: skip
        array = frozen(np.array(numbers)[:, None])
        made = RowFile(path, array, (), (stem,) if stem else (), where, called=str(number))
        label = _label(row, places)
        yield LabelledRows(made, (label,), _place(row, places.label, places))


def _timesteps(row: Row, places: _Places) -> list[float]:
    """The numbers of a row up to its last one."""
    cells = [row.cells[place] for place in places.numbers]
    while cells and cells[-1].lower() in GAPS:
        cells.pop()
    if not cells:
        raise ExperimentError("expected a number, found none", key=f"line {row.line}")
    named = [places.names[place] for place in places.numbers]
    return [
        number_of(one, row.line, name)
        for cell, name in zip(cells, named, strict=False)
        for one in (split(cell) or [cell])
    ]


def common_stem(names: Sequence[str]) -> str:
    """What numbered names have in common, `x` of `x0`, `x1`; else that of one, or nothing."""
    stems = {found[1] if (found := NUMBERED.fullmatch(name)) else name for name in names}
    return stems.pop() if len(stems) == 1 else ""


def _label(row: Row, places: _Places) -> str:
    if not row.cells[places.label]:
        wrong = "expected a label, found an empty cell"
        raise ExperimentError(wrong, key=_place(row, places.label, places))
    return row.cells[places.label]


def _place(row: Row, place: int, places: _Places) -> str:
    return f"line {row.line}, column {clipped(places.names[place])}"
