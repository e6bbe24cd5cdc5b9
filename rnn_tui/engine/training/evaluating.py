"""How examples fare under some parameters, without training, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Floats, Ints, frozen
from rnn_tui.engine.passes.batches import Batch, alike, batch_of, by_output
from rnn_tui.engine.passes.reading import read_batch
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Layout, Parameters
from rnn_tui.experiments import Example

MOST_NUMBERS = 2**18  # in one array of a pass, some eight of which are held at a time: 16 MiB


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How examples fare under some parameters, a row an example.

    `p` is (N, O), the answer at the last output; `losses` (N,), the mean an output; `right`
    (N,) how many of its `outputs` (N,) were answered right. Where answers are numbers
    `right` is the sum of how far each is off, `squares` (N,) the squared errors of its
    numbers, summed, and `varies` what these are if each number is answered by its mean.
    """

    p: Floats
    losses: Floats
    right: Floats
    outputs: Ints
    squares: Floats | None = None
    varies: float = 0.0

    @property
    def loss(self) -> float:
        """The mean loss an output over all examples."""
        return float((self.losses * self.outputs).sum() / self.outputs.sum())

    @property
    def accuracy(self) -> float:
        """The share of outputs answered right."""
        return float(self.right.sum() / self.outputs.sum())

    def first(self, count: int, examples: Sequence[Example]) -> Evaluation:
        """That of the first so many alone, which are these `examples`."""
        rows = self.p[:count], self.losses[:count], self.right[:count], self.outputs[:count]
        if self.squares is None:
            return Evaluation(*rows)
        return Evaluation(*rows, self.squares[:count], _variation_of(examples))

    @property
    def mae(self) -> float:
        """The mean absolute error of answers that are numbers."""
        return self.accuracy

    @property
    def r2(self) -> float:
        """R² = 1 − Σ (y − t)² / Σ (t − mean t)²: what share of the targets' variance is told.

        NaN where the targets are all alike, and where answers are classes.
        """
        return told(float(self.squares.sum()), self.varies) if self.squares is not None else np.nan


def evaluate(params: Parameters, net: Network, examples: Sequence[Example]) -> Evaluation:
    """Run forward over examples without training.

    Where they are many or long, a few are read at a time, and of these some timesteps
    after the other, the states handed on: no array has more than `MOST_NUMBERS`.
    """
    N = len(examples)
    p = np.zeros((N, net.output_size(params.layout)))
    losses, right, outputs = np.zeros(N), np.zeros(N), np.zeros(N, np.int64)
    head, squares = net.head, np.zeros(N)
    with np.errstate(all="ignore"):
        for batch in batches_within(params.layout, examples):
            members = list(batch.members)
            summed = np.zeros(len(members))
            for part, y in parts_read(params, net, batch):
                if not part.outputs:
                    continue
                shape = part.targets.shape[:2]
                answered = head.probabilities(y.reshape(*shape, -1))
                p[members] = answered[-1]
                if not head.has_classes:
                    errors = answered - part.targets
                    squares[members] += np.square(errors).sum(axis=(0, 2))
                costs, hits = head.answers(y, by_output(part.targets))
                summed += costs.reshape(shape).sum(axis=0)
                right[members] += hits.reshape(shape).sum(axis=0)
            losses[members] = summed / len(batch.outputs)
            outputs[members] = len(batch.outputs)
    if head.has_classes:
        return Evaluation(frozen(p), frozen(losses), right, outputs)
    varies = _variation_of(examples)
    return Evaluation(frozen(p), frozen(losses), right, outputs, frozen(squares), varies)


def told(squares: float, varies: float) -> float:
    """R² of squared errors that sum to `squares`; NaN where targets vary by nothing."""
    return 1.0 - squares / varies if varies else float("nan")


def variation(targets: Floats) -> float:
    """Σ (t − mean t)² of targets (N, O), each number's mean its own."""
    return float(np.square(targets - targets.mean(axis=0)).sum())


def _variation_of(examples: Sequence[Example]) -> float:
    return variation(np.concatenate([np.asarray(one.targets) for one in examples]))


def _widest(layout: Layout) -> int:
    """Numbers that one timestep of one example has in the largest array of a pass."""
    return max(layout.input_size, layout.hidden_size, layout.output_size)


def batches_within(layout: Layout, examples: Sequence[Example]) -> Iterator[Batch]:
    """All examples in batches of one shape, as few as are not too large; one may be too long."""
    for places in alike(examples):
        most = max(1, MOST_NUMBERS // (examples[places[0]].length * _widest(layout)))
        for first in range(0, len(places), most):
            yield batch_of(examples, places[first : first + most])


def parts_read(params: Parameters, net: Network, batch: Batch) -> Iterator[tuple[Batch, Floats]]:
    """A batch read some timesteps at a time, each part from the states that the last one left.

    With each part come its logits (K·B, O), which may be overwritten.
    """
    T, B = batch.ids.shape
    most = max(1, MOST_NUMBERS // (B * _widest(params.layout)))
    states = None
    for first in range(0, T, most):
        part = batch.cut(first, min(T, first + most))
        reader = read_batch(params, net, part, states)
        states = reader.last().copy()
        yield part, reader.logits(params)
