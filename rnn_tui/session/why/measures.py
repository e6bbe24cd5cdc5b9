"""The derivations of what the gradient tables show of the whole way back: slopes, Jacobians."""

from __future__ import annotations

import ast
from collections.abc import Callable

import numpy as np

from rnn_tui.engine.passes.carrying import Carrier
from rnn_tui.engine.spectrum.ledger import factors, ledger, stretch
from rnn_tui.equations.norms import l2_norm
from rnn_tui.session.moment import Refused
from rnn_tui.session.passes import Pass
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import (
    Call,
    Expression,
    Number,
    Quotient,
    Sum,
)
from rnn_tui.session.why.lines import LineAt
from rnn_tui.session.why.spectra import radius
from rnn_tui.session.why.state_norms import AT_THE_END

Derive = Callable[[Pass, int, int], Derivation]


def _slope(pass_: Pass, t: int, _: int) -> Derivation:
    activation, H = pass_.network.layers[-1].activation, pass_.before.layout.hidden_size
    parts = (_slope_of(pass_, t, i) for i in range(H))
    expression = Quotient(Sum(tuple(parts)), Number(float(H), label="units"))
    value = float(factors(pass_.known.trace).slope[t])
    formula = f"the mean over the units of {activation.slope_formula}"
    return Derivation("h", f"slope[{t}]", formula, expression, value)


def _slope_of(pass_: Pass, t: int, i: int) -> Expression:
    """f′ of a unit at a timestep, as the line has it that goes back through the activation."""
    if pass_.known.trace.held[t, i]:
        return Number(0.0, label="0: h was set by hand")
    back = pass_.program.algorithm.backward[pass_.program.encodes(t)]  # also of texts without label
    lines = (kind for kind in back if kind.part == "layer")
    kind = next((kind for kind in lines if "slope" in kind.line.functions), None)
    if kind is None:
        return Number(1.0, label="1, no slope")
    (call,) = (
        node
        for node in ast.walk(kind.line.value)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "slope"
    )
    return LineAt(pass_, kind, t).expression(call, (i,))


def _jacobian(pass_: Pass, t: int, _: int) -> Derivation:
    value = stretch(pass_.known.trace, t)
    formula = f"the largest singular value of ∂h_{t}/∂h_{t - 1}"
    note = "The largest factor of a single step back."
    return Derivation("", f"jacobian[{t}]", formula, Number(value), value, note)


def _reach(pass_: Pass, t: int, _: int) -> Derivation:
    found, last = factors(pass_.known.trace), pass_.current.length - 1
    if t < found.first:
        raise Refused(
            f"reach[{t}] would take {last - t} products of {pass_.before.layout.hidden_size} × "
            f"{pass_.before.layout.hidden_size} numbers; computed back to t = {found.first}"
        )
    value = float(found.product[t])
    formula = f"the largest singular value of the Jacobians of {last} … {t + 1}, multiplied"
    if t == last:
        formula = AT_THE_END
    note = "At most this share of a gradient is left here; how much, depends on its direction."
    return Derivation("", f"reach[{t}]", formula, Number(value), value, note)


def _radius(pass_: Pass, t: int, _: int) -> Derivation:
    with np.errstate(all="ignore"):
        step = Carrier(pass_.known.trace).jacobian(t)
    states = " and ".join(pass_.network.layers[-1].cell.states)
    of = f"the Jacobian of timestep {t}, of all {states}"
    note = "Above 1 a gradient can grow with each step back, below 1 it vanishes."
    return radius(f"radius[{t}]", step, "the Jacobian", of, note)


MEASURES: dict[str, Derive] = {
    "slope": _slope, "jacobian": _jacobian, "radius": _radius, "reach": _reach,
}  # fmt: skip


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
