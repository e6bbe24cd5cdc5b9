"""How much of what the network writes are words that it has read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

import numpy as np

from rnn_tui.analyses.study import Study, Unfit
from rnn_tui.arrays import Floats, Ints
from rnn_tui.engine.passes.sampling import sample
from rnn_tui.equations.parameters import Parameters

LENGTH = 1000  # characters written at each moment
SEED = 0
EXAMPLES = 8  # of words that don't exist, to be shown


@dataclass(frozen=True, eq=False)
class Hits:
    """The share of written words that are in the training text, `rate` (S,), at S moments.

    NaN where no whole word was written. `text` is what was written at the last moment, and
    `invented` the words in it that are none, the first ones.
    """

    steps: Ints
    rate: Floats
    words: Ints
    text: str
    invented: tuple[str, ...]


def measure(study: Study) -> Hits:
    """Let the network write at every moment, from a space on, by its own probabilities."""
    study.spelt_text()
    known = vocabulary_of(study)
    texts = [written(study, one.params) for one in study.snapshots]
    rates, counts = zip(*(hit_rate(text, known) for text in texts), strict=True)
    invented = dict.fromkeys(word for word in whole_words(texts[-1]) if word not in known)
    return Hits(
        study.steps, np.array(rates), np.array(counts), texts[-1], tuple(invented)[:EXAMPLES]
    )


def vocabulary_of(study: Study) -> frozenset[str]:
    """The words of the training text."""
    stream = study.experiment.stream
    assert stream is not None, "it is a running text"
    tokens = study.experiment.vocabulary.tokens
    return frozenset("".join(tokens[row] for row in stream.ids.tolist()).split())


def written(study: Study, params: Parameters) -> str:
    """What the network writes after a space. Raises Unfit where it can't."""
    vocabulary = study.experiment.vocabulary
    prompt = vocabulary.ids((" ",))
    drawn = sample(params, study.net, vocabulary, prompt, seed=SEED)
    try:
        tokens = [study.experiment.labels[one.token] for one in islice(drawn, LENGTH)]
    except FloatingPointError as error:
        raise Unfit(str(error)) from None
    return vocabulary.join(tokens)


def whole_words(text: str) -> list[str]:
    """The words of a text that was begun after a space; the last may be cut, so it is left out."""
    return text.split() if text[-1:].isspace() else text.split()[:-1]


def hit_rate(text: str, known: Collection[str]) -> tuple[float, int]:
    """The share of whole words of a text that are known, and how many there are."""
    words = whole_words(text)
    hits = sum(word in known for word in words)
    return (hits / len(words) if words else float("nan")), len(words)
