"""The derivations of the ops of a timestep, forward and backward."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnn_tui.session.derivation import Derivation, plain
from rnn_tui.session.expressions import Call, Expression, Number, Product, Quotient, Sum, dot
from rnn_tui.session.view import StepView

CERTAIN = 1e-6  # closer than this to 0 or 1, a loss is written from the logit, as it is computed


def _output(view: StepView, t: int, unit: int) -> tuple[int, int]:
    """An output unit, and which output stands at timestep t."""
    return unit % view.params.layout.output_size, view.known.output_index(t)


def _x(view: StepView, t: int, j: int) -> Derivation:
    j %= view.params.layout.input_size
    token, value = int(view.current.ids[t]), float(view.known.trace.x[t, j])
    name = f"E[{token},{j}]"
    formula = f"row {token} of E, that of “{view.current.tokens[t]}”"
    return Derivation("x", f"x[{t},{j}]", formula, Number(value, name), value)


def _xh(view: StepView, t: int, i: int) -> Derivation:
    x = view.known.trace.x[t]
    expression = dot(view.before["W_xh"][i], x, f"W_xh[{i},{{}}]", f"x[{t},{{}}]")
    return Derivation(
        "xh", f"xh[{t},{i}]", f"W_xh[{i}] · x_{t}", expression, float(view.known.trace.xh[t, i])
    )


def _hh(view: StepView, t: int, i: int) -> Derivation:
    trace = view.known.trace
    expression = dot(view.before["W_hh"][i], trace.h[t], f"W_hh[{i},{{}}]", f"h[{t - 1},{{}}]")
    return Derivation(
        "hh", f"hh[{t},{i}]", f"W_hh[{i}] · h_{t - 1}", expression, float(trace.hh[t, i])
    )


def _pre(view: StepView, t: int, i: int) -> Derivation:
    trace = view.known.trace
    parts = (
        Number(float(trace.xh[t, i]), f"xh[{t},{i}]"),
        Number(float(trace.hh[t, i]), f"hh[{t},{i}]"),
        Number(float(view.before["b_h"][i]), f"b_h[{i}]"),
    )
    return Derivation("pre", f"pre[{t},{i}]", "xh + hh + b_h", Sum(parts), float(trace.pre[t, i]))


def _h(view: StepView, t: int, i: int) -> Derivation:
    trace = view.known.trace
    name = view.network.activation.name
    expression = Call(name, Number(float(trace.pre[t, i]), f"pre[{t},{i}]"))
    return Derivation("h", f"h[{t},{i}]", f"{name}(pre)", expression, float(trace.h[t + 1, i]))


def _y(view: StepView, t: int, o: int) -> Derivation:
    o, k = _output(view, t, o)
    trace, params = view.known.trace, view.before
    products = dot(params["W_hy"][o], trace.h[t + 1], f"W_hy[{o},{{}}]", f"h[{t},{{}}]")
    expression = Sum((*products.parts, Number(float(params["b_y"][o]), f"b_y[{o}]")))
    return Derivation(
        "y", f"y[{t},{o}]", f"W_hy[{o}] · h_{t} + b_y", expression, float(trace.y[k, o])
    )


def _p(view: StepView, t: int, o: int) -> Derivation:
    o, k = _output(view, t, o)
    y, value = view.known.trace.y[k], float(view.known.trace.p[k, o])
    if view.network.head.name == "sigmoid":
        logit: Expression = Number(float(y[o]), f"y[{t},{o}]")
        return Derivation(
            "p", f"p[{t},{o}]", "σ(y) = 1 / (1 + e^−y)", Call("sigmoid", logit), value
        )
    top = float(y.max())
    shifted = tuple(
        Call("exp", Sum((Number(float(z), f"y[{t},{c}]"), Number(-top)))) for c, z in enumerate(y)
    )
    return Derivation(
        "p",
        f"p[{t},{o}]",
        "e^y / Σ e^y, y less its largest",
        Quotient(shifted[o], Sum(shifted)),
        value,
    )


def _loss(view: StepView, t: int, o: int) -> Derivation:
    _, k = _output(view, t, o)
    value = float(view.known.trace.losses[k])
    written = _sigmoid_loss if view.network.head.name == "sigmoid" else _softmax_loss
    formula, expression = written(view, t, k)
    return Derivation("loss", f"loss[{t}]", formula, expression, value)


def _sigmoid_loss(view: StepView, t: int, k: int) -> tuple[str, Expression]:
    trace, target = view.known.trace, view.current.targets[k]
    p, y = float(trace.p[k, 0]), float(trace.y[k, 0])
    formula = "−ln p, as the target is 1" if target else "−ln(1 − p), as the target is 0"
    if not CERTAIN < p < 1 - CERTAIN:
        return formula, Call("softplus", Number(-y if target else y, f"y[{t},0]"))
    name = "minus ln" if target else "minus ln of the rest"
    return formula, Call(name, Number(p, f"p[{t},0]"))


def _softmax_loss(view: StepView, t: int, k: int) -> tuple[str, Expression]:
    trace, target = view.known.trace, view.current.targets[k]
    p, y = float(trace.p[k, target]), trace.y[k]
    if CERTAIN < p < 1 - CERTAIN:
        return f"−ln p[{target}]", Call("minus ln", Number(p, f"p[{t},{target}]"))
    others = tuple(
        Number(float(z - y[target]), f"y[{t},{c}] − y[{t},{target}]")
        for c, z in enumerate(y)
        if c != target
    )
    rest = Sum(tuple(Call("exp", other) for other in others))
    return f"−ln p[{target}]", Call("log of one more", rest)


def _dy(view: StepView, t: int, o: int) -> Derivation:
    o, k = _output(view, t, o)
    trace = view.known.trace
    wanted = view.network.head.target(np.asarray(view.current.targets[k]), trace.y.shape[1])
    parts = (Number(float(trace.p[k, o]), f"p[{t},{o}]"), Number(-float(wanted[o]), "target"))
    return Derivation("dy", f"dy[{t},{o}]", "p − target", Sum(parts), float(trace.dy[k, o]))


def _dh_local(view: StepView, t: int, i: int) -> Derivation:
    _, k = _output(view, t, 0)
    trace = view.known.trace
    expression = dot(view.before["W_hy"][:, i], trace.dy[k], f"W_hy[{{}},{i}]", f"dy[{t},{{}}]")
    return Derivation(
        "dh_local",
        f"dh_local[{t},{i}]",
        f"W_hyᵀ[{i}] · dy",
        expression,
        float(trace.dh_local[t, i]),
    )


def _dh(view: StepView, t: int, i: int) -> Derivation:
    trace = view.known.trace
    parts = (
        Number(float(trace.dh_local[t, i]), f"dh_local[{t},{i}]"),
        Number(float(trace.dh_next[t + 1, i]), f"dh_next[{t + 1},{i}]"),
    )
    formula = "dh_local + dh_next: from this output, from the future"
    return Derivation("dh", f"dh[{t},{i}]", formula, Sum(parts), float(trace.dh[t, i]))


def _delta(view: StepView, t: int, i: int) -> Derivation:
    trace, activation = view.known.trace, view.network.activation
    slope = Call(f"slope of {activation.name}", Number(float(trace.h[t + 1, i]), f"h[{t},{i}]"))
    expression = Product((Number(float(trace.dh[t, i]), f"dh[{t},{i}]"), slope))
    return Derivation(
        "delta", f"delta[{t},{i}]", f"dh · ({activation.slope_formula})", expression,
        float(trace.delta[t, i]),
    )  # fmt: skip


def _dh_next(view: StepView, t: int, i: int) -> Derivation:
    trace, net = view.known.trace, view.network
    row = net.recurrence(view.before)[i]
    left = f"W_hh[{{}},{i}]" if net.transposed else f"W_hh[{i},{{}}]"
    expression = dot(row, trace.delta[t], left, f"delta[{t},{{}}]")
    matrix = "W_hhᵀ" if net.transposed else "W_hh"
    formula = f"{matrix}[{i}] · delta_{t}, for the state before"
    value = float(trace.dh_next[t, i])
    return Derivation("dh_next", f"dh_next[{t},{i}]", formula, expression, value)


def _dE(view: StepView, t: int, j: int) -> Derivation:
    j %= view.params.layout.input_size
    token, known = int(view.current.ids[t]), view.known
    column = view.before["W_xh"][:, j]
    products = dot(column, known.trace.delta[t], f"W_xh[{{}},{j}]", f"delta[{t},{{}}]")
    before = Number(float(known.accumulated("dE", t + 1)[token, j]), "dE")
    expression = Sum((before, *products.parts))
    formula = f"so far + W_xhᵀ[{j}] · delta_{t}, in the row of “{view.current.tokens[t]}”"
    value = float(known.accumulated("dE", t)[token, j])
    return Derivation("dE", f"dE[{token},{j}]", formula, expression, value)


def _grown(op: str, gradient: str, column: str) -> Callable[[StepView, int, int], Derivation]:
    """A gradient accumulator's row: what it held, plus the outer product of this timestep."""

    def derivation(view: StepView, t: int, unit: int) -> Derivation:
        trace, known = view.known.trace, view.known
        if gradient == "dy":
            row, k = _output(view, t, unit)
            scale = float(trace.dy[k, row])
        else:
            row, scale = unit, float(trace.delta[t, unit])
        value = known.accumulated(op, t)[row]
        before = known.accumulated(op, t + 1)[row]
        factor: Expression = Number(scale, f"{gradient}[{t},{row}]")
        formula = f"+ {gradient}"
        if column:
            vectors = {"x": trace.x[t], "h": trace.h[t + 1], "h_prev": trace.h[t]}
            place = {"x": f"x_{t}", "h": f"h_{t}", "h_prev": f"h_{t - 1}"}[column]
            factor = Product((factor, Number(vectors[column], place)))
            formula = f"+ {gradient} · {place}ᵀ"
        parts = (Number(plain(before), op), factor)
        return Derivation(op, f"{op}[{row}]", f"so far {formula}", Sum(parts), plain(value))

    return derivation


STEPS: dict[str, Callable[[StepView, int, int], Derivation]] = {
    "x": _x,
    "xh": _xh,
    "hh": _hh,
    "pre": _pre,
    "h": _h,
    "y": _y,
    "p": _p,
    "loss": _loss,
    "dy": _dy,
    "dW_hy": _grown("dW_hy", "dy", "h"),
    "db_y": _grown("db_y", "dy", ""),
    "dh_local": _dh_local,
    "dh": _dh,
    "delta": _delta,
    "dW_xh": _grown("dW_xh", "delta", "x"),
    "dW_hh": _grown("dW_hh", "delta", "h_prev"),
    "db_h": _grown("db_h", "delta", ""),
    "dE": _dE,
    "dh_next": _dh_next,
}
