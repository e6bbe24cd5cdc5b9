"""The derivations of what the gradient tables show of the whole way back: slopes, Jacobians."""

from __future__ import annotations

import ast
from collections.abc import Callable

import numpy as np

from rnn_tui.engine.passes.carrying import Carrier
from rnn_tui.engine.spectrum.ledger import factors, ledger
from rnn_tui.equations.norms import l2_norm
from rnn_tui.session.passes import Pass
from rnn_tui.session.why import jacobians
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import (
    Call,
    Expression,
    Number,
    Quotient,
    Sum,
    given,
)
from rnn_tui.session.why.lines import LineAt

Derive = Callable[[Pass, int], Derivation]


def _slope(pass_: Pass, t: int) -> Derivation:
    activation, H = pass_.network.layers[-1].activation, pass_.before.layout.hidden_size
    parts = (_slope_of(pass_, t, i) for i in range(H))
    expression = Quotient(Sum(tuple(parts)), Number(float(H), label="units"))
    value = float(factors(pass_.known.trace).slope[t])
    formula = f"the mean over the units of {activation.slope_formula}"
    return Derivation("h", f"slope[{t}]", formula, expression, value)


def _slope_of(pass_: Pass, t: int, i: int) -> Expression:
    """f′ of a unit at a timestep, as the line has it that goes back through the activation."""
    if pass_.known.trace.held[t, i]:
        return given(0.0, "0: h was set by hand")
    back = pass_.program.algorithm.backward[pass_.program.encodes(t)]  # also of texts without label
    lines = (kind for kind in back if kind.part == "layer")
    kind = next((kind for kind in lines if "slope" in kind.line.functions), None)
    if kind is None:
        return given(1.0, "1, no slope")
    (call,) = (
        node
        for node in ast.walk(kind.line.value)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "slope"
    )
    return LineAt(pass_, kind, t).expression(call, (i,))


MEASURES: dict[str, Derive] = {
    "slope": _slope,
    "jacobian": jacobians.norm,
    "radius": jacobians.radius,
    "reach": jacobians.reach,
}


def share(pass_: Pass, k: int, t: int) -> Derivation:
    """‖dL_k/dh_t‖ of the loss at timestep k alone, sent back on its own from there."""
    trace, net, layout = pass_.known.trace, pass_.network, pass_.before.layout
    way = Carrier(trace)
    reached = sent = np.zeros((way.size, 1))
    for s in range(k, t - 1, -1):
        local = trace.dh_local[s][:, None] if s == k else np.zeros((layout.hidden_size, 1))
        reached, sent = way.back(s, local, sent)
    vector = net.read_from(reached.T, layout)[0]
    formula = (
        f"√ Σ over the units, of the gradient of the loss at {k} alone, {k - t} timesteps back"
    )
    parts = (
        Call("square", Number(float(v), label=f"dL_{k}/dh[{t},{i}]")) for i, v in enumerate(vector)
    )
    found = ledger(trace)
    beyond = t < found.first
    value = float(l2_norm(vector)) if beyond else found.norm(pass_.known.output_index(k), t)
    return Derivation("dh", f"ledger[{k},{t}]", formula, Call("sqrt", Sum(tuple(parts))), value)
