"""Stochastic gradient descent with momentum: v ← μ v − lr g, θ ← θ + v.

Source: Sutskever et al. (2013), On the importance of initialization and momentum in deep
learning.
"""

from __future__ import annotations

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.optimizers.optimizer import Optimizer, Reach, Settings, Slots


def update(theta, velocity, momentum, learning_rate, step):
    """One update of all parameters; vectors are flat."""
    velocity = momentum * velocity - learning_rate * step  # the velocity: what the update adds
    theta = theta + velocity  # a weight
    return theta, velocity


def in_place(
    theta: Floats, before: Slots, step: Floats, learning_rate: float, k: int, settings: Settings,
    after: Slots, moved: Floats, room: Floats,
) -> None:  # fmt: skip
    """`update` to the bit, of a part of the vectors, into `after` and `moved`."""
    velocity = after["velocity"]
    np.multiply(step, learning_rate, room)
    np.multiply(before["velocity"], settings.momentum, velocity)
    np.subtract(velocity, room, velocity)
    np.add(theta, velocity, moved)


def farthest(settings: Settings, reach: Reach) -> float:
    """|v| ≤ μ |v| + lr |g|."""
    return settings.momentum * reach.before + reach.learning_rate * reach.step


def torch_has(settings: Settings) -> bool:
    """Not with momentum where the learning rate decays.

    optim.SGD multiplies the whole velocity by the rate of the moment, which is another method.
    """
    decays = settings.lr_decay_every > 0 and settings.lr_decay != 1
    return not (settings.momentum > 0 and decays)


def torch_keeps(slots: Slots, learning_rate: float) -> Slots:
    """θ −= lr · buffer there, θ += v here."""
    with np.errstate(all="ignore"):
        return {"momentum_buffer": slots["velocity"] / -learning_rate}


def torch_left(before: Floats, after: Floats) -> Slots:
    """v is what was added."""
    with np.errstate(all="ignore"):
        return {"velocity": after - before}


SGD = Optimizer(
    "sgd", ("velocity",), update, in_place, "SGD",
    settings=("momentum",), symbols={"velocity": "v"}, farthest=farthest,
    torch_options={"momentum": "momentum"}, torch_has=torch_has,
    torch_keeps=torch_keeps, torch_left=torch_left,
)  # fmt: skip
