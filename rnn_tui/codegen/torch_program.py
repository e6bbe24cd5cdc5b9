"""An experiment as a PyTorch program: nn.RNN and autograd, with the same first weights."""

from __future__ import annotations

from rnn_tui.codegen.data import data
from rnn_tui.codegen.loops import (
    EXAMPLE_NUMBER,
    batch_number,
    next_chunk,
    numbered,
    over_batches,
    over_chunks,
    over_epochs,
    over_examples,
)
from rnn_tui.codegen.plan import Plan, plan_of
from rnn_tui.codegen.text import command, comment, lines, program, section
from rnn_tui.codegen.torch_network import (
    detached,
    network,
    nothing,
    same_weights,
)
from rnn_tui.codegen.torch_update import update
from rnn_tui.codegen.weights import weights
from rnn_tui.experiments import Experiment, ExperimentError


def torch_program(experiment: Experiment) -> str:
    """A program that prints the losses of an experiment. Raises ExperimentError.

    Autograd can't be wrong in the ways of `training.fault`: of such an experiment it is
    the program without the bug, and says so.
    """
    plan = plan_of(experiment)
    if len({*plan.sizes}) > 1:
        wrong = "expected layers of one size, as programs in torch are written for these"
        raise ExperimentError(wrong, key="model.hidden_size")
    return program(
        _head(plan),
        lines("import numpy as np", "import torch", "from torch import nn", "",
              "torch.set_default_dtype(torch.float64)", "torch.set_num_threads(1)"),
        data(plan, "torch.tensor({})".format, "torch.eye({})".format),
        weights(plan),
        network(plan),
        same_weights(plan),
        update(plan),
        _loop(plan),
    )  # fmt: skip


def _head(plan: Plan) -> str:
    bug = plan.fault
    summary = plan.network.layers[0].cell.doc.split(":")[0].removeprefix("The ")
    told = "It prints the losses of:"
    if bug is not None:
        told = (
            f"The experiment has a bug on purpose ({bug.slip}). Autograd makes no such slip, so "
            f"the losses part from those of: {command(plan.experiment)}"
        )
    return lines(
        comment(plan.experiment.title),
        comment(f"The {summary} in PyTorch, in float64; autograd does the BPTT. {told}"),
        comment(f"    {command(plan.experiment)}"),
    )


# The loop


def _loop(plan: Plan) -> str:
    criterion = f'nn.{plan.head.torch_name}(reduction="sum")'
    if plan.stream:
        chunk = _chunk(plan) if plan.parallel == 1 else _chunks(plan)
        body = over_chunks(plan, (plan.torch_state, "blank"), chunk, "loss.item()", "{}")
    elif plan.settings.batch == "full":
        body = over_epochs(plan, _full(plan), "loss.item() / {}")
    else:
        epoch = _single(plan) if plan.settings.batch == "example" else _batches(plan)
        body = over_epochs(plan, epoch, "loss / {}")
    return section(
        "Training",
        f"criterion = {criterion}",
        f"blank = {nothing(plan)}  # the state before the first token",
        "losses = []",
        *body,
    )


def _chunk(plan: Plan) -> tuple[str, ...]:
    state = plan.torch_state
    before, after = _carried(plan, state)
    return (
        *next_chunk(plan, "ids"),
        f"logits, {state} = net(read, {before}){'' if after else f'  # {CARRIED}'}",
        *after,
        f"loss = {_cost_of(plan, 'named')}",
        numbered(plan, "loss / len(named)" if plan.shares else "loss", "step"),
    )


def _chunks(plan: Plan) -> tuple[str, ...]:
    """One chunk of each part, each part with a state of its own."""
    objective = "loss / len(parts)" if plan.averages else "loss"
    objective += " / length" if plan.shares else ""
    state = f"{plan.torch_state}[part]"
    before, after = _carried(plan, state)
    return (
        "loss = 0.0",
        "for part, row in enumerate(parts):",
        *(f"    {line}" for line in next_chunk(plan, "row")),
        *(() if after else (f"    # {CARRIED[0].upper()}{CARRIED[1:]}.",)),
        f"    logits, {state} = net(read, {before})",
        *(f"    {line}" for line in after),
        f"    loss = loss + {_cost_of(plan, 'named')}",
        numbered(plan, objective, "step"),
    )


CARRIED = "the state is carried, no gradient is"


def _carried(plan: Plan, state: str) -> tuple[str, tuple[str, ...]]:
    """The state that a chunk is given, and lines after it: a learned one keeps its gradient."""
    if not plan.begins:
        return detached(plan, state), ()
    return state, (f"{state} = {detached(plan, state)}  # {CARRIED}",)


def _answer(plan: Plan) -> tuple[str, ...]:
    """Logits, whether they are right, and what they cost, of one text."""
    head = plan.head
    logits = head.torch_logits.format("logits")
    return (
        f"target = {head.torch_target.format('wanted')}",
        f"logits, _ = net(ids, blank{', len(wanted)' if plan.encodes else ''})",
        f"cost = {_costing(plan, logits, 'target')}",
        *((f"right += ({head.torch_right.format(logits, 'target')}).sum().item()",)
          if plan.counts_right else ()),
    )  # fmt: skip


def _cost_of(plan: Plan, wanted: str) -> str:
    """The loss of all logits of a chunk."""
    target = plan.head.torch_target.format(wanted)
    return _costing(plan, plan.head.torch_logits.format("logits"), target)


def _costing(plan: Plan, logits: str, target: str) -> str:
    size = plan.network.output_size(plan.layout)
    return plan.head.torch_cost.format(f"criterion({logits}, {target})", size).removesuffix(" / 1")


def _full(plan: Plan) -> tuple[str, ...]:
    if plan.shares:
        return _summed(plan, "ids, wanted in examples", (), "examples", "epoch + 1")
    objective = "loss / len(examples)" if plan.averages else "loss"
    return (
        "for ids, wanted in examples:",
        *(f"    {line}" for line in _answer(plan)),
        "    loss = loss + cost",
        numbered(plan, objective, "epoch + 1"),
    )


def _batches(plan: Plan) -> tuple[str, ...]:
    chosen = ("ids, wanted = examples[example]",)
    batch = _summed(plan, "example in members", chosen, "members", batch_number(plan))
    return over_batches(plan, batch)


def _summed(
    plan: Plan, turn: str, first: tuple[str, ...], members: str, number: str
) -> tuple[str, ...]:
    """An update on what some examples come to together, beside the losses that are told."""
    objective = f"total / len({members})" if plan.averages else "total"
    whole = plan.settings.batch == "full"
    return (
        "total = 0.0",
        f"for {turn}:",
        *(f"    {line}" for line in (*first, *_answer(plan))),
        f"    total = total + cost{' / len(wanted)' if plan.shares else ''}",
        "    loss = loss + cost" if whole else "    loss += cost.item()",
        numbered(plan, objective, number),
    )


def _single(plan: Plan) -> tuple[str, ...]:
    return (
        *over_examples(plan),
        *(f"    {line}" for line in _answer(plan)),
        f"    {numbered(plan, _cost(plan), EXAMPLE_NUMBER)}",
        "    loss += cost.item()",
    )


def _cost(plan: Plan) -> str:
    return "cost / len(wanted)" if plan.shares else "cost"
