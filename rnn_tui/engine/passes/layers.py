"""One layer over whole sequences, in memory that is there: what the reader and the kernel work on.

The numbers are those of the cell's lines, to rounding. What differs is where they are put: the
products with inputs, and those that add up gradients, are of whole sequences; a timestep costs
the recurrent product and the cell's own elementwise work. Rows go through the B sequences of a
timestep first. A cell's `fast` says which blocks of rows its pre-activations come in.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.batches import Shape
from rnn_tui.engine.passes.inputs import Inputs
from rnn_tui.engine.passes.memory import Memory
from rnn_tui.equations.network import Layer, Network
from rnn_tui.equations.parameters import Layout, Parameters


class Stretch(NamedTuple):
    """The timesteps from `first` to before `end` of one layer, the encoder's or the other.

    Each of the `blocks` has the names of its matrix of inputs, its matrix of states, its bias.
    """

    blocks: tuple[tuple[str, str, str], ...]
    first: int
    end: int
    rows: slice


def stretches(net: Network, depth: int, shape: Shape) -> tuple[Stretch, ...]:
    """The encoder's timesteps, if it has any, and the others."""
    E = shape.encoder_length if net.encoder else 0
    made = [(net.layers[depth], E, shape.length)]
    if E:
        made.insert(0, (net.encoder[depth], 0, E))
    B = shape.batch
    return tuple(
        Stretch(_blocks(layer), first, end, slice(first * B, end * B)) for layer, first, end in made
    )


def _blocks(layer: Layer) -> tuple[tuple[str, str, str], ...]:
    names = layer.names
    return tuple((names[x], names[h], names[b]) for x, h, b in layer.cell.fast.blocks)


def stacked(params: Parameters, stretch: Stretch, which: int) -> Floats:
    """The matrices of all blocks, one above the other: 0 for inputs, 1 for states, 2 the biases."""
    blocks = stretch.blocks
    if len(blocks) == 1:
        only: Floats = getattr(params, blocks[0][which])
        return only
    return np.concatenate([params[block[which]] for block in blocks])


class LayerForward:
    """The states of a layer, (T+1, B, H) each, from its inputs."""

    def __init__(
        self, memory: Memory, net: Network, depth: int, layout: Layout, shape: Shape,
        inputs: Inputs,
    ) -> None:  # fmt: skip
        T, B, layer = shape.length, shape.batch, net.layers[depth]
        cell, H = layer.cell, layer.sizes(layout)["H"]
        G = H * len(cell.fast.blocks)
        self.inputs, self.stretches = inputs, stretches(net, depth, shape)
        self.states = {state: memory.zeros(T + 1, B, H) for state in cell.states}
        self.h = self.states[cell.states[0]]
        self.before, self.after = (rows.reshape(T * B, H) for rows in (self.h[:-1], self.h[1:]))
        self._driven = memory.zeros(T * B, G)
        self._now = now = memory.by_timestep(memory.zeros(B, G), B)[0]
        self.fast: Any = cell.fast(layer.activation, self.states, now, memory)
        driven, before = (memory.by_timestep(rows, B) for rows in (self._driven, self.before))
        # bound to their arrays beforehand, which costs half of what naming them each time does
        self._ahead = [
            (h, drive, squash)
            for h, drive, squash in zip(before, driven, self.fast.forward, strict=True)
        ]

    def run(self, params: Parameters) -> None:
        """From the first timestep to the last."""
        now, add = self._now, np.add
        for one in self.stretches:
            W_x, b = stacked(params, one, 0), stacked(params, one, 2)
            self.inputs.project(one.rows, W_x, b, self._driven[one.rows])
            recurrence = stacked(params, one, 1).T
            for h, drive, squash in self._ahead[one.first : one.end]:
                h.dot(recurrence, now)
                add(now, drive, now)
                squash()


class LayerBackward:
    """The gradients of a layer's parameters and inputs; what reaches its states is in `local`."""

    def __init__(
        self, memory: Memory, net: Network, forward: LayerForward, local: Floats,
        grads: Parameters,
    ) -> None:  # fmt: skip
        T, B, H = forward.h[1:].shape
        self.local, self.forward, self._fault = local, forward, net.fault
        self.delta = memory.zeros(T * B, H * len(forward.fast.blocks))
        self._dh = dh = memory.by_timestep(memory.zeros(B, H), B)[0]
        forward.fast.prepare(self.delta, dh, memory)
        self._grads = grads
        delta, self._local = (memory.by_timestep(rows, B) for rows in (self.delta, local))
        # by the timestep that a gradient comes from: what it reaches is the one before
        self._behind = [
            (later, here, step)
            for later, here, step in zip(
                delta[1:], self._local[:-1], forward.fast.backward[:-1], strict=True
            )
        ]

        ones = np.ones(T * B, memory.dtype)
        self._sums = [call for one in forward.stretches for call in self._summing(one, ones)]

    def _summing(self, stretch: Stretch, ones: Floats) -> Iterator[Callable[[], object]]:
        """Calls that make dL/dθ, each a product over the timesteps of a stretch."""
        forward, grads, rows = self.forward, self._grads, stretch.rows
        before, H = forward.before[rows], forward.h.shape[2]
        for place, (W_x, W_h, b) in enumerate(stretch.blocks):
            delta = self.delta[rows, place * H : (place + 1) * H]
            yield partial(delta.T.dot, before, grads[W_h])
            yield partial(ones[: len(delta)].dot, delta, grads[b])
            yield forward.inputs.summing(rows, delta, grads[W_x])

    def run(self, params: Parameters, walls: Container[int] = ()) -> None:
        """From the last timestep to the first; no gradient crosses the walls before timesteps."""
        self.forward.fast.before_backward()
        self._begin(len(self._local) - 1)
        for one in reversed(self.forward.stretches):
            self._send_back(self._carry(params, one), one, walls)
        for add_up in self._sums:
            add_up()
        if self.forward.inputs.sends_down:
            for one in self.forward.stretches:
                dx = self.delta[one.rows] @ stacked(params, one, 0)
                self.forward.inputs.send(one.rows, dx, self._grads)

    def _begin(self, t: int) -> None:
        """Timestep t, where nothing comes from later ones."""
        self.forward.fast.cut()
        np.copyto(self._dh, self._local[t])
        self.forward.fast.backward[t]()

    def _carry(self, params: Parameters, stretch: Stretch) -> Floats:
        """What deltas (B, G) are multiplied by on their way to the states before."""
        if self._fault is None or self._fault.of_update:
            return stacked(params, stretch, 1)
        return np.concatenate([params[W_h].T for _, W_h, _ in stretch.blocks])  # a kernel's fault

    def _send_back(self, carry: Floats, stretch: Stretch, walls: Container[int]) -> None:
        dh, add, first = self._dh, np.add, max(stretch.first, 1)
        if not walls:
            for later, local, step in reversed(self._behind[first - 1 : stretch.end - 1]):
                later.dot(carry, dh)
                add(dh, local, dh)
                step()
            return
        for t in reversed(range(first, stretch.end)):
            if t in walls:
                self._begin(t - 1)
                continue
            later, local, step = self._behind[t - 1]
            later.dot(carry, dh)
            add(dh, local, dh)
            step()
