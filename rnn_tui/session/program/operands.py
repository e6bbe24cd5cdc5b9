"""What an op works on and what it makes, by the names that stand in its line of code."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.update import Update, given_by, known_before
from rnn_tui.equations.network import OUTPUTS
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.ops import Op, OpKind


class Named(NamedTuple):
    """A variable of the running code, a scalar or an array."""

    name: str
    value: Floats


class CodeLine(NamedTuple):
    """The variables that an op's line reads, in its order, and what it made."""

    operands: tuple[Named, ...]
    result: Named


def line_of_op(one: Pass, op: Op) -> CodeLine:
    """The state of an op's line after it ran. Raises LookupError for one that hasn't.

    Which variables stand in it is read off the line that runs, a bug that is in it included.
    """
    names = op.kind.line.operands
    with np.errstate(all="ignore"):
        if op.t is None:
            return _of_update(one, op)
        value = one.known.get(op.name, op.t)
        if value is None:
            raise LookupError(op.name)
        operands = tuple(Named(name, variable(one, op.kind, name, op.t)) for name in names)
    return CodeLine(operands, Named(op.kind.line.target, _scalar(op.kind, value)))


def variable(one: Pass, kind: OpKind, name: str, t: int) -> Floats:
    """The value of a variable that a line of a timestep reads, a parameter or what it adds to."""
    if name in one.before.layout.shapes:
        return one.before[name]
    if name == "token":
        return np.asarray(one.current.ids[t], float)
    if name == OUTPUTS:
        return np.asarray(len(one.current.outputs), float)
    if kind.line.adds_up and name == kind.line.target:
        return one.known.accumulated(name, t + 1)
    return one.known.trace.row(name, t, kind.depth)


def _scalar(kind: OpKind, value: Floats) -> Floats:
    """A loss is one number, which stands as a row of one."""
    return np.asarray(value[0]) if kind.name == "loss" else value


def _of_update(one: Pass, op: Op) -> CodeLine:
    if one.update_value(op.name) is None:
        raise LookupError(op.name)
    known, line = variables_of_update(one, op.kind), op.kind.line
    operands = (Named(name, np.asarray(known[name], float)) for name in line.operands)
    made = np.asarray(result_of(one).values[line.target], float)
    return CodeLine(tuple(operands), Named(line.target, made))


def result_of(one: Pass) -> Update:
    """All that an update computes, some op of which has run."""
    assert one.update_result is not None, "asked for only once an op of the update has run"
    return one.update_result


def variables_of_update(one: Pass, kind: OpKind) -> dict[str, Any]:
    """What the lines of an update read, by name, when that of an op runs.

    An optimizer's vectors and the parameters are as the update before left them until
    their own lines have run.
    """
    result, settings = result_of(one), one.experiment.training
    total = _total(one, result)
    before = known_before(
        one.before, one.slots_before, total, result.count, settings, one.update + 1
    )
    known = {**given_by(settings), **result.values, **before}
    for earlier in one.program.algorithm.update:
        if earlier is kind:
            break
        known[earlier.line.target] = result.values[earlier.line.target]
    return known


def _total(one: Pass, result: Update) -> Floats:
    """The gradient summed over the batch, of which the result keeps only what it became."""
    divided = "count" in one.program.algorithm.update[0].line.reads
    total: Floats = result.reduced * result.count if divided else result.reduced
    return total
