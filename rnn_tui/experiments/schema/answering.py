"""Answers that are sequences: what a network reads while it answers, and where it stops.

The four kinds of task differ in nothing but what is read and when an answer is wanted:

    many-to-one       reads a text, answers once, after its last token
    many-to-many      answers at every token
    one-to-many       reads one token and answers at every timestep from there on
    encoder-decoder   reads a text, then a start token, and answers until it says the end
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Ints
from rnn_tui.experiments.data.vocabulary import BLANK, Vocabulary
from rnn_tui.experiments.errors import ExperimentError
from rnn_tui.experiments.example import Example

START = "<start>"  # what a decoder reads first
END = "<end>"  # what it answers last
OF_SEQUENCES = ("one-to-many", "encoder-decoder")  # tasks whose answers are such


@dataclass(frozen=True, eq=False)
class Answering:
    """How a network goes on once it has begun to answer.

    `read_next[c]` is the row of the vocabulary that it reads after it has answered with
    class c. A decoder reads `start` first, and nothing follows on its answer `end`; both
    are None where the one token of the text is read instead and an answer has no end of
    its own. `most` is the length of the longest answer that is trained on, its end included.
    """

    read_next: Ints
    start: int | None
    end: int | None
    most: int

    @classmethod
    def of(
        cls, vocabulary: Vocabulary, labels: Sequence[str], *, ends: bool, feedback: bool, most: int
    ) -> Answering:
        """With or without `feedback` of the answers into what is read, with or without an end."""
        index = vocabulary.index
        blank = index[START] if ends else index.get(BLANK, 0)
        rows = [index.get(label, blank) if feedback else blank for label in labels]
        read_next = np.array(rows, dtype=np.int64)
        read_next.setflags(write=False)
        return cls(
            read_next,
            index[START] if ends else None,
            labels.index(END) if ends else None,
            most,
        )

    def first(self, ids: Ints) -> int:
        """The row that is read when the answers begin. Raises ExperimentError."""
        if self.start is not None:
            return self.start
        if len(ids) != 1:
            raise ExperimentError(f"expected one token to begin from, found {len(ids)}")
        return int(ids[0])

    def example(self, vocabulary: Vocabulary, text: str, targets: tuple[int, ...]) -> Example:
        """A text with the answers wanted, each but the last of which is read after it was due.

        Raises ExperimentError.
        """
        ids = vocabulary.ids(vocabulary.tokenize(text))
        read = ids if self.start is not None else ids[:0]
        while_answering = [self.first(ids), *self.read_next[list(targets[:-1])]]
        rows = np.concatenate([read, while_answering]).astype(np.int64)
        rows.setflags(write=False)
        tokens = tuple(vocabulary.tokens[row] for row in rows)
        outputs = tuple(range(len(read), len(rows)))
        return Example(text, tokens, rows, vocabulary.embed(rows), outputs, targets, len(read))
