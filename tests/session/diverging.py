"""An experiment that begins well and is not a number two epochs later."""

from __future__ import annotations

from typing import Any

import numpy as np
from making import make_experiment

from rnn_tui.experiments import Experiment


def diverging_experiment(**training: Any) -> Experiment:
    """Large steps along large gradients, unclipped."""
    weights = {
        "W_xh": np.ones((3, 4)),
        "W_hh": 50.0 * np.eye(3),
        "b_h": np.zeros(3),
        "W_hy": np.array([[1.0, 1.0, 1.0], [-1.0, -1.0, -1.0]]),
        "b_y": np.zeros(2),
    }
    model = {"activation": "relu", "init": "given", "weights": weights}
    return make_experiment((4, 5), model, clip="none", learning_rate=1e305, **training)
