"""Sequences of numbers with a label each, in one table, as a classifier.

In the long form a column says to which sequence a row belongs; in the wide form a row is a
sequence, in numbered columns or in one cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from shlex import quote
from statistics import median
from typing import NamedTuple

from rnn_tui.experiments.data.columns import (
    LABEL_COLUMN,
    LABELS,
    MOST_LABELS,
    TEXT_COLUMN,
    place_of,
)
from rnn_tui.experiments.data.sequence_tables import (
    COLUMNS,
    ID_COLUMN,
    NUMBERED,
    by_id,
    common_stem,
    holds_numbers,
    is_list,
    named_rows,
    split,
)
from rnn_tui.experiments.data.series_files import GAPS, value_of
from rnn_tui.experiments.data.tables import Row, first_line, rows_of
from rnn_tui.experiments.opening.source import Draft, Source
from rnn_tui.experiments.opening.training import by_examples, epochs_for, held, labels_words

IDS = (
    "id", "seq", "sequence", "series", "sample", "case", "example", "group", "unit", "subject",
    "recording", "trial", "run", "session", "episode",
)  # fmt: skip
TIMES = ("t", "time", "step", "timestep", "index", "frame", "date", "timestamp", "order")
ENDS_OF_IDS = ("_id", "id")  # of names such as series_id, seqId
LEAST_NUMBERED = 3  # columns that are the timesteps of a row
MOST_SYMBOLS = 50  # distinct whole numbers that may be tokens as well
LONG = 12  # timesteps of a usual sequence, from where a cell that remembers is wanted


# Said of a table that seems to be one series.
HINT = (
    f"or, for labelled sequences, data.{LABEL_COLUMN} (and data.{ID_COLUMN}, where a sequence has "
    "several rows)"
)


class _Found(NamedTuple):
    """Where labels, ids and numbers stand, and what is said of it."""

    label: int
    id: int | None
    numbers: tuple[int, ...]
    words: str
    left_out: str = ""


class _Table(NamedTuple):
    """The columns of a file by name; without a header these count from 1."""

    names: tuple[str, ...]
    rows: Sequence[Row]
    has_header: bool

    def cells(self, place: int) -> list[str]:
        return [row.cells[place] for row in self.rows]

    def key(self, place: int) -> str | int:
        """How an experiment names a column."""
        return self.names[place] if self.has_header else place + 1

    def wished(self, source: Source, key: str) -> int | None:
        """The column that an override names, if one does. Raises ExperimentError."""
        wish = source.wish("data", key, None)
        if isinstance(wish, bool) or not isinstance(wish, str | int):
            return None
        return place_of(wish, self.names, f"data.{key}", source.path.name)

    def has_id_name(self, place: int) -> bool:
        """Whether a column is called as an id is."""
        name = self.names[place].lower()
        return name in IDS or name.endswith(ENDS_OF_IDS)


def made(source: Source) -> Draft | None:
    """The document for a table of labelled sequences; None where it seems to be none.

    Raises ExperimentError.
    """
    for key in ("predict", TEXT_COLUMN):
        if source.wish("data", key, None) is not None:
            return None
    table = _table(source)
    found = None if table is None else _found(source, table)
    return None if table is None or found is None else _draft(source, table, found)


def _table(source: Source) -> _Table | None:
    asked = [source.wish("data", key, None) for key in (LABEL_COLUMN, ID_COLUMN)]
    head = rows_of(first_line(source.text), source.path.suffix)
    may_be = any(asked) or any(
        len(cells) == 2 or {*map(str.lower, cells)} & {*LABELS} for _, cells in head
    )
    if not may_be:  # and a file may be large
        return None
    rows = rows_of(source.text, source.path.suffix)
    if not rows or len({len(row.cells) for row in rows}) > 1:
        return None
    first = rows[0].cells
    named = any(isinstance(one, str) for one in (*asked, *({*map(str.lower, first)} & {*LABELS})))
    counted = any(isinstance(one, int) for one in asked)
    header = named or not (counted or any(value_of(one) is not None for one in first))
    header = header and not any(map(is_list, first))
    if len(rows) < 2 and header:
        return None
    return _Table(*named_rows(rows, named=header), header)


def _found(source: Source, table: _Table) -> _Found | None:
    label = table.wished(source, LABEL_COLUMN)
    asked = label is not None
    if label is None:
        label = next((place for place, name in enumerate(table.names) if name.lower() in LABELS),
                     None)  # fmt: skip
    if label is None and len(table.names) == 2:
        lists = [_are_lists(table, place) for place in (0, 1)]
        label = lists.index(False) if any(lists) and not all(lists) else None
    if label is None or not _are_labels(table.cells(label)):
        return None
    id_ = table.wished(source, ID_COLUMN)
    for place in range(len(table.names)) if id_ is None else [id_]:
        if place != label and (id_ is not None or _is_id(table, place, label)):
            return _long(table, label, place)
    return _wide(table, label, asked=asked)


def _are_labels(cells: Sequence[str]) -> bool:
    """Whether cells are a few words or whole numbers, of which each comes more than once."""
    distinct = {*cells}
    few = 2 <= len(distinct) <= MOST_LABELS and 2 * len(distinct) <= len(cells)
    return few and all(distinct) and all(_is_whole(cell) for cell in distinct)


def _is_whole(cell: str) -> bool:
    number = value_of(cell)
    return number is None or number.is_integer()


def _is_id(table: _Table, place: int, label: int) -> bool:
    """Whether a column has the name of an id, and each has several rows of one label."""
    if not table.has_id_name(place) or "" in table.cells(place):
        return False
    groups = by_id(table.rows, place).values()
    alike = all(len({row.cells[label] for row in own}) == 1 for own in groups)
    return alike and len(groups) > 1 and 2 * len(groups) <= len(table.rows)


def _long(table: _Table, label: int, id_: int) -> _Found | None:
    groups = list(by_id(table.rows, id_).values())
    columns = [place for place in range(len(table.names))
               if place not in (label, id_) and holds_numbers(table.cells(place))]  # fmt: skip
    counting = [place for place in columns if _counts(groups, place)]
    numbers = tuple(place for place in columns if place not in counting)
    if not numbers:
        return None
    names = ", ".join(table.names[place] for place in numbers)
    left = ", ".join(table.names[place] for place in counting)
    words = f"{len(groups):,} sequences of {_spread([*map(len, groups)])} rows by column "
    words += f"{table.names[id_]}, numbers in {names}"
    said = f", without the counter {left}" if left else ""
    for place in numbers:
        if table.names[place].lower() in TIMES and _is_unsorted(groups, place):
            said += f", in the order of the file (sort it by {table.names[place]} if that is time)"
    return _Found(label, id_, numbers, words, said)


def _is_unsorted(groups: Sequence[Sequence[Row]], place: int) -> bool:
    """Whether a column goes back within a sequence, and has each number once in it."""
    found = [[value_of(row.cells[place]) or 0.0 for row in own] for own in groups]
    return any(own != sorted(own) for own in found) and all(
        len({*own}) == len(own) for own in found
    )


def _counts(groups: Sequence[Sequence[Row]], place: int) -> bool:
    """Whether a column counts the rows of each sequence."""
    for own in groups:
        numbers = [value_of(row.cells[place]) for row in own]
        if numbers[0] is None or numbers != [numbers[0] + k for k in range(len(own))]:
            return False
    return True


def _wide(table: _Table, label: int, *, asked: bool) -> _Found | None:
    others = tuple(
        place
        for place in range(len(table.names))
        if place != label and not (table.has_id_name(place) and _all_differ(table.cells(place)))
    )
    lists = tuple(place for place in others if _are_lists(table, place))
    if len(lists) == 1:
        lengths = [len(split(cell)) for cell in table.cells(lists[0])]
        words = f"{len(table.rows):,} sequences of {_spread(lengths)} numbers, one in each cell of "
        return _Found(label, None, lists, words + table.names[lists[0]])
    numbers = tuple(place for place in others if holds_numbers(table.cells(place)))
    names = [table.names[place] for place in numbers]
    numbered = common_stem(names) or not table.has_header or all(map(str.isdecimal, names))
    if not asked and not (numbered and all(map(NUMBERED.fullmatch, names)) and table.has_header):
        return None
    if len(numbers) < LEAST_NUMBERED or (numbers != others and not asked):
        return None
    lengths = [
        max((k for k, place in enumerate(numbers, 1) if row.cells[place].lower() not in GAPS),
            default=0) for row in table.rows
    ]  # fmt: skip
    words = f"{len(table.rows):,} sequences of {_spread(lengths)} numbers, one in each row"
    return _Found(label, None, numbers, f"{words} ({names[0]} … {names[-1]})")


def _all_differ(cells: Sequence[str]) -> bool:
    return len({*cells}) == len(cells)


def _are_lists(table: _Table, place: int) -> bool:
    """Whether each cell holds several numbers, which are no symbols."""
    cells = table.cells(place)
    if not all(map(is_list, cells)):
        return False
    tokens = {token for cell in cells for token in split(cell)}
    return len(tokens) > MOST_SYMBOLS or not all(map(_is_whole, tokens))


def _spread(lengths: Sequence[int]) -> str:
    least, most = min(lengths), max(lengths)
    return str(least) if least == most else f"{least} to {most}"


def _draft(source: Source, table: _Table, found: _Found) -> Draft:
    labels = sorted({*table.cells(found.label)})
    groups = None if found.id is None else by_id(table.rows, found.id)
    count = len(table.rows) if groups is None else len(groups)
    lengths = [len(own) for own in groups.values()] if groups else [
        sum(len(split(row.cells[place])) for place in found.numbers) for row in table.rows
    ]  # fmt: skip
    keys: Mapping[str, object] = {
        LABEL_COLUMN: table.key(found.label),
        **({} if found.id is None else {ID_COLUMN: table.key(found.id)}),
        COLUMNS: [table.key(place) for place in found.numbers],
    }
    document = {
        "title": f"Which label has a sequence of {source.path.name}?",
        "task": "many-to-one",
        "data": source.data(
            "labelled", labels=labels, train_file=source.path.name, **keys, normalise=True,
            val_fraction=held(count),
        ),
        "embedding": {"kind": "vectors"},
        "model": {
            "cell": "lstm" if median(lengths) > LONG else "rnn",
            "hidden_size": 32,
            "output": "sigmoid" if len(labels) == 2 else "softmax",
            "init": "xavier",
            "seed": 42,
        },
        "training": by_examples(epochs_for(count)),
    }  # fmt: skip
    label = f"{labels_words(labels)} in {table.names[found.label]}"
    words = f"{found.words}{found.left_out}, with {label}"
    return Draft(document, f"{source.path.name}: {words}", _instead(table, found))


def _instead(table: _Table, found: _Found) -> str:
    """How to have the same file as something else."""
    name = table.names[found.numbers[0]]
    if len(found.numbers) == 1 and found.id is None:
        return f"as words: --set data.{TEXT_COLUMN}={quote(name)}"
    return f"as one series: --predict {quote(name)}"
