"""The derivations of gradients: what a timestep adds, for its op; for the number, the whole sum."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.characters import visible
from rnn_tui.engine.checks.faults import NO_ACCUMULATION, SHIFTED_STATE
from rnn_tui.experiments import ENCODER_OF
from rnn_tui.session.passes import Pass
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import (
    Expression,
    Number,
    Product,
    Sum,
    dot,
    plain,
)
from rnn_tui.session.why.forward import Derive, own_name, weight


def _grown(op: str, gradient: str, column: str) -> Derive:
    """A gradient accumulator's row: what it held, plus the outer product of this timestep."""

    def derivation(bench: Pass, t: int, row: int) -> Derivation:
        trace, known = bench.known.trace, bench.known
        source = trace.dy[known.output_index(t)] if gradient == "dy" else trace.delta[t]
        factor: Expression = Number(float(source[row]), f"{gradient}[{t},{row}]")
        formula = f"+ {gradient}"
        vector = "h" if op.startswith("dW_hh") and bench.network.fault is SHIFTED_STATE else column
        if vector:
            vectors = {"x": trace.x[t], "h": trace.h[t + 1], "h_prev": trace.h[t]}
            place = {"x": f"x_{t}", "h": f"h_{t}", "h_prev": f"h_{t - 1}"}[vector]
            factor = Product((factor, Number(vectors[vector], label=place)))
            formula = f"+ {gradient} · {place}ᵀ"
        before = plain(known.accumulated(op, t + 1)[row])
        value = plain(known.accumulated(op, t)[row])
        if op.startswith("dW_hh") and bench.network.fault is NO_ACCUMULATION:
            return Derivation(op, f"{op}[{row}]", formula.removeprefix("+ "), factor, value)
        parts = (Number(before, label=f"{op}[{row}] so far"), factor)
        return Derivation(op, f"{op}[{row}]", f"so far {formula}", Sum(parts), value)

    return derivation


def _grown_embedding(bench: Pass, t: int, j: int) -> Derivation:
    token, known = int(bench.current.ids[t]), bench.known
    products = _of_input(bench, t, j)
    before = Number(float(known.accumulated("dE", t + 1)[token, j]), label="so far")
    name, word = own_name(bench, "W_xh", t), visible(bench.current.tokens[t])
    formula = f"so far + {name}ᵀ[{j}] · delta_{t}, in the row of “{word}”"
    value = float(known.accumulated("dE", t)[token, j])
    return Derivation("dE", f"dE[{token},{j}]", formula, Sum((before, *products)), value)


def _of_input(bench: Pass, t: int, j: int) -> Sequence[Expression]:
    """The products that make dL/dx[t,j]."""
    name = own_name(bench, "W_xh", t)
    ref = weight(bench, name, f"{{}},{j}")
    delta = bench.known.trace.delta[t]
    return dot(bench.before[name][:, j], delta, ref, f"delta[{t},{{}}]").parts


GROWING: dict[str, Derive] = {
    "dW_hy": _grown("dW_hy", "dy", "h"),
    "db_y": _grown("db_y", "dy", ""),
    "dW_xh": _grown("dW_xh", "delta", "x"),
    "dW_hh": _grown("dW_hh", "delta", "h_prev"),
    "db_h": _grown("db_h", "delta", ""),
    "dW_xh_enc": _grown("dW_xh_enc", "delta", "x"),
    "dW_hh_enc": _grown("dW_hh_enc", "delta", "h_prev"),
    "db_h_enc": _grown("db_h_enc", "delta", ""),
    "dE": _grown_embedding,
}


def gradient(bench: Pass, name: str, index: tuple[int, ...]) -> Derivation:
    """dL/dθ of one weight, as far as BPTT has come: its sum over the timesteps that use it."""
    op, known = f"d{name}", bench.known
    reached = [t for t in reversed(range(bench.current.length)) if known.has(op, t)]
    if name.startswith("W_hh") and bench.network.fault is NO_ACCUMULATION:
        reached = reached[-1:]
    parts: list[Expression] = []
    for t in reached:
        parts += _added(bench, name, t, index)
    formula = _sum_formula(name, reached, bench)
    value = float(known.accumulated(op, reached[-1])[index])
    written = ",".join(map(str, index))
    return Derivation(op, f"{op}[{written}]", formula, Sum(tuple(parts)), value)


def _added(bench: Pass, name: str, t: int, index: tuple[int, ...]) -> Sequence[Expression]:
    """What timestep t adds to a weight's gradient; of an embedding, nothing to other tokens'."""
    trace, i = bench.known.trace, index[0]
    if name == "E":
        if int(bench.current.ids[t]) != i:
            return ()
        return _of_input(bench, t, index[1])
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
    }[name.removesuffix("_enc")]
    return (Product((source, Number(float(vector[j]), ref))),)


def _sum_formula(name: str, reached: list[int], bench: Pass) -> str:
    terms = {
        "W_xh": "delta · x_t", "W_hh": "delta · h_t-1", "b_h": "delta", "W_hy": "dy · h_t",
        "b_y": "dy", "E": "W_xhᵀ · delta, wherever the token stands",
    }  # fmt: skip
    encoder, first, whose = bench.current.encoder_length, 0, ""
    if name in ("W_hy", "b_y"):
        first = bench.current.outputs[0]
    elif encoder and name != "E":
        own = name in ENCODER_OF.values()
        first, whose = (0, "the encoder's ") if own else (encoder, "the decoder's ")
    far = "" if reached[-1] == first else f", so far from t = {reached[0]} to {reached[-1]}"
    return f"Σ over {whose}timesteps of {terms[name.removesuffix('_enc')]}{far}"
