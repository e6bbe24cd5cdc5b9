"""An experiment as a program in plain NumPy: BPTT written out, as one would on paper.

What a timestep and an update compute is not written here: it is the lines of the cell, the
head and the optimizer that run, a bug in them included.
"""

from __future__ import annotations

from collections.abc import Collection

from rnn_tui.codegen import stacked, timesteps
from rnn_tui.codegen.data import data
from rnn_tui.codegen.loops import (
    EXAMPLE_NUMBER,
    UPDATE,
    UPDATE_K,
    batch_number,
    next_chunk,
    numbered,
    over_batches,
    over_chunks,
    over_epochs,
    over_examples,
)
from rnn_tui.codegen.plan import Plan, plan_of
from rnn_tui.codegen.source import names_in, resolved, written
from rnn_tui.codegen.text import command, comment, lines, listed, program, section
from rnn_tui.codegen.timesteps import unpacked
from rnn_tui.codegen.weights import weights
from rnn_tui.engine.update import given_by, update_bodies
from rnn_tui.equations.mathematics import FUNCTIONS
from rnn_tui.experiments import Experiment


def numpy_program(experiment: Experiment) -> str:
    """A program that prints the losses of an experiment. Raises ExperimentError."""
    plan = plan_of(experiment)
    shape = stacked if plan.stacked else timesteps
    return program(
        _head(plan),
        "import numpy as np",
        data(plan, "np.array({})".format, "np.eye({})".format),
        lines(weights(plan), *_flat(plan)),
        shape.forward(plan),
        shape.backward(plan),
        _update(plan),
        _loop(plan),
    )


def _head(plan: Plan) -> str:
    bug = plan.fault
    summary = plan.layer.cell.doc.split(":")[0].removeprefix("The ")
    return lines(
        comment(plan.experiment.title),
        comment(
            f"The {summary}, trained by backpropagation through time, in NumPy alone. It prints "
            "the losses of:"
        ),
        comment(f"    {command(plan.experiment)}"),
        None if bug is None else comment(f"The code has a bug, on purpose: {bug.slip}."),
    )


# Parameters


def _flat(plan: Plan) -> tuple[str, ...]:
    """All parameters in one vector, so that an update is a line; each by its name is a part."""
    shapes = plan.layout.shapes
    return (
        listed("params = [", shapes, "]"),
        "theta = np.concatenate([param.ravel() for param in params])",
        "",
        "",
        "def arrays(vector):",
        '    """A vector like theta as arrays, in the order and the shapes of the parameters."""',
        "    ends = np.cumsum([param.size for param in params])",
        "    split = np.split(vector, ends[:-1])",
        "    return [part.reshape(param.shape) for part, param in zip(split, params)]",
        "",
        "",
        unpacked([*shapes], "arrays(theta)"),
    )


# Update


def _update(plan: Plan) -> str:
    """The lines of an update, without those that do nothing in this experiment."""
    slots = _slots(plan)
    frozen = plan.settings.freeze
    places = list(plan.layout.shapes)
    return section(
        "Update: reduce, clip, step",
        *(f"{slot} = np.zeros_like(theta)" for slot in slots),
        *(("trained = np.ones(theta.size, dtype=bool)",) if frozen else ()),
        *(f"arrays(trained)[{places.index(name)}][...] = False  # {name} is frozen"
          for name in frozen),
        *(("", "") if slots or frozen else ()),
        f"def update({', '.join(_update_arguments(plan))}):",
        f'    """{UPDATE_K if plan.counts else UPDATE}"""',
        *(f"    {statement}" for statement in _update_lines(plan, slots)),
    )  # fmt: skip


def _update_arguments(plan: Plan) -> list[str]:
    return ["total", *(("count",) if plan.averages else ()), *(("k",) if plan.counts else ())]


def _slots(plan: Plan) -> list[str]:
    """The optimizer's vectors that one update hands to the next; one that is not read is none."""
    slots = plan.network.optimizer.slots
    found = resolved(_update_statements(plan), slots)
    read = {name for one in found for name in slots if name in names_in(one.partition("=")[2])}
    return [name for name in slots if name in read]


HERE = ("learning_rate",)  # made by a line of the update, though a setting has the name


def _update_statements(plan: Plan) -> list[str]:
    settings, optimizer = plan.settings, plan.network.optimizer
    names = {key: repr(value) for key, value in given_by(settings).items() if key not in HERE}
    made = []
    for body in update_bodies(optimizer, settings, plan.fault):
        for line in body.lines:
            text = written(line, FUNCTIONS, names)
            if line.target == "reduced" and not plan.averages:
                text = "reduced = total"
            if line.target == "gradient" and not settings.freeze:
                text = "gradient = reduced"
            made.append(text)
    return made


def _update_lines(plan: Plan, slots: Collection[str]) -> list[str]:
    kept = {"theta", *slots}
    passing = {*plan.network.optimizer.slots} - kept
    parts = (one.partition(" = ") for one in resolved(_update_statements(plan), kept, passing))
    return [f"{name}{'[...]' if name in kept else ''} = {value}" for name, _, value in parts]


# The loop


def _loop(plan: Plan) -> str:
    if plan.stream:
        chunk = _chunk(plan) if plan.parallel == 1 else _chunks(plan)
        body = over_chunks(plan, (plan.state, plan.blank), chunk, "loss", "float({})")
    else:
        ways = {"full": _full, "example": _single}
        epoch = ways.get(str(plan.settings.batch), _batches)(plan)
        body = over_epochs(plan, epoch, "float(loss / {})")
    return section(
        "Training",
        *(stacked if plan.stacked else timesteps).run(plan),
        "",
        "",
        "losses = []",
        *body,
    )


def _chunk(plan: Plan) -> tuple[str, ...]:
    state = plan.state
    return (
        *next_chunk(plan, "ids"),
        f"loss, grads, {state} = run({', '.join(['read', 'named', state, *_begins(plan)])})",
        numbered(plan, "grads", "step"),
    )


def _begins(plan: Plan) -> tuple[str, ...]:
    return ("start == 0",) if plan.begins else ()


TOTAL = "total = np.zeros_like(theta)"


def _chunks(plan: Plan) -> tuple[str, ...]:
    """One chunk of each part, each part with a state of its own."""
    given = ["read", "named", f"{plan.state}[part]", *_begins(plan)]
    return (
        "loss = 0.0",
        TOTAL,
        "for part, row in enumerate(parts):",
        *(f"    {line}" for line in next_chunk(plan, "row")),
        f"    cost, grads, {plan.state}[part] = run({', '.join(given)})",
        "    loss += cost",
        "    total += grads",
        numbered(plan, _given(plan, "len(parts)"), "step"),
    )


def _given(plan: Plan, count: str) -> str:
    return f"total, {count}" if plan.averages else "total"


def _one(plan: Plan) -> tuple[str, ...]:
    """What one text comes to, added to the losses and the right answers."""
    good = "good, " if plan.counts_right else ""
    added = ("right += good",) if plan.counts_right else ()
    return (f"cost, {good}grads = run(ids, wanted)", "loss += cost", *added)


def _full(plan: Plan) -> tuple[str, ...]:
    return (
        TOTAL,
        "for ids, wanted in examples:",
        *(f"    {line}" for line in _one(plan)),
        "    total += grads",
        numbered(plan, _given(plan, "len(examples)"), "epoch + 1"),
    )


def _batches(plan: Plan) -> tuple[str, ...]:
    return over_batches(plan, (
        TOTAL,
        "for example in members:",
        "    ids, wanted = examples[example]",
        *(f"    {line}" for line in _one(plan)),
        "    total += grads",
        numbered(plan, _given(plan, "len(members)"), batch_number(plan)),
    ))  # fmt: skip


def _single(plan: Plan) -> tuple[str, ...]:
    return (
        *over_examples(plan),
        *(f"    {line}" for line in _one(plan)),
        f"    {numbered(plan, 'grads', EXAMPLE_NUMBER)}",
    )
