"""The training loops, whose lines are the same whatever library computes a step."""

from __future__ import annotations

from collections.abc import Iterable

from rnn_tui.codegen.plan import Plan
from rnn_tui.engine.training.epochs import STEPS_A_LINE

UPDATE = "Move every parameter against its gradient."
UPDATE_K = "Update number k = 1, 2, … moves every parameter against its gradient."


def over_chunks(
    plan: Plan, start: tuple[str, str], chunk: Iterable[str], loss: str, mean: str
) -> tuple[str, ...]:
    """Through a stream, `chunk` by chunk.

    `start` is the name of the state and what it is before the text, `loss` what a
    chunk came to as a number, `mean` the number that `{}` is, a sum over a count.
    """
    steps = plan.updates
    answers = "count * length" if plan.parallel == 1 else f"count * {plan.parallel} * length"
    state, blank = start
    if plan.parallel > 1:
        blank = f"[{blank}] * {plan.parallel}"
    return (
        "since = 0.0  # loss since the line before",
        f"for step in range(1, {steps + 1}):",
        "    start = (step - 1) % chunks * length",
        "    if start == 0:",
        f"        {state} = {blank}  # the text begins, and begins again",
        *(f"    {line}" for line in chunk),
        f"    since += {loss}",
        f"    if step % {STEPS_A_LINE} == 0 or step == {steps}:",
        f"        count = (step - 1) % {STEPS_A_LINE} + 1",
        f"        losses.append({mean.format(f'since / ({answers})')})",
        '        print(f"step {step:6}  loss {losses[-1]:.6f}")',
        "        since = 0.0",
    )


def next_chunk(plan: Plan, ids: str) -> tuple[str, ...]:
    """What is read of a chunk, and what is to be named: the next token, or numbers."""
    if plan.head.has_classes:
        return (
            f"read, named = {ids}[start : start + length], {ids}[start + 1 : start + length + 1]",
        )
    return (f"read = {ids}[start : start + length]", "named = values[read]")


def over_epochs(plan: Plan, epoch: Iterable[str], mean: str) -> tuple[str, ...]:
    """Through labelled examples, `epoch` by epoch; `mean` is the loss an output, of `{}` in all."""
    outputs = sum(len(one.outputs) for one in plan.experiment.train)
    right = f"  right {{right}} of {outputs}" if plan.counts_right else ""
    return (
        f"for epoch in range({plan.settings.epochs}):",
        "    loss, right = 0.0, 0" if right else "    loss = 0.0",
        *(f"    {line}" for line in epoch),
        f"    losses.append({mean.format(outputs)})",
        f'    print(f"epoch {{epoch:4}}  loss {{losses[-1]:.6f}}{right}")',
    )


def over_examples(plan: Plan) -> tuple[str, ...]:
    """The head of a loop that takes the examples in turn, an update each, as `ids` and `wanted`."""
    counted = plan.counts
    if not plan.settings.shuffle:
        turn = (
            "place, (ids, wanted) in enumerate(examples)" if counted else "ids, wanted in examples"
        )
        return (f"for {turn}:",)
    seed = plan.experiment.model.seed
    return (
        f"order = np.random.default_rng([{seed}, 1, epoch]).permutation(len(examples))",
        f"for {'place, example in enumerate(order)' if counted else 'example in order'}:",
        "    ids, wanted = examples[example]",
    )


def over_batches(plan: Plan, batch: Iterable[str]) -> tuple[str, ...]:
    """A loop over the batches of an epoch, `members` the places of a batch's examples."""
    size, order = plan.settings.batch, "range(len(examples))"
    if plan.settings.shuffle:
        seed = plan.experiment.model.seed
        order = f"np.random.default_rng([{seed}, 1, epoch]).permutation(len(examples))"
    return (
        f"order = {order}",
        f"for first in range(0, len(examples), {size}):",
        f"    members = order[first : first + {size}]  # the last batch has what is left over",
        *(f"    {line}" for line in batch),
    )


def batch_number(plan: Plan) -> str:
    """The number of a batch's update, from 1."""
    return f"epoch * {plan.batches} + first // {plan.settings.batch} + 1"


def numbered(plan: Plan, gradient: str, number: str) -> str:
    """The call of `update`, with its number where anything in it depends on that."""
    return f"update({gradient}{f', {number}' if plan.counts else ''})"


EXAMPLE_NUMBER = "epoch * len(examples) + place + 1"
