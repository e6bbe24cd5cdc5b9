"""Adam: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², θ ← θ − lr m_hat / (√v_hat + ε).

Both means begin at 0, so that after k updates m has only 1 − β₁ᵏ of the weight of a mean, and v
1 − β₂ᵏ; m_hat and v_hat are divided by that.

Source: Kingma and Ba (2015), Adam: a method for stochastic optimization; as in torch.optim.Adam.
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


def update(theta, mean, square, beta_1, beta_2, k, learning_rate, epsilon, step):
    """Update number k = 1, 2, … of all parameters; vectors are flat."""
    mean = beta_1 * mean + (1 - beta_1) * step  # the running mean of gradients
    square = beta_2 * square + (1 - beta_2) * step**2  # the running mean of squared gradients
    mean_hat = mean / (1 - beta_1**k)  # m, corrected for its start at 0
    square_hat = square / (1 - beta_2**k)  # v, corrected for its start at 0
    move = -learning_rate * mean_hat / (sqrt(square_hat) + epsilon)  # what the update adds
    theta = theta + move  # a weight
    return theta, mean, square


def inside(mean_hat, square_hat, learning_rate, epsilon):
    """The same with ε under the root."""
    move = -learning_rate * mean_hat / sqrt(square_hat + epsilon)  # what the update adds
    return move


def in_place(
    theta: Floats, before: Slots, step: Floats, learning_rate: float, k: int, settings: Settings,
    after: Slots, moved: Floats, room: Floats, root: Root = root_outside,
) -> None:  # fmt: skip
    """`update` to the bit, into `after` and `moved`; with `root_inside` it is `inside`."""
    mean, square = after["mean"], after["square"]
    np.multiply(step, 1 - settings.beta_1, room)
    np.multiply(before["mean"], settings.beta_1, mean)
    np.add(mean, room, mean)
    np.square(step, room)
    np.multiply(room, 1 - settings.beta_2, room)
    np.multiply(before["square"], settings.beta_2, square)
    np.add(square, room, square)
    np.divide(square, 1 - settings.beta_2**k, room)
    root(room, settings.epsilon, room)
    np.divide(mean, 1 - settings.beta_1**k, moved)
    subtract_scaled(theta, moved, learning_rate, room, moved)


def farthest(settings: Settings, reach: Reach) -> float:
    """By Cauchy and Schwarz |m| ≤ (1 − β₁) √(Σ (β₁²/β₂)ⁱ) √(Σ β₂ⁱ g²), the sums over i < k."""
    b1, b2, k = settings.beta_1, settings.beta_2, reach.k
    if b2 == 0:  # then v is the newest g², which may be 0 where m is not
        return math.inf
    ratio = b1 * b1 / b2
    sums = 1 / (1 - ratio) if ratio < 1 else math.inf
    means = (1 - b1) / (1 - b1**k), (1 - b2**k) / (1 - b2)
    return reach.learning_rate * means[0] * math.sqrt(means[1] * sums)


ADAM = Optimizer(
    "adam", ("mean", "square"), update, in_place, "Adam",
    settings=("betas", "epsilon", "epsilon_inside"),
    symbols={"mean": "m", "square": "v", "mean_hat": "m_hat", "square_hat": "v_hat"},
    farthest=farthest, torch_slots={"mean": "exp_avg", "square": "exp_avg_sq"},
    torch_options={"betas": "betas", "eps": "epsilon"},
)  # fmt: skip
INSIDE = replace(ADAM, in_place=partial(in_place, root=root_inside), torch_name="", instead=inside)
ADAM = replace(ADAM, epsilon_inside=INSIDE)
