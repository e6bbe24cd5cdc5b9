"""A `[data]` table of kind "labelled": texts with the answers wanted, for each kind of task."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from rnn_tui.arrays import frozen
from rnn_tui.experiments.data.columns import LABEL_COLUMN, TEXT_COLUMN
from rnn_tui.experiments.data.grammar import SEED, Grammar
from rnn_tui.experiments.data.labelled import (
    Labelled,
    example_of,
    form_of,
    has_sequences,
    labelled,
)
from rnn_tui.experiments.data.row_files import Note, ReadText
from rnn_tui.experiments.data.row_inputs import Rows, check_tables, reads_rows
from rnn_tui.experiments.data.sequence_tables import COLUMNS, ID_COLUMN
from rnn_tui.experiments.data.series import scale, scaled_words
from rnn_tui.experiments.data.vocabulary import BLANK, TOKENIZERS, TokenizerName, Vocabulary
from rnn_tui.experiments.example import Example
from rnn_tui.experiments.schema.answering import END, OF_SEQUENCES, START, Answering
from rnn_tui.experiments.schema.reading import Reader
from rnn_tui.experiments.schema.vocabularies import check_room, vocabulary_of

FILES = ("train", "train_file", "test", "test_file", "val_fraction")
NORMALISE = "normalise"
OF_ROWS = (ID_COLUMN, COLUMNS, NORMALISE)  # where what is read are rows of numbers
OF_FILES = (LABEL_COLUMN, TEXT_COLUMN, *OF_ROWS)
DRAWN = {"sentences": 200, "test_sentences": 50}  # the keys of how many, and what is usual
GENERATED = ("generator", "target", *DRAWN, "corpus_seed")
KEYS = {
    "many-to-one": ("labels", *FILES, *OF_FILES),
    "many-to-many": ("labels", *FILES, *OF_FILES, *GENERATED),
    "one-to-many": ("feedback", *FILES),
    "encoder-decoder": FILES,
}
GOLDEN = (5**0.5 - 1) / 2  # whose multiples are spread most evenly between whole numbers
MOST_GENERATED = 4000  # distinct sentences, of more than three times as many that there are


class Answered(NamedTuple):
    """What the `[data]` and `[embedding]` tables come to.

    `numbers` is how many a target has, 0 where it is a class; `labels` are then names of these,
    or none.
    """

    vocabulary: Vocabulary
    labels: tuple[str, ...]
    train: tuple[Example, ...]
    test: tuple[Example, ...]
    answering: Answering | None
    notes: tuple[str, ...] = ()
    numbers: int = 0


def answered(
    task: str, data: Reader, embedding: Reader, path: Path, read: ReadText, note: Note,
    real: bool = False,
) -> Answered:  # fmt: skip
    """Every example, with the vocabulary and the classes of all. Raises ExperimentError.

    Answers are numbers where they are `real`.
    """
    rows = "generator" not in data and reads_rows(task, embedding)
    if rows:
        check_tables(data, embedding)
    _check_columns(data, rows=rows)
    tokenizer = data.choice("tokenizer", tuple(TOKENIZERS), "word")
    held = False
    if "generator" in data:
        labels, train, test = _tagged(data)
    else:
        for key in GENERATED:
            if key in data:
                raise data.error(key, 'expected only with generator = "grammar"')
        labels = _labels(task, data, real=real)
        form = form_of(task, tokenizer, labels, numbers=real)
        train, test = (
            labelled(task, data, key, path, read, note, form, rows) for key in ("train", "test")
        )
        if not train:
            key = "train_file" if "train_file" in data else "train"
            raise data.error(key, "expected at least one example, found none")
        train, test, held = _held(data, train, test)
        labels = labels or (() if real else _answers(task, data, train))
    width = 0 if train[0].numbers is None else train[0].numbers.shape[1]
    if real and labels and len(labels) != width:
        wrong = f"expected a name for each of {width} numbers, found {len(labels)}"
        raise data.error("labels", wrong)
    feedback = data.flag("feedback", False) or task == "encoder-decoder"
    notes: tuple[str, ...] = ()
    if rows:
        files = Rows(path, read, note)
        vocabulary = files.vocabulary([*train, *test])
        train, test = files.texts(train), files.texts(test)
        notes = files.remarks
        if data.flag(NORMALISE, False):
            vocabulary, said = _normalised(vocabulary, train)
            notes = (*notes, said)
    else:
        seen = [*train, *test] if held else train
        vocabulary = _vocabulary(task, data, embedding, tokenizer, seen, feedback)
    check_room(vocabulary, [one.text for one in (*train, *test)], data)
    answering = None
    if task in OF_SEQUENCES:
        ends = task == "encoder-decoder"
        most = max(len(one.wanted) for one in train) + ends
        answering = Answering.of(vocabulary, labels, ends=ends, feedback=feedback, most=most)

    def examples(found: Sequence[Labelled]) -> tuple[Example, ...]:
        return tuple(example_of(vocabulary, labels, answering, task, one, width) for one in found)

    made = examples(train), examples(test)
    return Answered(vocabulary, labels, *made, answering, notes, width)


def _check_columns(data: Reader, *, rows: bool) -> None:
    """Refuse keys of tables where there is none. Raises ExperimentError."""
    for key in OF_ROWS:
        if key in data and not rows:
            wrong = 'expected only with embedding.kind = "vectors" and no table [embedding.vectors]'
            raise data.error(key, wrong)
    for key in (ID_COLUMN, COLUMNS):
        if key in data and (TEXT_COLUMN in data or not has_sequences(data)):
            raise data.error(key, f"expected only with {LABEL_COLUMN} and without {TEXT_COLUMN}")
    for key in (LABEL_COLUMN, ID_COLUMN):
        if key in data and "train_file" not in data:
            raise data.error(key, "expected only with a train_file")


def _normalised(vocabulary: Vocabulary, train: Sequence[Labelled]) -> tuple[Vocabulary, str]:
    """Rows by the mean and deviation of those trained on, and what there is to say of it."""
    assert vocabulary.vectors is not None
    used = dict.fromkeys(token for one in train for token in one.text.split())
    means, sizes = scale(vocabulary.vectors[vocabulary.ids(tuple(used))])
    names = vocabulary.columns or tuple(f"x[{i}]" for i in range(vocabulary.size))
    scaled = frozen((vocabulary.vectors - means) / sizes)
    return replace(vocabulary, vectors=scaled), scaled_words("inputs", names, means, sizes)


def _labels(task: str, data: Reader, *, real: bool) -> tuple[str, ...]:
    """The classes; where answers are numbers, what these are called, if anything."""
    if real:
        return data.words("labels") if "labels" in data else ()
    return data.words("labels", least=2) if "labels" in KEYS[task] else ()


def _held(
    data: Reader, train: list[Labelled], test: list[Labelled]
) -> tuple[list[Labelled], list[Labelled], bool]:
    """A `val_fraction` of the examples kept for validation, and whether there is one.

    They are spread evenly, as files are often sorted by label, and at no even distance, as labels
    may alternate. Raises ExperimentError.
    """
    fraction = data.number("val_fraction", 0.0, least=0, below=1)
    if not fraction:
        return train, test, False
    if test:
        raise data.error("val_fraction", "expected only where there are no test examples")
    kept = [place * GOLDEN % 1 < fraction for place in range(1, len(train) + 1)]
    if all(kept):
        raise data.error("val_fraction", "expected to leave an example for training, found none")
    parts = [[one for one, held in zip(train, kept, strict=True) if held is which]
             for which in (False, True)]  # fmt: skip
    return parts[0], parts[1], True


def _answers(task: str, data: Reader, train: Sequence[Labelled]) -> tuple[str, ...]:
    """The classes where none are given: all that is answered in training."""
    said = {word for one in train for word in one.wanted}
    if END in said:
        raise data.error("train", f'expected no output with "{END}", which ends every one')
    labels = (*sorted(said), *([END] if task == "encoder-decoder" else []))
    if len(labels) < 2:
        raise data.error("train", "expected at least two different answers in all")
    return labels


def _vocabulary(
    task: str,
    data: Reader,
    embedding: Reader,
    tokenizer: TokenizerName,
    train: Sequence[Labelled],
    feedback: bool,
) -> Vocabulary:
    """All that is read in training: the texts, the answers read back, and how these begin."""
    used = {token for one in train for token in TOKENIZERS[tokenizer](one.text)}
    if "generator" in data:
        used = Grammar.elman().words
    if task in OF_SEQUENCES:
        used |= _said(train)
    for token in (START, BLANK):
        if task in OF_SEQUENCES and token in used:
            raise data.error("train", f'expected no token "{token}", which has a use of its own')
    more = (START,) if task == "encoder-decoder" else ()
    vocabulary = vocabulary_of(embedding, data, tokenizer, used, "train", more)
    if task != "one-to-many" or feedback:
        return vocabulary
    if vocabulary.kind == "learned":
        wrong = 'expected true with embedding.kind = "learned": nothing is read has no vector'
        raise data.error("feedback", wrong)
    return vocabulary.with_blank()


def _said(train: Iterable[Labelled]) -> set[str]:
    return {token for one in train for token in one.wanted}


def _tagged(data: Reader) -> tuple[tuple[str, ...], list[Labelled], list[Labelled]]:
    """Sentences of the bundled grammar, every word with its category; none of them twice."""
    for key in ("labels", *FILES):
        if key in data:
            raise data.error(key, "expected only where no generator is given")
    data.choice("generator", ("grammar",))
    data.choice("target", ("category",), "category")
    train, test = DRAWN
    counts = [data.integer(train, DRAWN[train], least=1), data.integer(test, DRAWN[test])]
    if sum(counts) > MOST_GENERATED:
        wrong = f"expected at most {MOST_GENERATED} with test_sentences, found {sum(counts)}"
        raise data.error("sentences", wrong)
    grammar = Grammar.elman()
    drawn = grammar.tagged(sum(counts), data.integer("corpus_seed", SEED))
    made = [Labelled(" ".join(words), tags) for words, tags in drawn]
    return grammar.tags, made[: counts[0]], made[counts[0] :]
