"""Whether answers agree with what is read: repeated inputs, neighbours, answers that are inputs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, pairwise, product
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.checks.material import MOST_EXAMPLES
from rnn_tui.experiments import Example, Experiment


class Twins(NamedTuple):
    """Answers to what is read more than once: how many, and what share of them can be told.

    `fit` is by the other answers to the same, `chance` by the commonest answer of all.
    """

    answers: int
    fit: float
    chance: float


def input_key(experiment: Experiment, example: Example) -> tuple[bytes, int]:
    """What is read, so that two examples that read the same have the same.

    Tokens are told apart by what they are, not by their vectors; rows of files by their numbers.
    """
    is_row = experiment.vocabulary.places and example.inputs is not None
    read = example.inputs if is_row else example.ids
    return np.ascontiguousarray(read).tobytes(), example.encoder_length


@lru_cache(maxsize=8)
def twins(experiment: Experiment) -> Twins:
    """Of the training examples that read the same as another one; of classes that stand apart."""
    if experiment.stream is not None or not experiment.has_classes:
        return Twins(0, np.nan, np.nan)
    answers: dict[tuple[tuple[bytes, int], int], Counter[int]] = defaultdict(Counter)
    for one in islice(experiment.train, MOST_EXAMPLES):
        for place, target in enumerate(one.targets):
            answers[input_key(experiment, one), place][int(target)] += 1
    repeated = [counts for counts in answers.values() if counts.total() > 1]
    total = sum(counts.total() for counts in repeated)
    if not total:
        return Twins(0, np.nan, np.nan)
    told = sum(count for counts in repeated for count in _told(counts))
    commonest = sum(repeated, Counter[int]()).most_common(1)[0][1]
    return Twins(total, told / total, commonest / total)


@lru_cache(maxsize=8)
def contradiction(experiment: Experiment) -> tuple[int, int] | None:
    """The first two training examples, from 0, that read the same and have other answers."""
    seen = dict[tuple[bytes, int], int]()
    for place, one in enumerate(islice(experiment.train, MOST_EXAMPLES)):
        before = seen.setdefault(input_key(experiment, one), place)
        if tuple(experiment.train[before].targets) != tuple(one.targets):
            return before, place
    return None


def _told(counts: Counter[int]) -> Iterator[float]:
    """How many of some answers to the same are the commonest of the others; of ties a share."""
    for answer, count in counts.items():
        others = [other for one, other in counts.items() if one != answer]
        most = max(others, default=0)
        if count > 1 and count - 1 >= most:
            yield count / (1 + others.count(count - 1))


@lru_cache(maxsize=8)
def echo_share(experiment: Experiment) -> float:
    """The share of answers that are just the token at their timestep, of classes that stand apart.

    NaN where they are numbers, or all alike.
    """
    if experiment.stream is not None or not experiment.has_classes:
        return np.nan
    if experiment.task not in ("many-to-one", "many-to-many"):
        return np.nan
    tokens, labels = experiment.vocabulary.tokens, experiment.labels
    pairs = [
        (tokens[int(one.ids[t])], labels[int(target)])
        for one in islice(experiment.train, MOST_EXAMPLES)
        for t, target in zip(one.outputs, one.targets, strict=True)
    ]
    if len({label for _, label in pairs}) < 2:
        return np.nan
    return sum(token == label for token, label in pairs) / len(pairs)


@lru_cache(maxsize=8)
def told_by_inputs(experiment: Experiment) -> Floats:
    """R² of each number that is wanted (O,) by each that is read at its timestep alone (O, I).

    By a line through them; 0 where one of them does not vary, and of a column by itself: that of
    the next row may well be told by this one. Empty where answers are classes.
    """
    some = [one for one in islice(experiment.train, MOST_EXAMPLES) if one.inputs is not None]
    if experiment.has_classes or not some or experiment.task not in ("many-to-one", "many-to-many"):
        return np.zeros((0, 0))
    read: Floats = np.concatenate([one.inputs[list(one.outputs)] for one in some])  # type: ignore[index]
    wanted: Floats = np.concatenate([np.asarray(one.targets, float) for one in some])
    x, y = (part - part.mean(axis=0) for part in (read, wanted))
    sizes = np.square(y).sum(axis=0)[:, None] * np.square(x).sum(axis=0)
    with np.errstate(all="ignore"):
        found = np.where(sizes > 0, np.square(y.T @ x) / sizes, 0.0)
    names, answers = experiment.vocabulary.columns, experiment.output_names
    for o, i in product(range(y.shape[1]), range(x.shape[1])):
        if i < len(names) and names[i] == answers[o]:
            found[o, i] = 0.0
    return found


class Neighbours(NamedTuple):
    """How often an example has the answer of the one before it, and how often by chance."""

    same: float
    chance: float


@lru_cache(maxsize=8)
def neighbours(experiment: Experiment) -> Neighbours:
    """Of the last answers of the training examples in their order; NaN where these are numbers."""
    if experiment.stream is not None or not experiment.has_classes:
        return Neighbours(np.nan, np.nan)
    last = [int(one.targets[-1]) for one in islice(experiment.train, MOST_EXAMPLES)]
    if len(last) < 2:
        return Neighbours(np.nan, np.nan)
    same = sum(one == other for one, other in pairwise(last)) / (len(last) - 1)
    shares = np.array([*Counter(last).values()]) / len(last)
    return Neighbours(same, float(np.square(shares).sum()))
