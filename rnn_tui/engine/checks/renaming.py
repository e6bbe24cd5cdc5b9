"""Whether data held back would be answered right if its labels changed their names."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Ints
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment


class Renamed(NamedTuple):
    """The share of answers held back that is right as they are, and with labels renamed.

    `pairs` are the labels that change: what is answered, and what stands there instead. Of
    `answers` that stand alone; NaN where each example has several.
    """

    right: float
    accuracy: float
    pairs: tuple[tuple[int, int], ...]
    answers: int


def renamed(params: Parameters, net: Network, experiment: Experiment) -> Renamed:
    """With the labels in the order in which they fit what is answered best, pair by pair."""
    if not experiment.answers_once or not experiment.has_classes:
        return Renamed(np.nan, np.nan, (), 0)
    found = evaluate(params, net, experiment.test)
    p = found.p if found.p.shape[1] > 1 else np.column_stack([1 - found.p, found.p])
    given, C = p.argmax(axis=1), p.shape[1]
    wanted = np.array([int(one.targets[-1]) for one in experiment.test])
    counts = np.bincount(given * C + wanted, minlength=C * C).reshape(C, C)
    order = _best_order(counts)
    pairs = tuple((a, int(b)) for a, b in enumerate(order) if a != b and counts[a].any())
    N = len(wanted)
    return Renamed(np.trace(counts) / N, counts[np.arange(C), order].sum() / N, pairs, N)


def _best_order(counts: Ints) -> Ints:
    """A label for each that is answered (C,), each once: the most frequent pair first."""
    left, order = counts.astype(float), np.arange(len(counts))
    for _ in range(len(counts)):
        a, b = np.unravel_index(int(np.argmax(left)), left.shape)
        order[a] = b
        left[a], left[:, b] = -1, -1
    return order
