"""Gradients as they are measured: central differences of the loss, number by number."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tui.arrays import Bools, Floats, Ints
from rnn_tui.engine.passes.batches import Batch, batches_of, by_output
from rnn_tui.engine.passes.patches import Patch
from rnn_tui.engine.passes.reading import read_batch
from rnn_tui.engine.passes.sums import number_by_number, rows_of
from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.passes.walking import Arrays
from rnn_tui.equations.lines import Line, evaluator
from rnn_tui.equations.network import Block, Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example

STEP = 1e-5

Losses = Callable[[Parameters], Floats]
Watch = Callable[[Sequence[int]], Iterable[int]]


@dataclass(frozen=True, eq=False)
class Objective:
    """What a gradient is of: the losses of some examples, each times `share`.

    Where the network averages over the outputs of an example, each is divided by their number.
    `start` (S,) is the state that they begin with, or (N, S) has one for each, which nothing is
    sent back to;
    `patches` are hidden values put in, which take a slower road.
    """

    net: Network
    examples: tuple[Example, ...]
    start: Floats | None = None
    share: float = 1.0
    patches: tuple[Patch, ...] = ()

    def losses(self, params: Parameters) -> Floats:
        """The loss of every output, flat, as far as it counts."""
        losses = self.share * self.of_outputs(params)
        return losses / self._counts if self.net.averages else losses

    def of_outputs(self, params: Parameters) -> Floats:
        """The loss of every output, flat."""
        if self.patches:
            losses = [trace.losses for trace in self._traces(params)]
        else:
            losses = [self._read(params, batch) for batch in self._batches]
        return np.concatenate(losses)

    @cached_property
    def _counts(self) -> Floats:
        """How many outputs there are beside each, itself included."""
        if self.patches:
            counts = [(len(one.outputs), 1) for one in self.examples]
        else:
            counts = [(len(batch.outputs), len(batch.members)) for batch in self._batches]
        return np.concatenate([np.full(K * B, float(K)) for K, B in counts])

    def _read(self, params: Parameters, batch: Batch) -> Floats:
        start = self.start
        if start is not None and start.ndim == 2:
            start = start[list(batch.members)]
        reader = read_batch(params, self.net, batch, start)
        losses, _ = self.net.head.answers(reader.logits(params), by_output(batch.targets))
        return losses

    @cached_property
    def _batches(self) -> tuple[Batch, ...]:
        return batches_of(self.examples)

    def _traces(self, params: Parameters) -> list[Trace]:
        starts: Sequence[Floats | None] = [self.start] * len(self.examples)
        if self.start is not None and self.start.ndim == 2:
            starts = list(self.start)
        return [
            trace_example(params, self.net, one, start, self.patches)
            for one, start in zip(self.examples, starts, strict=True)
        ]

    def bends(self, params: Parameters, places: Ints, step: float = STEP) -> Bools:
        """At which of these places a step leads a number across a corner, as of relu."""
        if not self.net.has_corners:
            return np.zeros(len(places), bool)

        def sides(place: int, by: float) -> list[Bools]:
            return [side for trace in self._traces(_nudged(params, place, by))
                    for side in corners(trace)]  # fmt: skip

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


def corners(trace: Trace) -> list[Bools]:
    """On which side of a corner, as of relu, each number is that a function with one is given."""
    example, net, params = trace.example, trace.net, trace.params
    arrays = Arrays(tuple(map(dict, trace.layers)), dict(trace.outputs))
    found = []
    E = example.encoder_length if net.encoder else 0
    for encodes, part in ((True, range(E)), (False, range(E, example.length))):
        for block in net.forward_blocks(encodes) if len(part) else ():
            for line in block.lines:
                for argument in _given_to_corners(line, block):
                    scope = rows_of(net, block, example, arrays, part, line)
                    scope |= {name: params[name] for name in line.reads if name in net.axes}
                    scope |= {name: block.functions[name].of for name in line.functions}
                    found.append(eval(evaluator(argument), scope) > 0)
    return found


def _given_to_corners(line: Line, block: Block) -> Iterator[ast.expr]:
    """The arguments, number by number, of functions whose slope jumps."""
    for node in ast.walk(line.value):
        if isinstance(node, ast.Call) and block.functions[ast.unparse(node.func)].corner:
            yield from (one for one in node.args if number_by_number(one, block))
