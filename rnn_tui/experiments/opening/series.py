"""Columns of numbers in time as a series: some of them predicted, a row on."""

from __future__ import annotations

from dataclasses import replace

from rnn_tui.experiments.data.series_files import table_of
from rnn_tui.experiments.errors import ExperimentError, one_of
from rnn_tui.experiments.opening import sequences
from rnn_tui.experiments.opening.source import Draft, Source
from rnn_tui.experiments.opening.training import VALIDATION, in_chunks

FEW_ROWS = 200  # of which fewer units learn less by heart
READINGS = 100


def made(source: Source) -> Draft | None:
    """The document for a table of numbers.

    None where nothing is to be predicted and no column holds numbers. Raises ExperimentError.
    """
    predicted = source.wish("data", "predict", None)
    read = source.wish("data", "columns", None)
    if predicted is None and not any(character.isdigit() for character in source.text):
        return None
    wanted = _wanted(read, predicted)
    try:
        table = table_of(source.path, lambda _: source.text, wanted)
    except ExperimentError as error:
        if predicted is not None:
            raise
        wrong = f"as one series: {error.expected}; {sequences.HINT}"
        raise ExperimentError(wrong, key=error.key, file=error.file) from None
    if predicted is None and len(table.names) > 1:
        names = one_of(table.names).removeprefix("expected ")
        expected = f"expected --predict COLUMN, what is to be predicted: {names}"
        raise ExperimentError(f"{expected}; {sequences.HINT}")
    N = len(table.numbers)
    count = int(N * (1 - VALIDATION))
    length = max(1, min(25, count // 4))
    document = {
        "title": f"The next row of {source.path.name}",
        "task": "many-to-many",
        "data": source.data(
            "series",
            file=source.path.name,
            predict=list(table.names) if predicted is None else predicted,
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
    words = f"{source.path.name}: a series of {N:,} rows, columns {columns}"
    labelled = sequences.made(replace(source, wished={}))
    return Draft(document, words, "as labelled sequences: no --predict" if labelled else "")


def _wanted(read: object, predicted: object) -> list[str] | None:
    """The columns that are to hold numbers; None for all that do."""
    if read is None:
        return None
    read, answered = ([one] if isinstance(one, str) else one for one in (read, predicted or []))
    if not isinstance(read, list) or not isinstance(answered, list):
        return None  # which is told when all is checked
    return list(dict.fromkeys(str(name) for name in (*read, *answered)))
