"""A network as a list of layers: what runs at a timestep, line by line, and in which order."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations import embedding, first_state
from rnn_tui.equations.activations import Activation
from rnn_tui.equations.cells import Cell
from rnn_tui.equations.faults import Fault
from rnn_tui.equations.heads import Head
from rnn_tui.equations.layer import Layer
from rnn_tui.equations.lines import Body, Line, body_of
from rnn_tui.equations.mathematics import FUNCTIONS, Function
from rnn_tui.equations.optimizers import OPTIMIZERS, Optimizer
from rnn_tui.equations.parameters import ENCODER, Array, Layout, Parameters
from rnn_tui.equations.shapes import infer

Part = Literal["start", "embedding", "layer", "readout", "head"]
OUTPUTS = "K"  # in a line, the number of outputs of the example


@dataclass(frozen=True, eq=False)
class Block:
    """Lines that run together at a timestep, and what they are part of.

    A block of the readout or the head runs only where there is an output, one of the `start`
    once, at timestep 0; `depth` is that of the layer whose arrays it works on.
    """

    part: Part
    body: Body
    functions: Mapping[str, Function] = field(default_factory=lambda: FUNCTIONS)
    depth: int = 0

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines in their order."""
        return self.body.lines

    @property
    def at_outputs(self) -> bool:
        """Whether it runs only at timesteps with an output."""
        return self.part in ("readout", "head")

    def with_body(self, body: Body) -> Block:
        """Other lines of the same part."""
        return Block(self.part, body, self.functions, self.depth)


@dataclass(frozen=True, eq=False)
class Network:
    """Layers from the one that reads the tokens up, a head, and all that is around them.

    Before a sequence's `encoder_length` the layers of the `encoder` run in the place of
    `layers`, whose first states are the encoder's last. `learned` says whether the vectors
    of tokens are parameters; `fault` is the bug in the code, None where that is right. What is
    differentiated is the sum of the losses of an example's K outputs, or their mean where it
    `averages`: then dL/dy is divided by K.
    The first states are zero, or `given_start` (S,), or parameters where it `learns_start`.
    """

    layers: tuple[Layer, ...]
    head: Head
    encoder: tuple[Layer, ...] = ()
    learned: bool = False
    optimizer: Optimizer = OPTIMIZERS["sgd"]
    fault: Fault | None = None
    averages: bool = False
    learns_start: bool = False
    given_start: Floats | None = None

    @classmethod
    def stacked(
        cls, cell: Cell, activation: Activation, head: Head, depth: int = 1, *,
        encoder: bool = False, learned: bool = False, fault: Fault | None = None,
        learns_start: bool = False, given_start: Floats | None = None,
    ) -> Network:  # fmt: skip
        """So many layers of one cell, and as many of an encoder if there is to be one."""

        def stack(suffix: str) -> tuple[Layer, ...]:
            return tuple(
                Layer(cell, activation, (f"_{at}" if at else "") + suffix, at)
                for at in range(depth)
            )

        encoders = stack(ENCODER) if encoder else ()
        return cls(
            stack(""), head, encoders, learned, fault=fault, learns_start=learns_start,
            given_start=given_start,
        )  # fmt: skip

    @property
    def depth(self) -> int:
        """How many layers there are, an encoder's not counted."""
        return len(self.layers)

    def stack(self, encodes: bool) -> tuple[Layer, ...]:
        """The layers that run at a timestep: the encoder's, or the others."""
        return self.encoder if encodes and self.encoder else self.layers

    def sends_down(self, layer: Layer) -> bool:
        """Whether anything reads dL/dx of a layer: the layer below, or a learned embedding."""
        return self.learned or layer.depth > 0

    def output_size(self, layout: Layout) -> int:
        """O, the logits; H where the state is the answer."""
        name = next(
            (name for name, axes in self.head.readout.parameters.items() if axes == "O"), ""
        )
        return layout.shapes[name][0] if name else self.layers[-1].sizes(layout)["H"]

    def input_size(self, layout: Layout) -> int:
        """I, the width of what the first layer reads."""
        return self.layers[0].sizes(layout)["I"]

    @property
    def is_fast(self) -> bool:
        """Whether all cells say how they run fast."""
        return all(layer.cell.fast is not None for layer in self.layers)

    @cached_property
    def in_kernel(self) -> bool:
        """Whether the kernel can train it, its fault included: else it goes line by line."""
        if not self.is_fast or self.fault is None or self.fault.of_update:
            return self.is_fast
        found = [self.fault.line_in(layer.cell) for layer in self.layers]
        slips = {one and one[0].target for one in found}
        return self.fault.in_kernel and slips == {"dh_next"}

    @property
    def has_corners(self) -> bool:
        """Whether any of its lines calls a function whose slope jumps."""
        return any(
            block.functions[name].corner
            for block in self.forward_blocks()
            for name in block.body.functions
        )

    def state_slices(self, layout: Layout) -> tuple[tuple[int, str, slice], ...]:
        """Where each layer's states stand in a vector of all states (S,): depth, name, place."""
        return _state_slices(self, layout)

    def state_size(self, layout: Layout) -> int:
        """S, the numbers in all states together."""
        size: int = self.state_slices(layout)[-1][2].stop
        return size

    @cached_property
    def firsts(self) -> dict[str, tuple[int, str]]:
        """The parameters that a pass starts from, where there are such: the layer and state."""
        if not self.learns_start:
            return {}
        return {
            first_state.first_of(state, layer.tail): (layer.depth, state)
            for layer in self.layers
            for state in layer.cell.states
        }

    @property
    def starts(self) -> dict[str, str]:
        """The key of the model that says the first value of a parameter, where there is one."""
        return {
            layer.names[name]: setting
            for layer in (*self.layers, *self.encoder)
            for name, setting in layer.cell.starts.items()
        }

    def first_states(self, params: Parameters) -> Floats | None:
        """The states (S,) that a pass starts from unless it goes on from others; None is zero."""
        if self.learns_start:
            firsts: Floats = np.concatenate([params[name] for name in self.firsts])
            return firsts
        return self.given_start

    def name_of(self, name: str, depth: int) -> str:
        """What a number of a layer is called where all have names: `h_1` is layer 1's h."""
        return f"{name}{self.layers[depth].tail}"

    @cached_property
    def _tails(self) -> dict[str, int]:
        return {layer.tail: layer.depth for layer in self.layers if layer.depth}

    def layer_of(self, name: str) -> tuple[str, int]:
        """A number's name in its layer's lines, and which layer that is: `name_of` backwards."""
        bare, _, tail = name.rpartition("_")
        depth = self._tails.get(f"_{tail}", 0)
        return (bare, depth) if depth and bare else (name, 0)

    def read_from(self, states: Floats, layout: Layout) -> Floats:
        """The h (…, H) of the last layer, in vectors of all states (…, S)."""
        parts = self.state_slices(layout)
        _, _, part = parts[-len(self.layers[-1].cell.states)]
        h: Floats = states[..., part]
        return h

    @cached_property
    def output_axes(self) -> dict[str, str]:
        """What the readout and the head make at an output, and the target: the axes."""
        readout, head = self.head.readout, self.head
        bodies = (
            readout.forward_body, head.forward_body, head.backward_body, readout.backward_body
        )  # fmt: skip
        names = dict(readout.parameters)
        known = names | {f"d{name}": axes for name, axes in names.items()}
        lines = (line for body in bodies for line in body.lines)
        units = "H" if readout.is_linear else "O"  # a state that is the answer has O for H
        found = infer(lines, known | {"h_t": units, "target": "O", OUTPUTS: ""}, FUNCTIONS)
        return {name: axes for name, axes in found.items()
                if axes in ("", "O") and name not in ("h_t", "dh_local", OUTPUTS)
                and name.removeprefix("d") not in names}  # fmt: skip

    # The lines

    @cached_property
    def _blocks(self) -> dict[tuple[str, bool], tuple[Block, ...]]:
        return {
            (way, encodes): tuple(made)
            for encodes in (False, True)
            for way, made in (("forward", self._ahead(encodes)), ("backward", self._back(encodes)))
        }

    def forward_blocks(self, encodes: bool = False) -> tuple[Block, ...]:
        """What runs at a timestep, in order: embedding, layers, readout, head."""
        return self._blocks["forward", encodes]

    def backward_blocks(self, encodes: bool = False) -> tuple[Block, ...]:
        """What runs there on the way back: head, readout, layers from the top, embedding."""
        return self._blocks["backward", encodes]

    @cached_property
    def start_blocks(self) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
        """What runs once before the first timestep, and after it on the way back."""
        made = [
            (first_state.bodies(state, self.layers[depth].tail), depth)
            for depth, state in self.firsts.values()
        ]
        ahead, back = (
            tuple(Block("start", both[way], depth=depth) for both, depth in made) for way in (0, 1)
        )
        return ahead, back

    def _ahead(self, encodes: bool) -> Iterator[Block]:
        if self.learned:
            yield Block("embedding", body_of(embedding.forward))
        for layer in self.stack(encodes):
            yield Block("layer", layer.forward_body(), layer.functions, layer.depth)
        yield Block("readout", self.head.readout.forward_body, depth=self.depth - 1)
        yield Block("head", self.head.forward_body, depth=self.depth - 1)

    def _back(self, encodes: bool) -> Iterator[Block]:
        yield Block("head", self._answer_back, depth=self.depth - 1)
        yield Block("readout", self.head.readout.backward_body, depth=self.depth - 1)
        for layer in reversed(self.stack(encodes)):
            body = layer.backward_body(self.fault, self.sends_down(layer))
            yield Block("layer", body, layer.functions, layer.depth)
        if self.learned:
            yield Block("embedding", body_of(embedding.backward))

    @cached_property
    def _answer_back(self) -> Body:
        """The head's way back, its dL/dy divided by K where the outputs are averaged."""
        body = self.head.backward_body
        if not self.averages:
            return body
        line = body.line("dy")
        divided = ast.BinOp(line.value, ast.Div(), ast.Name(OUTPUTS, ast.Load()))
        return body.with_line(line, line.changed(divided))

    # The parameters

    @cached_property
    def axes(self) -> dict[str, str]:
        """The axes of every parameter by letters, in the order of the flat vector."""
        found: dict[str, str] = {}
        for layer in self.layers:
            found |= layer.axes
        found |= self.head.readout.parameters
        for layer in self.encoder:
            found |= layer.axes
        found |= dict.fromkeys(self.firsts, "H")
        return found | (embedding.PARAMETERS if self.learned else {})

    def layout(
        self, inputs: int, units: int | Sequence[int], outputs: int, tokens: int = 0
    ) -> Layout:
        """The parameters' shapes for so many inputs, units, outputs and learned tokens.

        The units are those of every layer, or of each from the first one up.
        """
        each = [units] * self.depth if isinstance(units, int) else list(units)
        sizes = {"I": inputs, "H": each[-1], "O": outputs, "V": tokens}
        owners = {name: layer.depth for layer in (*self.layers, *self.encoder)
                  for name in layer.axes}  # fmt: skip
        owners |= {name: depth for name, (depth, _) in self.firsts.items()}

        def sized(name: str, axes: str) -> tuple[int, ...]:
            own = dict(sizes)
            if name in owners:
                depth = owners[name]
                own |= {"I": each[depth - 1] if depth else inputs, "H": each[depth]}
            return tuple(own[one] for one in axes)

        arrays = tuple(Array(name, axes, sized(name, axes)) for name, axes in self.axes.items())
        return Layout(arrays, tuple(sizes.items()))


@lru_cache(maxsize=64)
def _state_slices(net: Network, layout: Layout) -> tuple[tuple[int, str, slice], ...]:
    found, first = [], 0
    for layer in net.layers:
        units = layer.sizes(layout)["H"]
        for state in layer.cell.states:
            found.append((layer.depth, state, slice(first, first + units)))
            first += units
    return tuple(found)
