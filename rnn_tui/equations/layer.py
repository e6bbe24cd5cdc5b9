"""A layer of a network: a cell whose parameters have names, and its lines under these names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from rnn_tui.equations.activations import ACTIVATIONS, Activation
from rnn_tui.equations.cells import Cell
from rnn_tui.equations.faults import Fault
from rnn_tui.equations.lines import Body
from rnn_tui.equations.mathematics import FUNCTIONS, Function
from rnn_tui.equations.parameters import Layout
from rnn_tui.equations.shapes import infer


@dataclass(frozen=True, eq=False)
class Layer:
    """A cell with parameters of its own: those of its file, each name with the `suffix`.

    `depth` counts layers from 0; one that is not the first reads the h of the one below.
    """

    cell: Cell
    activation: Activation = ACTIVATIONS["tanh"]
    suffix: str = ""
    depth: int = 0

    @property
    def tail(self) -> str:
        """What the names of its numbers end with, of a layer above the first one."""
        return f"_{self.depth}" if self.depth else ""

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of each of the cell's parameters in this layer."""
        return {name: name + self.suffix for name in self.cell.parameters}

    @cached_property
    def axes(self) -> dict[str, str]:
        """The axes of each of this layer's parameters by letters."""
        return {own: self.cell.parameters[name] for name, own in self.names.items()}

    @cached_property
    def functions(self) -> dict[str, Function]:
        """What the names of functions in its lines stand for; none calls f where that is a gate."""
        bodies = self.cell.forward_body, self.cell.backward_body
        called = {name for body in bodies for name in body.functions}
        own = {name: one for name, one in self.activation.functions.items() if name in called}
        return FUNCTIONS | own

    def sizes(self, layout: Layout) -> dict[str, int]:
        """The letters' numbers in this layer, as the shapes of its parameters have them."""
        found: dict[str, int] = {}
        for name, axes in self.axes.items():
            found |= dict(zip(axes, layout.shapes[name], strict=True))
        return found

    def forward_body(self) -> Body:
        """The lines of a timestep, under this layer's names."""
        return _forward_body(self.cell, self.suffix)

    def backward_body(self, fault: Fault | None, sends_down: bool) -> Body:
        """The lines of a timestep backwards, with `dx_t` among them if it `sends_down`."""
        return _backward_body(self.cell, self.suffix, fault, sends_down)

    @cached_property
    def variables(self) -> dict[str, str]:
        """What its lines make or read that is neither parameter nor gradient of one: the axes."""
        cell, states = self.cell, self.cell.states
        known = self.axes | {f"d{name}": axes for name, axes in self.axes.items()}
        known |= {"x_t": "I", "dh_local": "H"}
        known |= {f"{s}_prev": "H" for s in states} | {f"d{s}_next": "H" for s in states}
        bodies = self.forward_body(), cell.backward_body.renamed(self.names)
        lines = (line for body in bodies for line in body.lines)
        found = infer(lines, known, self.functions)
        return {
            name: axes for name, axes in found.items() if name.removeprefix("d") not in self.axes
        }


@lru_cache(maxsize=128)
def _forward_body(cell: Cell, suffix: str) -> Body:
    return cell.forward_body.renamed({name: name + suffix for name in cell.parameters})


@lru_cache(maxsize=256)
def _backward_body(cell: Cell, suffix: str, fault: Fault | None, sends_down: bool) -> Body:
    body = cell.backward_body if fault is None else fault.in_cell(cell)
    wanted = {f"d{state}_next" for state in cell.states} | ({"dx_t"} if sends_down else set())
    needed = body.needed_for(lambda line: line.adds_up or line.target in wanted)
    return needed.renamed({name: name + suffix for name in cell.parameters})
