"""What the kernel asks of a cell."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.activations import Activation
from rnn_tui.equations.fast.memory import Memory
from rnn_tui.equations.fast.rows import Rows


class Fast(ABC):
    """A cell over T timesteps of B sequences: H units, G rows of gates.

    `driven` are the rows of the product with the inputs, made for all timesteps at once and put
    into `drive` (T·B, G). `products` are those with states, at each timestep one after the
    other: `sources` has what each one multiplies, (T·B, H), `deltas` the gradients of what it
    makes (T·B, its rows), `delta` (T·B, G) those of what `drive` has. `states` are by name, h
    first, (T+1, B, H); `before` and `after` (T·B, H) are h on either side of each timestep.
    Rows go through the B sequences of a timestep first.

    Matrices of a product are given as they are stacked, signs included, so what has a sign
    of −1 has it in the deltas too, which are `signed`, until `settle`.
    """

    driven: ClassVar[tuple[Rows, ...]]
    products: ClassVar[tuple[tuple[Rows, ...], ...]]

    states: dict[str, Floats]
    sources: tuple[Floats, ...]
    drive: Floats
    delta: Floats
    deltas: tuple[Floats, ...]
    signed: Floats | None = None

    def __init__(self, activation: Activation, shape: tuple[int, int, int], memory: Memory) -> None:
        """For a `shape` of T, B, H."""
        self.T, self.B, self.H = shape
        self.h = memory.zeros(self.T + 1, self.B, self.H)
        self.before, self.after = self.h[:-1].reshape(-1, self.H), self.h[1:].reshape(-1, self.H)
        self.drive = memory.zeros(self.T * self.B, len(self.driven) * self.H)
        self._activation, self._memory = activation, memory

    @abstractmethod
    def forward(
        self, first: int, end: int, matrices: Sequence[Floats], biases: Sequence[Floats]
    ) -> None:
        """The timesteps from `first` to before `end`: a matrix (rows, H) and a bias a product."""

    def prepare(self, local: Floats) -> None:
        """Memory for the way back; `local` (T·B, H) is what reaches h from above."""
        (self._locals,) = self.views(local, 1)
        self._dh = self.room(1)

    @abstractmethod
    def before_backward(self) -> None:
        """Work out for all timesteps what needs no gradient."""

    def begin(self, t: int) -> None:
        """Come to timestep t, where nothing comes from later ones."""
        np.copyto(self._dh, self._locals[t])

    @abstractmethod
    def backward(self, first: int, end: int, matrices: Sequence[Floats]) -> None:
        """The timesteps from `first`, at least 1, to before `end`, the last first.

        Each sends to the one before it, to which one has come then.
        """

    @abstractmethod
    def close(self, t: int, matrices: Sequence[Floats]) -> None:
        """Timestep t, which sends nothing."""

    @abstractmethod
    def sent(self, matrices: Sequence[Floats]) -> list[Floats]:
        """What timestep 0 sends to the states before it, (B, H) each or (H,) of one sequence."""

    def settle(self) -> None:
        """Take the signs out of the deltas, of which sums are made next."""
        if self.signed is not None:
            np.negative(self.signed, self.signed)

    # For those that are made of this

    def views(self, rows: Floats, *sizes: int) -> list[list[Floats]]:
        """Columns of rows (…, n) as views a timestep: so many units of H wide, side by side."""
        ends = [0]
        for size in sizes:
            ends.append(ends[-1] + size * self.H)
        return [
            self._memory.by_timestep(rows[:, first:end], self.B) for first, end in pairwise(ends)
        ]

    def room(self, units: int) -> Floats:
        """Memory of one timestep: (units·H,) of one sequence, else (B, units·H)."""
        return self._memory.by_timestep(self._memory.zeros(self.B, units * self.H), self.B)[0]

    def before_each(self) -> list[Floats]:
        """What reaches h from above at the timestep before each; at the first there is none."""
        return [self.room(1), *self._locals[:-1]]

    def ones(self, units: int) -> Floats:
        """The like of `room`, full of ones."""
        room = self.room(units)
        room[...] = 1.0
        return room

    def tall(self, views: list[Floats]) -> list[Floats]:
        """Views (…, n·H) as (…, n, H), that one gradient (…, 1, H) may multiply all."""
        return [view.reshape(*view.shape[:-1], -1, self.H) for view in views]


def gates_and_slopes(denominators: Floats, gates: Floats, slopes: Floats) -> None:
    """σ and −σ(1 − σ) of gates (T·B, n·H) of which the denominators are kept, 1 + e^-a."""
    np.reciprocal(denominators, gates)
    np.multiply(gates, gates, slopes)
    np.subtract(slopes, gates, slopes)
