"""Files of numbers: each row is what a network reads at one timestep.

A CSV may have a line of column names, and names of the rows in its first column; an `.npy` file
holds one array (T, I). Neither can run code when it is read.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.experiments.data.tables import lines_of, mark_in_first
from rnn_tui.experiments.errors import ExperimentError, clipped, shape_words, shown
from rnn_tui.experiments.texts import check_file

ReadText = Callable[[Path], str]
Note = Callable[[Path], object]  # told of a file that the experiment depends on

NUMBERS = "fiu"  # kinds of arrays that are read: floats, whole numbers


@dataclass(frozen=True, eq=False)
class RowFile:
    """A sequence of T inputs, `numbers` (T, I).

    `names` (T) are those of its first column, `columns` (I) those of its first line, each empty
    where there are none; `places` (T) say where a row stands. `remark` says how a first line was
    read that could be read otherwise, empty where nothing could. `called` is what a sequence is
    called that is not alone in its file.
    """

    path: Path
    numbers: Floats
    names: tuple[str, ...]
    columns: tuple[str, ...]
    places: tuple[str, ...]
    remark: str = ""
    called: str = ""


def row_file(path: Path, read: ReadText, note: Note) -> RowFile:
    """The rows of a file. Raises ExperimentError that names file, line and column."""
    kind = path.suffix.lower()
    try:
        if kind not in (".csv", ".npy"):
            expected = "expected a file that ends in .csv or .npy"
            raise ExperimentError(f"{expected}, found {shown(path.name)}")
        check_file(path)
        return _npy(path, note) if kind == ".npy" else _csv(path, read)
    except ExperimentError as error:
        raise error.at(file=str(path)) from None


# CSV


def _csv(path: Path, read: ReadText) -> RowFile:
    text = read(path)
    lines = lines_of(text, mark_in_first(text))
    first = lines[0] if lines else (0, [])
    header = lines.pop(0)[1] if _has_header(lines) else []
    if not lines:
        raise ExperimentError("expected at least one row of numbers, found none")
    named = header[:1] == [""] or _has_names([cells[0] for _, cells in lines])
    columns = tuple(header[named:])
    width = len(columns) or len(lines[0][1]) - named
    if width == 0:
        raise ExperimentError("expected numbers, found none", key=f"line {lines[0][0]}")
    numbers = [_row(cells, line, named, width) for line, cells in lines]
    return RowFile(
        path,
        frozen(np.array(numbers)),
        tuple(cells[0] for _, cells in lines) if named else (),
        columns,
        tuple(f"line {line} of {path.name}" for line, _ in lines),
        _remark(f"{path.name}, line {first[0]}", columns, [cells for _, cells in lines]),
    )


def _has_header(lines: list[tuple[int, list[str]]]) -> bool:
    """Whether the first line names the columns.

    Names are no numbers, but for the whole numbers that pandas writes where columns have none,
    beside the empty title of an index. An empty cell with no index below it is a gap.
    """
    if not lines:
        return False
    first, *others = lines[0][1]
    numbers = [cell for cell in others if _is_number(cell)]
    if not numbers:
        return not _is_number(first)
    below = any(cells[0] for _, cells in lines[1:])
    whole = all(cell.lstrip("-").isdecimal() for cell in numbers)
    return not first and below and whole and len(set(others)) == len(others)


def _has_names(first_column: list[str]) -> bool:
    """Whether a column names the rows; a gap in it does not tell."""
    told = next((cell for cell in first_column if cell), "0")
    return not _is_number(told)


def _remark(where: str, columns: tuple[str, ...], rows: list[list[str]]) -> str:
    """What is to be said where names of columns are numbers, or a first row counts up from 0."""
    if any(map(_is_number, columns)):
        return f"{where}: read as column names: {clipped(', '.join(columns))}"
    first, *others = rows
    if columns or not others or first != [str(column) for column in range(len(first))]:
        return ""
    if len(first) == 1:  # a signal that begins with 0, unless it is the one cell without a point
        likely = all("." in cells[0] for cells in others)
    else:
        likely = any(cell not in ("0", "1") for cells in others for cell in cells)
    found = f"{where}: read as numbers, not as column names: {clipped(', '.join(first))}"
    return found if likely else ""


def _row(cells: list[str], line: int, named: bool, width: int) -> list[float]:
    if len(cells) - named != width:
        found = f"expected {width} numbers, found {len(cells) - named}"
        raise ExperimentError(found, key=f"line {line}")
    for column, cell in enumerate(cells[named:], start=1 + named):
        if not (_is_number(cell) and math.isfinite(float(cell))):
            place = f"line {line}, column {column}"
            raise ExperimentError(f"expected a finite number, found {shown(cell)}", key=place)
    return [float(cell) for cell in cells[named:]]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


# NumPy


def _npy(path: Path, note: Note) -> RowFile:
    try:
        with path.open("rb") as file:
            array = np.lib.format.read_array(file, allow_pickle=False)
    except Exception:  # damage makes it raise nearly anything
        raise ExperimentError("damaged, expected an .npy file of numbers") from None
    if array.dtype.kind not in NUMBERS:
        raise ExperimentError(f"expected numbers, found {array.dtype}")
    if array.ndim != 2 or not array.size:
        found = shape_words(array.shape)
        raise ExperimentError(f"expected shape (T, I), a row a timestep, found {found}")
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        row, column = wrong[0].tolist()
        found = f"expected a finite number, found {array[row, column]}"
        raise ExperimentError(found, key=f"row {row}, column {column}")
    note(path)
    widened = "" if array.dtype == np.float64 else f", {array.dtype} widened"
    places = tuple(f"row {row} of {path.name}{widened}" for row in range(len(array)))
    return RowFile(path, frozen(array.astype(np.float64)), (), (), places)
