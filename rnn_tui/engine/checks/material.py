"""What the data alone says: the loss of knowing nothing, and whether its answers can be learnt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats, Ints
from rnn_tui.equations.heads import Head
from rnn_tui.experiments import Example, Experiment

MOST_EXAMPLES = 2000  # that are looked at
OFFSETS = (-1, 0, 1)
FEWEST_ROWS = 20
ROBUST = 1.4826  # times the median distance is the standard deviation of what is normal


@lru_cache(maxsize=8)
def targets_of(experiment: Experiment) -> Floats:
    """The p that would have no loss of every answer of the training data (N, O)."""
    head, size = experiment.model.head, experiment.output_size
    found = [
        head.target(np.asarray(one.targets), size)
        for one in islice(experiment.train, MOST_EXAMPLES)
        if len(one.targets)
    ]
    return np.concatenate(found)


def _wanted(examples: Iterable[Example]) -> Ints | Floats:
    found = (np.asarray(one.targets) for one in islice(examples, MOST_EXAMPLES))
    return np.concatenate([one for one in found if len(one)])


@lru_cache(maxsize=8)
def chance_loss(experiment: Experiment) -> float:
    """The mean loss of an answer whose logits are all 0: ln V of V classes."""
    wanted = _wanted(experiment.train)
    nothing = np.zeros((len(wanted), experiment.output_size))
    return float(experiment.model.head.loss(nothing, wanted).mean())


@lru_cache(maxsize=8)
def constant_loss(experiment: Experiment) -> float:
    """The mean loss of the best answer that is always the same, as if nothing were read."""
    return _best_constant(experiment)[0]


@lru_cache(maxsize=8)
def constant_test_loss(experiment: Experiment) -> float:
    """The mean loss of that answer on the data held back; NaN where there is none."""
    if not experiment.test:
        return np.nan
    wanted = _wanted(experiment.test)
    with np.errstate(all="ignore"):
        return _constant(experiment.model.head, _best_constant(experiment)[1], wanted)


def _best_constant(experiment: Experiment) -> tuple[float, Floats]:
    """The loss of the best constant answer on the training data, and its logits (O,)."""
    wanted, head = _wanted(experiment.train), experiment.model.head
    mean = targets_of(experiment).mean(axis=0)
    with np.errstate(all="ignore"):
        tried = [(_constant(head, y, wanted), y) for y in _logits(head, mean)]
    return min((one for one in tried if np.isfinite(one[0])), key=lambda one: one[0])


def _logits(head: Head, mean: Floats) -> list[Floats]:
    """Constant logits that may be best: those of a mean answer, by either way to squash it."""
    if head.answer != "p":
        return [mean]
    inside = np.clip(mean, 1e-12, 1 - 1e-12)
    return [np.log(inside), np.log(inside / (1 - inside))]


def _constant(head: Head, y: Floats, wanted: Ints | Floats) -> float:
    losses = head.loss(np.broadcast_to(y, (len(wanted), len(y))).copy(), wanted)
    return float(losses.mean())


@lru_cache(maxsize=32)
def label_fit(experiment: Experiment, offset: int) -> float:
    """How often the token at t + `offset` tells the answer at t, by the other places it stands at.

    A share of the timesteps that have a token before and after; NaN where there are none. Each
    answer is guessed from all others, so that what stands once tells nothing.
    """
    pairs = np.array(
        [
            (int(one.ids[t + offset]), int(target))
            for one in islice(experiment.train, MOST_EXAMPLES)
            for t, target in zip(one.outputs, one.targets, strict=True)
            if 0 < t < one.length - 1 and not one.encoder_length
        ],
        int,
    ).reshape(-1, 2)
    if not len(pairs):
        return np.nan
    counts = np.zeros((pairs[:, 0].max() + 1, pairs[:, 1].max() + 1))
    np.add.at(counts, (pairs[:, 0], pairs[:, 1]), 1)
    others = counts[pairs[:, 0]]
    others[np.arange(len(pairs)), pairs[:, 1]] -= 1
    own = others[np.arange(len(pairs)), pairs[:, 1]]
    return float(((own == others.max(axis=1)) & (own > 0)).mean())


@lru_cache(maxsize=8)
def input_scales(experiment: Experiment) -> Floats:
    """The root mean square of each number of an input (I,); 0 where inputs are learned."""
    found = [one.inputs for one in islice(experiment.train, MOST_EXAMPLES)]
    return _scales([one for one in found if one is not None], experiment.input_size)


@lru_cache(maxsize=8)
def target_scales(experiment: Experiment) -> Floats:
    """The root mean square of each number that is wanted (O,)."""
    return _scales([targets_of(experiment)], experiment.output_size)


def _scales(rows: Sequence[Floats], size: int) -> Floats:
    if not rows:
        return np.zeros(size)
    with np.errstate(all="ignore"):
        scales: Floats = np.sqrt(np.mean(np.square(np.concatenate(rows)), axis=0))
    return scales


class Outlier(NamedTuple):
    """A number that lies far from all others of its column: its row of the vocabulary, and z.

    `z` counts robust standard deviations, 1.4826 times the median distance, from the median; `next`
    is that of the farthest of the others, but for one in a hundred of them.
    """

    column: int
    row: int
    z: float
    next: float


@lru_cache(maxsize=8)
def outliers(experiment: Experiment) -> tuple[Outlier, ...]:
    """The farthest number of each column of rows from a file; nothing of other inputs.

    Of a column that has mostly the same number nothing is far.
    """
    rows = experiment.vocabulary.vectors
    if not experiment.vocabulary.places or rows is None or len(rows) < FEWEST_ROWS:
        return ()
    with np.errstate(all="ignore"):
        middle = np.median(rows, axis=0)
        distance = np.abs(rows - middle)
        z = distance / (ROBUST * np.median(distance, axis=0))
    z = np.where(np.isfinite(z), z, 0.0)
    farthest, rest = z.argmax(axis=0), len(rows) // 100 + 2
    return tuple(
        Outlier(i, int(row), float(z[row, i]), float(np.sort(z[:, i])[-rest]))
        for i, row in enumerate(farthest)
    )
