"""What patched hidden values do to a pass, as far as it has come."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.session.view import StepView


class Moved(NamedTuple):
    """How many states move, patched ones left out, and the one that moves most: where, by what."""

    states: int
    t: int
    unit: int
    by: float


def difference(view: StepView, state: str = "h", layer: int = -1) -> Floats | None:
    """By how much each state known so far moves, (states + 1, H); None without patches."""
    if view.unpatched is None:
        return None
    rows = slice(0, view.known.states_of(layer, state) + 1)
    traces = view.known.trace, view.unpatched
    with np.errstate(all="ignore"):
        now, before = (trace.layers[layer][state][rows] for trace in traces)
        by: Floats = now - before
    return by


def put_in(view: StepView, state: str = "h", layer: int = -1) -> set[tuple[int, int]]:
    """Where a layer's states were put in by hand: timestep and unit."""
    wanted = state, layer % view.network.depth
    places = (patch.place(view.network) for patch in view.patches)
    return {(t, unit) for t, unit, *own in places if (*own,) == wanted}


def moved(view: StepView) -> Moved:
    """The states known so far that move because of the patches of a view that has some."""
    by = difference(view)
    if by is None:
        raise ValueError("nothing is patched")
    for t, own in put_in(view):
        if t + 1 < len(by):
            by[t + 1, own] = 0.0
    sizes = np.nan_to_num(np.abs(by), nan=np.inf)
    row, unit = np.unravel_index(int(sizes.argmax()), by.shape)
    return Moved(int(np.count_nonzero(by)), int(row) - 1, int(unit), float(by[row, unit]))
