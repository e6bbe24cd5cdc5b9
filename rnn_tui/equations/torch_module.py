"""How the parameters of a layer stand in a recurrent module of torch.nn.

Such a module has four arrays a layer, in each of which the gates' blocks of H rows stand below
each other. A cell's file names its module, `TORCH_NAME`, and the gates in that order,
`TORCH_GATES`; what a gate X has is W_xX, W_hX, b_X and, where a second bias is kept, b_hX.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rnn_tui.equations.cells import CELLS, Cell
from rnn_tui.equations.layer import Layer
from rnn_tui.equations.parameters import Layout

# Torch's arrays, and what a gate's block of each is called here.
KINDS: Mapping[str, str] = {
    "weight_ih": "W_x{}", "weight_hh": "W_h{}", "bias_ih": "b_{}", "bias_hh": "b_h{}",
}  # fmt: skip


def blocks(cell: Cell, kind: str) -> tuple[str, ...]:
    """What stands below each other in one of torch's arrays, whether the cell has it or not."""
    return tuple(KINDS[kind].format(gate) for gate in cell.torch_gates)


def second_biases(cell: Cell) -> dict[str, str]:
    """The biases of torch that this cell lacks, each with the one that it is added to."""
    pairs = zip(blocks(cell, "bias_hh"), blocks(cell, "bias_ih"), strict=True)
    return {second: first for second, first in pairs if second not in cell.parameters}


def module_of(layers: Sequence[Layer], layout: Layout) -> tuple[str, dict[str, Any]] | None:
    """The class in torch.nn that computes these layers, and what it is made with; None if none.

    Torch's layers are all of one size.
    """
    if len({layer.sizes(layout)["H"] for layer in layers}) > 1:
        return None
    first = layers[0]
    cell = first.cell
    if not (cell.torch_name and cell.torch_gates) or any(one.cell is not cell for one in layers):
        return None
    if "f" not in first.functions:
        return cell.torch_name, {}
    name = first.activation.torch_name
    return (cell.torch_name, {"nonlinearity": name}) if name else None


def cell_with(gates: int) -> Cell | None:
    """The cell whose module has so many gates."""
    cells = (one for one in CELLS.values() if one.torch_name)
    return next((one for one in cells if len(one.torch_gates) == gates), None)
