"""Texts with a label each, in two columns, as a classifier of words."""

from __future__ import annotations

from statistics import median
from typing import Any

from rnn_tui.experiments.data.columns import MOST_LABELS, Columns, TextTable, columns_of, table_of
from rnn_tui.experiments.documents import Document
from rnn_tui.experiments.errors import ExperimentError, shown
from rnn_tui.experiments.opening.source import Source
from rnn_tui.experiments.opening.training import VALIDATION, by_examples

LEAST_HELD = 50  # texts from where a part is kept for validation
LONG = 12  # words of a usual text, from where a cell that remembers is wanted
MOST_ONE_HOT = 500  # distinct words; more have vectors that are learned
EPOCHS, LEAST_EPOCHS, MOST_UPDATES = 100, 5, 50_000


def made(source: Source) -> tuple[Document, str] | None:
    """The document for a table of labels and texts, and what it is in words.

    None where no column holds words, as in a series. Raises ExperimentError.
    """
    if source.wish("data", "predict", None) is not None:
        return None
    table = table_of(source.text, source.path.suffix)
    columns = columns_of(table)
    if columns is None:
        return None
    pairs = list(table.pairs(columns))
    labels = sorted({pair.label for pair in pairs})
    if not 2 <= len(labels) <= MOST_LABELS:
        expected = f"expected 2 to {MOST_LABELS} different labels, found {len(labels)}"
        raise ExperimentError(expected, key=f"column {columns.label + 1}")
    texts = [pair.text.split() for pair in pairs]
    distinct = len({word for text in texts for word in text})
    cell = "lstm" if median(map(len, texts)) > LONG else "rnn"
    epochs = min(EPOCHS, max(LEAST_EPOCHS, MOST_UPDATES // len(texts)))
    document = {
        "title": f"Which label has a text of {source.path.name}?",
        "task": "many-to-one",
        "data": source.data(
            "labelled",
            tokenizer="word",
            labels=labels,
            train_file=source.path.name,
            val_fraction=VALIDATION if len(texts) >= LEAST_HELD else 0.0,
            **_named(table, columns),
        ),
        "embedding": {"kind": "one-hot"}
        if distinct <= MOST_ONE_HOT
        else {"kind": "learned", "size": 32},
        "model": {
            "cell": cell,
            "hidden_size": 32,
            "output": "sigmoid" if len(labels) == 2 else "softmax",
            "init": "xavier",
            "seed": 42,
        },
        "training": by_examples(epochs),
    }
    named = ", ".join(map(shown, labels[:5])) + (", …" if len(labels) > 5 else "")
    words = f"{len(texts):,} texts with one of {len(labels)} labels ({named}), {distinct:,} words"
    return document, f"{source.path.name}: {words}"


def _named(table: TextTable, columns: Columns) -> dict[str, Any]:
    """The keys that say which columns are meant, as a header calls them or counted from 1."""
    if table.header:
        names = table.header[columns.label], table.header[columns.text]
        return {"label_column": names[0], "text_column": names[1]}
    return {"label_column": columns.label + 1, "text_column": columns.text + 1}
