"""An experiment as a program in plain NumPy: BPTT written out, as one would on paper.

What a timestep and an update compute is not written here: it is the lines of the cell, the
head and the optimizer that run, a bug in them included.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable

from rnn_tui.codegen.data import data
from rnn_tui.codegen.loops import (
    EXAMPLE_NUMBER,
    UPDATE,
    UPDATE_K,
    chunk_read,
    numbered,
    over_chunks,
    over_epochs,
    over_examples,
)
from rnn_tui.codegen.plan import Plan, plan_of
from rnn_tui.codegen.source import helper, is_helper, names_in, resolved, written
from rnn_tui.codegen.text import INDENT, WIDTH, command, comment, lines, listed, program, section
from rnn_tui.codegen.weights import weights
from rnn_tui.engine.update import update_bodies
from rnn_tui.equations.mathematics import FUNCTIONS, Function
from rnn_tui.equations.network import Block, Part
from rnn_tui.experiments import Experiment


def numpy_program(experiment: Experiment) -> str:
    """A program that prints the losses of an experiment. Raises ExperimentError."""
    plan = plan_of(experiment)
    return program(
        _head(plan),
        "import numpy as np",
        data(plan, "np.array({})".format, "np.eye({})".format),
        lines(weights(plan), *_flat(plan)),
        _forward(plan),
        _backward(plan),
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
        _unpacked([*shapes], "arrays(theta)"),
    )


def _unpacked(names: Collection[str], value: str, indent: str = "") -> str:
    """All arrays of a vector under their names, on more than one line if there are many."""
    row = f"{', '.join(names)} = {value}"
    if len(row) + len(indent) > WIDTH:
        row = listed("(", names, f") = {value}")
    return textwrap.indent(row, indent)


# Forward


def _blocks(plan: Plan, way: str, *parts: Part) -> list[Block]:
    net = plan.network
    found = net.forward_blocks() if way == "forward" else net.backward_blocks()
    return [block for block in found if block.part in parts]


def _written(blocks: Iterable[Block], indent: str) -> list[str]:
    return [f"{indent}{written(line, block.functions)}" for block in blocks for line in block.lines]


def _passed(plan: Plan) -> list[str]:
    """What the way back reads of a timestep, the state that is answered from last."""
    own = {*plan.layout.shapes}
    layers = _blocks(plan, "backward", "layer")
    read = [name for block in layers for name in block.body.inputs]
    arriving = {"dh_local", *(f"d{state}_next" for state in plan.states)}
    kept = [name for name in dict.fromkeys(read) if name not in own | arriving]
    return [*(name for name in kept if name != "h_t"), "h_t"]


def _state_lines(plan: Plan, after: str, indent: str) -> list[str]:
    """A timestep's first states from what the one before left, or the other way round."""
    return [
        f"{indent}{f'{s}_prev = {s}' if after == 'before' else f'{s} = {s}_t'}" for s in plan.states
    ]


def _forward(plan: Plan) -> str:
    several = plan.state not in plan.states
    unpack = f"{', '.join(plan.states)} = state"
    answer = _blocks(plan, "forward", "readout", "head")
    helpers = [helper(one.of) for one in _called(plan) if is_helper(one)]
    return section(
        "Forward: each state from its input and the state before it",
        f"def forward(X, {plan.state}):",
        '    """What the way back reads of each timestep, h_t last; and the last state."""',
        *((f"    {unpack}",) if several else ()),
        "    steps = []",
        "    for x_t in X:",
        *_state_lines(plan, "before", INDENT * 2),
        *_written(_blocks(plan, "forward", "layer"), INDENT * 2),
        f"        steps.append(({', '.join(_passed(plan))}))",
        *_state_lines(plan, "after", INDENT * 2),
        f"    return steps, {_state_value(plan)}",
        *("\n\n" + text for text in helpers),
        "",
        "",
        "def answer(h_t, target):",
        f'    """{_told(plan)}"""',
        *_written(answer, INDENT),
        f"    return {plan.head.given_back}, loss",
    )


def _told(plan: Plan) -> str:
    if plan.head.given_back == "p":
        return "The probabilities after a state, and what they cost, in nats."
    return "How far the answer after a state is off, and what that costs."


def _answered(plan: Plan) -> tuple[str, str]:
    """What the way back reads of each answer, and the list of it."""
    given = plan.head.given_back
    return given, "P" if given == "p" else f"{given}s"


def _state_value(plan: Plan) -> str:
    return plan.state if plan.state in plan.states else f"({', '.join(plan.states)})"


def _called(plan: Plan) -> list[Function]:
    """The functions that the lines of an answer call."""
    blocks = _blocks(plan, "forward", "readout", "head")
    names = dict.fromkeys(name for block in blocks for name in block.body.functions)
    return [FUNCTIONS[name] for name in names]


# Backward


def _backward(plan: Plan) -> str:
    """BPTT: from the last state to the first, each timestep adding its share."""
    given = "ids, steps" if plan.learned else "steps"
    zeros = f"np.zeros({plan.experiment.model.hidden_size})"
    timestep = INDENT * 2
    return section(
        "Backward: the gradient of the loss, from the last state to the first",
        f"def backward({given}, {_answered(plan)[1]}, targets):",
        '    """dL/dtheta of one sequence, in a vector like theta."""',
        "    grads = np.zeros_like(theta)",
        _unpacked([f"d{name}" for name in plan.layout.shapes], "arrays(grads)", INDENT),
        *(f"    d{state}_next = {zeros}" for state in plan.states),
        "    for t in reversed(range(len(steps))):",
        f"{timestep}{', '.join(_passed(plan))} = steps[t]",
        *_output_back(plan, timestep),
        *_written(_blocks(plan, "backward", "layer"), timestep),
        *((f"{timestep}token = ids[t]",) if plan.learned else ()),
        *_written(_blocks(plan, "backward", "embedding"), timestep),
        "    return grads",
    )


def _output_back(plan: Plan, indent: str) -> list[str]:
    blocks = _blocks(plan, "backward", "head", "readout")
    name, kept = _answered(plan)
    if plan.everywhere:
        return [f"{indent}{name}, target = {kept}[t], targets[t]", *_written(blocks, indent)]
    return [
        f"{indent}dh_local = 0.0",
        f"{indent}if t == len(steps) - 1:  # the one answer comes after the last token",
        f"{indent}    {name}, target = {kept}[0], targets[0]",
        *_written(blocks, indent + INDENT),
    ]


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
        f'    """{UPDATE_K if plan.decays else UPDATE}"""',
        *(f"    {statement}" for statement in _update_lines(plan, slots)),
    )  # fmt: skip


def _update_arguments(plan: Plan) -> list[str]:
    return ["total", *(("count",) if plan.averages else ()), *(("k",) if plan.decays else ())]


def _slots(plan: Plan) -> list[str]:
    """The optimizer's vectors that one update hands to the next; momentum 0 hands on none."""
    slots = plan.network.optimizer.slots
    found = resolved(_update_statements(plan), slots)
    read = {name for one in found for name in slots if name in names_in(one.partition("=")[2])}
    return [name for name in slots if name in read]


def _update_statements(plan: Plan) -> list[str]:
    settings, optimizer = plan.settings, plan.network.optimizer
    keys = {"momentum", "clip_limit", "lr_decay", "lr_decay_every"}
    names = {key: repr(getattr(settings, key)) for key in keys}
    names["base_rate"] = repr(settings.learning_rate)
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
        epoch = _full(plan) if plan.settings.batch == "full" else _single(plan)
        body = over_epochs(plan, epoch, "float(loss / {})")
    return section("Training", *_run(plan), "", "", "losses = []", *body)


def _run(plan: Plan) -> tuple[str, ...]:
    """A function for one sequence: forward, its loss, backward."""
    state, head = plan.state, plan.head
    wanted = "wanted" if plan.everywhere else "[wanted]"
    read = "steps" if plan.everywhere else "steps[-1:]"
    said = head.numpy_class.format("p")
    targets = head.numpy_target.format(wanted, plan.layout.output_size)
    name, kept = _answered(plan)
    judges = head.has_classes and not plan.stream
    if plan.stream:
        told = f"A chunk from state {state}: its loss, its gradient, the last state."
    else:
        told = f"One text: its loss, {'its right answers, ' if judges else ''}its gradient."
    right = f"right = sum(int({said} == named) for p, named in zip(P, {wanted}))"
    return (
        f"def run(ids, wanted{f', {state}' if plan.stream else ''}):",
        f'    """{told}"""',
        f"    steps, {state} = forward({plan.table}[ids], {state if plan.stream else plan.blank})",
        f"    targets = {targets}",
        f"    answers = [answer(step[-1], target) for step, target in zip({read}, targets)]",
        f"    {kept} = [{name} for {name}, _ in answers]",
        "    loss = sum(cost for _, cost in answers)",
        *((f"    {right}",) if judges else ()),
        f"    grads = backward({'ids, ' if plan.learned else ''}steps, {kept}, targets)",
        f"    return loss, {f'grads, {state}' if plan.stream else _results(plan, 'right')}",
    )


def _results(plan: Plan, right: str) -> str:
    """What a text comes to beside its loss."""
    return f"{right}, grads" if plan.head.has_classes else "grads"


def _chunk(plan: Plan) -> tuple[str, ...]:
    state = plan.state
    return (
        *chunk_read(plan, "ids"),
        f"loss, grads, {state} = run(read, named, {state})",
        numbered(plan, "grads", "step"),
    )


TOTAL = "total = np.zeros_like(theta)"


def _chunks(plan: Plan) -> tuple[str, ...]:
    """One chunk of each part, each part with a state of its own."""
    return (
        "loss = 0.0",
        TOTAL,
        "for part, row in enumerate(parts):",
        *(f"    {line}" for line in chunk_read(plan, "row")),
        f"    cost, grads, {plan.state}[part] = run(read, named, {plan.state}[part])",
        "    loss += cost",
        "    total += grads",
        numbered(plan, _given(plan, "len(parts)"), "step"),
    )


def _given(plan: Plan, count: str) -> str:
    return f"total, {count}" if plan.averages else "total"


def _adding(plan: Plan) -> tuple[str, ...]:
    right = ("right += good",) if plan.head.has_classes else ()
    return (f"cost, {_results(plan, 'good')} = run(ids, wanted)", "loss += cost", *right)


def _full(plan: Plan) -> tuple[str, ...]:
    return (
        TOTAL,
        "for ids, wanted in examples:",
        *(f"    {line}" for line in _adding(plan)),
        "    total += grads",
        numbered(plan, _given(plan, "len(examples)"), "epoch + 1"),
    )


def _single(plan: Plan) -> tuple[str, ...]:
    return (
        *over_examples(plan),
        *(f"    {line}" for line in _adding(plan)),
        f"    {numbered(plan, 'grads', EXAMPLE_NUMBER)}",
    )
