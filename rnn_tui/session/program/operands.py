"""What the lines of a pass and its update read, by the names that stand in the code."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.update import Update, given_by, known_before
from rnn_tui.equations.network import OUTPUTS
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.ops import OpKind


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
