"""Why a weight's number in an update has its value, read off the line that made it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.update import given_by
from rnn_tui.equations.mathematics import FUNCTIONS, Function
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.equations import Blackboard
from rnn_tui.session.program.operands import result_of, variables_of_update
from rnn_tui.session.program.ops import Algorithm, OpKind
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import Expression, Number
from rnn_tui.session.why.lines import Index, LineAt, multiplied, summed

Weight = tuple[str, tuple[int, ...]]

SCALARS = ("learning_rate", "grad_norm")  # those that have an address


def written(weight: Weight) -> str:
    """`W_hh[1,0]`."""
    name, index = weight
    return f"{name}[{','.join(map(str, index))}]"


def place_of(pass_: Pass, weight: Weight) -> int:
    """Where a weight stands in the flat vector."""
    name, index = weight
    shape = pass_.before.layout.shapes[name]
    start: int = pass_.before.layout.slices[name].start
    return start + int(np.ravel_multi_index(index, shape))


def prefixes(algorithm: Algorithm) -> dict[str, OpKind]:
    """What stands before a weight's address, by the op that makes its number in an update."""
    found = {}
    for kind in algorithm.update:
        prefix = prefix_of(algorithm, kind.line.target)
        if prefix and kind.line.target in VECTORS_OF_ALL | {*algorithm.network.optimizer.vectors}:
            found[prefix] = kind
    return dict(sorted(found.items(), key=lambda one: -len(one[0])))  # the longest first


VECTORS_OF_ALL = {"reduced", "gradient", "limited", "step"}


def prefix_of(algorithm: Algorithm, target: str) -> str:
    """What stands before a weight's address for a vector of an update: `v_` of `v_W_hh[1,0]`."""
    freezes = any(kind.name == "freeze" for kind in algorithm.update)
    if target == "gradient" or (target == "reduced" and not freezes):
        return "g_"
    return f"{algorithm.network.optimizer.symbol(target)}_"


def made_before(algorithm: Algorithm, kind: OpKind) -> set[str]:
    """What the lines of an update have made when one of them runs.

    Where nothing is frozen `gradient` is `reduced`, and no op of its own.
    """
    kinds = algorithm.update
    made = {one.line.target for one in kinds[: kinds.index(kind)]}
    return made | {"gradient"} if "reduced" in made else made


def ref_read(pass_: Pass, kind: OpKind, name: str, weight: Weight) -> str:
    """The address of what a line of an update reads of a weight; nothing of what has none."""
    algorithm = pass_.program.algorithm
    if name == "theta":
        return f"{written(weight)}@{pass_.update}"
    if name in made_before(algorithm, kind):
        return ref_made(algorithm, name, weight)
    return kept(pass_, name, weight).ref if name in pass_.network.optimizer.slots else ""


def ref_made(algorithm: Algorithm, target: str, weight: Weight) -> str:
    """The address of what a line of an update makes of a weight; nothing of what has none."""
    if target in SCALARS:
        return target
    if target == "theta":
        return written(weight)
    addressed = VECTORS_OF_ALL | {*algorithm.network.optimizer.vectors}
    return f"{prefix_of(algorithm, target)}{written(weight)}" if target in addressed else ""


def kept(pass_: Pass, slot: str, weight: Weight) -> Number:
    """What an optimizer keeps of a weight from the update before.

    After none, or an edit, it leads no further.
    """
    began = pass_.timeline.owner(pass_.update).start == pass_.update
    symbol = pass_.network.optimizer.symbol(slot)
    ref = "" if began else f"{symbol}_{written(weight)}@{pass_.update - 1}"
    value = float(pass_.slots_before[slot][place_of(pass_, weight)])
    return Number(value, ref, f"{symbol} of the previous update", is_given=began)


@dataclass(frozen=True, eq=False)
class UpdateLineAt(LineAt):
    """A line of an update that has run, for one weight."""

    t: Any  # the weight: its parameter and its index

    @cached_property
    def _known(self) -> Mapping[str, Any]:
        return variables_of_update(self.one, self.kind)

    @cached_property
    def _made(self) -> set[str]:
        return made_before(self.one.program.algorithm, self.kind)

    @cached_property
    def _place(self) -> int:
        return place_of(self.one, self.t)

    def derivation(self) -> Derivation:
        """Its formula, and its arithmetic."""
        target = self.kind.line.target
        node = self._resolved(self.kind.line.value)
        value = float(result_of(self.one).values[target][self._place])
        ref = ref_made(self.one.program.algorithm, target, self.t)
        optimizer, formula = self.one.network.optimizer, self.formula(node)
        if target == "theta" and optimizer.added:
            formula = f"old weight + {optimizer.symbol(optimizer.added)}"
        return Derivation(self.kind.name, ref, formula, self.expression(node, ()), value)

    def function(self, name: str) -> Function:
        """A function that the line calls."""
        return FUNCTIONS[name]

    def value(self, name: str) -> Floats:
        """A variable that the line reads, of a vector this weight's number."""
        value = np.asarray(self._known[name], float)
        found: Floats = value[self._place] if value.ndim else value
        return found

    def formula(self, node: ast.expr, row: int | None = None) -> str:
        """The expression as on the blackboard."""
        return Blackboard({}, lambda name: self.kind.symbols.get(name, name)).of(node)

    def _resolved(self, node: ast.expr) -> ast.expr:
        """Without what does nothing here: the other branch of a choice, a product with 0."""
        match node:
            case ast.Call(ast.Name("where"), [ast.Name(condition), one, other]):
                return self._resolved(one if self.value(condition) else other)
            case ast.BinOp(ast.BinOp(ast.Name(name), ast.Mult(), _), ast.Sub(), right) if (
                self._is_off(name)
            ):
                return _negated(right)
        return node

    def _is_off(self, name: str) -> bool:
        value = np.asarray(self._known[name])
        return value.ndim == 0 and not value

    def number(self, name: str, index: Index) -> Number:
        """This weight's number of a variable that the line reads."""
        if name in self.one.network.optimizer.slots and name not in self._made:
            return kept(self.one, name, self.t)
        ref = ref_read(self.one, self.kind, name, self.t)
        label = "" if ref else self.kind.symbols.get(name, name)
        is_set = name in given_by(self.one.experiment.training)
        return Number(float(self.value(name)), ref, label, is_given=is_set and not ref)

    def _binary(self, node: ast.BinOp, index: Index) -> Expression:
        match node.op:
            case ast.Pow() if not np.ndim(self._scalar(node)):
                return Number(float(self._scalar(node)), label=self.formula(node))
            case ast.Sub() if isinstance(node.right, ast.BinOp):
                return summed(
                    self.expression(node.left, index), self.expression(_negated(node.right), index)
                )
            case ast.Mult():
                return multiplied(
                    self.expression(node.left, index), self.expression(node.right, index)
                )
        return super()._binary(node, index)

    def _scalar(self, node: ast.expr) -> Any:
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        scope = {name: self._known[name] for name in names}
        return eval(compile(ast.Expression(node), "<lines>", "eval"), scope)


def _negated(node: ast.expr) -> ast.expr:
    """−a · b of a · b, as one writes it."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
        return ast.BinOp(_negated(node.left), node.op, node.right)
    return ast.UnaryOp(ast.USub(), node)
