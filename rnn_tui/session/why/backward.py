"""The derivations of BPTT: one number of an op at a timestep, and the gradients it adds up."""

from __future__ import annotations

import numpy as np

from rnn_tui.engine.checks.faults import NO_DH_NEXT, NO_SLOPE
from rnn_tui.session.passes import Pass
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import (
    Call,
    Expression,
    Negative,
    Number,
    Product,
    Sum,
    dot,
)
from rnn_tui.session.why.forward import Derive, own_name, weight


def _dy(bench: Pass, t: int, o: int) -> Derivation:
    trace, k = bench.known.trace, bench.known.output_index(t)
    wanted = bench.network.head.target(np.asarray(bench.current.targets[k]), trace.y.shape[1])
    less = Negative(Number(float(wanted[o]), f"target[{t},{o}]"))
    parts = (Number(float(trace.p[k, o]), f"p[{t},{o}]"), less)
    return Derivation("dy", f"dy[{t},{o}]", "p − target", Sum(parts), float(trace.dy[k, o]))


def _dh_local(bench: Pass, t: int, i: int) -> Derivation:
    trace, value = bench.known.trace, float(bench.known.trace.dh_local[t, i])
    if not bench.program.has_output(t):
        formula = f"no output at t = {t}, so no loss of its own"
        return Derivation("", f"dh_local[{t},{i}]", formula, Number(value), value)
    ref, dy = weight(bench, "W_hy", f"{{}},{i}"), trace.dy[bench.known.output_index(t)]
    expression = dot(bench.before.W_hy[:, i], dy, ref, f"dy[{t},{{}}]")
    return Derivation("dh_local", f"dh_local[{t},{i}]", f"W_hyᵀ[{i}] · dy", expression, value)


def _dh(bench: Pass, t: int, i: int) -> Derivation:
    trace = bench.known.trace
    local = Number(float(trace.dh_local[t, i]), f"dh_local[{t},{i}]")
    future = Number(float(trace.dh_next[t + 1, i]), f"dh_next[{t + 1},{i}]")
    parts: tuple[Number, ...] = (local, future)
    formula = "dh_local + dh_next: from this output, from the future"
    if bench.network.fault is NO_DH_NEXT:
        parts, formula = (local,), "dh_local"
    return Derivation("dh", f"dh[{t},{i}]", formula, Sum(parts), float(trace.dh[t, i]))


def _delta(bench: Pass, t: int, i: int) -> Derivation:
    trace, value = bench.known.trace, float(bench.known.trace.delta[t, i])
    if trace.held[t, i]:
        formula = f"0, as h[{t},{i}] was put in by hand: nothing goes back to what made it"
        return Derivation("delta", f"delta[{t},{i}]", formula, Number(value), value)
    dh = Number(float(trace.dh[t, i]), f"dh[{t},{i}]")
    expression: Expression = Product((dh, slope_of(bench, t, i)))
    formula = f"dh · ({bench.network.activation.slope_formula})"
    if bench.network.fault is NO_SLOPE:
        expression, formula = dh, "dh"
    return Derivation("delta", f"delta[{t},{i}]", formula, expression, value)


def slope_of(bench: Pass, t: int, i: int) -> Expression:
    """f′ of a unit at a timestep, from its state."""
    if bench.known.trace.held[t, i]:
        return Number(0.0, label="0, as h was put in by hand")
    if bench.network.fault is NO_SLOPE:
        return Number(1.0, label="1, no slope")
    h = Number(float(bench.known.trace.h[t + 1, i]), f"h[{t},{i}]")
    return Call(f"slope of {bench.network.activation.name}", h)


def _dh_next(bench: Pass, t: int, i: int) -> Derivation:
    trace, net = bench.known.trace, bench.network
    value = float(trace.dh_next[t, i])
    if t == bench.current.length:
        formula = "nothing comes from beyond the last token"
        return Derivation("", f"dh_next[{t},{i}]", formula, Number(value), value)
    name = own_name(bench, "W_hh", t)
    row = net.recurrence(bench.before.cell_at(bench.current.encodes(t)))[i]
    left = weight(bench, name, f"{{}},{i}" if net.transposed else f"{i},{{}}")
    expression = dot(row, trace.delta[t], left, f"delta[{t},{{}}]")
    matrix = f"{name}ᵀ" if net.transposed else name
    formula = f"{matrix}[{i}] · delta_{t}, for the state before"
    return Derivation("dh_next", f"dh_next[{t},{i}]", formula, expression, value)


BACKWARD: dict[str, Derive] = {
    "dy": _dy,
    "dh_local": _dh_local,
    "dh": _dh,
    "delta": _delta,
    "dh_next": _dh_next,
}
