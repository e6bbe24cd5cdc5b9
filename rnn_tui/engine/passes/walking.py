"""One timestep of a network by its lines, forward or backward, over arrays that keep all rows.

Every variable of a line has its place in an array: `x_t` is row t of x, `h_prev` row t of h
(T+1 rows, row 0 the state that a pass starts from) and `h_t` row t+1; `dh_next` is row t+1
where it is read and row t where it is made. What belongs to the readout or the head has a row
an output.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from rnn_tui.arrays import Floats, one_hot
from rnn_tui.equations.layer import Layer
from rnn_tui.equations.lines import Body, Line
from rnn_tui.equations.network import OUTPUTS, Block, Network
from rnn_tui.equations.parameters import Layout, Parameters
from rnn_tui.experiments import Example

GIVEN = ("token", OUTPUTS)  # numbers that lines read and none makes

AfterLine = Callable[[Line, dict[str, Any]], None]


class Place(NamedTuple):
    """Where a variable stands: row t + `ahead` of an array."""

    array: str
    ahead: int = 0


def place_of(name: str, states: Iterable[str], *, made: bool = False) -> Place:
    """Where a variable of a layer's line stands; `made` if it is the line's target."""
    if name in ("x_t", "dx_t"):
        return Place(name.removesuffix("_t"))
    for state in states:
        if name == f"{state}_prev":
            return Place(state)
        if name == f"{state}_t":
            return Place(state, 1)
        if name == f"d{state}_prev":
            return Place(f"d{state}_next")
        if name == f"d{state}_next":
            return Place(name, 0 if made else 1)
    return Place(name)


@dataclass(frozen=True, eq=False)
class Arrays:
    """The rows of a pass over T tokens with K outputs: layer by layer, and of the outputs.

    Each layer has its arrays by name, (T, n), of a state s and its `ds_next` (T+1, n);
    `outputs` has y, p, dy and target (K, O) and loss (K,). A layer's x is the h of the one
    below, its dh_local the dx of the one above.
    """

    layers: tuple[dict[str, Floats], ...]
    outputs: dict[str, Floats]

    @classmethod
    def of(cls, net: Network, params: Parameters, example: Example) -> Arrays:
        """All zero but the inputs that are known and the targets."""
        T, K = example.length, len(example.outputs)
        layered, of_outputs, O = _shapes(net, params.layout)  # noqa: E741
        layers = tuple(
            {name: np.zeros((T + more, *shape)) for name, more, shape in own} for own in layered
        )
        if example.inputs is not None:
            layers[0]["x"][...] = example.inputs
        elif not net.learned:
            layers[0]["x"][...] = one_hot(example.ids, layers[0]["x"].shape[1])
        for below, above in pairwise(layers):
            above["x"], below["dh_local"] = below["h"][1:], above["dx"]
        outputs = {name: np.zeros((K, *shape)) for name, shape in of_outputs}
        if K:
            outputs["target"] = net.head.target(np.asarray(example.targets), O)
        return cls(layers, outputs)


Shaped = tuple[tuple[str, int, tuple[int, ...]], ...]


@lru_cache(maxsize=64)
def _shapes(
    net: Network, layout: Layout
) -> tuple[tuple[Shaped, ...], tuple[tuple[str, tuple[int, ...]], ...], int]:
    """The arrays of each layer, with rows beyond T and the shape of a row; those of outputs; O."""
    O = net.output_size(layout)  # noqa: E741
    outputs = tuple((name, (O,) * len(axes)) for name, axes in net.output_axes.items())
    return tuple(_of_layer(net, layer, layout) for layer in net.layers), outputs, O


def _of_layer(net: Network, layer: Layer, layout: Layout) -> Shaped:
    sizes, states, made = layer.sizes(layout), layer.cell.states, {}
    for name, axes in layer.variables.items():
        array = place_of(name, states).array
        if array != "dx" or net.sends_down(layer):
            more = array in states or array.endswith("_next")
            made[array] = (array, int(more), tuple(sizes[one] for one in axes))
    return tuple(made.values())


class Slot(NamedTuple):
    """A variable, the array that it stands in, how far ahead its row is, and whose it is.

    `depth` is that of a layer, None for what has a row an output.
    """

    name: str
    array: str
    ahead: int
    depth: int | None


@dataclass(frozen=True, eq=False)
class Plan:
    """A block of lines, with where each variable in them comes from and goes to."""

    block: Block
    functions: dict[str, Any]
    parameters: tuple[str, ...]
    loads: tuple[Slot, ...]
    stores: tuple[Slot, ...]

    @classmethod
    def of(cls, net: Network, block: Block) -> Plan:
        """For a block of a network."""
        body = block.body
        read = [name for name in body.inputs if name not in (*net.axes, *GIVEN)]
        made = dict.fromkeys(line.target for line in body.lines if not line.adds_up)
        return cls(
            block,
            {name: block.functions[name].of for name in body.functions},
            tuple(name for name in body.inputs if name in net.axes),
            tuple(_slot(net, block, name, made=False) for name in read),
            tuple(_slot(net, block, name, made=True) for name in made),
        )


def _slot(net: Network, block: Block, name: str, *, made: bool) -> Slot:
    if block.at_outputs and name in net.output_axes:
        return Slot(name, name, 0, None)
    states = net.layers[block.depth].cell.states
    return Slot(name, *place_of(name, states, made=made), block.depth)


@lru_cache(maxsize=64)
def forward_plans(net: Network, encodes: bool) -> tuple[Plan, ...]:
    """What runs at a timestep, in order."""
    return tuple(Plan.of(net, block) for block in net.forward_blocks(encodes))


@lru_cache(maxsize=128)
def backward_plans(net: Network, encodes: bool, summing: bool = True) -> tuple[Plan, ...]:
    """What runs at a timestep on the way back, without the lines that add up unless `summing`."""
    blocks = net.backward_blocks(encodes)
    return tuple(Plan.of(net, one if summing else without_sums(one)) for one in blocks)


@lru_cache(maxsize=64)
def start_plans(net: Network) -> tuple[tuple[Plan, ...], tuple[Plan, ...]]:
    """What runs once before the first timestep, and after it on the way back."""
    ahead, back = (tuple(Plan.of(net, block) for block in blocks) for blocks in net.start_blocks)
    return ahead, back


class Runner:
    """A block of lines, ready to run at any timestep of one pass."""

    def __init__(
        self, plan: Plan, arrays: Arrays, params: Parameters, grads: Parameters | None = None
    ) -> None:
        self.block, body = plan.block, plan.block.body
        self.at_outputs = plan.block.at_outputs
        scope = plan.functions | {name: params[name] for name in plan.parameters}
        if grads is not None:
            scope |= {name: grads[name[1:]] for name in body.gradients}
        scope[OUTPUTS] = len(arrays.outputs["loss"])
        self._scope, self._code = scope, body.code
        self._kept: set[str] = set()
        self._loads, self._stores = (
            [(name, arrays.outputs[array] if depth is None else arrays.layers[depth][array],
              ahead, depth is None) for name, array, ahead, depth in slots]
            for slots in (plan.loads, plan.stores)
        )  # fmt: skip

    def run(self, t: int, k: int | None, token: int, after: AfterLine | None = None) -> None:
        """The lines at timestep t, of output k where there is one; `after` sees each line run."""
        scope = self._scope
        scope["token"] = token
        for name, array, ahead, by_output in self._loads:
            scope[name] = array[k if by_output else t + ahead]
        if after is None:
            exec(self._code, scope)
        else:
            for line in self.block.lines:
                exec(line.code, scope)
                after(line, scope)
        for name, array, ahead, by_output in self._stores:
            if name not in self._kept:
                array[k if by_output else t + ahead] = scope[name]
        self._kept.clear()

    def keep(self, target: str, t: int, value: Floats) -> None:
        """Store what a line made at once; what the scope has of it later is not stored."""
        for name, array, ahead, _ in self._stores:
            if name == target:
                array[t + ahead] = value
        self._kept.add(target)


def without_sums(block: Block) -> Block:
    """The block without the lines that add to gradients."""
    kept = tuple(line for line in block.lines if not line.adds_up)
    return block.with_body(Body(block.body.function, kept))
