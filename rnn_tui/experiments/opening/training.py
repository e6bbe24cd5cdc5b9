"""How a network for data of one's own is trained, unless somebody says otherwise."""

from __future__ import annotations

from typing import Any

from rnn_tui.equations.optimizers import OPTIMIZERS

# Learning rates for the sum over a chunk's outputs.
BY_ADAM = {"rnn": 0.002, "lstm": 0.005, "gru": 0.005}
BY_SGD = 0.01


def updating(cell: str) -> dict[str, Any]:
    """Optimizer and learning rate for a cell: Adam, whose steps don't depend on a sum's length."""
    if "adam" in OPTIMIZERS:
        return {"optimizer": "adam", "learning_rate": BY_ADAM[cell]}
    return {"learning_rate": BY_SGD}
