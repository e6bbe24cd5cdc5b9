"""How examples fare that were not trained on, of all there are: each is left out once."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import comb

import numpy as np

from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import Experiment

FOLDS = 4


@lru_cache(maxsize=4 * FOLDS)
def fold_right(experiment: Experiment, updates: int, fold: int) -> tuple[float, int]:
    """How many answers of a fold are right, and of how many.

    All other examples, those held back too, are trained on for so many updates, from the first
    weights on. Every `FOLDS`-th example is of the same fold.
    """
    examples = (*experiment.train, *experiment.test)
    held = examples[fold::FOLDS]
    rest = tuple(one for place, one in enumerate(examples) if place % FOLDS != fold)
    trainer = Trainer(replace(experiment, train=rest, test=()))
    state = trainer.initial_state()
    for k in range(updates):
        _, state = trainer.advance(state, k)
    found = evaluate(state.params, trainer.net, held)
    return float(found.right.sum()), int(found.outputs.sum())


def fold_accuracy(experiment: Experiment, updates: int) -> float:
    """The share of all answers that are right where they are left out."""
    found = np.array([fold_right(experiment, updates, fold) for fold in range(FOLDS)])
    right, answers = found.sum(axis=0)
    return float(right / answers)


@lru_cache(maxsize=4)
def train_alone(experiment: Experiment) -> Experiment:
    """The same without data held back, which is a test of its own where there is enough of it."""
    return replace(experiment, test=())


def share_error(share: float, answers: int) -> float:
    """The standard error of a share of so many answers."""
    return float(np.sqrt(share * (1 - share) / answers))


def chance_of(hits: int, answers: int, share: float) -> float:
    """How likely so many hits or more are by chance, each of the answers with that share."""
    return sum(
        comb(answers, k) * share**k * (1 - share) ** (answers - k) for k in range(hits, answers + 1)
    )


@lru_cache(maxsize=8)
def commonest_share(experiment: Experiment) -> tuple[float, int]:
    """How often the commonest answer would be right, and of how many answers."""
    wanted = [np.asarray(one.targets, int) for one in (*experiment.train, *experiment.test)]
    counts = np.bincount(np.concatenate(wanted))
    return float(counts.max() / counts.sum()), int(counts.sum())
