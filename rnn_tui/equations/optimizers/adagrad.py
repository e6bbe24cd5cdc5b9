"""Adagrad: mem ← mem + g², θ ← θ − lr g / (√mem + ε): a weight that moved much moves less.

Source: Duchi et al. (2011), Adaptive subgradient methods for online learning and stochastic
optimization; as in torch.optim.Adagrad. Karpathy's min-char-rnn has ε under the root.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.mathematics import sqrt
from rnn_tui.equations.optimizers.optimizer import Optimizer, Reach, Settings, Slots
from rnn_tui.equations.optimizers.scaling import Root, root_inside, root_outside, subtract_scaled


def update(theta, memory, learning_rate, epsilon, step):
    """One update of all parameters; vectors are flat."""
    memory = memory + step**2  # the sum of all squared gradients
    move = -learning_rate * step / (sqrt(memory) + epsilon)  # what the update adds
    theta = theta + move  # a weight
    return theta, memory


def inside(memory, learning_rate, epsilon, step):
    """The same with ε under the root, as min-char-rnn has it."""
    move = -learning_rate * step / sqrt(memory + epsilon)  # what the update adds
    return move


def in_place(
    theta: Floats, before: Slots, step: Floats, learning_rate: float, k: int, settings: Settings,
    after: Slots, moved: Floats, room: Floats, root: Root = root_outside,
) -> None:  # fmt: skip
    """`update` to the bit, into `after` and `moved`; with `root_inside` it is `inside`."""
    np.square(step, room)
    np.add(before["memory"], room, after["memory"])
    root(after["memory"], settings.epsilon, room)
    subtract_scaled(theta, step, learning_rate, room, moved)


def farthest(settings: Settings, reach: Reach) -> float:
    """√mem ≥ |g|, as the newest g² is in it."""
    return reach.learning_rate


ADAGRAD = Optimizer(
    "adagrad", ("memory",), update, in_place, "Adagrad",
    settings=("epsilon", "epsilon_inside"), epsilon=1e-10, symbols={"memory": "mem"},
    farthest=farthest, torch_slots={"memory": "sum"}, torch_options={"eps": "epsilon"},
)  # fmt: skip
INSIDE = replace(
    ADAGRAD,
    in_place=partial(in_place, root=root_inside),
    torch_name="",
    epsilon=1e-8,
    instead=inside,
)
ADAGRAD = replace(ADAGRAD, epsilon_inside=INSIDE)
