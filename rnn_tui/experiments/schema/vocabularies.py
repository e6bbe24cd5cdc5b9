"""The `[embedding]` table: which vector stands for which token."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import get_args

import numpy as np

from rnn_tui.experiments.data.vocabulary import EmbeddingKind, TokenizerName, Vocabulary
from rnn_tui.experiments.errors import shown
from rnn_tui.experiments.schema.reading import Reader

MOST_NUMBERS = 2**28  # in the vectors of a vocabulary, and in those of all texts: 2 GiB


def vocabulary_of(
    embedding: Reader,
    data: Reader,
    tokenizer: TokenizerName,
    used: Iterable[str],
    key: str,
    more: tuple[str, ...] = (),
) -> Vocabulary:
    """The vocabulary of an experiment whose training data has the tokens `used`.

    They stand under `key` of `[data]`; after them come `more`. Raises ExperimentError.
    """
    embedding.only("kind", "vectors", "size")
    kind = embedding.choice("kind", get_args(EmbeddingKind))
    given = data.words("vocabulary") if "vocabulary" in data else None
    for other, owner in (("vectors", "vectors"), ("size", "learned")):
        if other in embedding and kind != owner:
            raise embedding.error(other, f'expected only with kind = "{owner}"')
    if kind == "vectors":
        if given is not None:
            raise data.error("vocabulary", 'expected only where embedding.kind is not "vectors"')
        return _given_vectors(embedding, tokenizer, more)
    tokens = given or tuple(sorted(used))
    if not tokens:
        raise data.error(key, "expected at least one token in all")
    tokens += tuple(one for one in more if one not in tokens)
    size = embedding.integer("size", least=1) if kind == "learned" else len(tokens)
    if len(tokens) * size > MOST_NUMBERS:
        most = math.isqrt(MOST_NUMBERS) if kind == "one-hot" else MOST_NUMBERS // size
        where = "vocabulary" if given else key
        raise data.error(where, f"expected at most {most} distinct tokens, found {len(tokens)}")
    if kind == "learned":
        return Vocabulary.learned(tokenizer, tokens, size)
    return Vocabulary.one_hot(tokenizer, tokens)


def _given_vectors(
    embedding: Reader, tokenizer: TokenizerName, needed: tuple[str, ...]
) -> Vocabulary:
    vectors = embedding.subtable("vectors")
    if not vectors.table:
        raise embedding.error("vectors", "expected at least one token with its vector, found none")
    token, first = next(iter(vectors.table.items()))
    if not isinstance(first, list) or not first:
        raise vectors.error(token, f"expected a list of 1 or more numbers, found {shown(first)}")
    for one in needed:
        if one not in vectors:
            raise vectors.error(one, "missing, expected its vector: it begins the answers")
    rows = [vectors.array(token, (len(first),)) for token in vectors.table]
    return Vocabulary.given(tokenizer, tuple(vectors.table), np.stack(rows))


def check_room(vocabulary: Vocabulary, texts: Iterable[str], data: Reader) -> None:
    """Refuse labelled texts whose vectors would fill the memory."""
    most = MOST_NUMBERS // vocabulary.size
    count = sum(len(vocabulary.tokenize(text)) for text in texts)
    if count > most:
        raise data.error(
            "train",
            f"expected at most {most} tokens of {vocabulary.size} numbers each in all texts, "
            f"found {count}",
        )
