"""A `[data]` table of kind "stream": one long text, given, in a file, or generated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Ints
from rnn_tui.experiments.data.grammar import SEED, SENTENCES, Grammar
from rnn_tui.experiments.data.row_files import ReadText
from rnn_tui.experiments.data.stream import Stream, next_token
from rnn_tui.experiments.data.vocabulary import NOUNS, TokenizerName, Vocabulary
from rnn_tui.experiments.errors import ExperimentError, shown
from rnn_tui.experiments.example import Example
from rnn_tui.experiments.schema.reading import Reader
from rnn_tui.experiments.texts import unix_ends

SOURCES = ("text", "text_file", "generator")
MOST_SENTENCES = 1_000_000
MOST_DISTINCT = 4096  # tokens of a text: as many logits at every timestep
MOST_VALIDATION = 10_000  # tokens of the validation part that are read at each measurement


class Corpus(NamedTuple):
    """The text of a stream: where it stands, and its entropy rate in nats a token, if known."""

    text: str
    key: str
    file: str = ""
    floor: float | None = None

    def error(self, expected: str) -> ExperimentError:
        """An error about the text."""
        return ExperimentError(expected, key="" if self.file else self.key, file=self.file)


def corpus(data: Reader, path: Path, read: ReadText, tokenizer: TokenizerName) -> Corpus:
    """The text that `text`, `text_file` or `generator` says. Raises ExperimentError."""
    found = [key for key in SOURCES if key in data]
    if len(found) != 1:
        key = found[1] if found else "text"
        number = "more than one" if found else "none"
        raise data.error(key, f"expected one of text, text_file and generator, found {number}")
    for key in ("sentences", "corpus_seed"):
        if key in data and found != ["generator"]:
            raise data.error(key, 'expected only with generator = "grammar"')
    where = data.where(found[0])
    if found == ["text"]:
        return Corpus(data.text("text"), where)
    if found == ["text_file"]:
        file = path.parent / data.text("text_file")
        return Corpus(unix_ends(read(file)), where, str(file))
    data.choice("generator", ("grammar",))
    sentences = data.integer("sentences", SENTENCES, least=1)
    if sentences > MOST_SENTENCES:
        raise data.error("sentences", f"expected at most {MOST_SENTENCES}, found {sentences}")
    grammar = Grammar.elman()
    floor = grammar.entropy_per_character() if tokenizer == "char" else None
    return Corpus(grammar.text(sentences, data.integer("corpus_seed", SEED)), where, "", floor)


def tokens_of(made: Corpus, data: Reader, tokenizer: TokenizerName) -> Sequence[str]:
    """The tokens of a corpus, refused where they are none or unfit. Raises ExperimentError."""
    if "\0" in made.text:
        place = made.text.index("\0")
        raise made.error(f"expected text, found the character U+0000 at position {place}")
    tokens = made.text if tokenizer == "char" else made.text.split()
    if not tokens:
        raise made.error("expected a text to learn from, found no token in it")
    distinct = len(set(tokens))
    if distinct > MOST_DISTINCT:
        most = f"{MOST_DISTINCT} distinct {NOUNS[tokenizer]}s"
        raise made.error(f"expected at most {most}, found {distinct}")
    return tokens


def split(
    made: Corpus,
    tokens: Sequence[str],
    vocabulary: Vocabulary,
    data: Reader,
    length: int,
    parallel: int,
) -> tuple[Stream, tuple[Example, ...]]:
    """The training text as chunks, and what is kept of its end for validation.

    Raises ExperimentError where in one of the `parallel` parts of the text a chunk of
    `length` tokens and one more don't fit.
    """
    fraction = data.number("val_fraction", 0.1, least=0, below=1)
    count = int(len(tokens) * (1.0 - fraction))
    least = parallel * (length + 1)
    if count < least:
        kept = f" after {fraction:g} of it is kept for validation" if fraction else ""
        found = f"{count} of {len(tokens)}" if fraction else str(count)
        parts = f", in each of {parallel} parts" if parallel > 1 else ""
        raise made.error(
            f"expected at least {least} tokens{kept} (training.sequence_length + 1{parts}), "
            f"found {found}"
        )
    ids = _ids(made, tokens, vocabulary)
    held = ids[count : count + MOST_VALIDATION]
    test = (next_token(vocabulary, held, is_held=True),) if len(held) > 1 else ()
    return Stream(vocabulary, ids[:count], length, parallel), test


def _ids(made: Corpus, tokens: Sequence[str], vocabulary: Vocabulary) -> Ints:
    index = vocabulary.index
    try:
        if isinstance(tokens, str):
            ids = _rows_of_characters(tokens, index)
        else:
            ids = np.fromiter(map(index.__getitem__, tokens), np.int64, len(tokens))
    except KeyError as error:
        unknown = shown(error.args[0])
        raise made.error(f"{unknown} is not in the vocabulary that is given") from None
    ids.setflags(write=False)
    return ids


def _rows_of_characters(text: str, index: Mapping[str, int]) -> Ints:
    """The row of each character, looked up by code point. Raises KeyError for an unknown one."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    rows = np.full(int(points.max()) + 1, -1)
    for token, row in index.items():
        if len(token) == 1 and ord(token) < len(rows):
            rows[ord(token)] = row
    ids: Ints = rows[points]
    if (unknown := ids < 0).any():
        raise KeyError(text[int(unknown.argmax())])
    return ids
