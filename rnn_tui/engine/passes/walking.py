"""One timestep of a network by its lines, forward or backward, over arrays that keep all rows.

Every variable of a line has its place in an array: `x_t` is row t of x, `h_prev` row t of h
(T+1 rows, row 0 the state that a pass starts from) and `h_t` row t+1; `dh_next` is row t+1
where it is read and row t where it is made. What belongs to the readout or the head has a row
an output.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from rnn_tui.arrays import Floats, one_hot
from rnn_tui.engine.lines import Body, Line
from rnn_tui.engine.network import Block, Network
from rnn_tui.engine.parameters import Parameters
from rnn_tui.experiments import Example

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
        T, K, O = example.length, len(example.outputs), net.output_size(params.layout)  # noqa: E741
        layers = tuple(_zeros(net, depth, params, T) for depth in range(net.depth))
        if example.inputs is not None:
            layers[0]["x"][...] = example.inputs
        elif not net.learned:
            layers[0]["x"][...] = one_hot(example.ids, layers[0]["x"].shape[1])
        for below, above in zip(layers[:-1], layers[1:], strict=True):
            above["x"], below["dh_local"] = below["h"][1:], above["dx"]
        outputs = {
            name: np.zeros((K, O)[: 1 + len(axes)]) for name, axes in net.output_axes.items()
        }
        outputs["target"] = net.head.target(np.array(example.targets, np.int64), O)
        return cls(layers, outputs)


def _zeros(net: Network, depth: int, params: Parameters, T: int) -> dict[str, Floats]:
    layer = net.layers[depth]
    sizes, states, made = layer.sizes(params.layout), layer.cell.states, {}
    for name, axes in layer.variables.items():
        place = place_of(name, states)
        if place.array == "dx" and not net.sends_down(layer):
            continue
        rows = T + (place.array in states or place.array.endswith("_next"))
        made[place.array] = np.zeros((rows, *(sizes[one] for one in axes)))
    return made


class Slot(NamedTuple):
    """A variable, its array, how far ahead its row is, and whether it has a row an output."""

    name: str
    array: Floats
    ahead: int
    by_output: bool


class Runner:
    """A block of lines, ready to run at any timestep of one pass."""

    def __init__(
        self, block: Block, arrays: Arrays, net: Network, params: Parameters,
        grads: Parameters | None = None,
    ) -> None:  # fmt: skip
        self.block, self._arrays = block, arrays
        self._net = net
        body, known = block.body, params.layout.shapes
        self._body = body
        self._scope: dict[str, Any] = {
            **{name: block.functions[name].of for name in body.functions},
            **{name: params[name] for name in body.inputs if name in known},
            **({} if grads is None else {one: grads[one[1:]] for one in body.gradients}),
        }
        self._kept: set[str] = set()
        self._reads_token = "token" in body.inputs
        reads = (name for name in body.inputs if name not in known and name != "token")
        made = dict.fromkeys(line.target for line in body.lines if not line.adds_up)
        self._loads = [self._slot(name, made=False) for name in reads]
        self._stores = [self._slot(name, made=True) for name in made]

    def _slot(self, name: str, *, made: bool) -> Slot:
        if self.block.at_outputs and name in self._arrays.outputs:
            return Slot(name, self._arrays.outputs[name], 0, True)
        depth = self.block.depth
        place = place_of(name, self._net.layers[depth].cell.states, made=made)
        return Slot(name, self._arrays.layers[depth][place.array], place.ahead, False)

    def run(self, t: int, k: int = 0, token: int = 0, after: AfterLine | None = None) -> None:
        """The lines at timestep t, of output k where there is one; `after` sees each line run."""
        scope = self._scope
        for name, array, ahead, by_output in self._loads:
            scope[name] = array[k if by_output else t + ahead]
        if self._reads_token:
            scope["token"] = token
        if after is None:
            exec(self._body.code, scope)
        else:
            for line in self._body.lines:
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
