"""What is trained: a next-token model of some size, on random tokens that are the same for all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from rnn_tui.arrays import Ints
from rnn_tui.experiments import Example, Experiment, ModelConfig, Stream, TrainingConfig, Vocabulary
from rnn_tui.experiments.data.stream import next_token

CHUNKS = 8  # of the text that a single sequence is read from, over and over
CLIP = 5.0
LEARNING_RATE = 0.01
MOMENTUM = 0.9

Dtype = Literal["float64", "float32"]
Dimension = Literal["hidden", "tokens", "length", "batch"]


class Chunk(NamedTuple):
    """What one update reads and has to name: two arrays of tokens, (T, B)."""

    ids: Ints
    targets: Ints


@dataclass(frozen=True)
class Size:
    """H units of a `cell`, V tokens, B sequences of T tokens an update, computed in `dtype`.

    A single sequence is a chunk of a text and begins with the state that the one
    before it ended with; the first of the text, and sequences side by side, begin
    with 0.
    """

    hidden: int = 64
    tokens: int = 24
    length: int = 25
    batch: int = 1
    dtype: Dtype = "float64"
    cell: str = "rnn"

    def but(self, dimension: Dimension, value: int) -> Size:
        """The same in all but one."""
        return replace(self, **{dimension: value})  # type: ignore[arg-type]

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """What the updates read, in their order, and then again."""
        rng = np.random.default_rng(0)
        many = CHUNKS if self.batch == 1 else 1
        read = rng.integers(0, self.tokens, (many * self.length + 1, self.batch))
        starts = range(0, many * self.length, self.length)
        return tuple(
            Chunk(read[at : at + self.length], read[at + 1 : at + 1 + self.length]) for at in starts
        )

    @cached_property
    def experiment(self) -> Experiment:
        """The same as an experiment: a text, or labelled examples where there are several."""
        names = tuple(f"{i:06}" for i in range(self.tokens))
        vocabulary = Vocabulary.one_hot("word", names)
        model = ModelConfig(hidden_size=self.hidden, output="softmax", init="orthogonal", seed=0,
                            cell=self.cell)  # fmt: skip
        settings = TrainingConfig(
            batch="stream" if self.batch == 1 else "full", sequence_length=self.length,
            learning_rate=LEARNING_RATE, momentum=MOMENTUM, clip="norm", clip_limit=CLIP,
            reduction="sum",
        )  # fmt: skip
        return Experiment(
            "benchmark", Path("benchmark.toml"), "Benchmark", "", "many-to-many", vocabulary, names,
            model, settings, self._data(vocabulary),
        )  # fmt: skip

    def _data(self, vocabulary: Vocabulary) -> Stream | tuple[Example, ...]:
        if self.batch > 1:
            (chunk,) = self.chunks
            rows = np.concatenate([chunk.ids, chunk.targets[-1:]])
            return tuple(next_token(vocabulary, row) for row in rows.T)
        ids = np.concatenate([chunk.ids[:, 0] for chunk in self.chunks])
        named_last, unread = (
            self.chunks[-1].targets[-1],
            [0],
        )  # the text starts again before its end
        return Stream(vocabulary, np.concatenate([ids, named_last, unread]), self.length)
