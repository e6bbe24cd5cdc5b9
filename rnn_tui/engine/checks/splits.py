"""Whether data held back is of the same kind as the training data."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from itertools import islice

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.checks.material import MOST_EXAMPLES
from rnn_tui.engine.checks.twins import input_key
from rnn_tui.experiments import Experiment


@lru_cache(maxsize=8)
def seen(experiment: Experiment) -> tuple[int, ...]:
    """The places in the data held back of examples that are trained on too, from 0."""
    if experiment.stream is not None:
        return ()
    trained = {input_key(experiment, one) for one in experiment.train}
    return tuple(
        place for place, one in enumerate(experiment.test) if input_key(experiment, one) in trained
    )


def seen_share(experiment: Experiment) -> float:
    """The share of the data held back that is trained on too."""
    return len(seen(experiment)) / len(experiment.test) if experiment.test else 0.0


@lru_cache(maxsize=8)
def seen_fit(experiment: Experiment) -> float:
    """How often an answer held back is one that the training data has to the same, too.

    NaN where nothing is trained on too, and where answers are numbers.
    """
    places = seen(experiment)
    if not places or not experiment.has_classes:
        return np.nan
    answers: dict[tuple[bytes, int], set[tuple[int, ...]]] = defaultdict(set)
    for one in experiment.train:
        answers[input_key(experiment, one)].add(tuple(int(target) for target in one.targets))
    held = [experiment.test[place] for place in places]
    agree = [
        tuple(int(x) for x in one.targets) in answers[input_key(experiment, one)] for one in held
    ]
    return float(np.mean(agree))


@lru_cache(maxsize=8)
def repeated_share(experiment: Experiment) -> float:
    """The share of the training examples of which another one reads the same; 0 of a stream."""
    if experiment.stream is not None:
        return 0.0
    counts = Counter(input_key(experiment, one) for one in experiment.train)
    return sum(count for count in counts.values() if count > 1) / counts.total()


@lru_cache(maxsize=8)
def new_tokens(experiment: Experiment) -> Counter[str]:
    """How often each token stands in the data held back that the training data doesn't have.

    None where tokens are vectors that are given, as each of these says what it is by itself.
    """
    vocabulary = experiment.vocabulary
    if vocabulary.kind == "vectors":
        return Counter()
    stream = experiment.stream
    known = set[int]()
    for ids in [one.ids for one in experiment.train] if stream is None else [stream.ids]:
        known.update(np.unique(ids).tolist())
    found = Counter[str]()
    for one in experiment.test:
        found.update(vocabulary.tokens[row] for row in one.ids.tolist() if row not in known)
    return found


def new_token_share(experiment: Experiment) -> float:
    """The share of the tokens held back that the training data doesn't have."""
    total = sum(one.length for one in experiment.test)
    return new_tokens(experiment).total() / total if total else 0.0


@lru_cache(maxsize=8)
def input_shifts(experiment: Experiment) -> Floats:
    """How far the mean of each input (I,) held back lies from the training data's.

    In standard deviations of the training data; 0 where it has none, and where inputs are not
    given numbers.
    """
    if experiment.vocabulary.kind != "vectors" or not experiment.test:
        return np.zeros(experiment.input_size)
    trained, held = (
        np.concatenate(
            [one.inputs for one in islice(part, MOST_EXAMPLES) if one.inputs is not None]
        )
        for part in (experiment.train, experiment.test)
    )
    sizes = trained.std(axis=0)
    shifts: Floats = (held.mean(axis=0) - trained.mean(axis=0)) / np.where(sizes > 0, sizes, np.inf)
    return shifts
