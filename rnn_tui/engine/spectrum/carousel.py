"""What is left of a gradient that goes along a state only: the product of what each timestep keeps.

Hochreiter and Schmidhuber call it the constant error carousel: along c an LSTM multiplies by f
and by no matrix. Whether the gradient lives is another question, which the whole Jacobian answers.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.engine.passes.trace import Trace
from rnn_tui.engine.passes.walking import place_of
from rnn_tui.equations.gates import kept
from rnn_tui.equations.lines import evaluator, variables


@dataclass(frozen=True, eq=False)
class Carousel:
    """The way along one state of a layer. `factor` is what its gradient is multiplied by there.

    Of T tokens and H units: `kept[t]` (H,) is the factor of timestep t, 0 where the state was put
    in by hand; `left[t]` (H,) the product of those of t+1 … T-1, so what a gradient at the last
    state leaves at state t if it goes no other way.
    """

    state: str
    depth: int
    factor: ast.expr
    kept: Floats
    left: Floats

    def most_kept(self, t: int) -> int:
        """The unit that keeps most at a timestep."""
        return int(np.argmax(np.abs(self.kept[t])))

    def most_left(self, t: int) -> int:
        """The unit that most is left in."""
        return int(np.argmax(np.abs(self.left[t])))


@lru_cache(maxsize=4)
def carousels(trace: Trace, depth: int) -> tuple[Carousel, ...]:
    """Those of a layer, state by state; none of a cell in which all goes through matrices."""
    cell = trace.net.layers[depth].cell
    right = ((state, kept(cell.backward_body.lines, state)) for state in cell.states)
    return tuple(_carousel(trace, depth, state, own) for state, own in right if own is not None)


class Kept(NamedTuple):
    """How much a way keeps of its state a timestep: of a layer, the way at a place of its."""

    share: float
    depth: int
    place: int


def least_kept(traces: tuple[Trace, ...]) -> Kept | None:
    """What the layer that keeps least keeps in some passes, along the state that is kept best.

    The mean of units and timesteps; None where all goes through matrices.
    """
    least: Kept | None = None
    for depth in range(traces[0].net.depth):
        ways = zip(*(carousels(trace, depth) for trace in traces), strict=True)
        shares = [
            float(np.abs(np.concatenate([one.kept.ravel() for one in way])).mean()) for way in ways
        ]
        if shares and (least is None or max(shares) < least.share):
            least = Kept(max(shares), depth, int(np.argmax(shares)))
    return least


def _carousel(trace: Trace, depth: int, state: str, factor: ast.expr) -> Carousel:
    """By the lines that ran: with a bug in them there may be no such way, and all is 0."""
    T, H = trace.example.length, trace.layers[depth][state].shape[1]
    made = np.zeros((T, H))
    for encodes in (False, True):
        rows = [t for t in range(T) if trace.example.encodes(t) == encodes]
        layer = trace.net.stack(encodes)[depth]
        ran = kept(layer.backward_body(trace.net.fault, True).lines, state)
        if ran is not None and rows:
            scope = {name: _rows(trace, depth, name) for name in _names(ran)}
            made[rows] = np.broadcast_to(np.asarray(eval(evaluator(ran), scope)), (T, H))[rows]
    for t in range(T):
        held = trace.held_at(t, depth).get(state)
        if held is not None:
            made[t, held] = 0.0
    left = np.ones((T, H))
    with np.errstate(all="ignore"):
        left[:-1] = np.cumprod(made[:0:-1], axis=0)[::-1]
    return Carousel(state, depth, factor, frozen(made), frozen(left))


def _names(factor: ast.expr) -> set[str]:
    return {node.id for node in variables(factor)}


def _rows(trace: Trace, depth: int, name: str) -> Floats:
    """A variable of a line at all timesteps (T, H), or a parameter (H,)."""
    if name in trace.params.layout.shapes:
        return trace.params[name]
    place = place_of(name, trace.net.layers[depth].cell.states)
    array = trace.layers[depth][place.array]
    return array[place.ahead : place.ahead + trace.example.length]
