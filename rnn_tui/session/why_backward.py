"""The derivations of BPTT: one number of an op at a timestep, and the gradients it adds up."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.faults import NO_ACCUMULATION, NO_DH_NEXT, NO_SLOPE, SHIFTED_STATE
from rnn_tui.engine.ledger import factors, ledger
from rnn_tui.engine.norms import l2_norm
from rnn_tui.session.derivation import Derivation
from rnn_tui.session.expressions import (
    Call,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    dot,
    norm,
    plain,
)
from rnn_tui.session.passes import Pass
from rnn_tui.session.why_forward import Derive, weight

CUT = (
    "Truncated BPTT: the gradient that reaches the state before this chunk is dropped, as the "
    "text before it is not looked at again. So the network learns nothing about what it should "
    "have remembered from there, though the state itself is carried on."
)


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
    expression: Expression = Product((dh, _slope_of(bench, t, i)))
    formula = f"dh · ({bench.network.activation.slope_formula})"
    if bench.network.fault is NO_SLOPE:
        expression, formula = dh, "dh"
    return Derivation("delta", f"delta[{t},{i}]", formula, expression, value)


def _slope_of(bench: Pass, t: int, i: int) -> Expression:
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
    row = net.recurrence(bench.before)[i]
    left = weight(bench, "W_hh", f"{{}},{i}" if net.transposed else f"{i},{{}}")
    expression = dot(row, trace.delta[t], left, f"delta[{t},{{}}]")
    matrix = "W_hhᵀ" if net.transposed else "W_hh"
    formula = f"{matrix}[{i}] · delta_{t}, for the state before"
    return Derivation("dh_next", f"dh_next[{t},{i}]", formula, expression, value)


BACKWARD: dict[str, Derive] = {
    "dy": _dy,
    "dh_local": _dh_local,
    "dh": _dh,
    "delta": _delta,
    "dh_next": _dh_next,
}


# Gradients: what a timestep adds, for the op; and the sum over timesteps, for the number


def _grown(op: str, gradient: str, column: str) -> Derive:
    """A gradient accumulator's row: what it held, plus the outer product of this timestep."""

    def derivation(bench: Pass, t: int, row: int) -> Derivation:
        trace, known = bench.known.trace, bench.known
        source = trace.dy[known.output_index(t)] if gradient == "dy" else trace.delta[t]
        factor: Expression = Number(float(source[row]), f"{gradient}[{t},{row}]")
        formula = f"+ {gradient}"
        vector = "h" if op == "dW_hh" and bench.network.fault is SHIFTED_STATE else column
        if vector:
            vectors = {"x": trace.x[t], "h": trace.h[t + 1], "h_prev": trace.h[t]}
            place = {"x": f"x_{t}", "h": f"h_{t}", "h_prev": f"h_{t - 1}"}[vector]
            factor = Product((factor, Number(vectors[vector], label=place)))
            formula = f"+ {gradient} · {place}ᵀ"
        before = plain(known.accumulated(op, t + 1)[row])
        value = plain(known.accumulated(op, t)[row])
        if op == "dW_hh" and bench.network.fault is NO_ACCUMULATION:
            return Derivation(op, f"{op}[{row}]", formula.removeprefix("+ "), factor, value)
        parts = (Number(before, label=f"{op}[{row}] so far"), factor)
        return Derivation(op, f"{op}[{row}]", f"so far {formula}", Sum(parts), value)

    return derivation


def _grown_embedding(bench: Pass, t: int, j: int) -> Derivation:
    token, known = int(bench.current.ids[t]), bench.known
    ref = weight(bench, "W_xh", f"{{}},{j}")
    products = dot(bench.before.W_xh[:, j], known.trace.delta[t], ref, f"delta[{t},{{}}]")
    before = Number(float(known.accumulated("dE", t + 1)[token, j]), label="so far")
    formula = f"so far + W_xhᵀ[{j}] · delta_{t}, in the row of “{bench.current.tokens[t]}”"
    value = float(known.accumulated("dE", t)[token, j])
    return Derivation("dE", f"dE[{token},{j}]", formula, Sum((before, *products.parts)), value)


GROWING: dict[str, Derive] = {
    "dW_hy": _grown("dW_hy", "dy", "h"),
    "db_y": _grown("db_y", "dy", ""),
    "dW_xh": _grown("dW_xh", "delta", "x"),
    "dW_hh": _grown("dW_hh", "delta", "h_prev"),
    "db_h": _grown("db_h", "delta", ""),
    "dE": _grown_embedding,
}


def gradient(bench: Pass, name: str, index: tuple[int, ...]) -> Derivation:
    """dL/dθ of one weight, as far as BPTT has come: its sum over the timesteps."""
    op, known = f"d{name}", bench.known
    reached = [t for t in reversed(range(bench.current.length)) if known.has(op, t)]
    if name == "W_hh" and bench.network.fault is NO_ACCUMULATION:
        reached = reached[-1:]
    parts: list[Expression] = []
    for t in reached:
        parts += _added(bench, name, t, index)
    formula = _sum_formula(name, reached, bench)
    value = float(known.accumulated(op, reached[-1])[index])
    written = ",".join(map(str, index))
    return Derivation(op, f"{op}[{written}]", formula, Sum(tuple(parts)), value)


def _added(bench: Pass, name: str, t: int, index: tuple[int, ...]) -> tuple[Expression, ...]:
    """What timestep t adds to a weight's gradient; of an embedding, nothing to other tokens'."""
    trace, i = bench.known.trace, index[0]
    if name == "E":
        if int(bench.current.ids[t]) != i:
            return ()
        ref = weight(bench, "W_xh", f"{{}},{index[1]}")
        return dot(bench.before.W_xh[:, index[1]], trace.delta[t], ref, f"delta[{t},{{}}]").parts
    if name in ("W_hy", "b_y"):
        source = Number(float(trace.dy[bench.known.output_index(t), i]), f"dy[{t},{i}]")
    else:
        source = Number(float(trace.delta[t, i]), f"delta[{t},{i}]")
    if len(index) == 1:
        return (source,)
    j = index[1]
    back = 0 if bench.network.fault is SHIFTED_STATE else 1  # how far W_hh looks back
    vector, ref = {
        "W_xh": (trace.x[t], f"x[{t},{j}]"),
        "W_hh": (trace.h[t + 1 - back], f"h[{t - back},{j}]"),
        "W_hy": (trace.h[t + 1], f"h[{t},{j}]"),
    }[name]
    return (Product((source, Number(float(vector[j]), ref))),)


def _sum_formula(name: str, reached: list[int], bench: Pass) -> str:
    terms = {
        "W_xh": "delta · x_t", "W_hh": "delta · h_t-1", "b_h": "delta", "W_hy": "dy · h_t",
        "b_y": "dy", "E": "W_xhᵀ · delta, wherever the token stands",
    }  # fmt: skip
    first = bench.current.outputs[0] if name in ("W_hy", "b_y") else 0
    far = "" if reached[-1] == first else f", so far from t = {reached[0]} to {reached[-1]}"
    return f"Σ over timesteps of {terms[name]}{far}"


# What the gradient tables show


def _norm_of(name: str, formula: str, vector: Callable[[Pass, int], Floats], ref: str) -> Derive:
    def derivation(bench: Pass, t: int, _: int) -> Derivation:
        values = vector(bench, t)
        address = ref.format(t=t, next=t + 1, i="{}")
        value = float(l2_norm(values))
        note = CUT if name == "sent_norm" and t == 0 and bench.carried else ""
        return Derivation("dh", f"{name}[{t}]", formula, norm(values, address), value, note)

    return derivation


def _decay(bench: Pass, t: int, _: int) -> Derivation:
    norms, last = bench.known.trace.dh_norm, bench.current.length - 1
    above, below = (Number(float(norms[s]), f"dh_norm[{s}]") for s in (t, last))
    value = float(bench.known.trace.decay[t])
    formula = "‖dh‖ here against the last state's"
    return Derivation("dh", f"decay[{t}]", formula, Quotient(above, below), value)


def _slope(bench: Pass, t: int, _: int) -> Derivation:
    activation, H = bench.network.activation, bench.before.layout.hidden_size
    parts = (_slope_of(bench, t, i) for i in range(H))
    expression = Quotient(Sum(tuple(parts)), Number(float(H), label="units"))
    value = float(factors(bench.known.trace).slope[t])
    formula = f"the mean over the units of {activation.slope_formula}"
    return Derivation("h", f"slope[{t}]", formula, expression, value)


def _jacobian(bench: Pass, t: int, _: int) -> Derivation:
    value = float(factors(bench.known.trace).jacobian[t])
    formula = f"the largest singular value of diag(f′(pre_{t})) · W_hh"
    note = "How much one step back can stretch a gradient at most."
    return Derivation("", f"jacobian[{t}]", formula, Number(value), value, note)


def _reach(bench: Pass, t: int, _: int) -> Derivation:
    value, last = float(factors(bench.known.trace).product[t]), bench.current.length - 1
    formula = f"the largest singular value of the Jacobians of {last} … {t + 1}, multiplied"
    if t == last:
        formula = "1: the last state, from where the way back begins"
    return Derivation("", f"reach[{t}]", formula, Number(value), value)


MEASURES: dict[str, Derive] = {
    "dh_norm": _norm_of(
        "dh_norm", "√ Σ dh², over the units", lambda b, t: b.known.trace.dh[t], "dh[{t},{i}]"
    ),
    "local_norm": _norm_of(
        "local_norm", "√ Σ dh_local²", lambda b, t: b.known.trace.dh_local[t], "dh_local[{t},{i}]"
    ),
    "future_norm": _norm_of(
        "future_norm", "√ Σ dh_next²", lambda b, t: b.known.trace.dh_next[t + 1],
        "dh_next[{next},{i}]",
    ),
    "sent_norm": _norm_of(
        "sent_norm", "√ Σ dh_next²", lambda b, t: b.known.trace.dh_next[t], "dh_next[{t},{i}]"
    ),
    "decay": _decay,
    "slope": _slope,
    "jacobian": _jacobian,
    "reach": _reach,
}  # fmt: skip


def share(bench: Pass, k: int, t: int) -> Derivation:
    """‖dL_k/dh_t‖ of the loss at timestep k alone, sent back on its own from there."""
    trace, net = bench.known.trace, bench.network
    vector = trace.dh_local[k]
    carry = net.passed_on(bench.before)
    for s in range(k, t, -1):
        slope = np.where(trace.held[s], 0.0, net.slope(trace.h[s + 1]))
        vector = carry @ (vector * slope)
    formula = f"√ Σ over the units, of the loss at {k} alone, sent back {k - t} steps"
    parts = (
        Call("square", Number(float(v), label=f"dL_{k}/dh[{t},{i}]")) for i, v in enumerate(vector)
    )
    value = float(ledger(trace).norms[bench.known.output_index(k), t])
    return Derivation("dh", f"ledger[{k},{t}]", formula, Call("sqrt", Sum(tuple(parts))), value)
