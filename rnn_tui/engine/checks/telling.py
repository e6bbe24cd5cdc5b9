"""What in a text tells its answer by a simple rule: the token at a place, or all tokens."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats, Ints
from rnn_tui.engine.checks.folds import commonest_share, share_error
from rnn_tui.engine.checks.material import MOST_EXAMPLES
from rnn_tui.experiments import Example, Experiment

FOLDS = 4
DEVIATIONS = 2.0  # standard ones
MOST_PLACES = 64  # from either end
MOST_COUNTS = 500_000  # numbers that places are counted in
MOST_PRESENT = 4_000_000  # of the table of which text has which token


def has_rules(experiment: Experiment) -> bool:
    """Whether one class is the answer to a text of tokens, not to rows of numbers from a file."""
    is_text = experiment.answers_once and not experiment.vocabulary.places
    return is_text and experiment.has_classes and experiment.stream is None


@lru_cache(maxsize=8)
def places(experiment: Experiment) -> int:
    """How many places from either end are looked at; 0 where there are no rules."""
    if not has_rules(experiment):
        return 0
    V, C = len(experiment.vocabulary.tokens), len(experiment.labels)
    longest = max(one.length for one in experiment.train)
    return max(1, min(MOST_PLACES, longest, MOST_COUNTS // (2 * (V + 1) * C)))


class Read(NamedTuple):
    """Texts as rules read them.

    `at` (N, R) has the token at each of R places, V where a text has none; `places` (R,) count
    from the beginning, or from the end where they are negative. `present` (N, V) is 1 where a text
    has a token, and has no columns where that would be too many. `wanted` (N,) are the answers.
    """

    at: Ints
    places: Ints
    present: Floats
    wanted: Ints
    sizes: tuple[int, int]  # V + 1, C


def _read(experiment: Experiment, examples: tuple[Example, ...]) -> Read:
    V, C, P = len(experiment.vocabulary.tokens), len(experiment.labels), places(experiment)
    at = np.full((len(examples), 2 * P), V)
    present = np.zeros((len(examples), V if len(examples) * V <= MOST_PRESENT else 0))
    for row, one in enumerate(examples):
        n = min(P, one.length)
        at[row, :n], at[row, P : P + n] = one.ids[:n], one.ids[::-1][:n]
        if present.size:
            present[row, one.ids] = 1.0
    counted = np.concatenate([np.arange(P), -1 - np.arange(P)])
    wanted = np.array([int(one.targets[-1]) for one in examples], int)
    return Read(at, counted, present, wanted, (V + 1, C))


@lru_cache(maxsize=4)
def _trained(experiment: Experiment) -> Read:
    return _read(experiment, tuple(experiment.train[:MOST_EXAMPLES]))


@lru_cache(maxsize=4)
def _held(experiment: Experiment) -> Read:
    return _read(experiment, tuple(experiment.test[:MOST_EXAMPLES]))


def _credit(votes: Floats, wanted: Ints) -> Floats:
    """Of each answer (N,): 1 where it has most `votes` (N, …, C), a share of that of a tie."""
    best = votes >= votes.max(axis=-1, keepdims=True)
    index = wanted.reshape(-1, *(1,) * (votes.ndim - 1))
    own = np.take_along_axis(best, index, axis=-1)[..., 0]
    credit: Floats = own / best.sum(axis=-1)
    return credit


def _counted(read: Read, some: Ints, wanted: Ints) -> Floats:
    """How often each token at each place goes with each answer, (R, V + 1, C)."""
    tokens, C = read.sizes
    R = read.at.shape[1]
    index = (np.arange(R) * tokens + read.at[some]) * C + wanted[some][:, None]
    return np.bincount(index.ravel(), minlength=R * tokens * C).reshape(R, tokens, C).astype(float)


def _told(read: Read, wanted: Ints, some: Ints, others: Ints) -> Floats:
    """How far each rule that is made of `some` tells the answers of `others`, (N, R + 1).

    The last one is by all tokens of a text, whatever their order: naive Bayes.
    """
    R, C = read.at.shape[1], read.sizes[1]
    votes = _counted(read, some, wanted)[np.arange(R), read.at[others]]
    credit = _credit(votes, wanted[others])
    classes = np.eye(C)[wanted[some]]
    counts = classes.sum(axis=0)
    shares = (read.present[some].T @ classes + 1) / (counts + 2)
    scores = read.present[others] @ np.log(shares) + np.log(np.maximum(counts, 1e-9))
    return np.column_stack([credit, _credit(scores, wanted[others])])


def _folds(rows: Ints) -> Iterator[tuple[Ints, Ints]]:
    """All but a part of the rows, and that part; drawn by lot, but always the same."""
    order = np.random.default_rng(0).permutation(len(rows)) % FOLDS
    for fold in range(FOLDS):
        yield rows[order != fold], rows[order == fold]


@lru_cache(maxsize=16)
def rule_fit(experiment: Experiment, offset: int = 0) -> float:
    """How often the answer of example i + `offset` is told by what example i reads.

    By the best simple rule, the token at one place or all tokens together. It is chosen by, and
    made of, other examples than those that it is judged by: a rule among many that fits by chance
    tells nothing here. NaN where there are no rules, or too few examples.
    """
    if not has_rules(experiment) or len(experiment.train) < FOLDS * FOLDS:
        return np.nan
    read = _trained(experiment)
    rows = np.arange(max(0, -offset), len(read.wanted) - max(0, offset))
    wanted = np.roll(read.wanted, -offset)
    told = list[float]()
    for some, others in _folds(rows):
        within = [_told(read, wanted, *parts).sum(axis=0) for parts in _folds(some)]
        rule = int(np.argmax(np.sum(within, axis=0)))
        told += _told(read, wanted, some, others)[:, rule].tolist()
    return float(np.mean(told))


@lru_cache(maxsize=16)
def told_by_place(experiment: Experiment) -> dict[int, float]:
    """By place: how often the token there tells a training answer, by all other examples.

    Places count from the beginning, or from the end where they are negative; empty without rules.
    """
    if not has_rules(experiment) or len(experiment.train) < 2:
        return {}
    read = _trained(experiment)
    N, R = read.at.shape
    votes = _counted(read, np.arange(N), read.wanted)[np.arange(R), read.at]
    votes[np.arange(N), :, read.wanted] -= 1
    shares = _credit(votes, read.wanted).mean(axis=0)
    return dict(zip(read.places.tolist(), shares.tolist(), strict=True))


def most_telling(experiment: Experiment) -> int | None:
    """The place whose token tells most of the training answers; None without rules."""
    told = told_by_place(experiment)
    return max(told, key=lambda place: told[place], default=None)


def held_told_by_place(experiment: Experiment, place: int) -> float:
    """How often the token at a place tells an answer held back, by the training examples."""
    if not experiment.test or place not in told_by_place(experiment):
        return np.nan
    read, held = _trained(experiment), _held(experiment)
    column = read.places.tolist().index(place)
    votes = _counted(read, np.arange(len(read.wanted)), read.wanted)[column, held.at[:, column]]
    return float(_credit(votes, held.wanted).mean())


def steps_back(experiment: Experiment, place: int) -> float:
    """How many timesteps before the answer a place stands, on average over the training data."""
    lengths = [one.length for one in experiment.train[:MOST_EXAMPLES]]
    return float(np.mean([length - 1 - place if place >= 0 else -1 - place for length in lengths]))


def tells_nothing(experiment: Experiment) -> bool:
    """Whether no simple rule tells answers better than the commonest one does, but for chance."""
    commonest, answers = commonest_share(experiment)
    return rule_fit(experiment) <= commonest + DEVIATIONS * share_error(commonest, answers)
