"""A learned first state: s_0 (H,) of each state s is a parameter, and a pass starts from it.

What reaches it is what the first token sends back. Before the first timestep, and after it on the
way back, these lines run once; they stand here for any state, by whose letter they are renamed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rnn_tui.equations.lines import Body, body_of


def forward(s_0: Any) -> Any:
    """The state before the first token."""
    s_prev = s_0  # the first state, a parameter
    return s_prev


def backward(ds_prev: Any, ds_0: Any) -> None:
    """What the first token sends back is its gradient."""
    ds_0 += ds_prev


def first_of(state: str, tail: str = "") -> str:
    """What the parameter of a state is called, in a layer whose names end with `tail`."""
    return f"{state}_0{tail}"


@lru_cache(maxsize=64)
def bodies(state: str, tail: str) -> tuple[Body, Body]:
    """The lines forward and backward of one state."""
    names = {"s_0": first_of(state, tail), "s_prev": f"{state}_prev"}
    return body_of(forward).renamed(names), body_of(backward).renamed(names)
