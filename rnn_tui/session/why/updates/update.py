"""The derivations of an update: one weight's way from the gradients of a batch to its new value."""

from __future__ import annotations

from collections.abc import Callable

from rnn_tui.equations.norms import l2_norm
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.operands import result_of
from rnn_tui.session.program.ops import OpKind
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import (
    Call,
    Expression,
    Number,
    Product,
    Quotient,
    Sum,
    given,
    without_patch,
)
from rnn_tui.session.why.updates.update_lines import (
    UpdateLineAt,
    Weight,
    kept,
    place_of,
    prefixes,
    written,
)

MOST_SHARES = 400  # batches up to this size are written out example by example


def reduce(pass_: Pass, weight: Weight, most: int = MOST_SHARES) -> Derivation:
    """A weight's gradient over the batch; of larger ones than `most` only the sum is given."""
    result = result_of(pass_)
    mean = "count" in pass_.program.algorithm.update[0].line.reads
    value = float(result.reduced[place_of(pass_, weight)])
    total: Expression = Number(value * (result.count if mean else 1), label="Σ over the batch")
    if len(pass_.members) <= most:
        total = Sum(tuple(_share(pass_, member, weight) for member in pass_.members))
    count = Number(float(result.count), label="examples")
    expression = Quotient(total, count) if mean else total
    several = f"the batch of {result.count}" if result.count > 1 else "its one example"
    formula = f"{'mean' if mean else 'sum'} of d{written(weight)} over {several}"
    name = "reduced" if pass_.program.freezes else "g"
    return Derivation("reduce", f"{name}_{written(weight)}", formula, expression, value)


def _share(pass_: Pass, member: int, weight: Weight) -> Number:
    """One example's gradient, from its own whole pass."""
    name, index = weight
    ref = f"d{written(weight)}"
    if member == pass_.example and pass_.patches:
        value = float(pass_.as_computed().known.trace.grads[name][index])
        return without_patch(value, ref)
    known = pass_.known if member == pass_.example else pass_.whole(example=member).known
    value = float(known.trace.grads[name][index])
    return Number(value, f"{ref}#{member + 1}")


def _freeze(pass_: Pass, weight: Weight) -> Derivation:
    result, ref = result_of(pass_), f"g_{written(weight)}"
    value = float(result.gradient[place_of(pass_, weight)])
    if weight[0] in pass_.experiment.training.freeze:
        return Derivation("freeze", ref, f"0: {weight[0]} is frozen", given(value), value)
    number = Number(value, f"reduced_{written(weight)}")
    return Derivation("freeze", ref, f"unchanged: {weight[0]} is trained", number, value)


def _clip(pass_: Pass, weight: Weight) -> Derivation:
    place, result, settings = place_of(pass_, weight), result_of(pass_), pass_.experiment.training
    limit, before = settings.clip_limit, float(result.gradient[place])
    target, prefix = ("limited", "limited_") if "limited" in result.values else ("step", "step_")
    value = float(result.values[target][place])
    expression: Expression = Number(before, f"g_{written(weight)}")
    formula = "not clipped: clipping is off"
    if settings.clip == "norm":
        formula = f"not clipped: ‖g‖ = {result.grad_norm:.4f} ≤ {limit:g}"
        if result.grad_norm > limit:
            formula = f"g · {limit:g} / ‖g‖"
            above = given(limit, "limit")
            scale = Quotient(above, Number(result.grad_norm, "grad_norm"))
            expression = Product((expression, scale))
    elif settings.clip == "value":
        formula = f"g, limited to ±{limit:g}"
        if value != before:
            expression = given(value, f"limit (g is {before:.4f})")
    return Derivation("clip", f"{prefix}{written(weight)}", formula, expression, value)


def _reduced(pass_: Pass, weight: Weight) -> Derivation:
    return reduce(pass_, weight)


BY_HAND: dict[str, Callable[[Pass, Weight], Derivation]] = {
    "reduce": _reduced,
    "freeze": _freeze,
    "clip": _clip,
}


def of_op(pass_: Pass, op: str, weight: Weight) -> Derivation:
    """A weight's number as an op of the update made it."""
    if op in BY_HAND:
        return BY_HAND[op](pass_, weight)
    kind = pass_.program.kind(op)
    assert kind is not None
    return UpdateLineAt(pass_, kind, weight).derivation()


def addressed(pass_: Pass, name: str) -> tuple[OpKind, str]:
    """The op that makes the numbers of a name such as `v_W_hh`, and the parameter in it."""
    kinds = prefixes(pass_.program.algorithm)
    found = (prefix for prefix in kinds if name.startswith(prefix))
    prefix = next(one for one in found if name.removeprefix(one) in pass_.before.layout.shapes)
    return kinds[prefix], name.removeprefix(prefix)


def so_far(pass_: Pass, kind: OpKind, weight: Weight) -> Derivation | None:
    """What an optimizer keeps of a weight while the update has not come to it; None of others."""
    target = kind.line.target
    if target not in pass_.network.optimizer.slots:
        return None
    number = kept(pass_, target, weight)
    symbol = pass_.network.optimizer.symbol(target)
    formula = "from the previous update" if number.ref else "0 at the start of training"
    if not number.ref and number.value:
        formula = "as the previous run left it"
    return Derivation("", f"{symbol}_{written(weight)}", formula, number, float(number.value))


def grad_norm(pass_: Pass) -> Derivation:
    """The global norm, from those of the parameters."""
    result, layout = result_of(pass_), pass_.before.layout
    parts = tuple(
        Call("square", Number(float(l2_norm(result.gradient[place])), f"norm_g_{name}"))
        for name, place in layout.slices.items()
    )
    formula = "√ of the sum of squares of g over all parameters"
    expression = Call("sqrt", Sum(parts))
    return Derivation("grad_norm", "grad_norm", formula, expression, result.grad_norm)


def norm_of_one(pass_: Pass, name: str) -> Derivation:
    """The norm of one parameter's gradient."""
    result, layout = result_of(pass_), pass_.before.layout
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


def learning_rate(pass_: Pass) -> Derivation:
    """The learning rate of an update, from its settings."""
    settings, value = pass_.experiment.training, result_of(pass_).learning_rate
    expression: Expression = given(settings.learning_rate, "training.learning_rate")
    formula = f"{settings.learning_rate:g} (fixed in this experiment)"
    if settings.lr_decay_every:
        times = (pass_.update + 1) // settings.lr_decay_every
        formula = f"{settings.learning_rate:g} · {settings.lr_decay:g}^{times}"
        decay = Number(settings.lr_decay**times, label=f"lr_decay^{times}")
        expression = Product((expression, decay))
    return Derivation("learning_rate", "learning_rate", formula, expression, value)
