"""A row of the code where a session stands: what it reads, what it makes, and that at all times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rnn_tui.experiments.errors import nearest, shown
from rnn_tui.session.moment import Refused
from rnn_tui.session.program.code import CodeRow, code, here, reached, timesteps
from rnn_tui.session.program.ops import OpKind, Phase
from rnn_tui.session.view import StepView
from rnn_tui.session.why.updates.update_variables import OfUpdate
from rnn_tui.session.why.variables import OfTimestep, Variable


@dataclass(frozen=True, eq=False)
class LineNow:
    """A row of the code at a moment, of what is a matrix with the row of a `unit`.

    The head of a function has its arguments as operands, and makes nothing itself. A loop has
    only what it is for at every timestep: the state of the last layer, or its gradient.
    """

    view: StepView
    row: CodeRow
    unit: int = 0

    @cached_property
    def kind(self) -> OpKind | None:
        """The line whose result there is at every timestep; None of the head of a function."""
        if self.row.body is not None:
            return self.row.kind
        called = self.view.program.algorithm.called
        name = called("dh" if self.row.phase is Phase.BACKWARD else "h", -1)
        return next((kind for kind in self.row.kinds if kind.name == name), None)

    @cached_property
    def times(self) -> Sequence[int]:
        """The timesteps at which the line runs, in ascending order; none in an update."""
        return () if self.kind is None else self._times_of(self.kind)

    def _times_of(self, kind: OpKind) -> Sequence[int]:
        return timesteps(self.view.program, replace(self.row, kind=kind))

    @cached_property
    def ran(self) -> Sequence[int]:
        """Those at which it has run."""
        return () if self.kind is None else reached(self.view.known, self.kind, self.times)

    @cached_property
    def t(self) -> int | None:
        """The timestep that operands and result are of; None in an update.

        That under the cursor, or where the line does not run there, where it ran last or will
        run first.
        """
        return self._timestep_of(self.kind or self.row.kinds[0])

    def _timestep_of(self, kind: OpKind) -> int | None:
        op = self.view.op or self.view.next_op
        return here(self.view.known, None if op is None else op.t, kind, self._times_of(kind))

    @property
    def adds(self) -> bool:
        """Whether each timestep adds to what the others have made."""
        return self.kind is not None and self.kind.line.accumulates

    @property
    def sends(self) -> bool:
        """Whether what it makes is a gradient for the timestep before."""
        if self.kind is None:
            return False
        states = self.view.network.layers[self.kind.depth].cell.states
        return self.kind.line.target in [f"d{state}_next" for state in states]

    @cached_property
    def operands(self) -> tuple[Variable, ...]:
        """What it reads, from left to right, and last what it adds to."""
        return tuple(self._of(kind).read(name) for kind, name in self._reads())

    def _reads(self) -> Iterator[tuple[OpKind, str]]:
        if self.row.kind is not None:
            yield from ((self.row.kind, name) for name in self.row.kind.line.operands)
        elif self.row.body is not None:
            for name in self.row.body.inputs:
                yield next(kind for kind in self.row.kinds if name in kind.line.operands), name

    @cached_property
    def result(self) -> Variable | None:
        """What it makes, of a gradient the sum so far; None of what is no line."""
        return None if self.row.kind is None else self._of(self.row.kind).made()

    def at(self, t: int) -> Variable:
        """What the line made at one of its `times`, or what it added there."""
        assert self.kind is not None, "asked for only where there are times"
        line = OfTimestep(self.view, self.kind, self.times, t, self.unit)
        return line.added() if self.adds else line.made()

    def _of(self, kind: OpKind) -> OfTimestep | OfUpdate:
        t = self._timestep_of(kind)
        if t is None:
            return OfUpdate(self.view, kind)
        return OfTimestep(self.view, kind, self._times_of(kind), t, self.unit)


def line_named(view: StepView, name: str) -> LineNow:
    """The line that makes a variable, by its name in addresses or in the code.

    Of a network with an encoder the line of the timesteps where one stands. Raises Refused
    where there is no such line.
    """
    op = view.op or view.next_op
    encodes = op is not None and op.t is not None and view.program.encodes(op.t)
    lines = [(row, row.kind) for row in code(view.program) if row.kind is not None]
    fit = [row for row, kind in lines if name in (kind.name, kind.line.target)]
    if not fit:
        known = dict.fromkeys(kind.name for _, kind in lines)
        raise Refused(f"no line of this pass makes {shown(name)}{nearest(name, known)}")
    return LineNow(view, next((row for row in fit if row.encodes == encodes), fit[0]))
