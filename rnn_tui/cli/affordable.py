"""How much of a gradient can be measured while somebody waits."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.equations.parameters import Layout
from rnn_tui.experiments import ExperimentError

MOST_WORK = 2 * 10**11  # multiplications, some 20 seconds
STEP = 20_000  # multiplications in the time that a timestep takes besides its products
LEAST = 8  # numbers of an array that say anything about it


def numbers_each(layout: Layout, lengths: Sequence[int]) -> int | None:
    """How many numbers of each array to measure on examples of these lengths; None for all.

    Each takes two passes forward over all of them. Raises ExperimentError where not even
    `LEAST` can be measured in time.
    """
    timesteps = sum(lengths)
    affordable = MOST_WORK // (2 * timesteps * (layout.size + STEP))
    if layout.size <= affordable:
        return None
    most = affordable // len(layout.shapes)
    if most < LEAST:
        passes = 2 * LEAST * len(layout.shapes)
        wrong = f"at least {passes} passes over {timesteps:,} timesteps would take too long"
        raise ExperimentError(f"{wrong}, expected shorter examples or chunks")
    return most
