"""A text as a character model: which cell, how large, in chunks of what length."""

from __future__ import annotations

from typing import NamedTuple

from rnn_tui.experiments.data.vocabulary import NOUNS, TOKENIZERS
from rnn_tui.experiments.opening.source import Draft, Source
from rnn_tui.experiments.opening.training import VALIDATION, in_chunks

LEAST_HELD = 200  # tokens of a text of which a part is kept for validation
READINGS = 20


class Size(NamedTuple):
    """Settings for texts of up to so many tokens."""

    most: float
    cell: str
    hidden_size: int
    sequence_length: int


# A text of a few lines is learnt by heart by anything, and an rnn's numbers are the fewest to
# look at. Longer ones have something to remember; the units are what a step of a millisecond or
# two leaves room for.
SIZES = (
    Size(2_000, "rnn", 32, 25),
    Size(100_000, "lstm", 64, 25),
    Size(float("inf"), "lstm", 128, 50),
)


def made(source: Source) -> Draft:
    """The document for a text. Raises ExperimentError."""
    tokenizer = source.wish("data", "tokenizer", "char")
    tokens = TOKENIZERS.get(tokenizer, list)(source.text)
    count, distinct = len(tokens), len(set(tokens))
    held = VALIDATION if count >= LEAST_HELD else 0.0
    size = next(size for size in SIZES if count <= size.most)
    read = int(count * (1 - held))
    length = max(1, min(size.sequence_length, read - 1))
    document = {
        "title": f"The next character of {source.path.name}",
        "task": "many-to-many",
        "data": source.data(
            "stream", tokenizer="char", text_file=source.path.name, val_fraction=held
        ),
        "embedding": {"kind": "one-hot"},
        "model": {
            "cell": size.cell,
            "hidden_size": size.hidden_size,
            "output": "softmax",
            "init": "xavier",
            "seed": 42,
        },
        "training": in_chunks(length, read, READINGS),
    }
    noun = NOUNS.get(tokenizer, NOUNS["char"])
    return Draft(
        document, f"{source.path.name}: a text of {count:,} {noun}s, {distinct:,} distinct"
    )
