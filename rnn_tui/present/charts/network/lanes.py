"""The lanes of the picture, and how many lines they take: asked before there is any network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LONG = 8  # timesteps from which on a line of heat shows all of them
MOST_LANES = 4  # states of all layers that are drawn; of more, h alone
BOX = 3  # lines of a state that is drawn as a box


@dataclass(frozen=True)
class Lane:
    """A state of a layer, and whether it is drawn as a box."""

    depth: int
    state: str
    boxed: bool = False

    @property
    def lines(self) -> int:
        """The state's, and that of its gradient."""
        return (BOX if self.boxed else 1) + 1


def lanes(states: Sequence[str], depth: int, *, boxes: bool = False) -> tuple[Lane, ...]:
    """From the top layer down, and in each h below the cell's other states."""
    shown = states if len(states) * depth <= MOST_LANES else states[:1]
    return tuple(
        Lane(layer, state, boxes and state == "h" and depth == 1)
        for layer in reversed(range(depth))
        for state in reversed(shown)
    )


def lines_of(states: int, depth: int, timesteps: int, *, answers: bool, boxes: bool) -> int:
    """How many lines a picture takes: heat, answers, lanes, the line of W_xh, the words."""
    names = ("h", *(f"s{k}" for k in range(1, states)))
    found = sum(lane.lines for lane in lanes(names, depth, boxes=boxes))
    boxed = boxes and depth == 1
    return found + 1 + boxed + (timesteps > LONG) + answers
