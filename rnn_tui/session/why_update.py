"""The derivations of the ops of an update, for one chosen weight."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnn_tui.engine.optimizer import Update
from rnn_tui.engine.trace import trace_example
from rnn_tui.session.derivation import Derivation
from rnn_tui.session.expressions import Call, Expression, Number, Product, Quotient, Sum
from rnn_tui.session.view import StepView

WRITTEN_OUT = 6  # batches up to this size are written out example by example


def _weight(view: StepView, unit: int) -> tuple[str, int]:
    """The unit's own recurrent weight, which stands for it, and that weight's flat place."""
    size = view.params.layout.hidden_size
    i = unit % size
    return f"W_hh[{i},{i}]", view.params.layout.slices["W_hh"].start + i * size + i


def _result(view: StepView) -> Update:
    assert view.update_result is not None, "asked for only once an op of the update has run"
    return view.update_result


def _reduce(view: StepView, unit: int) -> Derivation:
    name, place = _weight(view, unit)
    result, mean = _result(view), view.experiment.training.reduction == "mean"
    total: Expression = Number(float(result.reduced[place]) * (result.count if mean else 1), "Σ")
    if len(view.members) <= WRITTEN_OUT:
        total = Sum(tuple(_share(view, member, name, place) for member in view.members))
    expression = Quotient(total, Number(float(result.count))) if mean else total
    kind = "mean" if mean else "sum"
    formula = f"{kind} of d{name} over the batch of {result.count}"
    return Derivation("reduce", f"g({name})", formula, expression, float(result.reduced[place]))


def _share(view: StepView, member: int, name: str, place: int) -> Number:
    trace = trace_example(view.before, view.network, view.experiment.train[member])
    return Number(float(trace.grads.flat[place]), f"d{name} of example {member + 1}")


def _freeze(view: StepView, unit: int) -> Derivation:
    name, place = _weight(view, unit)
    value = float(_result(view).gradient[place])
    held = ", ".join(view.experiment.training.freeze)
    return Derivation("freeze", f"g({name})", f"0 for {held}", Number(value, name), value)


def _grad_norm(view: StepView, unit: int) -> Derivation:
    result, layout = _result(view), view.params.layout
    parts = tuple(
        Call("square", Number(float(np.linalg.norm(result.gradient[place])), f"‖d{name}‖"))
        for name, place in layout.slices.items()
    )
    formula = "√ of the sum of " + ", ".join(f"‖d{name}‖²" for name in layout.slices)
    return Derivation("grad_norm", "‖g‖", formula, Call("sqrt", Sum(parts)), result.grad_norm)


def _clip(view: StepView, unit: int) -> Derivation:
    name, place = _weight(view, unit)
    result, settings = _result(view), view.experiment.training
    limit, before = settings.clip_limit, Number(float(result.gradient[place]), f"g({name})")
    expression: Expression = before
    formula = "unchanged: clipping is off"
    if settings.clip == "norm":
        formula = f"unchanged, as ‖g‖ = {result.grad_norm:.4f} ≤ {limit:g}"
        if result.grad_norm > limit:
            formula = f"g · {limit:g} / ‖g‖"
            scale = Quotient(Number(limit), Number(result.grad_norm, "‖g‖"))
            expression = Product((before, scale))
    elif settings.clip == "value":
        formula = f"g held within ±{limit:g}"
        expression = Number(float(result.step[place]), f"g({name})")
    return Derivation("clip", f"g({name})", formula, expression, float(result.step[place]))


def _learning_rate(view: StepView, unit: int) -> Derivation:
    settings, value = view.experiment.training, _result(view).learning_rate
    expression: Expression = Number(settings.learning_rate)
    formula = "constant"
    if settings.lr_decay_every:
        times = (view.update + 1) // settings.lr_decay_every
        formula = f"{settings.learning_rate:g} · {settings.lr_decay:g}^{times}"
        expression = Product((expression, Number(settings.lr_decay**times)))
    return Derivation("learning_rate", "lr", formula, expression, value)


def _velocity(view: StepView, unit: int) -> Derivation:
    name, place = _weight(view, unit)
    result, settings = _result(view), view.experiment.training
    step = Product(
        (Number(-result.learning_rate, "−lr"), Number(float(result.step[place]), f"g({name})"))
    )
    expression: Expression = step
    if settings.momentum:
        kept = Number(float(view.velocity_before[place]), f"v({name})")
        expression = Sum((Product((Number(settings.momentum, "momentum"), kept)), step))
    formula = "momentum · v − lr · g" if settings.momentum else "−lr · g"
    return Derivation("velocity", f"v({name})", formula, expression, float(result.velocity[place]))


def _update(view: StepView, unit: int) -> Derivation:
    name, place = _weight(view, unit)
    result = _result(view)
    parts = (
        Number(float(view.before.flat[place]), name),
        Number(float(result.velocity[place]), f"v({name})"),
    )
    value = float(result.params.flat[place])
    return Derivation("update", name, f"{name} + v", Sum(parts), value)


UPDATES: dict[str, Callable[[StepView, int], Derivation]] = {
    "reduce": _reduce,
    "freeze": _freeze,
    "grad_norm": _grad_norm,
    "clip": _clip,
    "learning_rate": _learning_rate,
    "velocity": _velocity,
    "update": _update,
}
