"""RMSprop: s ← α s + (1 − α) g², θ ← θ − lr g / (√s + ε).

Source: Tieleman and Hinton (2012), Lecture 6.5, Neural networks for machine learning; as in
torch.optim.RMSprop. Others have ε under the root.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.mathematics import sqrt
from rnn_tui.equations.optimizers.optimizer import Optimizer, Reach, Settings, Slots
from rnn_tui.equations.optimizers.scaling import Root, root_inside, root_outside, subtract_scaled


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
    after: Slots, moved: Floats, room: Floats, root: Root = root_outside,
) -> None:  # fmt: skip
    """`update` to the bit, into `after` and `moved`; with `root_inside` it is `inside`."""
    square = after["square"]
    np.square(step, room)
    np.multiply(room, 1 - settings.alpha, room)
    np.multiply(before["square"], settings.alpha, square)
    np.add(square, room, square)
    root(square, settings.epsilon, room)
    subtract_scaled(theta, step, learning_rate, room, moved)


def farthest(settings: Settings, reach: Reach) -> float:
    """√s ≥ √(1 − α) |g|, as the newest g² is in it."""
    return reach.learning_rate / math.sqrt(1 - settings.alpha)


RMSPROP = Optimizer(
    "rmsprop", ("square",), update, in_place, "RMSprop",
    settings=("alpha", "epsilon", "epsilon_inside"), symbols={"square": "s"}, farthest=farthest,
    torch_slots={"square": "square_avg"}, torch_options={"alpha": "alpha", "eps": "epsilon"},
)  # fmt: skip
INSIDE = replace(
    RMSPROP, in_place=partial(in_place, root=root_inside), torch_name="", instead=inside
)
RMSPROP = replace(RMSPROP, epsilon_inside=INSIDE)
