"""Tokens whose given vectors are the same, or nearly so: a network can't tell them apart."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.checks.material import MOST_EXAMPLES
from rnn_tui.engine.checks.telling import has_rules, most_telling, told_by_place
from rnn_tui.experiments import Experiment

NEAR = 0.01  # of the mean length of a vector
UNLIKE = 0.5  # how far apart the answers of two tokens are, from 0 to 1
TELLS = 0.9  # of the answers
MOST_TOKENS = 1000


class Alike(NamedTuple):
    """Two tokens, by their rows, whose vectors lie so far apart."""

    one: int
    other: int
    distance: float


def mean_size(experiment: Experiment) -> float:
    """The mean length of a token's vector."""
    return float(np.linalg.norm(_vectors(experiment), axis=1).mean())


def distance(experiment: Experiment, one: int, other: int) -> float:
    """How far the vectors of two tokens lie apart."""
    vectors = _vectors(experiment)
    return float(np.linalg.norm(vectors[one] - vectors[other]))


def _vectors(experiment: Experiment) -> Floats:
    vectors = experiment.vocabulary.vectors
    assert vectors is not None, "asked for only where they are given"
    return vectors


@lru_cache(maxsize=8)
def alike(experiment: Experiment) -> Alike | None:
    """Of the tokens with next to the same vector those that go with the most unlike answers.

    None where no two of them do.
    """
    vocabulary = experiment.vocabulary
    if vocabulary.kind != "vectors" or not has_rules(experiment):
        return None
    vectors, shares = _vectors(experiment), _shares(experiment)
    V = len(vectors)
    if V > MOST_TOKENS:
        return None
    apart = np.sqrt(sum(np.square(column[:, None] - column) for column in vectors.T))
    unlike = sum(np.abs(column[:, None] - column) for column in shares.T) / 2
    unlike = np.where(apart <= NEAR * mean_size(experiment), np.nan_to_num(unlike), 0.0)
    one, other = (int(i) for i in np.unravel_index(int(np.argmax(unlike)), (V, V)))
    if not unlike[one, other] > UNLIKE:
        return None
    return Alike(min(one, other), max(one, other), distance(experiment, one, other))


def _shares(experiment: Experiment) -> Floats:
    """Of the texts with each token, the share that has each answer (V, C); NaN of unused ones.

    With the token at the place that tells most, where one tells nearly all, else anywhere.
    """
    counts = np.zeros((len(experiment.vocabulary.tokens), len(experiment.labels)))
    told, place = told_by_place(experiment), most_telling(experiment)
    for one in experiment.train[:MOST_EXAMPLES]:
        tokens = np.unique(one.ids)
        if place is not None and told[place] >= TELLS:
            if not -one.length <= place < one.length:
                continue
            tokens = one.ids[[place]]
        counts[tokens, int(one.targets[-1])] += 1
    with np.errstate(all="ignore"):
        shares: Floats = counts / counts.sum(axis=1, keepdims=True)
    return shares
