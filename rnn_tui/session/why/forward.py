"""The derivations of a forward pass: one number of an op at a timestep."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnn_tui.characters import one_line, visible
from rnn_tui.experiments import ENCODER_OF
from rnn_tui.session.passes import Pass
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import Call, Expression, Negative, Number, Quotient, Sum, dot

CERTAIN = 1e-6  # closer than this to 0 or 1, a loss is written from the logit, as it is computed

HELD = (
    "All that comes after is computed from it; no gradient goes back to what would have made it, "
    "and no update trains on it."
)

Derive = Callable[[Pass, int, int], Derivation]


def own_name(bench: Pass, name: str, t: int) -> str:
    """The parameter that the code calls `name` at timestep t, where it may be the encoder's."""
    return ENCODER_OF.get(name, name) if bench.current.encodes(t) else name


def weight(bench: Pass, name: str, index: str) -> str:
    """The ref of a parameter as this pass uses it, which an update may have left behind."""
    return f"{name}[{index}]" + (f"@{bench.update}" if bench.updated else "")


def _x(bench: Pass, t: int, j: int) -> Derivation:
    token, value = int(bench.current.ids[t]), float(bench.known.trace.x[t, j])
    word = f"“{visible(bench.current.tokens[t])}”"
    if bench.current.inputs is None:
        number = Number(value, weight(bench, "E", f"{token},{j}"))
        return Derivation("x", f"x[{t},{j}]", f"row {token} of E, that of {word}", number, value)
    vocabulary = bench.experiment.vocabulary
    formula = f"the vector of {word}, which is given"
    if vocabulary.places:
        column = visible(vocabulary.columns[j]) if vocabulary.columns else f"number {j}"
        formula = f"{column} in {one_line(vocabulary.places[token])}, as it is given"
    return Derivation("", f"x[{t},{j}]", formula, Number(value), value)


def _xh(bench: Pass, t: int, i: int) -> Derivation:
    x = bench.known.trace.x[t]
    name = own_name(bench, "W_xh", t)
    ref = weight(bench, name, f"{i},{{}}")
    expression = dot(bench.before[name][i], x, ref, f"x[{t},{{}}]")
    value = float(bench.known.trace.xh[t, i])
    return Derivation("xh", f"xh[{t},{i}]", f"{name}[{i}] · x_{t}", expression, value)


def _hh(bench: Pass, t: int, i: int) -> Derivation:
    trace = bench.known.trace
    name = own_name(bench, "W_hh", t)
    ref = weight(bench, name, f"{i},{{}}")
    expression = dot(bench.before[name][i], trace.h[t], ref, f"h[{t - 1},{{}}]")
    value = float(trace.hh[t, i])
    return Derivation("hh", f"hh[{t},{i}]", f"{name}[{i}] · h_{t - 1}", expression, value)


def _pre(bench: Pass, t: int, i: int) -> Derivation:
    trace, bias = bench.known.trace, own_name(bench, "b_h", t)
    parts = (
        Number(float(trace.xh[t, i]), f"xh[{t},{i}]"),
        Number(float(trace.hh[t, i]), f"hh[{t},{i}]"),
        Number(float(bench.before[bias][i]), weight(bench, bias, f"{i}")),
    )
    value = float(trace.pre[t, i])
    return Derivation("pre", f"pre[{t},{i}]", f"xh + hh + {bias}", Sum(parts), value)


def _h(bench: Pass, t: int, i: int) -> Derivation:
    trace = bench.known.trace
    value = float(trace.h[t + 1, i])
    if any((patch.t, patch.unit) == (t, i) for patch in bench.patches):
        formula = "put in by hand"
        return Derivation("", f"h[{t},{i}]", formula, Number(value), value, HELD)
    if t < 0:
        return _start(bench, i, value)
    name = bench.network.activation.name
    expression = Call(name, Number(float(trace.pre[t, i]), f"pre[{t},{i}]"))
    return Derivation("h", f"h[{t},{i}]", f"{name}(pre)", expression, value)


def _start(bench: Pass, i: int, value: float) -> Derivation:
    """The state that a pass starts from."""
    formula = "where each example starts: an empty memory"
    note = ""
    if bench.carried:
        formula = "what the text before this chunk left in the unit"
        note = "The state is carried on from chunk to chunk; the gradient is not."
    return Derivation("", f"h[-1,{i}]", formula, Number(value), value, note)


def _y(bench: Pass, t: int, o: int) -> Derivation:
    trace, params = bench.known.trace, bench.before
    ref = weight(bench, "W_hy", f"{o},{{}}")
    bias = Number(float(params.b_y[o]), weight(bench, "b_y", f"{o}"))
    expression = dot(params.W_hy[o], trace.h[t + 1], ref, f"h[{t},{{}}]", bias)
    value = float(trace.y[bench.known.output_index(t), o])
    formula = f"W_hy[{o}] · h_{t} + b_y"
    return Derivation("y", f"y[{t},{o}]", formula, expression, value)


def _p(bench: Pass, t: int, o: int) -> Derivation:
    k = bench.known.output_index(t)
    y, value = bench.known.trace.y[k], float(bench.known.trace.p[k, o])
    if bench.network.head.name == "sigmoid":
        logit = Call("sigmoid", Number(float(y[o]), f"y[{t},{o}]"))
        return Derivation("p", f"p[{t},{o}]", "σ(y) = 1 / (1 + e^−y)", logit, value)
    top = Negative(Number(float(y.max()), f"y[{t},{int(y.argmax())}]"))
    shifted = tuple(
        Call("exp", Sum((Number(float(z), f"y[{t},{c}]"), top))) for c, z in enumerate(y)
    )
    formula = "e^y / Σ e^y, y less its largest"
    return Derivation("p", f"p[{t},{o}]", formula, Quotient(shifted[o], Sum(shifted)), value)


def _target(bench: Pass, t: int, o: int) -> Derivation:
    k = bench.known.output_index(t)
    wanted = bench.current.targets[k]
    label = bench.experiment.labels[wanted]
    value = float(bench.network.head.target(np.asarray(wanted), bench.known.trace.y.shape[1])[o])
    formula = f"the answer that is wanted: “{visible(label)}”"
    return Derivation("", f"target[{t},{o}]", formula, Number(value), value)


def _loss(bench: Pass, t: int, _: int) -> Derivation:
    k = bench.known.output_index(t)
    value = float(bench.known.trace.losses[k])
    written = _sigmoid_loss if bench.network.head.name == "sigmoid" else _softmax_loss
    formula, expression = written(bench, t, k)
    return Derivation("loss", f"loss[{t}]", formula, expression, value)


def _sigmoid_loss(bench: Pass, t: int, k: int) -> tuple[str, Expression]:
    trace, target = bench.known.trace, bench.current.targets[k]
    p, y = float(trace.p[k, 0]), float(trace.y[k, 0])
    formula = "−ln p, as the target is 1" if target else "−ln(1 − p), as the target is 0"
    if not CERTAIN < p < 1 - CERTAIN:
        logit = Number(y, f"y[{t},0]")
        return formula, Call("softplus", Negative(logit) if target else logit)
    name = "minus ln" if target else "minus ln of the rest"
    return formula, Call(name, Number(p, f"p[{t},0]"))


def _softmax_loss(bench: Pass, t: int, k: int) -> tuple[str, Expression]:
    trace, target = bench.known.trace, bench.current.targets[k]
    p, y = float(trace.p[k, target]), trace.y[k]
    if CERTAIN < p < 1 - CERTAIN:
        return f"−ln p[{target}]", Call("minus ln", Number(p, f"p[{t},{target}]"))
    top = int(np.argmax(y))  # no power is of a number above 0
    less = Negative(Number(float(y[top]), f"y[{t},{top}]"))
    others = (Sum((Number(float(z), f"y[{t},{c}]"), less)) for c, z in enumerate(y) if c != top)
    rest = Call("log of one more", Sum(tuple(Call("exp", other) for other in others)))
    said = f"ln(1 + Σ e^(y − y[{top}]))"
    if top == target:
        return f"−ln p[{target}] = {said}", rest
    ahead = Number(float(y[top]), f"y[{t},{top}]")
    behind = Negative(Number(float(y[target]), f"y[{t},{target}]"))
    return f"−ln p[{target}] = y[{top}] − y[{target}] + {said}", Sum((ahead, behind, rest))


def _losses(bench: Pass) -> Sum:
    outputs, losses = bench.current.outputs, bench.known.trace.losses
    parts = (Number(float(x), f"loss[{t}]") for t, x in zip(outputs, losses, strict=True))
    return Sum(tuple(parts))


def mean_loss(bench: Pass) -> Derivation:
    """The mean loss an output, of a pass whose answers are all there."""
    count = len(bench.current.outputs)
    expression = Quotient(_losses(bench), Number(float(count), label="outputs"))
    formula = f"the mean of {count} losses" if count > 1 else "that of the one output"
    return Derivation("loss", "loss", formula, expression, bench.known.trace.loss)


def total_loss(bench: Pass) -> Derivation:
    """The summed loss, whose gradient BPTT computes."""
    value = float(bench.known.trace.losses.sum())
    return Derivation("loss", "total_loss", "the sum of all losses", _losses(bench), value)


FORWARD: dict[str, Derive] = {
    "x": _x,
    "xh": _xh,
    "hh": _hh,
    "pre": _pre,
    "h": _h,
    "y": _y,
    "p": _p,
    "target": _target,
    "loss": _loss,
}
