"""How far an update moves the weights, against how long they are: Karpathy's update:data ratio."""

from __future__ import annotations

import numpy as np

from rnn_tui.engine.spectrum.spectrum import recurrent_names
from rnn_tui.equations.norms import l2_norm
from rnn_tui.equations.parameters import Parameters

USUAL = -3.0  # log₁₀: much above it steps are too long, much below too short


def update_ratio(before: Parameters, after: Parameters, name: str) -> float:
    """log₁₀(‖Δθ‖ / ‖θ‖) of a parameter: −inf where it stays, NaN where it was 0."""
    part = before.layout.slices[name]
    length = float(l2_norm(before.flat[part]))
    if not length:
        return float("nan")
    with np.errstate(all="ignore"):
        return float(np.log10(l2_norm(after.flat[part] - before.flat[part]) / length))


def followed(params: Parameters) -> tuple[str, ...]:
    """The matrices whose ratio is followed over time: the recurrent one, and the readout's."""
    matrices = [name for name, axes in params.layout.axes.items() if axes == "OH"]
    return (recurrent_names(params)[0], *matrices[-1:])
