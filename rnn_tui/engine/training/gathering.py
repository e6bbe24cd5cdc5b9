"""The gradient of an update: its examples' added up, by kernels that are kept for their shapes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.arrays import Floats, Ints
from rnn_tui.engine.passes.batches import Shape, alike, stacked_targets
from rnn_tui.engine.passes.kernel import Kernel, Ran
from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example, Experiment, Stream

MOST_MEMORY = 2**27  # bytes that kernels are kept in; the one used longest ago goes first
MOST_NUMBERS = 2**20  # in one array of a kernel: larger batches are added up in parts


class Gathered(NamedTuple):
    """What the examples of an update come to, summed over them.

    `total` (N,) is dL/dθ, flat, and may be overwritten when more is gathered; `last` (B, H)
    the states that the first group ended with. Both are of the type computed in.
    """

    total: Floats
    loss: float
    right: float
    answers: int
    last: Floats


class Group(NamedTuple):
    """Examples of one length, answers at the same timesteps: ids (T, B), targets (K, B[, O])."""

    shape: Shape
    ids: Ints
    targets: Ints | Floats


class Gatherer:
    """Gradients of an experiment's training examples. Any thread may ask: each has its kernels."""

    def __init__(self, experiment: Experiment, net: Network, dtype: DTypeLike = np.float64) -> None:
        self._experiment = experiment
        self._net = net
        self._dtype = dtype
        self._layout = experiment.layout
        self._by_kernel = net.in_kernel
        self._stream = experiment.stream
        self._mine = threading.local()
        whole = experiment.training.batch == "full"
        self._all = tuple(self._groups(experiment.train)) if whole else None

    def gather(self, params: Parameters, members: Sequence[int], start: Floats | None) -> Gathered:
        """The summed gradient of an update's examples, which begin with the states `start` (B, H).

        They begin with zero where it is left out.
        """
        if not self._by_kernel:
            return self._by_lines(params, members, start)
        groups = self._all or self._groups_of(members)
        ran = self._ran(params, groups[0], start)
        last = ran.last.astype(self._dtype)
        total = ran.total.copy() if len(groups) > 1 else ran.total
        loss, right, answers = ran.loss, ran.right, ran.answers
        for group in groups[1:]:
            ran = self._ran(params, group, start)
            np.add(total, ran.total, total)
            loss, right, answers = loss + ran.loss, right + ran.right, answers + ran.answers
        return Gathered(total, loss, right, answers, last)

    def _ran(self, params: Parameters, group: Group, start: Floats | None) -> Ran:
        return self._kernel(group.shape).run(params, group.ids, group.targets, start)

    def _by_lines(
        self, params: Parameters, members: Sequence[int], start: Floats | None
    ) -> Gathered:
        """Example by example, for a cell without a kernel or a fault that it knows nothing of."""
        total = np.zeros(self._layout.size, self._dtype)
        loss, right, last, answers = 0.0, 0.0, [], 0
        for place, member in enumerate(members):
            example, begun = self._experiment.train[member], None if start is None else start[place]
            trace = trace_example(params, self._net, example, begun)
            total += trace.grads.flat
            loss += float(trace.losses.sum())
            right += float(self._net.head.marks(trace.answer, np.array(example.targets)).sum())
            answers += len(example.targets)
            last.append(trace.states(example.length))
        return Gathered(total, loss, right, answers, np.stack(last).astype(self._dtype))

    # Batches

    def _groups_of(self, members: Sequence[int]) -> tuple[Group, ...]:
        stream = self._stream
        if stream is None:
            return tuple(self._groups([self._experiment.train[m] for m in members]))
        return (_side_by_side(stream, [stream.rows(member) for member in members]),)

    def _groups(self, examples: Sequence[Example]) -> Iterator[Group]:
        """Examples grouped by shape, so that nothing is padded; no group is too large."""
        widest = max(self._layout.hidden_size, self._layout.input_size)
        for members in alike(examples):
            first_one = examples[members[0]]
            length, outputs = first_one.length, first_one.outputs
            most = max(1, MOST_NUMBERS // (length * widest))
            for first in range(0, len(members), most):
                some = [examples[m] for m in members[first : first + most]]
                ids = np.stack([example.ids for example in some], axis=1)
                targets = stacked_targets(some)
                shape = Shape(length, len(some), outputs, first_one.encoder_length)
                yield Group(shape, ids, targets)

    def _kernel(self, shape: Shape) -> Kernel:
        kernels: OrderedDict[Shape, Kernel] = self._mine.__dict__.setdefault(
            "kernels", OrderedDict()
        )
        last, kernel = next(reversed(kernels.items()), (None, None))
        if kernel is not None and last is shape:  # as most are: a shape's hash takes long
            return kernel
        if shape not in kernels:
            table = self._experiment.vocabulary.vectors
            kernels[shape] = Kernel(self._layout, self._net, shape, table, self._dtype)
            while len(kernels) > 1 and sum(k.nbytes for k in kernels.values()) > MOST_MEMORY:
                kernels.popitem(last=False)
        kernels.move_to_end(shape)
        return kernels[shape]


def _side_by_side(stream: Stream, chunks: Sequence[Ints]) -> Group:
    """Chunks of a text: each reads all of its tokens but the last, and names the next of each."""
    rows = chunks[0][:, None] if len(chunks) == 1 else np.stack(chunks, axis=1)
    return Group(_whole(len(rows) - 1, len(chunks)), rows[:-1], stream.wanted(rows))


@lru_cache
def _whole(length: int, batch: int) -> Shape:
    """Sequences with an answer at every timestep."""
    return Shape(length, batch, tuple(range(length)))
