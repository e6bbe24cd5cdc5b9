"""Gradients carried back through single timesteps, many side by side, by the lines that ran.

A gradient of all states is a column (S,), layer by layer; C of them run at once, as (S, C). With
unit columns what comes out is the Jacobian of a timestep.
"""

from __future__ import annotations

import ast
from typing import Any, NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.columns import as_column, scope_of
from rnn_tui.engine.passes.trace import Trace
from rnn_tui.engine.passes.walking import place_of, without_sums
from rnn_tui.equations.network import Block


class Carried(NamedTuple):
    """Gradients (S, C): what reaches the states of a timestep, and what goes to those before it."""

    reached: Floats
    sent: Floats


class Carrier:
    """The way back through one pass, timestep by timestep, with any gradients."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        net, layout = trace.net, trace.params.layout
        self._slices = net.state_slices(layout)
        self.size = net.state_size(layout)
        self._blocks = {encodes: self._layers(encodes) for encodes in (False, True)}

    def _layers(self, encodes: bool) -> list[tuple[Block, dict[str, Any]]]:
        """Each layer's lines from the top down, without those that only sums want; and a scope."""
        net, made = self._trace.net, []
        for layer in reversed(net.stack(encodes)):
            body = layer.backward_body(net.fault, layer.depth > 0)
            block = without_sums(Block("layer", body, layer.functions, layer.depth))
            made.append((block, scope_of(block, self._trace.params)))
        return made

    def back(self, t: int, local: Floats, future: Floats) -> Carried:
        """Through timestep t: `local` (H, C) comes to the last h from its output, `future` (S, C)
        to all states from later.

        What reaches a state that was put in by hand goes no further.
        """
        reached, sent = np.zeros_like(future), np.zeros_like(future)
        from_above = local
        for block, scope in self._blocks[self._trace.example.encodes(t)]:
            self._load(block, scope, t)
            scope["dh_local"] = from_above
            own = [(state, part) for depth, state, part in self._slices if depth == block.depth]
            scope |= {f"d{state}_next": future[part] for state, part in own}
            self._run(block, scope, t, reached, own)
            for state, part in own:
                sent[part] = scope[f"d{state}_next"]
            from_above = scope.get("dx_t", local)
        return Carried(reached, sent)

    def _load(self, block: Block, scope: dict[str, Any], t: int) -> None:
        layer = self._trace.net.layers[block.depth]
        given = {"dh_local", *(f"d{state}_next" for state in layer.cell.states)}
        for name in block.body.inputs:
            if name in layer.variables and name not in given:
                place = place_of(name, layer.cell.states)
                array = self._trace.layers[block.depth][place.array]
                scope[name] = as_column(array[t + place.ahead])

    def _run(
        self, block: Block, scope: dict[str, Any], t: int, reached: Floats,
        own: list[tuple[str, slice]],
    ) -> None:  # fmt: skip
        held = self._trace.held_at(t, block.depth)
        for line in block.lines:
            exec(line.code, scope)
            for state, part in own:
                if line.target != f"d{state}":
                    continue
                reached[part] = scope[line.target]
                if state in held:
                    scope[line.target] = np.where(held[state][:, None], 0.0, scope[line.target])

    def jacobian(self, t: int) -> Floats:
        """∂s_t/∂s_{t-1} (S, S) of all states: row i is the gradient of number i after token t."""
        none = np.zeros((len(self._trace.h[0]), self.size))
        return self.back(t, none, np.eye(self.size)).sent.T


def slopes(trace: Trace) -> Floats:
    """f′ at each unit of the last layer (T, H), as the lines that ran have it.

    1 where a fault leaves it out, 0 where a state was put in by hand; NaN for a cell whose
    lines have no `slope`.
    """
    layer, T = trace.net.layers[-1], trace.example.length
    if not layer.cell.has_slope:
        return np.full(trace.dh.shape, np.nan)
    ran = layer.backward_body(trace.net.fault, sends_down=False).lines
    made = np.ones(trace.dh.shape)
    for node in (node for line in ran for node in ast.walk(line.value)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "slope":
            place = place_of(ast.unparse(node.args[0]), layer.cell.states)
            made = layer.activation.slope(trace.layers[-1][place.array][place.ahead :][:T])
    return np.where(trace.held, 0.0, made)
