"""What in a text tells its answer by a simple rule: the token at a place, or all tokens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Bools, Floats, Ints
from rnn_tui.engine.checks.folds import commonest_share, share_error
from rnn_tui.engine.checks.material import MOST_EXAMPLES
from rnn_tui.experiments import Example, Experiment

FOLDS = 4
DEVIATIONS = 2.0  # standard ones
MOST_PLACES = 64  # from either end
MOST_COUNTS = 500_000  # numbers that places are counted in
MOST_PRESENT = 4_000_000  # of the table of which text has which token
DRAWN = 399  # times that labels are drawn by lot


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


def _votes(read: Read, wanted: Ints, some: Ints, others: Read) -> Floats:
    """How much each rule that is made of `some` texts speaks for each answer of others.

    As (N, R + 1, C). At a place by log(1 + n), where n texts with the same token there have that
    answer. The last rule is by all tokens of a text, whatever their order: naive Bayes. The
    farther the first of two answers lies above the second, the surer is the rule.
    """
    R, C = read.at.shape[1], read.sizes[1]
    placed = np.log1p(_counted(read, some, wanted)[np.arange(R), others.at])
    classes = np.eye(C)[wanted[some]]
    counts = classes.sum(axis=0)
    shares = (read.present[some].T @ classes + 1) / (counts + 2)
    scores = others.present @ np.log(shares) + np.log(np.maximum(counts, 1e-9))
    return np.concatenate([placed, scores[:, None]], axis=1)


def _of(read: Read, rows: Ints) -> Read:
    """Some of the texts."""
    return read._replace(at=read.at[rows], present=read.present[rows], wanted=read.wanted[rows])


def _best_rule(read: Read, wanted: Ints, rows: Ints) -> int:
    """The rule that tells most answers of each part of some texts by the other parts."""
    told = [
        _credit(_votes(read, wanted, some, _of(read, others)), wanted[others]).sum(axis=0)
        for some, others in _folds(rows)
    ]
    return int(np.argmax(np.sum(told, axis=0)))


def _by_others(read: Read, wanted: Ints, rows: Ints) -> Floats:
    """What the best simple rule says of each of some texts (N, C): it never saw that text."""
    votes = np.empty((len(rows), read.sizes[1]))
    place = {int(row): at for at, row in enumerate(rows)}
    for some, others in _folds(rows):
        rule = _best_rule(read, wanted, some)
        votes[[place[int(row)] for row in others]] = _votes(read, wanted, some, _of(read, others))[
            :, rule
        ]
    return votes


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
    votes, wanted = _said(experiment, offset)
    return float(_credit(votes, wanted).mean())


@lru_cache(maxsize=4)
def fold_rule_fit(experiment: Experiment) -> float:
    """The same of all answers, those held back too, as a network is judged by what is left out."""
    both = (*experiment.train, *experiment.test)
    return rule_fit(replace(experiment, train=both, test=()))


@lru_cache(maxsize=8)
def _said(experiment: Experiment, offset: int) -> tuple[Floats, Ints]:
    """What the best simple rule says of each text (N, C), and the answer `offset` examples on."""
    read = _trained(experiment)
    rows = np.arange(max(0, -offset), len(read.wanted) - max(0, offset))
    wanted = np.roll(read.wanted, -offset)
    return _by_others(read, wanted, rows), wanted[rows]


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
    return float(held_credit_by_place(experiment, place).mean())


def held_credit_by_place(experiment: Experiment, place: int) -> Floats:
    """The same of each answer held back (N,): 1 where it is told, a share of that of a tie."""
    read, held = _trained(experiment), _held(experiment)
    column = read.places.tolist().index(place)
    votes = _counted(read, np.arange(len(read.wanted)), read.wanted)[column, held.at[:, column]]
    credit: Floats = _credit(votes, held.wanted)
    return credit


@lru_cache(maxsize=16)
def held_rule_fit(experiment: Experiment, offset: int = 0) -> float:
    """How often the answer held back of example i + `offset` is told by what example i reads.

    By the simple rule that is best in the training data, and made of that alone.
    """
    if not experiment.test or np.isnan(rule_fit(experiment)):
        return np.nan
    return float(held_credit_by_rule(experiment, offset).mean())


def held_credit_by_rule(experiment: Experiment, offset: int = 0) -> Floats:
    """The same of each answer held back that has an example there: 1, 0, a share of a tie."""
    read, held = _trained(experiment), _held(experiment)
    some = np.arange(len(read.wanted))
    rows = np.arange(max(0, -offset), len(held.wanted) - max(0, offset))
    rule = _best_rule(read, read.wanted, some)
    votes = _votes(read, read.wanted, some, _of(held, rows))[:, rule]
    credit: Floats = _credit(votes, held.wanted[rows + offset])
    return credit


class Doubted(NamedTuple):
    """Training labels that contradict the best simple rule where that is surest.

    `wrong` are the examples, from 0, the surest first, of `sure` ones. `by_lot` is how likely it is
    that no token goes with them more than by chance: of labels that are wrong by lot none does.
    `left` is the mean loss of one who knows the rule and how often it fails, of all labels.
    """

    wrong: tuple[int, ...]
    sure: int
    by_lot: float
    left: float


@lru_cache(maxsize=4)
def doubted(experiment: Experiment) -> Doubted | None:
    """Which training labels look wrong; None where no rule tells anything.

    Of each label the rule is chosen by, and made of, other examples. Only the surer half of them
    is looked at: where a text has no token that tells its answer, to be wrong means nothing.
    """
    if np.isnan(rule_fit(experiment)) or tells_nothing(experiment):
        return None
    read = _trained(experiment)
    votes, wanted = _said(experiment, 0)
    below, first = np.sort(votes, axis=1)[:, -2:].T
    order = np.argsort(below - first, kind="stable")
    half = order[: len(order) // 2]
    wrong = votes.argmax(axis=1) != wanted
    return Doubted(
        tuple(int(row) for row in half if wrong[row]), len(half),
        _by_lot(read.present[half], wrong[half]), _entropy(1 - rule_fit(experiment), read.sizes[1]),
    )  # fmt: skip


def _by_lot(present: Floats, wrong: Bools) -> float:
    """How likely the token that goes with wrong labels (N,) most would do so by chance.

    By how much more of them it has than is to be expected, in standard deviations; among as many
    labels drawn anew by lot, always the same, there is a token of which that is true as often.
    """
    N, count = len(wrong), int(wrong.sum())
    if not present.size or not 0 < count < N:
        return 1.0
    share, has = count / N, present.sum(axis=0)
    spread = np.sqrt(share * (1 - share) * has * (N - has) / (N - 1))
    kept = spread > 0
    rng = np.random.default_rng(0)
    drawn = np.array([wrong, *(rng.permutation(wrong) for _ in range(DRAWN))], float)
    most = (np.abs(drawn @ present[:, kept] - share * has[kept]) / spread[kept]).max(
        axis=1, initial=0.0
    )
    return float((most[1:] >= most[0]).sum() + 1) / (DRAWN + 1)


def _entropy(wrong: float, C: int) -> float:
    """That of one of C answers, which is another one in a share `wrong` of all cases."""
    if not 0 < wrong < 1:
        return 0.0
    return float(-(1 - wrong) * np.log(1 - wrong) - wrong * np.log(wrong / max(1, C - 1)))


def steps_back(experiment: Experiment, place: int) -> float:
    """How many timesteps before the answer a place stands, on average over the training data."""
    lengths = [one.length for one in experiment.train[:MOST_EXAMPLES]]
    return float(np.mean([length - 1 - place if place >= 0 else -1 - place for length in lengths]))


def tells_nothing(experiment: Experiment) -> bool:
    """Whether no simple rule tells answers better than the commonest one does, but for chance."""
    commonest, answers = commonest_share(experiment)
    return rule_fit(experiment) <= commonest + DEVIATIONS * share_error(commonest, answers)
