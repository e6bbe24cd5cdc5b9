"""The path that trains: BPTT in memory that is set aside once, for batches of one shape.

The numbers are those of the network's lines, to rounding. What differs is where they are
put: the loops over time allocate nothing; the output layer and the gradients of the weights
are whole-sequence matrix products.
"""

from __future__ import annotations

from collections.abc import Container
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.arrays import Floats, Ints
from rnn_tui.engine.passes.batches import Shape, by_output
from rnn_tui.engine.passes.inputs import Below, inputs_of
from rnn_tui.engine.passes.layers import LayerBackward
from rnn_tui.engine.passes.reading import FastReader
from rnn_tui.equations.fast import Memory
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Layout, Parameters

__all__ = ["Kernel", "Ran", "Shape"]


class Ran(NamedTuple):
    """What a batch came to: summed losses in nats, right answers, the last states (B, S).

    Where answers are numbers `right` is the sum of how far each is off (see `Head.marks`).

    `total` is dL/dθ, flat, summed over answers and sequences; `first` (B, S), if it is asked
    for, dL/d the states that each sequence begins with. The arrays may be the kernel's own,
    which the next batch overwrites.
    """

    loss: float
    right: float
    answers: int
    last: Floats
    total: Floats
    first: Floats | None = None


class Kernel:
    """Forward and backward for one shape of batch. Not for two threads at once.

    `table` (V, I) are the embeddings of the tokens, None where they are learned or
    one-hot; with `given` the vectors themselves are. `dtype` is what is computed in, and
    what parameters are to be given in. All cells of the network must have a `fast`.
    """

    def __init__(
        self, layout: Layout, net: Network, shape: Shape, table: Floats | None = None,
        dtype: DTypeLike = np.float64, *, given: bool = False,
    ) -> None:  # fmt: skip
        self._net, self._memory = net, Memory(dtype)
        memory, rows = self._memory, shape.length * shape.batch
        inputs = inputs_of(memory, rows, net.input_size(layout), learned=net.learned,
                           table=table, given=given)  # fmt: skip
        self._reader = FastReader(net, layout, shape, inputs, memory)
        self._total = memory.zeros(layout.size)
        self._grads = grads = Parameters(layout, self._total)
        self._layers = self._backward_layers()
        reader, local = self._reader, self._layers[-1].local
        self._sent = local if reader.everywhere else memory.zeros(*reader.rows_read.shape)
        parts = {place[:2]: place[2] for place in net.state_slices(layout)}
        self._firsts = [(name, parts[place]) for name, place in net.firsts.items()]
        self._added_to = [*(["E"] if net.learned else []), *net.firsts]
        ones = np.ones(len(reader.y), memory.dtype)
        self._sums = (
            partial(reader.y.T.dot, reader.rows_read, grads["W_hy"]),
            partial(ones.dot, reader.y, grads["b_y"]),
        ) if net.head.readout.is_linear else ()  # fmt: skip

    def _backward_layers(self) -> list[LayerBackward]:
        memory, made = self._memory, list[LayerBackward]()
        for forward in self._reader.layers:
            local = memory.zeros(*forward.after.shape)
            if made:
                forward.inputs = Below(made[-1].forward.after, made[-1].local)
            made.append(LayerBackward(memory, self._net, forward, local, self._grads))
        return made

    @property
    def nbytes(self) -> int:
        """Memory held, views of it included."""
        return self._memory.nbytes

    def run(
        self,
        params: Parameters,
        ids: Ints,
        targets: Ints | Floats,
        start: Floats | None = None,
        given: Floats | None = None,
        walls: Container[int] = (),
        *,
        sends_first: bool = False,
    ) -> Ran:
        """One batch: `ids` (T, B) are the tokens' rows, `targets` (K, B) the classes wanted.
        Where answers are numbers, targets are (K, B, O).

        `start` (B, S) are the states that they begin with, or (S,) one for all, the network's
        own if left out. `given` (T, B, I) are the inputs of a kernel that is made for such. No
        gradient crosses the `walls`, which stand before these timesteps. With `sends_first` the
        gradient of the states that they begin with is there, too. NumPy's warnings of what
        overflows are the caller's to ignore.
        """
        self._reader.read_on(params, ids, given, start)
        y = self._reader.logits(params)
        losses, marks = self._net.head.answers(y, by_output(targets))
        if self._net.averages:
            np.divide(y, len(targets), y)
        self._send_back(params)
        for name in self._added_to:
            self._grads[name][...] = 0.0
        learns_start = self._net.learns_start and start is None
        for layer in reversed(self._layers):
            layer.run(params, walls, sends_first=sends_first or learns_start)
        is_count = marks.dtype.kind == "b"
        count = np.count_nonzero if is_count else np.add.reduce  # the first is faster
        loss, right = float(np.add.reduce(losses)), float(count(marks))
        first = self._first(learns_start) if sends_first or learns_start else None
        return Ran(loss, right, len(y), self._reader.last(), self._total, first)

    def _first(self, learns: bool) -> Floats:
        """What is sent to the first states (B, S): their gradient, where it `learns` them."""
        sent = [one for layer in self._layers for one in layer.sent]
        first = np.concatenate([np.atleast_2d(one) for one in sent], axis=1)
        for name, part in self._firsts if learns else ():
            np.sum(first[:, part], 0, out=self._grads[name])
        return first

    def _send_back(self, params: Parameters) -> None:
        """From dL/dy to the gradients of the readout, and to what the last layer's states get."""
        reader = self._reader
        for add_up in self._sums:
            add_up()
        if self._sums:
            reader.y.dot(params.W_hy, self._sent)
        else:
            np.copyto(self._sent, reader.y)  # the state is the answer
        if not reader.everywhere:
            local = self._layers[-1].local.reshape(-1, *reader.layers[-1].h.shape[1:])
            local[reader.read_at - 1] = self._sent.reshape(-1, *local.shape[1:])
