"""From text to tokens to embeddings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.experiments.errors import ExperimentError, clipped, nearest, shown

TokenizerName = Literal["word", "char"]

TOKENIZERS: dict[TokenizerName, Callable[[str], list[str]]] = {"word": str.split, "char": list}


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The tokens that the network knows and the vector that stands for each.

    `tokens[i]` is embedded as row i of `vectors`, shape (V, I).
    """

    tokenizer: TokenizerName
    tokens: tuple[str, ...]
    vectors: Floats

    @classmethod
    def one_hot(cls, tokenizer: TokenizerName, tokens: Sequence[str]) -> Vocabulary:
        """Token i as the i-th unit vector of length V."""
        return cls(tokenizer, tuple(tokens), frozen(np.eye(len(tokens))))

    @property
    def size(self) -> int:
        """I, the width of an embedding."""
        return int(self.vectors.shape[1])

    @cached_property
    def index(self) -> dict[str, int]:
        """The row of each token."""
        return {token: row for row, token in enumerate(self.tokens)}

    def tokenize(self, text: str) -> tuple[str, ...]:
        """The tokens of `text`, known or not."""
        return tuple(TOKENIZERS[self.tokenizer](text))

    def embed(self, tokens: Sequence[str]) -> Floats:
        """The vectors of `tokens`, shape (T, I).

        Raises ExperimentError for no token at all, or one that isn't in the vocabulary.
        """
        if not tokens:
            raise ExperimentError("expected at least one token, found an empty text")
        unknown = next((token for token in tokens if token not in self.index), None)
        if unknown is not None:
            kind = "word" if self.tokenizer == "word" else "character"
            known = " ".join(map(clipped, self.tokens[:12])) + (
                " …" if len(self.tokens) > 12 else ""
            )
            raise ExperimentError(
                f"unknown {kind} {shown(unknown)}{nearest(unknown, self.tokens)}, "
                f"expected one of: {known}"
            )
        return frozen(self.vectors[[self.index[token] for token in tokens]])
