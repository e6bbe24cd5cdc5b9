"""Texts with a label each, or one for each word, in two columns, as a classifier of words."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from rnn_tui.experiments.data.columns import (
    LABEL_COLUMN,
    LABELS,
    MOST_LABELS,
    TEXT_COLUMN,
    Columns,
    Pair,
    TextTable,
    chosen,
    columns_of,
    table_of,
)
from rnn_tui.experiments.data.tables import is_number, rows_of
from rnn_tui.experiments.errors import ExperimentError
from rnn_tui.experiments.opening.source import Draft, Source
from rnn_tui.experiments.opening.training import by_examples, epochs_for, held, labels_words

LONG = 12  # words of a usual text, from where a cell that remembers is wanted
MOST_ONE_HOT = 500  # distinct words; more have vectors that are learned


def made(source: Source) -> Draft | None:
    """The document for a table of labels and texts.

    None where no column holds words, as in a series. Raises ExperimentError.
    """
    if source.wish("data", "predict", None) is not None:
        return None
    table, columns = _asked(source) or _guessed(source)
    if columns is None:
        return None
    pairs = list(table.pairs(columns))
    texts = [pair.text.split() for pair in pairs]
    tags = _tags(pairs, texts)
    asked = source.wished.get("task")
    if tags and asked in (None, "many-to-many"):
        instead = "as texts with one label each: --set task=many-to-one"
        return _draft(source, table, columns, texts, tags, instead, tagged=True)
    labels = sorted({pair.label for pair in pairs})
    if not 2 <= len(labels) <= MOST_LABELS:
        expected = f"expected 2 to {MOST_LABELS} different labels, found {len(labels)}"
        raise ExperimentError(expected, key=f"column {columns.label + 1}")
    instead = "as a label for each word: no --set task" if tags else _numbers(table, columns, texts)
    return _draft(source, table, columns, texts, labels, instead)


def _guessed(source: Source) -> tuple[TextTable, Columns | None]:
    table = table_of(source.text, source.path.suffix)
    return table, columns_of(table)


def _asked(source: Source) -> tuple[TextTable, Columns] | None:
    """The columns that overrides name, if they say which has the texts. Raises ExperimentError."""
    label, text = (source.wish("data", key, None) for key in (LABEL_COLUMN, TEXT_COLUMN))
    if text is None:
        return None
    rows = rows_of(source.text, source.path.suffix)
    if label is None and rows:
        named = (cell for cell in rows[0].cells if cell.lower() in LABELS and cell != text)
        label = next(named, None)
    if not all(isinstance(one, str | int) for one in (label, text)):
        return None
    return chosen(rows, label, text, lambda key: f"data.{key}", source.path.name)


def _tags(pairs: Sequence[Pair], texts: Sequence[Sequence[str]]) -> list[str]:
    """The labels of words, where there are as many as words everywhere, and mostly several."""
    split = [pair.label.split() for pair in pairs]
    alike = all(len(one) == len(text) for one, text in zip(split, texts, strict=True))
    several = 2 * sum(len(one) > 1 for one in split) > len(split)
    found = sorted({tag for one in split for tag in one})
    return found if alike and several and 2 <= len(found) <= MOST_LABELS else []


def _numbers(table: TextTable, columns: Columns, texts: Sequence[Sequence[str]]) -> str:
    """How to have words as numbers, where all of them are."""
    if not all(is_number(word) for text in texts for word in text):
        return ""
    label = _named(table, columns)[LABEL_COLUMN]
    return f"these words are numbers, read as such: --set data.{LABEL_COLUMN}={label}"


def _draft(
    source: Source, table: TextTable, columns: Columns, texts: Sequence[Sequence[str]],
    labels: Sequence[str], instead: str, *, tagged: bool = False,
) -> Draft:  # fmt: skip
    distinct = len({word for text in texts for word in text})
    cell = "lstm" if median(map(len, texts)) > LONG else "rnn"
    document = {
        "title": f"Which label has {'each word' if tagged else 'a text'} of {source.path.name}?",
        "task": "many-to-many" if tagged else "many-to-one",
        "data": source.data(
            "labelled",
            tokenizer="word",
            labels=list(labels),
            train_file=source.path.name,
            val_fraction=held(len(texts)),
            **_named(table, columns),
        ),
        "embedding": {"kind": "one-hot"}
        if distinct <= MOST_ONE_HOT
        else {"kind": "learned", "size": 32},
        "model": {
            "cell": cell,
            "hidden_size": 32,
            "output": "sigmoid" if len(labels) == 2 and not tagged else "softmax",
            "init": "xavier",
            "seed": 42,
        },
        "training": by_examples(epochs_for(len(texts))),
    }
    what = "with, for each word," if tagged else "with"
    words = f"{len(texts):,} texts {what} {labels_words(labels)}, {distinct:,} words"
    return Draft(document, f"{source.path.name}: {words}", instead)


def _named(table: TextTable, columns: Columns) -> dict[str, Any]:
    """The keys that say which columns are meant, as a header calls them or counted from 1."""
    if table.header:
        names = table.header[columns.label], table.header[columns.text]
        return {LABEL_COLUMN: names[0], TEXT_COLUMN: names[1]}
    return {LABEL_COLUMN: columns.label + 1, TEXT_COLUMN: columns.text + 1}
