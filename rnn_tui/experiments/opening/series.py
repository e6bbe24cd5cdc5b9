"""Columns of numbers in time as a series: some of them predicted, a row on."""

from __future__ import annotations

from rnn_tui.experiments.data.series_files import table_of
from rnn_tui.experiments.documents import Document
from rnn_tui.experiments.errors import ExperimentError, one_of
from rnn_tui.experiments.opening.source import Source
from rnn_tui.experiments.opening.training import VALIDATION, in_chunks

FEW_ROWS = 200  # of which fewer units learn less by heart
READINGS = 100


def made(source: Source) -> tuple[Document, str] | None:
    """The document for a table of numbers, and what it is in words.

    None where nothing is to be predicted and no column holds numbers. Raises ExperimentError.
    """
    predicted = source.wish("data", "predict", None)
    read = source.wish("data", "columns", None)
    if predicted is None and not any(character.isdigit() for character in source.text):
        return None
    wanted = _wanted(read, predicted)
    table = table_of(source.path, lambda _: source.text, wanted)
    if predicted is None and len(table.names) > 1:
        raise ExperimentError(
            f"expected --predict COLUMN, what is to be predicted: {one_of(table.names)}"
        )
    N = len(table.numbers)
    count = int(N * (1 - VALIDATION))
    length = max(1, min(25, count // 4))
    document = {
        "title": f"The next row of {source.path.name}",
        "task": "many-to-many",
        "data": source.data(
            "series",
            file=source.path.name,
            predict=predicted if isinstance(predicted, list) else list(table.names),
            normalise=True,
            val_fraction=VALIDATION,
        ),
        "model": {
            "cell": "lstm",
            "hidden_size": 16 if N < FEW_ROWS else 32,
            "output": "linear",
            "init": "xavier",
            "seed": 42,
        },
        "training": in_chunks(length, count, READINGS),
    }
    columns = ", ".join(table.names)
    return document, f"{source.path.name}: a series of {N:,} rows, columns {columns}"


def _wanted(read: object, predicted: object) -> list[str] | None:
    """The columns that are to hold numbers; None for all that do."""
    if not isinstance(read, list):
        return None
    answered = predicted if isinstance(predicted, list) else []
    return list(dict.fromkeys(str(name) for name in (*read, *answered)))
