"""What an optimizer is: its lines, and the vectors that one update hands to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from rnn_tui.arrays import Floats
from rnn_tui.equations.lines import Body, body_of

Slots = Mapping[str, Floats]  # an optimizer's vectors by name, each with the parameters' layout


class Settings(Protocol):
    """What an optimizer reads of the `[training]` table."""

    @property
    def momentum(self) -> float:
        """How much of the velocity is kept."""


@dataclass(frozen=True, eq=False)
class Optimizer:
    """A way from the clipped gradient to the next parameters.

    `function` has its lines: from `theta`, the vectors named in `slots` (all zero at first),
    `step`, `learning_rate`, `k` = 1, 2, … and any key of the `[training]` table they make
    `theta` and each slot anew. `in_place` does the same, to the bit, in memory that is
    there; without it training runs the lines. `torch_name` is its class in `torch.optim`.
    """

    name: str
    slots: tuple[str, ...]
    function: Callable[..., Any]
    in_place: Callable[..., None] | None = None
    torch_name: str = ""

    @cached_property
    def body(self) -> Body:
        """Its lines."""
        return body_of(self.function)
