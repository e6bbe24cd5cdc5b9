"""The variables of a line that runs at a timestep, with the addresses of their numbers.

All of it is read off the line that runs, a bug in it included.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.walking import GIVEN
from rnn_tui.equations.norms import l2_norm
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.code import reached
from rnn_tui.session.program.ops import OpKind
from rnn_tui.session.why.explain import made_by
from rnn_tui.session.why.expressions import Number, evaluate
from rnn_tui.session.why.lines import Index, LineAt
from rnn_tui.session.why.steps import ref_made

Numbers = Callable[[Index], Number]


@dataclass(frozen=True, eq=False)
class Variable:
    """A variable as it stands in a line, with all its numbers.

    `value` is None while it is not computed; `shape` is what it has, or will have. What the
    line reads `turned` is transposed here. `chosen` is the row of a matrix that belongs to a
    unit, or to the token that is read; None of what is no matrix. `of_weights` says that there is
    a number for each weight, in the order of the flat vector.
    """

    name: str
    shape: tuple[int, ...]
    value: Floats | None = None
    numbers: Numbers | None = None
    chosen: int | None = None
    turned: bool = False
    of_weights: bool = False

    def number(self, *index: int) -> Number | None:
        """One of its numbers, with its address if it has one; None while it is not computed."""
        if self.numbers is None:
            return None
        with np.errstate(all="ignore"):
            return self.numbers(index[::-1] if self.turned else index)

    @property
    def norm(self) -> float | None:
        """Its Euclidean length; None of a single number, and while it is not computed."""
        if self.value is None or not self.shape:
            return None
        with np.errstate(all="ignore"):
            return float(l2_norm(np.ravel(self.value)))

    def known(self, value: Floats, numbers: Numbers) -> Variable:
        """The same, computed."""
        return replace(self, shape=np.shape(value), value=np.asarray(value), numbers=numbers)


@dataclass(frozen=True, eq=False)
class OfTimestep:
    """A line of a pass at timestep t, one of the `times` at which it runs, for a unit."""

    one: Pass
    kind: OpKind
    times: Sequence[int]
    t: int
    unit: int

    @cached_property
    def line(self) -> LineAt:
        """The line, whose numbers need not be computed yet."""
        return LineAt(self.one, self.kind, self.t)

    @cached_property
    def ran(self) -> Sequence[int]:
        """The timesteps at which it has run."""
        return reached(self.one.known, self.kind, self.times)

    def read(self, name: str) -> Variable:
        """A variable that it reads."""
        if self.kind.line.adds_up and name == self.kind.line.target:
            return self._held()
        value = self.line.value(name)
        turned = _has_node(self.kind, lambda node: _transposes(node, name))
        shown = value.T if turned else value
        found = Variable(name, shown.shape, chosen=self._chosen(name, shown), turned=turned)
        if not self._is_known(name):
            return found
        given = name in GIVEN
        return found.known(shown, partial(_alone, value) if given else partial(self._number, name))

    def _number(self, name: str, index: Index) -> Number:
        return self.line.number(name, index)

    def _is_known(self, name: str) -> bool:
        one, t = self.one, self.t
        if name in one.before.layout.shapes or name in GIVEN:
            return True
        if name in one.known.trace.outputs:
            return one.program.labels if name == "target" else one.known.has(name, t)
        op, where = made_by(one, *self.line.place(name))
        return not op or one.known.has(op, where)

    def _chosen(self, name: str, value: Floats) -> int | None:
        if value.ndim < 2:
            return None
        of_token = bool(self.kind.line.row) and name == self.kind.line.target
        if of_token or _has_node(self.kind, lambda node: _indexes(node, name)):
            return self.line.ids
        return self.unit % len(value)

    @cached_property
    def _gradient(self) -> Variable:
        """The gradient that it adds to, without its numbers."""
        name = self.kind.line.target
        array = self.one.before[name.removeprefix("d")]
        return Variable(name, array.shape, chosen=self._chosen(name, array))

    def _held(self) -> Variable:
        """What it adds to: as it was before it ran here, else as it is now."""
        known, name = self.one.known, self.kind.name
        if known.has(name, self.t):
            value = known.accumulated(name, self.t + 1)
            return self._gradient.known(value, partial(_alone, value))
        if not self.ran:
            return self._gradient
        value = known.accumulated(name, self.ran[0])
        return self._gradient.known(value, partial(_addressed, name, value))

    def made(self) -> Variable:
        """What it makes, of a gradient the sum as this timestep leaves it."""
        known, line, name = self.one.known, self.kind.line, self.kind.name
        has = known.has(name, self.t)
        if line.adds_up:
            if not has:
                return self._gradient
            value = known.accumulated(name, self.t)
            newest = self.ran[0] == self.t
            numbers = partial(_addressed, name) if newest else _alone
            return self._gradient.known(value, partial(numbers, value))
        value = np.asarray(known.trace.row(line.target, self.t, self.kind.depth, made=True))
        found = Variable(line.target, value.shape)
        return found.known(value, partial(self._of_line, value)) if has else found

    def _of_line(self, value: Floats, index: Index) -> Number:
        return Number(float(value[index]), ref_made(self.one, self.kind, self.t, index))

    def added(self) -> Variable:
        """What it adds to a gradient here; to an embedding's, in the row of its token."""
        whole, node = self._gradient, self.kind.line.value
        found = whole
        if self.kind.line.row:
            found = replace(whole, shape=whole.shape[1:], chosen=None)
        if not self.one.known.has(self.kind.name, self.t):
            return found

        def added(index: Index) -> Number:
            return Number(float(evaluate(self.line.expression(node, index))), label="added here")

        with np.errstate(all="ignore"):
            value = np.broadcast_to(self.line.array(node), found.shape)
        return found.known(value, added)


def _alone(value: Floats, index: Index) -> Number:
    """A number that has no address, or has it no more."""
    return Number(float(value[index]), label="as it was")


def _addressed(name: str, value: Floats, index: Index) -> Number:
    return Number(float(value[index]), f"{name}[{','.join(map(str, index))}]")


def _has_node(kind: OpKind, wanted: Callable[[ast.AST], bool]) -> bool:
    return any(map(wanted, ast.walk(kind.line.value)))


def _transposes(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "T" and _is_named(node.value, name)


def _indexes(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Subscript) and _is_named(node.value, name)


def _is_named(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
