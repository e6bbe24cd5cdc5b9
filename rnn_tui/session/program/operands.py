"""What an op works on and what it makes, by the names that stand in its line of code."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.checks.faults import NO_MEAN, in_place_of
from rnn_tui.engine.optimizers.update import Update
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.ops import Op
from rnn_tui.session.program.source import line_of, names_on
from rnn_tui.session.why.forward import own_name


class Named(NamedTuple):
    """A variable of the running code, a scalar or an array."""

    name: str
    value: Floats


class CodeLine(NamedTuple):
    """The variables that an op's line reads, in its order, and what it made."""

    operands: tuple[Named, ...]
    result: Named


Finder = Callable[[Pass, int], Floats]


def _of_trace(array: str, ahead: int = 0) -> Finder:
    def find(bench: Pass, t: int) -> Floats:
        found: Floats = getattr(bench.known.trace, array)[t + ahead]
        return found

    return find


def _of_output(array: str) -> Finder:
    def find(bench: Pass, t: int) -> Floats:
        found: Floats = getattr(bench.known.trace, array)[bench.known.output_index(t)]
        return found

    return find


def _parameter(name: str) -> Finder:
    return lambda bench, t: bench.before.cell_at(bench.current.encodes(t))[name]


def _so_far(name: str) -> Finder:
    """A gradient before this timestep added to it."""
    return lambda bench, t: bench.known.accumulated(f"d{own_name(bench, name[1:], t)}", t + 1)


def _token(bench: Pass, t: int) -> Floats:
    return np.asarray(bench.current.ids[t], float)


def _target(bench: Pass, t: int) -> Floats:
    return np.asarray(bench.current.targets[bench.known.output_index(t)], float)


_VARIABLES: dict[str, Finder] = {
    "params.E": _parameter("E"),
    "params.W_xh": _parameter("W_xh"),
    "params.W_hh": _parameter("W_hh"),
    "params.b_h": _parameter("b_h"),
    "params.W_hy": _parameter("W_hy"),
    "params.b_y": _parameter("b_y"),
    "token": _token,
    "target": _target,
    "x_t": _of_trace("x"),
    "h_prev": _of_trace("h"),
    "xh": _of_trace("xh"),
    "hh": _of_trace("hh"),
    "pre": _of_trace("pre"),
    "h_t": _of_trace("h", 1),
    "y": _of_output("y"),
    "p": _of_output("p"),
    "dy": _of_output("dy"),
    "dh_local": _of_trace("dh_local"),
    "dh_next": _of_trace("dh_next", 1),
    "dh": _of_trace("dh"),
    "delta": _of_trace("delta"),
    "grads.W_hy": _so_far("dW_hy"),
    "grads.b_y": _so_far("db_y"),
    "grads.W_xh": _so_far("dW_xh"),
    "grads.W_hh": _so_far("dW_hh"),
    "grads.b_h": _so_far("db_h"),
    "grads.E": _so_far("dE"),
}


def line_of_op(bench: Pass, op: Op) -> CodeLine:
    """The state of an op's line after it ran. Raises LookupError for one that hasn't.

    Which variables stand in it is read off the code itself, a bug that is in it included.
    """
    function = in_place_of(op.kind.function, bench.network.fault)
    names = names_on(function, line_of(op.kind))
    with np.errstate(all="ignore"):
        if op.t is None:
            return _of_update(bench, op, names)
        value = bench.known.get(op.name, op.t)
        if value is None:
            raise LookupError(op.name)
        operands = [Named(one, _VARIABLES[one](bench, op.t)) for one in names if one in _VARIABLES]
    return CodeLine(tuple(operands), Named(op.kind.target, _scalar(op.name, value)))


def _scalar(name: str, value: Floats) -> Floats:
    """A loss is one number, which stands as a row of one."""
    return np.asarray(value[0]) if name == "loss" else value


def _of_update(bench: Pass, op: Op, names: tuple[str, ...]) -> CodeLine:
    value, result = bench.update_value(op.name), bench.update_result
    if value is None or result is None:
        raise LookupError(op.name)
    variables: dict[str, Floats | float] = {
        "total": _total(bench, result),
        "count": result.count,
        "reduced": result.reduced,
        "gradient": result.gradient,
        "grad_norm": result.grad_norm,
        "k": bench.update + 1,
        "settings.momentum": bench.experiment.training.momentum,
        "velocity": bench.velocity_before if op.name == "velocity" else result.velocity,
        "learning_rate": result.learning_rate,
        "step": result.step,
        "params.flat": bench.before.flat,
    }
    operands = [Named(one, np.asarray(variables[one], float)) for one in names if one in variables]
    return CodeLine(tuple(operands), Named(op.kind.target, np.asarray(value, float)))


def _total(bench: Pass, result: Update) -> Floats:
    """The gradient summed over the batch, of which the result keeps only what it became."""
    mean = bench.experiment.training.reduction == "mean" and bench.network.fault is not NO_MEAN
    total: Floats = result.reduced * result.count if mean else result.reduced
    return total
