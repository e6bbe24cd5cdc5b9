"""The derivations of answers: of the functions that make p and the loss from all logits at once."""

from __future__ import annotations

import ast

import numpy as np

from rnn_tui.characters import visible
from rnn_tui.session.passes import Pass
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import Call, Expression, Negative, Number, Quotient, Sum, given
from rnn_tui.session.why.lines import VECTORS, Index, LineAt

CERTAIN = 1e-6  # closer than this to 0 or 1, a loss is written from the logit, as it is computed


def formula(one: Pass, name: str, t: int) -> str:
    """How p or the loss of an output is made; nothing for what its line says well enough."""
    head = one.network.head
    if name == "p":
        line = one.program.kind("p", t)
        assert line is not None
        shifted = " (largest y subtracted for safety)" if "softmax" in line.line.functions else ""
        return f"{head.formula}{shifted}"
    return ""


def _softmax(line: LineAt, arguments: list[ast.expr], index: Index) -> Expression:
    y, t = line.value("y"), line.t
    top = Negative(Number(float(y.max()), f"y[{t},{int(y.argmax())}]"))
    shifted = tuple(
        Call("exp", Sum((Number(float(z), f"y[{t},{c}]"), top))) for c, z in enumerate(y)
    )
    return Quotient(shifted[index[0]], Sum(shifted))


def _binary_cross_entropy(line: LineAt, arguments: list[ast.expr], index: Index) -> Expression:
    return binary_loss(line)[1]


def _cross_entropy(line: LineAt, arguments: list[ast.expr], index: Index) -> Expression:
    return class_loss(line)[1]


def binary_loss(line: LineAt, o: int = 0) -> tuple[str, Expression]:
    """−ln of the probability of the class wanted, of two: as a formula, and with its numbers."""
    t, target = line.t, bool(line.value("target")[o])
    p, y = float(line.one.known.trace.row("p", t)[o]), float(line.value("y")[o])
    said = "−ln p (target 1)" if target else "−ln(1 − p) (target 0)"
    if not CERTAIN < p < 1 - CERTAIN:
        logit = Number(y, f"y[{t},{o}]")
        return said, Call("softplus", Negative(logit) if target else logit)
    name = "minus ln" if target else "minus ln of the rest"
    return said, Call(name, Number(p, f"p[{t},{o}]"))


def class_loss(line: LineAt) -> tuple[str, Expression]:
    """−ln of the probability of the class wanted: as a formula, and with its numbers."""
    t, target = line.t, int(line.value("target").argmax())
    p, y = float(line.one.known.trace.row("p", t)[target]), line.value("y")
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


def _size(line: LineAt, arguments: list[ast.expr], index: Index) -> Expression:
    return given(float(_count(line, arguments[0])), "outputs")


def _total(line: LineAt, arguments: list[ast.expr], index: Index) -> Expression:
    (argument,) = arguments
    count = _count(line, argument)
    return Sum(tuple(line.expression(argument, (o,)) for o in range(count)))


def _mean(line: LineAt, arguments: list[ast.expr], index: Index) -> Expression:
    return Quotient(_total(line, arguments, index), _size(line, arguments, index))


def _count(line: LineAt, argument: ast.expr) -> int:
    """How many numbers the outputs are: of any variable that stands in an argument."""
    named = (part.id for part in ast.walk(argument) if isinstance(part, ast.Name))
    return next(len(line.value(name)) for name in named if name in ("error", "y", "p"))


def _label_cross_entropy(line: LineAt, arguments: list[ast.expr], index: Index) -> Expression:
    return binary_loss(line, *index)[1]


VECTORS |= {
    "size": _size,
    "total": _total,
    "mean": _mean,
    "label_cross_entropy": _label_cross_entropy,
    "softmax": _softmax,
    "binary_cross_entropy": _binary_cross_entropy,
    "cross_entropy": _cross_entropy,
}
LOSSES = {"binary_cross_entropy": binary_loss, "cross_entropy": class_loss}


def loss_formula(line: LineAt) -> str:
    """What the loss of an output is, in view of its target."""
    named = [name for name in line.kind.line.functions if name in LOSSES]
    return LOSSES[named[0]](line)[0] if named else line.formula(line.kind.line.value)


def target(one: Pass, t: int, index: Index) -> Derivation:
    """The answer that is wanted, which is given."""
    k, (o,) = one.known.output_index(t), index
    value = float(one.known.trace.row("target", t)[o])
    if not one.network.head.has_classes:
        name = visible(one.experiment.output_names[o])
        formula = f"the given target of {name}"
        return Derivation("", f"target[{t},{o}]", formula, given(value), value)
    label = one.experiment.labels[one.current.targets[k]]
    formula = f"the correct answer: “{visible(label)}”"
    return Derivation("", f"target[{t},{o}]", formula, given(value), value)


def _losses(one: Pass) -> Sum:
    outputs, losses = one.current.outputs, one.known.trace.losses
    parts = (Number(float(x), f"loss[{t}]") for t, x in zip(outputs, losses, strict=True))
    return Sum(tuple(parts))


def mean_loss(one: Pass) -> Derivation:
    """The mean loss an output, of a pass whose answers are all there."""
    count = len(one.current.outputs)
    expression = Quotient(_losses(one), Number(float(count), label="outputs"))
    formula = f"the mean of {count} losses" if count > 1 else "that of the one output"
    return Derivation("loss", "loss", formula, expression, one.known.trace.loss)


def total_loss(one: Pass) -> Derivation:
    """The summed loss, whose gradient BPTT computes unless it is that of the mean."""
    value = float(one.known.trace.losses.sum())
    return Derivation("loss", "total_loss", "the sum of all losses", _losses(one), value)
