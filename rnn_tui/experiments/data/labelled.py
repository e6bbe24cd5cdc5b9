"""Examples with the answers wanted, from the experiment file itself or from a file beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.experiments.data.columns import LABEL_COLUMN, TEXT_COLUMN, chosen
from rnn_tui.experiments.data.real_targets import (
    FILE,
    TARGET,
    check_count,
    check_width,
    finite,
    numbers_of,
    numbers_written,
)
from rnn_tui.experiments.data.row_files import Note, ReadText, RowFile
from rnn_tui.experiments.data.sequence_tables import ID_COLUMN, table_of
from rnn_tui.experiments.data.tables import rows_of
from rnn_tui.experiments.data.vocabulary import TOKENIZERS, TokenizerName, Vocabulary
from rnn_tui.experiments.errors import ExperimentError, nearest, one_of, shown
from rnn_tui.experiments.example import Example, Targets
from rnn_tui.experiments.schema.answering import END, Answering
from rnn_tui.experiments.schema.reading import Reader


class AnswerForm(NamedTuple):
    """How the answer to a text is written: beside it under `key`, in a file before a tab.

    `words` is what it is called in a message, `split` makes classes of it. `text` makes a text
    of what stands behind the tab: blanks around words mean nothing, but are characters too.
    """

    key: str
    words: str
    split: Callable[[str], tuple[str, ...]]
    text: Callable[[str], str] = str.strip


def form_of(
    task: str, tokenizer: TokenizerName, labels: Sequence[str] = (), *, numbers: bool = False
) -> AnswerForm:
    """One label, a label for every token, or a text; `labels` are the classes that are given.

    With `numbers` there are none.
    """
    text = str if tokenizer == "char" else str.strip
    if numbers:
        return AnswerForm(TARGET, "numbers", lambda written: (), text)
    if task == "many-to-one":
        return AnswerForm("label", "a label", lambda label: (_label(label, labels),), text)
    if task == "many-to-many":
        blank = any(label.isspace() for label in labels)  # so blanks don't part labels
        split = list if blank and tokenizer == "char" else str.split
        return AnswerForm("labels", "labels", lambda written: tuple(split(written)), text)
    return AnswerForm(
        "output", "an output", lambda output: tuple(TOKENIZERS[tokenizer](output)), text
    )


def _label(written: str, labels: Sequence[str]) -> str:
    """A class; blanks around it mean nothing unless it has them itself."""
    return written if written in labels else written.strip()


class Labelled(NamedTuple):
    """A text and the answers wanted, each with the key (or line) and the file it stands in.

    Where answers are `numbers` (K, O), there are no others. `rows` are what is read in place of
    the text, where a table has it.
    """

    text: str
    wanted: tuple[str, ...]
    text_key: str = ""
    label_key: str = ""
    file: str = ""
    numbers: Floats | None = None
    rows: RowFile | None = None


def labelled(
    task: str, data: Reader, key: str, path: Path, read: ReadText, note: Note, form: AnswerForm,
    rows: bool = False,
) -> list[Labelled]:  # fmt: skip
    """The examples under `train` or `test`, or of the file that `train_file` names.

    Where the inputs are `rows`, the text of each is the name of a file.
    """
    text_key = "rows_file" if rows else "text"
    in_file, inline = f"{key}_file" in data, key in data
    if in_file and inline:
        raise data.error(key, f"expected either {key} or {key}_file, found both")
    if in_file:
        file = path.parent / data.text(f"{key}_file")
        if rows and has_sequences(data):
            return _from_sequences(task, file, read, form, data)
        if LABEL_COLUMN in data or TEXT_COLUMN in data:
            return _from_columns(file, read, form, data)
        return _from_file(task, file, read, form)
    entries = f"a list of {{ {text_key}, {form.key} }}"
    if not inline:
        if key == "train":
            raise data.error(key, f"missing, expected {entries} or a train_file")
        return []
    value = data.table[key]
    if not isinstance(value, list):
        raise data.error(key, f"expected {entries}, found {shown(value)}")
    found = []
    for number, entry in enumerate(value, start=1):
        one = Reader(entry, f"{data.where(key)}[{number}]")
        _check_kind(one, rows)
        one.only(text_key, form.key, *((FILE,) if form.key == TARGET else ()))
        text = one.text(text_key)
        if form.key == TARGET:
            numbers = numbers_of(one, task, path, read, note)
            places = one.where(text_key), one.where(TARGET)
            found.append(Labelled(text, (), *places, numbers=numbers))
            continue
        several = form.key == "labels"
        wanted = one.strings(form.key) if several else form.split(one.text(form.key))
        found.append(Labelled(text, wanted, one.where(text_key), one.where(form.key)))
    return found


def _check_kind(one: Reader, rows: bool) -> None:
    """Refuse a text where rows are wanted, and rows where texts are."""
    if rows and "text" in one:
        wrong = "expected rows_file instead, as there is no table [embedding.vectors]"
        raise one.error("text", wrong)
    if not rows and "rows_file" in one:
        wrong = 'expected only with embedding.kind = "vectors" and no table [embedding.vectors]'
        raise one.error("rows_file", wrong)


def _from_file(task: str, path: Path, read: ReadText, form: AnswerForm) -> list[Labelled]:
    """An answer, a tab and a text on each line but blank ones and comments."""
    found = []
    for number, whole in enumerate(read(path).split("\n"), start=1):  # as editors count them
        line = whole.removesuffix("\r")
        wanted, tab, text = line.partition("\t")
        if line.startswith("#") or not (line.strip() or form.text(text)):
            continue
        place = f"line {number}"
        if not tab:
            expected = f"expected {form.words}, a tab and a text, found {shown(line.rstrip())}"
            raise ExperimentError(expected, key=place, file=str(path))
        try:
            numbers = numbers_written(wanted, task) if form.key == TARGET else None
        except ExperimentError as error:
            raise error.at(key=place, file=str(path)) from None
        split = form.split(wanted)
        found.append(Labelled(form.text(text), split, place, place, str(path), numbers))
    return found


def has_sequences(data: Reader) -> bool:
    """Whether files of examples are tables of numbers, and not lists of such files."""
    return ID_COLUMN in data or (LABEL_COLUMN in data and TEXT_COLUMN not in data)


def _from_sequences(
    task: str, path: Path, read: ReadText, form: AnswerForm, data: Reader
) -> list[Labelled]:
    """A sequence an example, with its label, or that of each of its rows."""
    found = []
    for one in table_of(path, read, data, once=task == "many-to-one"):
        numbers, wanted = None, one.labels
        if form.key == TARGET:
            try:
                numbers = np.array([[finite(label)] for label in one.labels])
            except ExperimentError as error:
                raise error.at(key=one.label_place, file=str(path)) from None
            numbers, wanted = frozen(numbers), ()
        name, place = one.rows.called, one.rows.places[0]
        found.append(Labelled(name, wanted, place, one.label_place, str(path), numbers, one.rows))
    return found


def _from_columns(path: Path, read: ReadText, form: AnswerForm, data: Reader) -> list[Labelled]:
    """A row an example, in the columns that `label_column` and `text_column` name."""
    label, text = (data.column(key) for key in (LABEL_COLUMN, TEXT_COLUMN))
    try:
        rows = rows_of(read(path), path.suffix)
        table, columns = chosen(rows, label, text, data.where, path.name)
        pairs = list(table.pairs(columns))
    except ExperimentError as error:
        raise error.at(file="" if error.key.startswith(data.place) else str(path)) from None
    return [
        Labelled(text, form.split(label), f"line {line}", f"line {line}", str(path))
        for line, label, text in pairs
    ]


def example_of(
    vocabulary: Vocabulary, labels: tuple[str, ...], answering: Answering | None, task: str,
    one: Labelled, width: int = 0,
) -> Example:  # fmt: skip
    """A text with the answers wanted, as an example of its task. Raises ExperimentError.

    Where answers are numbers, each has `width` of them.
    """
    targets: Targets
    try:
        targets = classes(labels, answering, one.wanted) if one.numbers is None else one.numbers
        if one.numbers is not None:
            check_width(one.numbers, width)
            outputs = 1 if task == "many-to-one" else len(vocabulary.tokenize(one.text))
            check_count(one.numbers, outputs)
    except ExperimentError as error:
        raise error.at(key=one.label_key, file=one.file) from None
    try:
        return made(vocabulary, answering, task, one.text, targets)
    except ExperimentError as error:
        raise error.at(key=one.text_key, file=one.file) from None


def classes(
    labels: tuple[str, ...], answering: Answering | None, wanted: tuple[str, ...]
) -> tuple[int, ...]:
    """The classes of answers, with the end of a sequence that has one. Raises ExperimentError."""
    for label in wanted:
        if label not in labels:
            raise ExperimentError(f"{one_of(labels)}, found {shown(label)}{nearest(label, labels)}")
    ended = (*wanted, END) if answering is not None and answering.end is not None else wanted
    if not ended:
        raise ExperimentError("expected at least one answer, found none")
    return tuple(labels.index(label) for label in ended)


def made(
    vocabulary: Vocabulary,
    answering: Answering | None,
    task: str,
    text: str,
    targets: Targets,
) -> Example:
    """A text with the answers wanted, as an example of its task. Raises ExperimentError."""
    if answering is not None:
        assert isinstance(targets, tuple)
        return answering.example(vocabulary, text, targets)
    tokens = vocabulary.tokenize(text)
    ids, T = vocabulary.ids(tokens), len(tokens)
    outputs = (T - 1,) if task == "many-to-one" else tuple(range(T))
    if len(outputs) != len(targets):
        raise ExperimentError(f"expected a label for each of {T} tokens, found {len(targets)}")
    return Example(text, tokens, ids, vocabulary.embed(ids), outputs, targets)
