"""One layer over whole sequences, in memory that is there: what the reader and the kernel work on.

The numbers are those of the cell's lines, to rounding. What differs is where they are put: the
products with inputs, and those that add up gradients, are of whole sequences; a timestep costs
the recurrent product and the cell's own elementwise work. Rows go through the B sequences of a
timestep first. A cell's `fast` says which blocks of rows its pre-activations come in.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnn_tui.arrays import Reals
from rnn_tui.engine.network import Layer, Network
from rnn_tui.engine.parameters import Layout, Parameters
from rnn_tui.engine.passes.batches import Shape
from rnn_tui.engine.passes.inputs import Inputs
from rnn_tui.engine.passes.memory import Memory


class Stretch(NamedTuple):
    """The timesteps from `first` to before `end` of one layer, the encoder's or the other."""

    layer: Layer
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
        Stretch(layer, first, end, slice(first * B, end * B)) for layer, first, end in made
    )


def stacked(params: Parameters, layer: Layer, which: int) -> Reals:
    """The matrices of all blocks, one above the other: 0 for inputs, 1 for states, 2 the biases."""
    names = [block[which] for block in layer.cell.fast.blocks]
    if len(names) == 1:
        return params[layer.names[names[0]]]
    return np.concatenate([params[layer.names[name]] for name in names])


class LayerForward:
    """The states of a layer, (T+1, B, H) each, from its inputs."""

    def __init__(
        self, memory: Memory, net: Network, depth: int, layout: Layout, shape: Shape,
        inputs: Inputs,
    ) -> None:  # fmt: skip
        T, B = shape.length, shape.batch
        cell = net.layers[depth].cell
        H = net.layers[depth].sizes(layout)["H"]
        G = H * len(cell.fast.blocks)
        self.inputs, self.stretches = inputs, stretches(net, depth, shape)
        self.states = {state: memory.zeros(T + 1, B, H) for state in cell.states}
        self.h = self.states[cell.states[0]]
        self.before, self.after = (rows.reshape(T * B, H) for rows in (self.h[:-1], self.h[1:]))
        self._driven = memory.zeros(T * B, G)
        self._now = memory.by_timestep(memory.zeros(B, G), B)[0]
        self.fast: Any = cell.fast(net.layers[depth].activation, self.states, memory)
        driven, before = (memory.by_timestep(rows, B) for rows in (self._driven, self.before))
        self._ahead = tuple(zip(before, driven, self.fast.ahead, strict=True))

    def run(self, params: Parameters) -> None:
        """From the first timestep to the last."""
        add, now, body = np.add, self._now, self.fast.forward
        for one in self.stretches:
            W_x, W_h, b = (stacked(params, one.layer, which) for which in range(3))
            self.inputs.project(one.rows, W_x, b, self._driven[one.rows])
            recurrence = W_h.T
            for before, drive, rows in self._ahead[one.first : one.end]:
                before.dot(recurrence, now)
                add(now, drive, now)
                body(now, *rows)


class LayerBackward:
    """The gradients of a layer's parameters and inputs; what reaches its states is in `local`."""

    def __init__(self, memory: Memory, net: Network, forward: LayerForward, local: Reals) -> None:
        T, B, H = forward.h[1:].shape
        self.local, self.forward, self._fault = local, forward, net.fault
        self.delta = memory.zeros(T * B, H * len(forward.fast.blocks))
        forward.fast.prepare(self.delta, memory)
        self._dh = memory.by_timestep(memory.zeros(B, H), B)[0]
        self._ones = np.ones(T * B, memory.dtype)
        delta, self._local = (memory.by_timestep(rows, B) for rows in (self.delta, local))
        behind = forward.fast.behind
        # by the timestep t whose gradient goes back: what is there, and what it reaches
        self._back = tuple(zip(delta[1:], self._local[:-1], behind[:-1], strict=True))

    def run(self, params: Parameters, grads: Parameters, walls: Container[int] = ()) -> None:
        """From the last timestep to the first; no gradient crosses the walls before timesteps."""
        fast = self.forward.fast
        fast.before_backward()
        fast.backward(self._local[-1], *fast.behind[-1])
        for one in reversed(self.forward.stretches):
            carry = self._carry(stacked(params, one.layer, 1), one.layer)
            self._send_back(carry, one, walls)
        for one in self.forward.stretches:
            self._add_up(one, params, grads)

    def _carry(self, W_h: Reals, layer: Layer) -> Reals:
        """What deltas (B, G) are multiplied by on their way to the states before."""
        if self._fault is None or self._fault.of_update:
            return W_h
        blocks = np.split(W_h, len(layer.cell.fast.blocks))  # the one fault of a kernel
        return np.concatenate([block.T for block in blocks])

    def _send_back(self, carry: Reals, stretch: Stretch, walls: Container[int]) -> None:
        dh, add, body = self._dh, np.add, self.forward.fast.backward
        steps: Sequence[Any] = self._back[max(stretch.first - 1, 0) : stretch.end - 1]
        if not walls:
            for later, local, rows in reversed(steps):
                later.dot(carry, dh)
                add(dh, local, dh)
                body(dh, *rows)
            return
        for t in reversed(range(max(stretch.first, 1), stretch.end)):
            later, local, rows = self._back[t - 1]
            if t in walls:
                self.forward.fast.cut()
                body(local, *rows)
                continue
            later.dot(carry, dh)
            add(dh, local, dh)
            body(dh, *rows)

    def _add_up(self, stretch: Stretch, params: Parameters, grads: Parameters) -> None:
        """dL/dθ, each a product over the timesteps of a stretch."""
        forward, layer, rows = self.forward, stretch.layer, stretch.rows
        delta, before = self.delta[rows], forward.before[rows]
        blocks = layer.cell.fast.blocks
        for block, part in zip(blocks, np.split(delta, len(blocks), axis=1), strict=True):
            W_x, W_h, b = (grads[layer.names[name]] for name in block)
            part.T.dot(before, W_h)
            self._ones[: len(part)].dot(part, b)
            forward.inputs.add_up(rows, part, W_x)
        if forward.inputs.sends_down:
            forward.inputs.send(rows, delta @ stacked(params, layer, 0), grads)
