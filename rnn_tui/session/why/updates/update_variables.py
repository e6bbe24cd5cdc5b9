"""The variables of a line of an update: numbers of all weights at once, with their addresses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.update import given_by
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.operands import result_of, variables_of_update
from rnn_tui.session.program.ops import OpKind
from rnn_tui.session.why.expressions import Number
from rnn_tui.session.why.lines import Index
from rnn_tui.session.why.updates.update_lines import Weight, made_before, ref_made, ref_read
from rnn_tui.session.why.variables import Variable

NO_WEIGHT: Weight = ("", ())  # what a scalar is of


@dataclass(frozen=True, eq=False)
class OfUpdate:
    """A line of the update of a pass."""

    one: Pass
    kind: OpKind

    def read(self, name: str) -> Variable:
        """A variable that it reads."""
        value = self._value(name)
        if value is None:
            return self._unknown(name)

        def number(index: Index) -> Number:
            weight = self.one.before.layout.weight_at(index[0]) if index else NO_WEIGHT
            ref = ref_read(self.one, self.kind, name, weight)
            return Number(float(value[index]), ref, "" if ref else name)

        return Variable(name, value.shape, value, number, of_weights=value.ndim > 0)

    def _value(self, name: str) -> Floats | None:
        """What it reads; None while it is not computed, as the sum over the batch is at first."""
        one = self.one
        if name in made_before(one.program.algorithm, self.kind):
            makes = [kind.name for kind in one.program.update_ops if kind.line.target == name]
            if not one.known.has(makes[-1] if makes else "reduce"):
                return None
        elif name == "theta":
            return one.before.flat
        elif name in one.slots_before:
            return one.slots_before[name]
        elif name in (given := given_by(one.experiment.training)):
            return np.asarray(given[name], float)
        if one.update_result is None:
            return None
        return np.asarray(variables_of_update(one, self.kind)[name], float)

    def made(self) -> Variable:
        """What it makes."""
        target = self.kind.line.target
        if not self.one.known.has(self.kind.name):
            return self._unknown(target)
        value = np.asarray(result_of(self.one).values[target], float)

        def number(index: Index) -> Number:
            weight = self.one.before.layout.weight_at(index[0]) if index else NO_WEIGHT
            ref = ref_made(self.one.program.algorithm, target, weight)
            return Number(float(value[index]), ref, "" if ref else target)

        return Variable(target, value.shape, value, number, of_weights=value.ndim > 0)

    def _unknown(self, name: str) -> Variable:
        """What is not computed yet: a vector, if a line or an optimizer keeps it as one."""
        algorithm = self.one.program.algorithm
        vectors = {"total", "theta", *algorithm.network.optimizer.vectors}
        made = {kind.line.target for kind in algorithm.update} | {"gradient"}
        scalar = name in ("grad_norm", "learning_rate") or name not in made | vectors
        shape = () if scalar else self.one.before.flat.shape
        return Variable(name, shape, of_weights=not scalar)


def weights_into(one: Pass, unit: int) -> tuple[tuple[str, int], ...]:
    """The weights into a unit, of each parameter its row, by address, and where each stands.

    A parameter with fewer rows is counted through again.
    """
    found = []
    for name, shape in one.before.layout.shapes.items():
        row, start = unit % shape[0], one.before.layout.slices[name].start
        width = int(np.prod(shape[1:]))
        for j in range(width):
            place = f"{row},{j}" if len(shape) > 1 else str(row)
            found.append((f"{name}[{place}]", start + row * width + j))
    return tuple(found)
