"""A `[data]` table of kind "series": rows of numbers in time, and what comes after each of them.

It is read as a stream is, chunk by chunk, the state carried; what is wanted at each row are some
columns of the row `horizon` rows on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats, Ints, frozen
from rnn_tui.experiments.data.row_files import ReadText
from rnn_tui.experiments.data.series_files import SeriesTable, table_of
from rnn_tui.experiments.data.stream import Stream
from rnn_tui.experiments.data.streams import MOST_VALIDATION
from rnn_tui.experiments.data.units import Units
from rnn_tui.experiments.data.vocabulary import Vocabulary
from rnn_tui.experiments.errors import ExperimentError, clipped, nearest, one_of, shown
from rnn_tui.experiments.example import Example
from rnn_tui.experiments.schema.reading import Reader

KEYS = ("file", "columns", "predict", "horizon", "normalise", "val_fraction")
MOST_ROWS = 2**21


@dataclass(frozen=True, eq=False)
class Series(Stream):
    """The chunks of a series. `values` (N, O) is what is wanted at each of its rows."""

    values: Floats = field(default_factory=lambda: np.zeros((0, 1)))

    def wanted(self, rows: Ints) -> Ints | Floats:
        """What is wanted at all of some rows (T+1, B) but the last, (T, B, O)."""
        targets: Floats = self.values[rows[:-1]]
        return targets

    def made_of(self, rows: Ints) -> Example:
        """Reading all of some rows but the last."""
        return reading(self.vocabulary, rows[:-1], self.values)


def reading(vocabulary: Vocabulary, rows: Ints, values: Floats) -> Example:
    """Reading some rows, an answer at each."""
    tokens = tuple(vocabulary.tokens[row] for row in rows)
    return Example(
        f"{tokens[0]} … {tokens[-1]}" if len(tokens) > 1 else tokens[0],
        tokens, rows, vocabulary.embed(rows), tuple(range(len(rows))), frozen(values[rows]),
    )  # fmt: skip


class SeriesMaterial(NamedTuple):
    """What the table comes to."""

    vocabulary: Vocabulary
    train: Series
    test: tuple[Example, ...]
    units: Units
    notes: tuple[str, ...]


def series(data: Reader, path: Path, read: ReadText, length: int, parallel: int) -> SeriesMaterial:
    """A series of chunks of `length` rows. Raises ExperimentError."""
    file = path.parent / data.text("file")
    horizon = data.integer("horizon", 1, least=1)
    normalise = data.flag("normalise", True)
    fraction = data.number("val_fraction", 0.1, least=0, below=1)
    inputs = data.words("columns") if "columns" in data else None
    answered = data.words("predict") if "predict" in data else None
    needed = None if inputs is None else tuple(dict.fromkeys((*inputs, *(answered or ()))))
    table = table_of(file, read, needed)
    inputs, answered = inputs or table.names, answered or _only(data, table)
    for name in answered:
        if name not in table.names:
            expected = f"{one_of(table.names)}, found {shown(name)}{nearest(name, table.names)}"
            raise data.error("predict", expected)
    N = len(table.numbers)
    if N > MOST_ROWS:
        raise ExperimentError(f"expected at most {MOST_ROWS} rows, found {N}", file=str(file))
    count = int(N * (1.0 - fraction))
    least = parallel * (length + 1) + horizon - 1
    if count < least:
        kept = f" after {fraction:g} of them are kept for validation" if fraction else ""
        parts = f", in each of {parallel} parts" if parallel > 1 else ""
        raise ExperimentError(
            f"expected at least {least} rows{kept} (training.sequence_length + horizon{parts}), "
            f"found {count} of {N}", file=str(file),
        )  # fmt: skip
    means, sizes = scale(table.numbers[:count]) if normalise else _unscaled(len(table.names))
    scaled = SeriesTable(table.names, frozen((table.numbers - means) / sizes), table.rows,
                   table.lines, table.notes)  # fmt: skip
    vocabulary = Vocabulary.rows(
        table.rows, scaled.columns(inputs),
        [f"line {line} of {file.name}" for line in table.lines], inputs,
    )  # fmt: skip
    values = frozen(scaled.columns(answered)[horizon:])
    rows = np.arange(N)
    rows.setflags(write=False)
    chunks = Series(vocabulary, rows[: count - horizon + 1], length, parallel, values)
    held = rows[count : min(N - horizon, count + MOST_VALIDATION)]
    test = (reading(vocabulary, held, values),) if len(held) else ()
    places = [table.names.index(name) for name in answered]
    units = Units(answered, tuple(means[places].tolist()), tuple(sizes[places].tolist()))
    said = (scaled_words(file.name, table.names, means, sizes),) if normalise else ()
    return SeriesMaterial(vocabulary, chunks, test, units, (*table.notes, *said))


def _only(data: Reader, table: SeriesTable) -> tuple[str, ...]:
    if len(table.names) == 1:
        return table.names
    raise data.error("predict", f"missing, expected a list of columns, {one_of(table.names)}")


def scale(numbers: Floats) -> tuple[Floats, Floats]:
    """The mean of each column and its standard deviation, 1 of one that does not vary."""
    sizes: Floats = numbers.std(axis=0)
    return numbers.mean(axis=0), np.where(sizes > 0, sizes, 1.0)


def _unscaled(columns: int) -> tuple[Floats, Floats]:
    return np.zeros(columns), np.ones(columns)


def scaled_words(what: str, names: Sequence[str], means: Floats, sizes: Floats) -> str:
    """How columns were normalised."""
    each = ", ".join(
        f"{name} {mean:.6g} ± {size:.6g}"
        for name, mean, size in zip(names, means, sizes, strict=True)
    )
    return f"{what}: normalised by the training part's mean and deviation: {clipped(each)}"
