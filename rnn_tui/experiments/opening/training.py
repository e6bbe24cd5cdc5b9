"""How a network for data of one's own is trained, unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rnn_tui.experiments.errors import shown

VALIDATION = 0.1  # of the data is kept for validation
LEAST_HELD = 50  # examples from where a part is kept for validation
EPOCHS, LEAST_EPOCHS, MOST_UPDATES = 100, 5, 50_000
LEAST_STEPS, MOST_STEPS = 2000, 30_000
UPDATES = {"optimizer": "adam", "learning_rate": 0.005}
CLIPPING = {"clip": "norm", "clip_limit": 5.0}  # far above usual gradients


def held(examples: int) -> float:
    """The part of so many examples that is kept for validation."""
    return VALIDATION if examples >= LEAST_HELD else 0.0


def epochs_for(examples: int) -> int:
    """How often so many examples are trained on."""
    return min(EPOCHS, max(LEAST_EPOCHS, MOST_UPDATES // examples))


def labels_words(labels: Sequence[str]) -> str:
    """`one of 2 labels ("ham", "spam")`."""
    named = ", ".join(map(shown, labels[:5])) + (", …" if len(labels) > 5 else "")
    return f"one of {len(labels)} labels ({named})"


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
