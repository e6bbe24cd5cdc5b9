"""Answers that are numbers, read from an experiment, separated values, a CSV or an .npy file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.equations.heads import OF_NUMBERS
from rnn_tui.experiments.data.row_files import Note, ReadText, row_file
from rnn_tui.experiments.errors import ExperimentError, shown
from rnn_tui.experiments.schema.answering import OF_SEQUENCES
from rnn_tui.experiments.schema.reading import Reader, as_float, how_many

TARGET, FILE = "target", "target_file"
EXPECTED = {
    "many-to-one": "a list of numbers",
    "many-to-many": "a list of numbers, or of lists of numbers, one for each token",
}


def asks_for_numbers(task: str, data: Reader, model: Reader) -> bool:
    """Whether targets are numbers: the output says so, or the first example does."""
    output = model.table.get("output")
    entries = data.table.get("train")
    first = entries[0] if isinstance(entries, list) and entries else {}
    given = isinstance(first, dict) and bool({TARGET, FILE} & {*first})
    if not given and output not in OF_NUMBERS:
        return False
    if task in OF_SEQUENCES:
        wrong = (
            f'expected "many-to-one" or "many-to-many" where answers are numbers, found "{task}"'
        )
        raise ExperimentError(wrong, key="task")
    if output == "softmax":
        wrong = 'expected "linear", "state" or "sigmoid", as targets are numbers, found "softmax"'
        raise model.error("output", wrong)
    return True


def numbers_of(one: Reader, task: str, path: Path, read: ReadText, note: Note) -> Floats:
    """The targets (K, O) of an example, under `target` or in the file that `target_file` names.

    Raises ExperimentError for what is no finite number, and for rows of different lengths.
    """
    if FILE in one:
        if TARGET in one:
            raise one.error(FILE, f"expected either {TARGET} or {FILE}, found both")
        return row_file(path.parent / one.text(FILE), read, note).numbers
    if TARGET not in one:
        raise one.error(TARGET, f"missing, expected {EXPECTED[task]}")
    value = one.table[TARGET]
    if task == "many-to-one":
        value = [value if isinstance(value, list) else [value]]
    elif isinstance(value, list):
        value = [row if isinstance(row, list) else [row] for row in value]
    if not isinstance(value, list) or not value or not all(value):
        raise one.error(TARGET, f"expected {EXPECTED[task]}, found {shown(one.table[TARGET])}")
    width = len(value[0])
    return frozen(np.array([_row(one, task, k, row, width) for k, row in enumerate(value)]))


def _row(one: Reader, task: str, k: int, row: list[Any], width: int) -> list[float]:
    if len(row) != width:
        place = f"{TARGET}[{k}]"
        expected = f"expected {how_many(width, 'number')} as in the first row"
        raise one.error(place, f"{expected}, found {len(row)}")
    numbers = []
    for o, value in enumerate(row):
        number = as_float(value)
        if number is None:
            place = f"{TARGET}[{o}]" if task == "many-to-one" else f"{TARGET}[{k}][{o}]"
            raise one.error(place, f"expected a finite number, found {shown(value)}")
        numbers.append(number)
    return numbers


def numbers_written(written: str, task: str) -> Floats:
    """Targets in a tab-separated file: numbers with blanks between them.

    Where there is one for each token and each is several numbers, tokens are parted by `;`.
    Raises ExperimentError.
    """
    if task == "many-to-one":
        rows = [written.split()]
    elif ";" in written:
        rows = [part.split() for part in written.split(";") if part.strip()]
    else:
        rows = [[number] for number in written.split()]
    found = []
    for row in rows:
        if not row or len(row) != len(rows[0]):
            raise ExperimentError(f"expected numbers, a tab and a text, found {shown(written)}")
        found.append([finite(number) for number in row])
    if not found:
        raise ExperimentError(f"expected numbers, a tab and a text, found {shown(written)}")
    return frozen(np.array(found))


def finite(written: str) -> float:
    """The number of a text. Raises ExperimentError for one that is not finite."""
    try:
        number = float(written)
    except ValueError:
        number = np.nan
    if not np.isfinite(number):
        raise ExperimentError(f"expected a finite number, found {shown(written)}")
    return number


def check_width(targets: Floats, width: int) -> None:
    """Refuse an example with more or fewer numbers an output than the first one has."""
    found = targets.shape[1]
    if found != width:
        expected = f"expected {how_many(width, 'number')} as in the first example"
        raise ExperimentError(f"{expected}, found {found}")


def check_count(targets: Floats, outputs: int) -> None:
    """Refuse targets for more or fewer answers than there are; an empty text is another matter."""
    if outputs and len(targets) != outputs:
        each = f"each of {outputs} tokens" if outputs > 1 else "one answer"
        raise ExperimentError(f"expected a target for {each}, found {len(targets)}")
