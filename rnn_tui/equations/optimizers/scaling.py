"""A step divided by the root of what squares have come to, in place: three optimizers end so."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnn_tui.arrays import Floats

Root = Callable[[Floats, float, Floats], None]  # of squares, with epsilon, into the last


def root_outside(squares: Floats, epsilon: float, into: Floats) -> None:
    """√squares + ε, which may go into the squares."""
    np.sqrt(squares, into)
    np.add(into, epsilon, into)


def root_inside(squares: Floats, epsilon: float, into: Floats) -> None:
    """√(squares + ε), which may go into the squares."""
    np.add(squares, epsilon, into)
    np.sqrt(into, into)


def subtract_scaled(
    theta: Floats, step: Floats, learning_rate: float, by: Floats, moved: Floats
) -> None:
    """θ − lr · step / by, into `moved`, which the step may be in."""
    np.multiply(step, learning_rate, moved)
    np.divide(moved, by, moved)
    np.subtract(theta, moved, moved)
