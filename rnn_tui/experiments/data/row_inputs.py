"""Inputs given as they are: the rows of files in place of tokens, each a token of its own.

A row is called by its name, where it has one that no other has, or else by its file and its
number: `sensor:0` is the first of `sensor.csv`. So rows of any files can be typed as a text.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rnn_tui.arrays import frozen
from rnn_tui.experiments.data.labelled import Labelled
from rnn_tui.experiments.data.row_files import Note, ReadText, RowFile, row_file
from rnn_tui.experiments.data.vocabulary import Vocabulary
from rnn_tui.experiments.errors import ExperimentError
from rnn_tui.experiments.schema.answering import OF_SEQUENCES
from rnn_tui.experiments.schema.reading import Reader
from rnn_tui.experiments.schema.vocabularies import MOST_NUMBERS


def reads_rows(task: str, embedding: Reader) -> bool:
    """Whether the inputs are rows of files: vectors, and no table that gives tokens theirs."""
    kind = embedding.table.get("kind")
    return task not in OF_SEQUENCES and kind == "vectors" and "vectors" not in embedding


def check_tables(data: Reader, embedding: Reader) -> None:
    """Refuse what has no meaning for rows. Raises ExperimentError."""
    embedding.only("kind", "vectors")
    if "vocabulary" in data:
        raise data.error("vocabulary", 'expected only where embedding.kind is not "vectors"')
    if data.choice("tokenizer", ("word", "char"), "word") == "char":
        raise data.error("tokenizer", 'expected "word" for the rows of files')


class Rows:
    """All rows of the files that examples name; `path` is the experiment's own."""

    def __init__(self, path: Path, read: ReadText, note: Note) -> None:
        self._path, self._read, self._note = path, read, note
        self._files: dict[str, RowFile] = {}

    def vocabulary(self, examples: Sequence[Labelled]) -> Vocabulary:
        """Every row as a token with its vector. Raises ExperimentError."""
        for one in examples:
            self._open(one)
        files = list(self._files.values())
        tokens = [token for names in self._names().values() for token in names]
        twice = [token for token, count in Counter(tokens).items() if count > 1]
        if twice:
            wrong = f'expected distinct names of rows, found "{twice[0]}" twice'
            raise ExperimentError(wrong, file=str(files[0].path))
        return Vocabulary.rows(
            tuple(tokens),
            frozen(np.concatenate([file.numbers for file in files])),
            tuple(place for file in files for place in file.places),
            files[0].columns,
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be said of how the files were read."""
        return tuple(file.remark for file in self._files.values() if file.remark)

    def texts(self, examples: Sequence[Labelled]) -> list[Labelled]:
        """The examples, each with the names of its rows as its text."""
        names = self._names()
        return [one._replace(text=" ".join(names[self._key(one)])) for one in examples]

    def _key(self, one: Labelled) -> str:
        """The file that an example names, beside the file that names it; or its part of a table."""
        if one.rows is not None:
            return f"{one.file}#{one.text}"
        return os.path.normpath((Path(one.file) if one.file else self._path).parent / one.text)

    def _open(self, one: Labelled) -> None:
        key = self._key(one)
        if key in self._files:
            return
        made = one.rows or row_file(Path(key), self._read, self._note)
        for first in list(self._files.values())[:1]:
            _check_alike(made, first)
        self._files[key] = made
        count = sum(file.numbers.size for file in self._files.values())
        if count > MOST_NUMBERS:
            raise ExperimentError(f"expected at most {MOST_NUMBERS} numbers in all", file=key)

    def _names(self) -> dict[str, list[str]]:
        """What the rows of each file are called, without blanks."""
        stems = {key: file.called or Path(key).stem for key, file in self._files.items()}
        if len(set(stems.values())) < len(stems):
            folder = self._path.parent
            stems = {key: os.path.relpath(key, folder) for key in self._files}
        own = Counter(name for file in self._files.values() for name in file.names)
        return {
            key: [
                _word(name if name and own[name] == 1 else f"{stems[key]}:{row}")
                for row, name in enumerate(file.names or [""] * len(file.numbers))
            ]
            for key, file in self._files.items()
        }


def _word(name: str) -> str:
    return "_".join(name.split())


def _check_alike(made: RowFile, first: RowFile) -> None:
    """Refuse another width, or columns of other names."""
    wanted, found = first.numbers.shape[1], made.numbers.shape[1]
    if found != wanted:
        wrong = f"expected {wanted} numbers a row as in {first.path.name}, found {found}"
        raise ExperimentError(wrong, file=str(made.path))
    if first.columns and made.columns and made.columns != first.columns:
        names = [", ".join(file.columns) for file in (first, made)]
        wrong = f"expected the columns of {first.path.name}, {names[0]}; found {names[1]}"
        raise ExperimentError(wrong, file=str(made.path))
