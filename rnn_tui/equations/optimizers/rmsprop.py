"""RMSprop: s ← α s + (1 − α) g², θ ← θ − lr g / (√s + ε).

Source: Tieleman and Hinton (2012), Lecture 6.5, Neural networks for machine learning; as in
torch.optim.RMSprop. Others have ε under the root.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.mathematics import sqrt
from rnn_tui.equations.optimizers.optimizer import Optimizer, Reach, Settings, Slots


def update(theta, square, alpha, learning_rate, epsilon, step):
    """One update of all parameters; vectors are flat."""
    square = alpha * square + (1 - alpha) * step**2  # the running mean of squared gradients
    move = -learning_rate * step / (sqrt(square) + epsilon)  # what the update adds
    theta = theta + move  # a weight
    return theta, square


def inside(square, learning_rate, epsilon, step):
    """The same with ε under the root."""
    move = -learning_rate * step / sqrt(square + epsilon)  # what the update adds
    return move


def in_place(
    theta: Floats, before: Slots, step: Floats, learning_rate: float, k: int, settings: Settings,
    after: Slots, moved: Floats, room: Floats,
) -> None:  # fmt: skip
    """`update` to the bit, of a part of the vectors, into `after` and `moved`."""
    _average(before, step, settings, after, room)
    np.sqrt(after["square"], room)
    np.add(room, settings.epsilon, room)
    _move(theta, step, learning_rate, moved, room)


def inside_in_place(
    theta: Floats, before: Slots, step: Floats, learning_rate: float, k: int, settings: Settings,
    after: Slots, moved: Floats, room: Floats,
) -> None:  # fmt: skip
    """The same with `inside`."""
    _average(before, step, settings, after, room)
    np.add(after["square"], settings.epsilon, room)
    np.sqrt(room, room)
    _move(theta, step, learning_rate, moved, room)


def _average(before: Slots, step: Floats, settings: Settings, after: Slots, room: Floats) -> None:
    square = after["square"]
    np.square(step, room)
    np.multiply(room, 1 - settings.alpha, room)
    np.multiply(before["square"], settings.alpha, square)
    np.add(square, room, square)


def _move(theta: Floats, step: Floats, learning_rate: float, moved: Floats, room: Floats) -> None:
    np.multiply(step, learning_rate, moved)
    np.divide(moved, room, moved)
    np.subtract(theta, moved, moved)


def farthest(settings: Settings, reach: Reach) -> float:
    """√s ≥ √(1 − α) |g|, as the newest g² is in it."""
    return reach.learning_rate / math.sqrt(1 - settings.alpha)


RMSPROP = Optimizer(
    "rmsprop", ("square",), update, in_place, "RMSprop",
    settings=("alpha", "epsilon", "epsilon_inside"), symbols={"square": "s"}, farthest=farthest,
    torch_slots={"square": "square_avg"}, torch_options={"alpha": "alpha", "eps": "epsilon"},
)  # fmt: skip
INSIDE = replace(RMSPROP, in_place=inside_in_place, torch_name="", instead=inside)
RMSPROP = replace(RMSPROP, epsilon_inside=INSIDE)
