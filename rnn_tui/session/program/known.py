"""What has been computed so far: a trace seen from a position in its program.

A number that the algorithm has not reached is not there: asking for it gives
None, never 0.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.trace import Trace, gradients_down_to
from rnn_tui.equations.parameters import Parameters
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.program.program import Program

MOST_SUMS = 8  # an op reads what a gradient was and shows what it became; some to go back to

_Sum = tuple[int, Parameters]
_sums: WeakKeyDictionary[Trace, tuple[_Sum, ...]] = WeakKeyDictionary()  # the newest first


def _down_to(trace: Trace, t: int) -> Parameters:
    """`gradients_down_to`, from the nearest of the sums of this pass that were asked for last."""
    if t == 0:
        return trace.grads
    kept = _sums.get(trace, ())
    nearest = min((one for one in kept if one[0] >= t), key=lambda one: one[0], default=None)
    if nearest is not None and nearest[0] == t:
        return nearest[1]
    made = gradients_down_to(trace, t, begun=nearest)
    _sums[trace] = ((t, made), *kept)[:MOST_SUMS]
    return made


@dataclass(frozen=True, eq=False)
class Known:
    """The numbers of `trace` that exist after the first `done` ops of `program`."""

    trace: Trace
    program: Program
    done: int

    def has(self, name: str, t: int | None = None) -> bool:
        """Whether the op `name` of timestep t has run."""
        position = self.program.position(name, t)
        return position is not None and position < self.done

    def get(self, name: str, t: int) -> Floats | None:
        """The result of the op `name` at timestep t, as `Trace.row` has it; (1,) for a loss.

        For a gradient accumulator (dW_hh …) it is the running sum after timestep t.
        """
        if not self.has(name, t):
            return None
        kind = self.program.kind(name, t)
        assert kind is not None
        if kind.line.adds_up:
            return self.accumulated(name, t)
        return np.atleast_1d(self.trace.row(kind.line.target, t, kind.depth, made=True))

    def output_index(self, t: int) -> int:
        """Which output stands at timestep t."""
        k = self.trace.example.output_at(t)
        if k is None:
            raise ValueError(f"no output at timestep {t}")
        return k

    def accumulated(self, name: str, t: int) -> Floats:
        """A gradient array summed from the last timestep down to t, in the order of the program."""
        return _down_to(self.trace, t)[name.removeprefix("d")]

    @cached_property
    def states(self) -> int:
        """How many tokens have their hidden state, that of the last layer."""
        return self.states_of(-1)

    @cached_property
    def gradients_from(self) -> int:
        """The first timestep whose dL/dh exists, in the last layer; T while there is none."""
        return self.gradients_of(-1)

    def states_of(self, depth: int, state: str = "h") -> int:
        """How many tokens have a state of this layer."""
        T, name = self.trace.example.length, self.program.algorithm.called(state, depth)
        return bisect_left(range(T), True, key=lambda t: not self.has(name, t))

    def gradients_of(self, depth: int, name: str = "dh") -> int:
        """The first timestep at which this layer has a gradient of this name; T while none."""
        T, name = self.trace.example.length, self.program.algorithm.called(name, depth)
        return bisect_left(range(T), True, key=lambda t: self.has(name, t))

    def answers(self, t: int) -> bool:
        """Whether the output at timestep t is there, with its loss where it has a label."""
        return self.has(self.program.names_at(Phase.FORWARD, t)[-1], t)

    @cached_property
    def answered(self) -> bool:
        """Whether the last output is there, with its loss where it has a label."""
        return self.answers(self.trace.example.outputs[-1])
