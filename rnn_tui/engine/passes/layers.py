"""One layer over whole sequences, in memory that is there: what the reader and the kernel work on.

The numbers are those of the cell's lines, to rounding. What differs is where they are put: the
products with inputs, and those that add up gradients, are of whole sequences; the loop over
timesteps is the cell's `fast`. Rows go through the B sequences of a timestep first.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from functools import partial

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.batches import Shape
from rnn_tui.engine.passes.inputs import Inputs
from rnn_tui.engine.passes.stacks import Stack
from rnn_tui.equations.fast import Fast, Memory
from rnn_tui.equations.layer import Layer
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Layout, Parameters


class LayerSpan:
    """The timesteps from `first` to before `end` of one layer, the encoder's or the other.

    `rows` are theirs. The matrices of its products are stacked as the cell's `fast` says.
    """

    def __init__(
        self, memory: Memory, layer: Layer, layout: Layout, first: int, end: int, batch: int
    ) -> None:
        self.layer, self.first, self.end = layer, first, end
        self.rows = slice(first * batch, end * batch)
        fast: type[Fast] = layer.cell.fast
        self.driven = Stack(memory, layer, layout, fast.driven)
        self.products = [Stack(memory, layer, layout, rows) for rows in fast.products]

    def fill(self, params: Parameters) -> None:
        """Take the parameters."""
        for one in (self.driven, *self.products):
            one.fill(params)


class LayerForward:
    """The states of a layer, (T+1, B, H) each, from its inputs."""

    def __init__(
        self, memory: Memory, net: Network, depth: int, layout: Layout, shape: Shape,
        inputs: Inputs,
    ) -> None:  # fmt: skip
        T, B, layer = shape.length, shape.batch, net.layers[depth]
        H = layer.sizes(layout)["H"]
        self.inputs = inputs
        self.fast: Fast = layer.cell.fast(layer.activation, (T, B, H), memory)
        self.states, self.h, self.after = self.fast.states, self.fast.h, self.fast.after
        E = shape.encoder_length if net.encoder else 0
        parts = [(net.encoder[depth], 0, E)] if E else []
        parts.append((layer, E, T))
        self.stretches = [
            LayerSpan(memory, one, layout, first, end, B) for one, first, end in parts
        ]
        self._driven = [(one, self.fast.drive[one.rows]) for one in self.stretches]

    def run(self, params: Parameters) -> None:
        """From the first timestep to the last."""
        fast = self.fast
        for one, drive in self._driven:
            one.fill(params)
            driven, products = one.driven, one.products
            self.inputs.project(one.rows, driven.W, driven.b, drive)
            matrices, biases = [each.W for each in products], [each.b for each in products]
            fast.forward(one.first, one.end, matrices, biases)


class LayerBackward:
    """The gradients of a layer's parameters and inputs; what reaches its states is in `local`."""

    def __init__(
        self, memory: Memory, net: Network, forward: LayerForward, local: Floats,
        grads: Parameters,
    ) -> None:  # fmt: skip
        self.local, self.forward = local, forward
        self._is_faulty = net.fault is not None and not net.fault.of_update
        forward.fast.prepare(local)
        self._grads = grads
        ones = np.ones(len(local), memory.dtype)
        self._sums = [call for one in forward.stretches for call in self._summing(one, ones)]
        self.sent: list[Floats] = []

    def _summing(self, stretch: LayerSpan, ones: Floats) -> Iterator[Callable[[], object]]:
        """Calls that make dL/dθ, each a product over the timesteps of a stretch."""
        forward, grads, rows = self.forward, self._grads, stretch.rows
        fast, H = forward.fast, forward.fast.H
        ones = ones[rows]
        for name, biases, place in stretch.driven.parts:
            delta = fast.delta[rows, place * H : (place + 1) * H]
            yield forward.inputs.summing(rows, delta, grads[name])
            yield from (partial(ones.dot, delta, grads[bias]) for bias in biases)
        for stack, source, deltas in zip(stretch.products, fast.sources, fast.deltas, strict=True):
            for name, biases, place in stack.parts:
                delta = deltas[rows, place * H : (place + 1) * H]
                yield partial(delta.T.dot, source[rows], grads[name])
                yield from (partial(ones.dot, delta, grads[bias]) for bias in biases)

    def run(
        self, params: Parameters, walls: Container[int] = (), *, sends_first: bool = False
    ) -> None:
        """From the last timestep to the first; no gradient crosses the walls before timesteps.

        With `sends_first`, `sent` are then the gradients of the first states, (B, H) each or (H,).
        """
        fast, inputs = self.forward.fast, self.forward.inputs
        fast.before_backward()
        fast.begin(fast.T - 1)
        for one in reversed(self.forward.stretches):
            self._send_back(one, self._matrices(params, one), walls, sends_first)
        if inputs.sends_down:
            for one in self.forward.stretches:
                inputs.send(one.rows, fast.delta[one.rows] @ one.driven.W, self._grads)
        fast.settle()
        for add_up in self._sums:
            add_up()

    def _matrices(self, params: Parameters, stretch: LayerSpan) -> list[Floats]:
        """What deltas are multiplied by on their way to the states before."""
        if not self._is_faulty:
            return [each.W for each in stretch.products]
        first, *others = stretch.products
        return [first.transposed(params), *(each.W for each in others)]  # a kernel's fault

    def _send_back(
        self, stretch: LayerSpan, matrices: list[Floats], walls: Container[int], sends_first: bool
    ) -> None:
        fast, first, end = self.forward.fast, stretch.first, stretch.end
        for wall in reversed(range(max(first, 1), end)) if walls else ():
            if wall in walls:
                fast.backward(wall + 1, end, matrices)
                fast.close(wall, matrices)
                fast.begin(wall - 1)
                end = wall
        fast.backward(max(first, 1), end, matrices)
        if first == 0 < end:
            fast.close(0, matrices)
            self.sent = fast.sent(matrices) if sends_first else []
