"""The lanes of the picture, and how many lines they take: asked before there is any network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LONG = 8  # timesteps from which on a line of heat shows all of them
MOST_LANES = 4  # states of all layers that are drawn; of more, h alone
BOX = 3  # lines of a state that is drawn as a box
LEFT_OUT = "┄┄"  # in place of an arrow, where there is no room for timesteps


@dataclass(frozen=True)
class Lane:
    """A state of a layer, whether it is drawn as a box, and how many lines its units take."""

    depth: int
    state: str
    boxed: bool = False
    body: int = 1

    @property
    def lines(self) -> int:
        """The state's, and that of its gradient."""
        return self.body + (BOX - 1 if self.boxed else 0) + 1

    @property
    def middle(self) -> int:
        """The line of the arrows, from the first of the lane."""
        return self.body // 2 + self.boxed


def lanes(states: Sequence[str], depth: int, *, boxes: bool = False) -> tuple[Lane, ...]:
    """From the top layer down, and in each h below the cell's other states."""
    return tuple(
        Lane(layer, state, boxes and state == "h" and depth == 1)
        for layer in reversed(range(depth))
        for state in reversed(_shown(states, depth))
    )


def large_lanes(states: Sequence[str], depth: int, *, boxes: bool, body: int) -> tuple[Lane, ...]:
    """The same for a picture that has the screen: all as boxes, and of several lines."""
    return tuple(Lane(one.depth, one.state, boxes, body) for one in lanes(states, depth))


def _shown(states: Sequence[str], depth: int) -> Sequence[str]:
    return states if len(states) * depth <= MOST_LANES else states[:1]


def lines_of(states: int, depth: int, timesteps: int, *, answers: bool, boxes: bool) -> int:
    """How many lines a picture takes: heat, answers, lanes, the line of W_xh, the words."""
    names = ("h", *(f"s{k}" for k in range(1, states)))
    found = sum(lane.lines for lane in lanes(names, depth, boxes=boxes))
    boxed = boxes and depth == 1
    return found + 1 + boxed + (timesteps > LONG) + answers
