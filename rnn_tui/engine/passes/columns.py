"""Many vectors through the cell's own lines at once, as columns: a state is (H, B).

A line that is written for one example runs for B of them side by side when a bias stands as a
column, which it does here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rnn_tui.arrays import Floats, Ints, one_hot
from rnn_tui.engine.passes.batches import Shape
from rnn_tui.equations.network import Block, Network
from rnn_tui.equations.parameters import Layout, Parameters

Ready = tuple[Block, dict[str, Any], list[tuple[str, slice]]]


def scope_of(block: Block, params: Parameters) -> dict[str, Any]:
    """The functions and parameters of a block's lines, vectors as columns."""
    names = params.layout.shapes
    arrays = {name: params[name] for name in block.body.inputs if name in names}
    return {
        **{name: block.functions[name].of for name in block.body.functions},
        **{name: as_column(array) for name, array in arrays.items()},
    }


def as_column(array: Floats) -> Floats:
    """A vector (n,) as (n, 1); a matrix as it is."""
    return array[:, None] if array.ndim == 1 else array


class ColumnReader:
    """Reads batches by the lines of the cells, for those that have nothing faster."""

    def __init__(self, net: Network, layout: Layout, shape: Shape) -> None:
        self._net, self._layout, self._shape = net, layout, shape
        size = net.state_size(layout)
        self._states = np.zeros((shape.length + 1, shape.batch, size))
        self.nbytes = self._states.nbytes

    def read(
        self, params: Parameters, ids: Ints, given: Floats | None = None,
        start: Floats | None = None,
    ) -> None:  # fmt: skip
        """See `reading.Reader`."""
        x = self._vectors(params, ids) if given is None else given
        states = self._states
        start = self._net.first_states(params) if start is None else start
        states[0] = 0.0 if start is None else start
        ready = {encodes: self._ready(params, encodes) for encodes in (False, True)}
        for t in range(self._shape.length):
            carried = x[t].T
            for block, scope, own in ready[t < self._shape.encoder_length]:
                scope["x_t"] = carried
                scope |= {f"{name}_prev": states[t, :, part].T for name, part in own}
                exec(block.body.code, scope)
                for name, part in own:
                    states[t + 1, :, part] = scope[f"{name}_t"].T
                carried = scope[f"{own[0][0]}_t"]

    def _ready(self, params: Parameters, encodes: bool) -> list[Ready]:
        """The layers' lines, what they read of parameters, and where their states stand."""
        slices = self._net.state_slices(self._layout)
        return [
            (block, scope_of(block, params),
             [(name, part) for depth, name, part in slices if depth == block.depth])
            for block in self._net.forward_blocks(encodes)
            if block.part == "layer"
        ]  # fmt: skip

    def _vectors(self, params: Parameters, ids: Ints) -> Floats:
        if self._net.learned:
            learned: Floats = params["E"][ids]
            return learned
        return one_hot(ids, self._net.input_size(self._layout))

    def states(self) -> Floats:
        """See `reading.Reader`."""
        return self._states

    def last(self) -> Floats:
        """See `reading.Reader`."""
        last: Floats = self._states[-1]
        return last

    def logits(self, params: Parameters) -> Floats:
        """See `reading.Reader`."""
        (block,) = (one for one in self._net.forward_blocks() if one.part == "readout")
        scope, rows = scope_of(block, params), []
        for t in self._shape.outputs:
            scope["h_t"] = self._net.read_from(self._states[t + 1], self._layout).T
            exec(block.body.code, scope)
            rows.append(scope["y"].T)
        if not rows:
            return np.zeros((0, self._net.output_size(self._layout)))
        return np.ascontiguousarray(np.concatenate(rows))  # heads overwrite it as it lies there
