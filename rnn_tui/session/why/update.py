"""The derivations of an update: one weight's way from the gradients of a batch to its new value."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnn_tui.engine.update import Update
from rnn_tui.equations.norms import l2_norm
from rnn_tui.session.passes import Pass
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import (
    Call,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
)

MOST_SHARES = 400  # batches up to this size are written out example by example

Weight = tuple[str, tuple[int, ...]]


def _written(weight: Weight) -> str:
    """`W_hh[1,0]`."""
    name, index = weight
    return f"{name}[{','.join(map(str, index))}]"


def _result(bench: Pass) -> Update:
    assert bench.update_result is not None, "asked for only once an op of the update has run"
    return bench.update_result


def _place(bench: Pass, weight: Weight) -> int:
    """Where a weight stands in the flat vector."""
    name, index = weight
    shape = bench.before.layout.shapes[name]
    start: int = bench.before.layout.slices[name].start
    return start + int(np.ravel_multi_index(index, shape))


def reduce(bench: Pass, weight: Weight, most: int = MOST_SHARES) -> Derivation:
    """A weight's gradient over the batch; of larger ones than `most` only the sum is given."""
    result = _result(bench)
    mean = "count" in bench.program.algorithm.update[0].line.reads
    value = float(result.reduced[_place(bench, weight)])
    total: Expression = Number(value * (result.count if mean else 1), label="Σ over the batch")
    if len(bench.members) <= most:
        total = Sum(tuple(_share(bench, member, weight) for member in bench.members))
    count = Number(float(result.count), label="examples")
    expression = Quotient(total, count) if mean else total
    several = f"the batch of {result.count}" if result.count > 1 else "its one example"
    formula = f"{'mean' if mean else 'sum'} of d{_written(weight)} over {several}"
    name = "reduced" if bench.program.freezes else "g"
    return Derivation("reduce", f"{name}_{_written(weight)}", formula, expression, value)


def _share(bench: Pass, member: int, weight: Weight) -> Number:
    """One example's gradient, from its own whole pass."""
    name, index = weight
    written = f"d{_written(weight)}"
    if member == bench.example and bench.patches:
        value = float(bench.as_computed().known.trace.grads[name][index])
        return Number(value, label=f"{written} without what was put in by hand")
    known = bench.known if member == bench.example else bench.whole(example=member).known
    value = float(known.trace.grads[name][index])
    return Number(value, f"{written}#{member + 1}")


def _freeze(bench: Pass, weight: Weight) -> Derivation:
    result, ref = _result(bench), f"g_{_written(weight)}"
    value = float(result.gradient[_place(bench, weight)])
    if weight[0] in bench.experiment.training.freeze:
        return Derivation("freeze", ref, f"0, as {weight[0]} is frozen", Number(value), value)
    number = Number(value, f"reduced_{_written(weight)}")
    return Derivation("freeze", ref, f"as it is: {weight[0]} is not frozen", number, value)


def _gradient(bench: Pass, weight: Weight) -> Derivation:
    return (_freeze if bench.program.freezes else reduce)(bench, weight)


def _clip(bench: Pass, weight: Weight) -> Derivation:
    place, result, settings = _place(bench, weight), _result(bench), bench.experiment.training
    limit, before = settings.clip_limit, float(result.gradient[place])
    value = float(result.step[place])
    expression: Expression = Number(before, f"g_{_written(weight)}")
    formula = "unchanged: clipping is off"
    if settings.clip == "norm":
        formula = f"unchanged, as ‖g‖ = {result.grad_norm:.4f} ≤ {limit:g}"
        if result.grad_norm > limit:
            formula = f"g · {limit:g} / ‖g‖"
            above = Number(limit, label="limit")
            scale = Quotient(above, Number(result.grad_norm, "grad_norm"))
            expression = Product((expression, scale))
    elif settings.clip == "value":
        formula = f"g, held within ±{limit:g}"
        if value != before:
            expression = Number(value, label=f"limit, as g is {before:.4f}")
    return Derivation("clip", f"step_{_written(weight)}", formula, expression, value)


def _velocity(bench: Pass, weight: Weight) -> Derivation:
    place, result, settings = _place(bench, weight), _result(bench), bench.experiment.training
    gradient = Number(float(result.step[place]), f"step_{_written(weight)}")
    step = Product((Negative(Number(result.learning_rate, "learning_rate")), gradient))
    expression: Expression = step
    if settings.momentum:
        kept = _kept(bench, weight)
        momentum = Number(settings.momentum, label="momentum")
        expression = Sum((Product((momentum, kept)), step))
    formula = "momentum · v − lr · g" if settings.momentum else "−lr · g"
    value = float(result.velocity[place])
    return Derivation("velocity", f"v_{_written(weight)}", formula, expression, value)


def _kept(bench: Pass, weight: Weight) -> Number:
    """A weight's velocity from the update before; after none, or an edit, it leads no further."""
    began = bench.timeline.owner(bench.update).start == bench.update
    ref = "" if began else f"v_{_written(weight)}@{bench.update - 1}"
    return Number(
        float(bench.slots_before["velocity"][_place(bench, weight)]), ref, "v as it was left"
    )


def velocity_so_far(bench: Pass, weight: Weight) -> Derivation:
    """A weight's velocity while the update has not come to it."""
    number = _kept(bench, weight)
    formula = "from the update before" if number.ref else "where training begins: no velocity"
    return Derivation("", f"v_{_written(weight)}", formula, number, float(number.value))


def _update(bench: Pass, weight: Weight) -> Derivation:
    place, result, name = _place(bench, weight), _result(bench), _written(weight)
    parts = (
        Number(float(bench.before.flat[place]), f"{name}@{bench.update}"),
        Number(float(result.velocity[place]), f"v_{name}"),
    )
    value = float(result.params.flat[place])
    return Derivation("update", name, "what it was, plus v", Sum(parts), value)


OF_WEIGHT: dict[str, Callable[[Pass, Weight], Derivation]] = {
    "reduce": reduce,
    "freeze": _freeze,
    "clip": _clip,
    "velocity": _velocity,
    "update": _update,
}

# How the number of a weight is called, after its op
PREFIXES: dict[str, Callable[[Pass, Weight], Derivation]] = {
    "reduced_": reduce,
    "g_": _gradient,
    "step_": _clip,
    "v_": _velocity,
}
OPS_OF_PREFIXES = {"reduced_": "reduce", "g_": "reduce", "step_": "clip", "v_": "velocity"}


def grad_norm(bench: Pass) -> Derivation:
    """The global norm, from those of the parameters."""
    result, layout = _result(bench), bench.before.layout
    parts = tuple(
        Call("square", Number(float(l2_norm(result.gradient[place])), f"norm_g_{name}"))
        for name, place in layout.slices.items()
    )
    formula = "√ of the sum of the squares of all numbers of g, parameter by parameter"
    expression = Call("sqrt", Sum(parts))
    return Derivation("grad_norm", "grad_norm", formula, expression, result.grad_norm)


def norm_of_one(bench: Pass, name: str) -> Derivation:
    """The norm of one parameter's gradient."""
    result, layout = _result(bench), bench.before.layout
    values = result.gradient[layout.slices[name]]
    refs = tuple(_all_refs(f"g_{name}", layout.shapes[name]))
    parts = tuple(
        Call("square", Number(float(value), ref)) for value, ref in zip(values, refs, strict=True)
    )
    value = float(l2_norm(values))
    expression = Call("sqrt", Sum(parts))
    return Derivation("grad_norm", f"norm_g_{name}", "√ Σ g²", expression, value)


def _all_refs(name: str, shape: tuple[int, ...]) -> list[str]:
    if len(shape) == 1:
        return [f"{name}[{i}]" for i in range(shape[0])]
    return [f"{name}[{i},{j}]" for i in range(shape[0]) for j in range(shape[1])]


def learning_rate(bench: Pass) -> Derivation:
    """The learning rate of an update, from its settings."""
    settings, value = bench.experiment.training, _result(bench).learning_rate
    expression: Expression = Number(settings.learning_rate, label="training.learning_rate")
    formula = "constant, as the experiment has it"
    if settings.lr_decay_every:
        times = (bench.update + 1) // settings.lr_decay_every
        formula = f"{settings.learning_rate:g} · {settings.lr_decay:g}^{times}"
        decay = Number(settings.lr_decay**times, label=f"lr_decay^{times}")
        expression = Product((expression, decay))
    return Derivation("learning_rate", "learning_rate", formula, expression, value)
