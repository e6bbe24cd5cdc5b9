"""How a network for data of one's own is trained, unless somebody says otherwise."""

from __future__ import annotations

from typing import Any

from rnn_tui.equations.optimizers import OPTIMIZERS

BY_ADAM, BY_SGD = 0.005, 0.1


def updating(*, chunks: bool) -> dict[str, Any]:
    """How updates are made: Adam where there is one, clipping far above usual gradients.

    In `chunks` the gradient is the mean over timesteps, as their sum would always be clipped.
    """
    adam = "adam" in OPTIMIZERS
    return {
        "optimizer": "adam" if adam else "sgd",
        "learning_rate": BY_ADAM if adam else BY_SGD,
        **({"timestep_reduction": "mean"} if chunks else {}),
        "clip": "norm",
        "clip_limit": 5.0,
    }
