"""From text to tokens to embeddings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from rnn_tui.arrays import Floats, Ints, frozen, one_hot
from rnn_tui.experiments.errors import ExperimentError, clipped, nearest, shown

TokenizerName = Literal["word", "char"]
EmbeddingKind = Literal["vectors", "one-hot", "learned"]

TOKENIZERS: dict[TokenizerName, Callable[[str], list[str]]] = {"word": str.split, "char": list}
BLANK = "∅"  # the token that stands for reading nothing; "·" is what is not computed yet
SEPARATORS: dict[TokenizerName, str] = {"word": " ", "char": ""}
NOUNS: dict[TokenizerName, str] = {"word": "word", "char": "character"}


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The tokens that the network knows and what stands for each.

    Token i is row i of `vectors` (V, I); or the i-th unit vector of width I = V;
    or a row that is learned, of width I, which only the parameters know. Where `BLANK`
    is among the one-hot ones, its vector is zero, and there are `vectors` as well.
    Where tokens are the rows of files, `places` say where each stands, and `columns` what
    its numbers are called, if they have names.
    """

    tokenizer: TokenizerName
    tokens: tuple[str, ...]
    kind: EmbeddingKind
    size: int
    vectors: Floats | None = None
    places: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    @classmethod
    def given(cls, tokenizer: TokenizerName, tokens: Sequence[str], vectors: Floats) -> Vocabulary:
        """Token i as row i of `vectors`, shape (V, I)."""
        return cls(tokenizer, tuple(tokens), "vectors", int(vectors.shape[1]), frozen(vectors))

    @classmethod
    def rows(
        cls, names: Sequence[str], rows: Floats, places: Sequence[str], columns: Sequence[str]
    ) -> Vocabulary:
        """Token i as row i of `rows`, shape (V, I), read from files."""
        size = int(rows.shape[1])
        kept = frozen(rows), tuple(places), tuple(columns)
        return cls("word", tuple(names), "vectors", size, *kept)

    @classmethod
    def one_hot(cls, tokenizer: TokenizerName, tokens: Sequence[str]) -> Vocabulary:
        """Token i as the i-th unit vector of length V."""
        return cls(tokenizer, tuple(tokens), "one-hot", len(tokens))

    @classmethod
    def learned(cls, tokenizer: TokenizerName, tokens: Sequence[str], size: int) -> Vocabulary:
        """Token i as a learned vector of length `size`."""
        return cls(tokenizer, tuple(tokens), "learned", size)

    def with_blank(self) -> Vocabulary:
        """The same with `BLANK` as its last token, whose vector is zero; not of a learned one."""
        vectors = np.eye(self.size) if self.vectors is None else self.vectors
        rows = frozen(np.vstack([vectors, np.zeros(self.size)]))
        return Vocabulary(self.tokenizer, (*self.tokens, BLANK), self.kind, self.size, rows)

    @property
    def to_learn(self) -> int | None:
        """How many tokens have a vector that is learned; None where they are given."""
        return len(self.tokens) if self.kind == "learned" else None

    @cached_property
    def index(self) -> dict[str, int]:
        """The row of each token."""
        return {token: row for row, token in enumerate(self.tokens)}

    def tokenize(self, text: str) -> tuple[str, ...]:
        """The tokens of `text`, known or not."""
        return tuple(TOKENIZERS[self.tokenizer](text))

    @property
    def noun(self) -> str:
        """What a token is: a "word" or a "character", or a "row" of a file."""
        return "row" if self.places else NOUNS[self.tokenizer]

    @property
    def gap(self) -> str:
        """What stands between two tokens of a text."""
        return SEPARATORS[self.tokenizer]

    def join(self, tokens: Sequence[str]) -> str:
        """Tokens as the text that they are."""
        return self.gap.join(tokens)

    def ids(self, tokens: Sequence[str]) -> Ints:
        """The rows of `tokens`, shape (T,).

        Raises ExperimentError for no token at all, or one that isn't in the vocabulary.
        """
        if not tokens:
            raise ExperimentError("expected at least one token, found an empty text")
        try:
            rows = np.array([self.index[token] for token in tokens], dtype=np.int64)
        except KeyError as error:
            raise self._unknown(error.args[0]) from None
        rows.setflags(write=False)
        return rows

    def _unknown(self, token: str) -> ExperimentError:
        named = [shown(one) if one.isspace() else clipped(one) for one in self.tokens[:12]]
        known = " ".join(named) + (" …" if len(self.tokens) > 12 else "")
        unknown = f"unknown {self.noun} {shown(token)}{nearest(token, self.tokens)}"
        return ExperimentError(f"{unknown}; known are those {self._source}: {known}")

    @property
    def _source(self) -> str:
        """Where the tokens come from: what has to be there for one to be known."""
        if self.kind == "vectors":
            return "of these rows" if self.places else "with a vector in embedding.vectors"
        return "that occur in the training data (or in data.vocabulary, if there is one)"

    def embed(self, ids: Ints) -> Floats | None:
        """The vectors of the tokens in these rows, (T, I); None where they are learned."""
        if self.kind == "learned":
            return None
        if self.vectors is not None:
            return frozen(self.vectors[ids])
        return frozen(one_hot(ids, self.size))
