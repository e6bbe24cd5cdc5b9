"""How examples fare under some parameters, without training, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Floats, Ints, frozen
from rnn_tui.engine.network import Network
from rnn_tui.engine.parameters import Layout, Parameters
from rnn_tui.engine.passes import bptt
from rnn_tui.experiments import Example

MOST_NUMBERS = 2**18  # in one array of a pass, some eight of which are held at a time: 16 MiB


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How examples fare under some parameters, a row an example.

    `p` is (N, O), at the last output; `losses` (N,), the mean an output; `right`
    (N,) how many of its `outputs` (N,) were answered right.
    """

    p: Floats
    losses: Floats
    right: Ints
    outputs: Ints

    @property
    def loss(self) -> float:
        """The mean loss an output over all examples."""
        return float((self.losses * self.outputs).sum() / self.outputs.sum())

    @property
    def accuracy(self) -> float:
        """The share of outputs answered right."""
        return float(self.right.sum() / self.outputs.sum())


def evaluate(params: Parameters, net: Network, examples: Sequence[Example]) -> Evaluation:
    """Run forward over examples without training.

    Where they are many or long, a few are read at a time, and of these some timesteps
    after the other, the states handed on: no array has more than `MOST_NUMBERS`.
    """
    N = len(examples)
    p = np.zeros((N, params.layout.output_size))
    losses, right, outputs = np.zeros(N), np.zeros(N, np.int64), np.zeros(N, np.int64)
    with np.errstate(all="ignore"):
        for batch in _batches(params.layout, examples):
            members = list(batch.members)
            found = np.empty(batch.targets.shape)
            done = 0
            for part, run in _passes(params, net, batch):
                answered = len(part.outputs)
                if not answered:
                    continue
                found[done : done + answered] = run.losses
                right[members] += (net.head.predict(run.p) == part.targets).sum(axis=0)
                p[members] = run.p[-1]
                done += answered
            losses[members] = found.mean(axis=0)
            outputs[members] = len(batch.outputs)
    return Evaluation(frozen(p), frozen(losses), right, outputs)


def _widest(layout: Layout) -> int:
    """Numbers that one timestep of one example has in the largest array of a pass."""
    return max(layout.input_size, layout.hidden_size, layout.output_size)


def _batches(layout: Layout, examples: Sequence[Example]) -> Iterator[bptt.Batch]:
    """All examples in batches of one shape, as few as are not too large; one may be too long."""
    for places in bptt.alike(examples):
        most = max(1, MOST_NUMBERS // (examples[places[0]].length * _widest(layout)))
        for first in range(0, len(places), most):
            yield bptt.batch_of(examples, places[first : first + most])


def _passes(
    params: Parameters, net: Network, batch: bptt.Batch
) -> Iterator[tuple[bptt.Batch, bptt.Forward]]:
    """A batch read some timesteps at a time, each part from the states that the last one left."""
    T, B = batch.ids.shape
    most = max(1, MOST_NUMBERS // (B * _widest(params.layout)))
    states = None
    for first in range(0, T, most):
        part = batch.cut(first, min(T, first + most))
        run = bptt.forward(params, net, part, states)
        states = run.h[-1]
        yield part, run
