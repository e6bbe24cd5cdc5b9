"""How a network for data of one's own is trained, unless somebody says otherwise."""

from __future__ import annotations

from typing import Any

VALIDATION = 0.1  # of the data is kept for validation
LEAST_STEPS, MOST_STEPS = 2000, 30_000
UPDATES = {"optimizer": "adam", "learning_rate": 0.005}
CLIPPING = {"clip": "norm", "clip_limit": 5.0}  # far above usual gradients


def by_examples(epochs: int) -> dict[str, Any]:
    """Training on examples, some at a time."""
    return {"epochs": epochs, "batch": 16, "shuffle": True, **UPDATES, **CLIPPING}


def in_chunks(length: int, count: int, readings: int) -> dict[str, Any]:
    """Training on what is read on in chunks of a length: so many `readings` of all `count`.

    The gradient is the mean over timesteps, as their sum would always be clipped.
    """
    steps = max(LEAST_STEPS, min(readings * count // length, MOST_STEPS))
    return {
        "steps": steps // 1000 * 1000,
        "batch": "stream",
        "sequence_length": length,
        **UPDATES,
        "timestep_reduction": "mean",
        **CLIPPING,
    }
