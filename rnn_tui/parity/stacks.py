"""Layers in torch: the module of torch.nn that computes them, or the cell's own lines on tensors.

Either has the same face, and what is differentiated is torch's own graph: of the cell's file
only the forward lines run here, never those that are written for the way back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple, Protocol

from rnn_tui.equations.layer import Layer
from rnn_tui.equations.lines import compiled
from rnn_tui.equations.parameters import Layout
from rnn_tui.equations.torch_module import KINDS, blocks, module_of, second_biases

States = Mapping[tuple[int, str], Any]  # by depth and name: (B, H), or (T, B, H) of all timesteps


class Part(NamedTuple):
    """Rows of a tensor of torch that are one array here."""

    tensor: Any
    rows: slice

    def value(self) -> Any:
        """The numbers, to be read or written."""
        return self.tensor[self.rows]

    def gradient(self) -> Any:
        """Its gradient; None before there is one."""
        return None if self.tensor.grad is None else self.tensor.grad[self.rows]


class Stack(Protocol):
    """Layers above each other, and where their parameters are."""

    parts: dict[str, Part]

    def run(self, x: Any, first: States) -> States:
        """All states (T, B, H) after inputs (T, B, I), from the first ones (B, H)."""
        ...


def names_in_torch(layers: Sequence[Layer], layout: Layout, prefix: str) -> dict[str, str]:
    """What torch has for each array of the layers, its second biases among them."""
    if module_of(layers, layout) is None:
        return {own: f"{prefix}.{own}" for layer in layers for own in layer.axes}
    names = {}
    for layer, kind in product(layers, KINDS):
        gates = blocks(layer.cell, kind)
        for place, block in enumerate(gates):
            first = {0: "", 1: "H"}.get(place, f"{place}H")
            last = f"{place + 1}H" if place else "H"
            rows = f"[{first}:{last}]" if len(gates) > 1 else ""
            names[block + layer.suffix] = f"{prefix}.{kind}_l{layer.depth}{rows}"
    return names


def twice_biased(layers: Sequence[Layer], layout: Layout) -> dict[str, str]:
    """The biases that torch alone has in these layers, each with ours that it adds to."""
    if module_of(layers, layout) is None:
        return {}
    return {
        second + layer.suffix: first + layer.suffix
        for layer in layers
        for second, first in second_biases(layer.cell).items()
    }


def stack_of(torch: Any, layers: Sequence[Layer], layout: Layout) -> Stack:
    """The layers by the module that torch has, by their lines where it has none."""
    made = module_of(layers, layout)
    if made is None:
        return _ColumnLines(torch, layers, layout)
    return _Module(torch, layers, layout, *made)


class _Module:
    """nn.RNN, nn.LSTM or nn.GRU, a timestep a call, which is how all of its states are seen."""

    def __init__(
        self, torch: Any, layers: Sequence[Layer], layout: Layout, name: str, given: dict[str, Any]
    ) -> None:
        sizes = layers[0].sizes(layout)
        H = sizes["H"]
        self._torch, self._layers = torch, layers
        self._module = getattr(torch.nn, name)(
            sizes["I"], H, num_layers=len(layers), dtype=torch.float64, **given
        )
        self.parts = {}
        for layer, kind in product(layers, KINDS):
            tensor = getattr(self._module, f"{kind}_l{layer.depth}")
            for place, block in enumerate(blocks(layer.cell, kind)):
                rows = slice(place * H, (place + 1) * H)
                self.parts[block + layer.suffix] = Part(tensor, rows)
        with torch.no_grad():
            for second in twice_biased(layers, layout):
                self.parts[second].value().zero_()

    def run(self, x: Any, first: States) -> States:
        """See Stack."""
        states, depths = self._layers[0].cell.states, range(len(self._layers))
        now = [self._torch.stack([first[depth, one] for depth in depths]) for one in states]
        seen = []
        for x_t in x:
            _, after = self._module(x_t[None], tuple(now) if len(now) > 1 else now[0])
            now = list(after) if len(states) > 1 else [after]
            seen.append(now)
        return {
            (depth, one): self._torch.stack([step[place][depth] for step in seen])
            for place, one in enumerate(states)
            for depth in depths
        }


class _ColumnLines:
    """The forward lines of the cells, on columns: an array (m,) of a sequence is (m, B) here."""

    def __init__(self, torch: Any, layers: Sequence[Layer], layout: Layout) -> None:
        self._torch, self._layers = torch, layers
        self.parts = {
            name: Part(
                torch.zeros(layout.shapes[name], dtype=torch.float64, requires_grad=True),
                slice(None),
            )
            for layer in layers
            for name in layer.axes
        }
        self._code = [compiled(layer.forward_body().lines) for layer in layers]
        self._functions = [_in_torch(torch, layer) for layer in layers]

    def run(self, x: Any, first: States) -> States:
        """See Stack."""
        now = {key: state.T for key, state in first.items()}
        seen: dict[tuple[int, str], list[Any]] = {key: [] for key in first}
        weights = {
            name: part.tensor[:, None] if part.tensor.ndim == 1 else part.tensor
            for name, part in self.parts.items()
        }
        for x_t in x:
            below = x_t.T
            for layer, code, functions in zip(
                self._layers, self._code, self._functions, strict=True
            ):
                states = layer.cell.states
                before = {f"{one}_prev": now[layer.depth, one] for one in states}
                scope = {**functions, **weights, **before, "x_t": below}
                exec(code, scope)
                for one in states:
                    key = layer.depth, one
                    now[key] = scope[f"{one}_t"]
                    seen[key].append(now[key].T)
                below = scope["h_t"]
        return {key: self._torch.stack(steps) for key, steps in seen.items()}


def _in_torch(torch: Any, layer: Layer) -> dict[str, Any]:
    """What functions in a cell's lines are in torch, by their names there."""
    found = {"f": getattr(torch, layer.activation.name)}
    for name in layer.forward_body().functions:
        if name not in found:
            found[name] = getattr(torch, name, None) or layer.functions[name].of
    return found
