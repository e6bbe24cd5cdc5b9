"""Batches read from their first token to their last: states and logits, nothing of the way back."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Protocol

import numpy as np

from rnn_tui.arrays import Floats, Ints
from rnn_tui.engine.passes.batches import Batch, Shape
from rnn_tui.engine.passes.columns import ColumnReader
from rnn_tui.engine.passes.inputs import Below, Inputs, inputs_of
from rnn_tui.engine.passes.layers import LayerForward
from rnn_tui.equations.fast import Memory
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Layout, Parameters

KEPT_BYTES = 2**24  # memory of the readers that each thread keeps


class Reader(Protocol):
    """Reads batches of one shape. Not for two threads at once."""

    nbytes: int

    def read(
        self, params: Parameters, ids: Ints, given: Floats | None = None,
        start: Floats | None = None,
    ) -> None:  # fmt: skip
        """Tokens (T, B), or their vectors `given` (T, B, I).

        They begin with the states `start`, (B, S) or (S,) for all, zero where that is left out.
        """
        ...

    def states(self) -> Floats:
        """All states of what was read, layer by layer, (T+1, B, S)."""
        ...

    def last(self) -> Floats:
        """The last of them, (B, S)."""
        ...

    def logits(self, params: Parameters) -> Floats:
        """The y of what was read, (K·B, O): an output's B sequences one after the other."""
        ...


class FastReader:
    """By the cell's `fast`, in memory set aside once."""

    def __init__(
        self, net: Network, layout: Layout, shape: Shape, inputs: Inputs, memory: Memory
    ) -> None:
        self._net, self._layout, self.inputs = net, layout, inputs
        T, B, K = shape.length, shape.batch, len(shape.outputs)
        self.layers: list[LayerForward] = []
        for depth in range(net.depth):
            below = Below(self.layers[-1].after, None) if depth else inputs
            self.layers.append(LayerForward(memory, net, depth, layout, shape, below))
        self.y = memory.zeros(K * B, net.output_size(layout))
        self.everywhere, top = K == T, self.layers[-1]
        self.read_at = np.array(shape.outputs, np.intp) + 1
        self.rows_read = top.after if self.everywhere else memory.zeros(K * B, top.h.shape[2])
        self._several = len(net.state_slices(layout)) > 1
        self._places = [
            (self.layers[depth].states[state], part)
            for depth, state, part in net.state_slices(layout)
        ]
        self.nbytes = memory.nbytes

    def read(
        self, params: Parameters, ids: Ints, given: Floats | None = None,
        start: Floats | None = None,
    ) -> None:  # fmt: skip
        """See `Reader`."""
        with np.errstate(over="ignore"):  # of a gate that is shut 1 + e^-a may be ∞
            self.read_on(params, ids, given, start)

    def read_on(
        self, params: Parameters, ids: Ints, given: Floats | None, start: Floats | None
    ) -> None:
        """The same for callers that ignore overflows already, which costs an update less."""
        start = self._net.first_states(params) if start is None else start
        for states, part in self._places:
            states[0] = 0.0 if start is None else start[..., part] if self._several else start
        if given is not None:
            self.inputs.x[...] = given.reshape(self.inputs.x.shape)
        self.inputs.look_up(params, ids.reshape(-1))
        for layer in self.layers:
            layer.run(params)

    def states(self) -> Floats:
        """See `Reader`."""
        return _side_by_side([states for states, _ in self._places])

    def last(self) -> Floats:
        """See `Reader`."""
        return _side_by_side([states[-1] for states, _ in self._places])

    def logits(self, params: Parameters) -> Floats:
        """See `Reader`; what is returned is overwritten by the next."""
        top = self.layers[-1].h
        if not self.everywhere:
            np.take(top, self.read_at, 0, self.rows_read.reshape(-1, *top.shape[1:]), "clip")
        if not self._net.head.readout.is_linear:
            np.copyto(self.y, self.rows_read)
            return self.y
        self.rows_read.dot(params.W_hy.T, self.y)
        np.add(self.y, params.b_y, self.y)
        return self.y


def _side_by_side(arrays: list[Floats]) -> Floats:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays, axis=-1)


def _made(net: Network, layout: Layout, shape: Shape, *, given: bool) -> Reader:
    """The fast one where the cells have it, else the one by their lines."""
    if not net.is_fast:
        return ColumnReader(net, layout, shape)
    memory, rows = Memory(np.float64), shape.length * shape.batch
    inputs = inputs_of(memory, rows, net.input_size(layout), learned=net.learned, table=None,
                       given=given, trains=False)  # fmt: skip
    return FastReader(net, layout, shape, inputs, memory)


class _Readers(threading.local):
    """The readers that a thread used last."""

    def __init__(self) -> None:
        self.kept: OrderedDict[tuple[object, ...], Reader] = OrderedDict()


_readers = _Readers()


def reader_of(net: Network, layout: Layout, shape: Shape, *, given: bool) -> Reader:
    """A reader for batches of one shape, whose vectors are `given` or looked up.

    It is kept for the next who asks in this thread, so what it returns holds only until then.
    """
    kept, key = _readers.kept, (net, layout, shape, given)
    if key not in kept:
        kept[key] = _made(net, layout, shape, given=given)
        while len(kept) > 1 and sum(reader.nbytes for reader in kept.values()) > KEPT_BYTES:
            kept.popitem(last=False)
    kept.move_to_end(key)
    return kept[key]


def read_batch(
    params: Parameters, net: Network, batch: Batch, start: Floats | None = None
) -> Reader:
    """A reader that has read a batch."""
    reader = reader_of(net, params.layout, batch.shape, given=batch.inputs is not None)
    reader.read(params, batch.ids, batch.inputs, start)
    return reader
