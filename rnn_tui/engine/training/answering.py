"""How training examples are answered under some parameters, and how that went over a training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats, Ints, frozen
from rnn_tui.engine.training.evaluating import batches_within, evaluate, parts_read
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example, Experiment

MOST_EXAMPLES, MOST_TOKENS = 1000, 2000  # that are followed over a training
SURE = 0.9  # a probability


@dataclass(frozen=True, eq=False)
class Questions:
    """What is answered: examples, or of one text each output for itself (`by_output`).

    N is how many of them there are; each comes to one number, its last answer to O where answers
    are numbers.
    """

    examples: Sequence[Example]
    by_output: bool

    @classmethod
    def of(cls, experiment: Experiment) -> Questions:
        """The training examples; of a long text the part held back, else its beginning."""
        stream = experiment.stream
        if stream is None:
            return cls(experiment.train[:MOST_EXAMPLES], by_output=False)
        if experiment.test and experiment.test[0].length <= MOST_TOKENS:
            return cls(experiment.test[:1], by_output=True)
        ids = experiment.test[0].ids if experiment.test else stream.ids
        return cls((stream.made_of(ids[: MOST_TOKENS + 1]),), by_output=True)

    def __len__(self) -> int:
        return len(self.examples[0].outputs) if self.by_output else len(self.examples)

    @property
    def timesteps(self) -> int:
        """How many are read."""
        return sum(example.length for example in self.examples)

    @property
    def targets(self) -> Floats:
        """Where answers are numbers, those wanted, (N, O)."""
        if self.by_output:
            return np.asarray(self.examples[0].targets, dtype=np.float64)
        return np.array([np.asarray(one.targets)[-1] for one in self.examples], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Answers:
    """The answers to N questions.

    `values` (N,) are the probabilities of the right answer, each the mean over an example's
    outputs, and `score` is how many outputs are right. Where answers are numbers `values`
    (N, O) are the last ones, and the `score` is their mean absolute error.
    """

    values: Floats
    score: float


def answered(params: Parameters, net: Network, questions: Questions) -> Answers:
    """The answers under some parameters, without training."""
    with np.errstate(all="ignore"):
        sums = _sure if net.head.has_probabilities else _told
        values, score = sums(params, net, questions)
    return Answers(frozen(values), score)


def _sure(params: Parameters, net: Network, questions: Questions) -> tuple[Floats, float]:
    """Probabilities of the right answer, and how many are right."""
    head, examples = net.head, questions.examples
    of_examples, right = np.zeros(len(examples)), 0.0
    of_outputs: list[Floats] = []
    for batch in batches_within(params.layout, examples):
        members, summed = list(batch.members), np.zeros(len(batch.members))
        for part, y in parts_read(params, net, batch):
            if not part.outputs:
                continue
            p = head.probabilities(y.reshape(*part.targets.shape[:2], -1))
            sure = head.probability_of(p, part.targets)
            right += float(head.right(p, part.targets).sum())
            summed += sure.sum(axis=0)
            of_outputs.append(sure[:, 0].copy())
        of_examples[members] = summed / len(batch.outputs)
    return np.concatenate(of_outputs) if questions.by_output else of_examples, right


def _told(params: Parameters, net: Network, questions: Questions) -> tuple[Floats, float]:
    """Answers that are numbers, and how far they are off."""
    if not questions.by_output:
        found = evaluate(params, net, questions.examples)
        return found.p, found.mae
    told: list[Floats] = []
    for batch in batches_within(params.layout, questions.examples):
        for part, y in parts_read(params, net, batch):
            if part.outputs:
                told.append(net.head.probabilities(y).copy())
    values = np.concatenate(told)
    return values, float(np.abs(values - questions.targets).mean())


class Fall(NamedTuple):
    """A value that fell, from place `peak` on, to the least at place `trough`."""

    question: int
    peak: int
    trough: int


@dataclass(frozen=True, eq=False)
class AnswerHistory:
    """The answers to N questions before M updates, ascending, as `Answers` has them.

    `values` (M, N) or (M, N, O), `scores` (M,). `outputs` is how many are answered at a moment.
    """

    updates: Ints
    values: Floats
    scores: Floats
    outputs: int

    @cached_property
    def means(self) -> Floats:
        """The mean probability of the right answer over the questions, (M,)."""
        means: Floats = self.values.mean(axis=1)
        return means

    @cached_property
    def spread(self) -> Floats:
        """The least, the quartiles and the most over the questions, (4, M): 0, ¼, ¾ and 1."""
        spread: Floats = np.quantile(self.values, [0.0, 0.25, 0.75, 1.0], axis=1)
        return spread

    def best(self) -> int:
        """The first place at which as many are right as ever."""
        return int(np.nanargmax(self.scores))

    @cached_property
    def first_sure(self) -> Ints:
        """For each question the first place at which its probability is `SURE`, M if at none."""
        sure = self.values >= SURE
        return np.where(sure.any(axis=0), sure.argmax(axis=0), len(self.updates))


def falls(values: Floats, least: float) -> tuple[Fall, ...]:
    """All falls by `least` or more of the columns of values (M, N), those that began first first.

    A fall ends at its least value before one that is higher by as much again.
    """
    found: list[tuple[int, Fall]] = []
    for column, one in enumerate(values.T.tolist()):
        found += [(seen, Fall(column, peak, trough)) for seen, peak, trough in _falls(one, least)]
    found.sort(key=lambda one: one[0])
    return tuple(fall for _, fall in found)


def _falls(values: list[float], least: float) -> list[tuple[int, int, int]]:
    """Of each fall the place where it is as deep as that, its peak and its trough."""
    found: list[tuple[int, int, int]] = []
    peak, falling = 0, False
    for place, value in enumerate(values):
        if not falling:
            peak = place if value >= values[peak] else peak
            if falling := value <= values[peak] - least:
                found.append((place, peak, place))
        elif value < values[found[-1][2]]:
            found[-1] = (*found[-1][:2], place)
        elif value >= values[found[-1][2]] + least:
            peak, falling = place, False
    return found
