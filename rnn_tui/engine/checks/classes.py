"""How each class fares, as a mean over all answers hides a rare one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rnn_tui.arrays import Floats, Ints
from rnn_tui.engine.passes.batches import by_output
from rnn_tui.engine.training.evaluating import batches_within, parts_read
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example, Experiment
from rnn_tui.experiments.data.stream import next_token

MOST_READ = 20_000  # tokens of a text


@dataclass(frozen=True, eq=False)
class ByClass:
    """Of each class (C,): how many answers it is, their mean loss, and how many are right."""

    counts: Ints
    losses: Floats
    right: Ints

    def rest(self, one: int) -> float:
        """The mean loss of all answers of the others."""
        others = np.arange(len(self.counts)) != one
        total = (self.counts * np.nan_to_num(self.losses))[others].sum()
        return float(total / self.counts[others].sum())


@lru_cache(maxsize=8)
def read_of(experiment: Experiment) -> tuple[Example, ...]:
    """The training data as examples that can be read at once: of a text its first part as one."""
    stream = experiment.stream
    if stream is None:
        return tuple(experiment.train)
    return (next_token(stream.vocabulary, stream.ids[: MOST_READ + 1], is_held=True),)


@lru_cache(maxsize=8)
def class_counts(experiment: Experiment) -> Ints:
    """How many answers of the training data each class is (C,)."""
    wanted = [np.asarray(one.targets, int) for one in read_of(experiment)]
    counts: Ints = np.bincount(np.concatenate(wanted), minlength=len(experiment.labels))
    return counts


def by_class(params: Parameters, net: Network, experiment: Experiment) -> ByClass:
    """How each class of the training data fares under some parameters."""
    C = len(experiment.labels)
    losses, right = np.zeros(C), np.zeros(C)
    examples: Sequence[Example] = read_of(experiment)
    with np.errstate(all="ignore"):
        for batch in batches_within(params.layout, examples):
            for part, y in parts_read(params, net, batch):
                if part.outputs:
                    wanted = by_output(part.targets)
                    costs, hits = net.head.answers(y, wanted)
                    losses += np.bincount(wanted, costs, C)
                    right += np.bincount(wanted, hits, C)
        counts = class_counts(experiment)
        return ByClass(counts, losses / counts, right.astype(int))
