"""Gradients as they are measured: central differences of the loss, number by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tui.arrays import Bools, Floats, Ints
from rnn_tui.engine.network import Network
from rnn_tui.engine.parameters import Parameters
from rnn_tui.engine.passes import bptt
from rnn_tui.engine.passes.trace import Patch, Trace, trace_example
from rnn_tui.experiments import Example

STEP = 1e-5

Losses = Callable[[Parameters], Floats]
Watch = Callable[[Sequence[int]], Iterable[int]]


@dataclass(frozen=True, eq=False)
class Objective:
    """What a gradient is of: the losses of some examples, each times `share`.

    `start` (H,) is the state that they begin with, which nothing is sent back to;
    `patches` are hidden values put in, which take a slower road.
    """

    net: Network
    examples: tuple[Example, ...]
    start: Floats | None = None
    share: float = 1.0
    patches: tuple[Patch, ...] = ()

    def losses(self, params: Parameters) -> Floats:
        """The loss of every output, flat."""
        losses = [run.losses.ravel() for run in self._runs(params)]
        return self.share * np.concatenate(losses)

    def _runs(self, params: Parameters) -> Sequence[bptt.Forward | Trace]:
        if self.patches:
            return [
                trace_example(params, self.net, one, self.start, self.patches)
                for one in self.examples
            ]
        return [bptt.forward(params, self.net, batch, self.start) for batch in self._batches]

    @cached_property
    def _batches(self) -> tuple[bptt.Batch, ...]:
        return bptt.batches_of(self.examples)

    def bends(self, params: Parameters, places: Ints, step: float = STEP) -> Bools:
        """At which of these places a step leads a unit across the corner of relu."""
        if self.net.activation.name != "relu":
            return np.zeros(len(places), bool)

        def sides(place: int, by: float) -> list[Bools]:
            return [run.h > 0 for run in self._runs(_nudged(params, place, by))]

        def crosses(place: int) -> bool:
            pairs = zip(sides(place, step), sides(place, -step), strict=True)
            return any((above != below).any() for above, below in pairs)

        return np.array([crosses(int(place)) for place in places], dtype=bool)


def numeric_gradient(
    loss: Callable[[Parameters], float], params: Parameters, step: float = STEP
) -> Parameters:
    """(L(θ+ε) − L(θ−ε)) / 2ε for every parameter, 2·size evaluations of `loss`."""
    places = range(params.layout.size)
    flat = central_differences(lambda nudged: np.array([loss(nudged)]), params, places, step)
    return Parameters(params.layout, flat)


def central_differences(
    losses: Losses, params: Parameters, places: Sequence[int] | Ints, step: float,
    watch: Watch = iter,
) -> Floats:  # fmt: skip
    """(L(θ+ε) − L(θ−ε)) / 2ε for the numbers at some places of the flat vector.

    The losses of the outputs are subtracted one by one: their sum is rounded more.
    """
    found = np.zeros(len(places))
    for i, place in enumerate(watch([int(place) for place in places])):
        above, below = losses(_nudged(params, place, step)), losses(_nudged(params, place, -step))
        found[i] = (above - below).sum() / (2 * step)
    return found


def _nudged(params: Parameters, place: int, step: float) -> Parameters:
    flat = params.flat.copy()
    flat[place] += step
    return Parameters(params.layout, flat)
