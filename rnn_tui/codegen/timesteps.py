"""One layer in a program: forward through the timesteps, and back, as on paper."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Mapping

from rnn_tui.codegen.plan import Plan
from rnn_tui.codegen.source import helper, is_helper
from rnn_tui.codegen.source import written as in_numpy
from rnn_tui.codegen.text import INDENT, WIDTH, listed, section
from rnn_tui.equations.mathematics import FUNCTIONS, Function
from rnn_tui.equations.network import OUTPUTS, Block, Part


def unpacked(names: Collection[str], value: str, indent: str = "") -> str:
    """All arrays of a vector under their names, on more than one line if there are many."""
    row = f"{', '.join(names)} = {value}"
    if len(row) + len(indent) > WIDTH:
        row = listed("(", names, f") = {value}")
    return textwrap.indent(row, indent)


def blocks_of(plan: Plan, way: str, *parts: Part) -> list[Block]:
    """What runs at a timestep: of several layers the one whose lines all of them have."""
    net = plan.network
    found = net.forward_blocks() if way == "forward" else net.backward_blocks()
    if plan.stacked and "layer" in parts:
        layer = plan.layer
        back = way == "backward"
        body = layer.backward_body(net.fault, True) if back else layer.forward_body()
        return [Block("layer", body, layer.functions)]
    return [block for block in found if block.part in parts]


def all_written(
    blocks: Iterable[Block], indent: str, names: Mapping[str, str] | None = None
) -> list[str]:
    """The lines of blocks in NumPy's words."""
    return [
        f"{indent}{in_numpy(line, block.functions, names)}"
        for block in blocks
        for line in block.lines
    ]


def passed(plan: Plan) -> list[str]:
    """What the way back reads of a timestep, the state that is answered from last."""
    own = {*plan.layout.shapes}
    layers = blocks_of(plan, "backward", "layer")
    read = [name for block in layers for name in block.body.inputs]
    arriving = {"dh_local", *(f"d{state}_next" for state in plan.states)}
    kept = [name for name in dict.fromkeys(read) if name not in own | arriving]
    return [*(name for name in kept if name != "h_t"), "h_t"]


def state_lines(plan: Plan, after: str, indent: str) -> list[str]:
    """A timestep's first states from what the one before left, or the other way round."""
    return [
        f"{indent}{f'{s}_prev = {s}' if after == 'before' else f'{s} = {s}_t'}" for s in plan.states
    ]


def answer(plan: Plan) -> tuple[str, ...]:
    """A function for what is answered after a state."""
    nats = ", in nats" if plan.head.has_classes else ""
    return (
        "def answer(h_t, target):",
        f'    """What is answered after a state, and what it costs{nats}."""',
        *all_written(blocks_of(plan, "forward", "readout", "head"), INDENT),
        f"    return {plan.said}, loss",
    )


def forward(plan: Plan) -> str:
    """A function for the timesteps of a sequence in their order."""
    several = plan.state not in plan.states
    unpack = f"{', '.join(plan.states)} = state"
    helpers = [helper(one.of) for one in called(plan) if is_helper(one)]
    return section(
        "Forward: each state from its input and the state before it",
        f"def forward(X, {plan.state}):",
        '    """What the way back reads of each timestep, h_t last; and the last state."""',
        *((f"    {unpack}",) if several else ()),
        "    steps = []",
        "    for x_t in X:",
        *state_lines(plan, "before", INDENT * 2),
        *all_written(blocks_of(plan, "forward", "layer"), INDENT * 2),
        f"        steps.append(({', '.join(passed(plan))}))",
        *state_lines(plan, "after", INDENT * 2),
        f"    return steps, {_state_value(plan)}",
        *("\n\n" + text for text in helpers),
        "",
        "",
        *answer(plan),
    )


def _state_value(plan: Plan) -> str:
    return plan.state if plan.state in plan.states else f"({', '.join(plan.states)})"


def called(plan: Plan) -> list[Function]:
    """The functions that the lines of an answer call."""
    blocks = blocks_of(plan, "forward", "readout", "head")
    names = dict.fromkeys(name for block in blocks for name in block.body.functions)
    return [FUNCTIONS[name] for name in names]


def backward(plan: Plan) -> str:
    """BPTT: from the last state to the first, each timestep adding its share."""
    zeros = f"np.zeros({plan.experiment.model.hidden_size})"
    timestep = INDENT * 2
    return section(
        "Backward: the gradient of the loss, from the last state to the first",
        f"def backward({_given_back(plan)}):",
        '    """dL/dtheta of one sequence, in a vector like theta."""',
        "    grads = np.zeros_like(theta)",
        unpacked([f"d{name}" for name in plan.layout.shapes], "arrays(grads)", INDENT),
        *(f"    d{state}_next = {zeros}" for state in plan.states),
        "    for t in reversed(range(len(steps))):",
        f"{timestep}{', '.join(passed(plan))} = steps[t]",
        *_output_back(plan, timestep),
        *all_written(blocks_of(plan, "backward", "layer"), timestep),
        *((f"{timestep}token = ids[t]",) if plan.learned else ()),
        *all_written(blocks_of(plan, "backward", "embedding"), timestep),
        *start_back(plan, {(0, state): f"d{state}_next" for state in plan.states}),
        "    return grads",
    )


def _given_back(plan: Plan) -> str:
    """What the way back is given."""
    read = ["ids"] if plan.learned else []
    return ", ".join([*read, "steps", "P", "targets", *plan.begins])


def start_back(plan: Plan, sent: Mapping[tuple[int, str], str]) -> list[str]:
    """The lines in which learned first states get what is `sent` back: an expression for each.

    A chunk of a stream that goes on from another one's states sends them nothing.
    """
    network = plan.network
    indent = INDENT * (2 if plan.begins else 1)
    found = [f"{INDENT}if begins:  # no gradient leaves a later chunk"] if plan.begins else []
    for block, place in zip(network.start_blocks[1], network.firsts.values(), strict=True):
        found += all_written([block], indent, {f"d{place[1]}_prev": sent[place]})
    return found


def _output_back(plan: Plan, indent: str) -> list[str]:
    blocks = blocks_of(plan, "backward", "head", "readout")
    names = {OUTPUTS: "len(P)"}
    if plan.everywhere:
        here = f"{indent}{plan.said}, target = P[t], targets[t]"
        return [here, *all_written(blocks, indent, names)]
    return [
        f"{indent}dh_local = 0.0",
        f"{indent}if t == len(steps) - 1:  # the one answer comes after the last token",
        f"{indent}    {plan.said}, target = P[0], targets[0]",
        *all_written(blocks, indent + INDENT, names),
    ]


def run(plan: Plan) -> tuple[str, ...]:
    """A function for one sequence: forward, its loss, backward."""
    state, wanted = plan.state, plan.wanted
    read = "steps" if plan.everywhere else "steps[-1:]"
    good = "right, " if plan.counts_right else ""
    began = [state, *plan.begins] if plan.stream else []
    return (
        f"def run({', '.join(['ids', 'wanted', *began])}):",
        f'    """{told(plan)}"""',
        f"    steps, {state} = forward({plan.table}[ids], {state if plan.stream else plan.blank})",
        f"    targets = {targets(plan)}",
        f"    answers = [answer(step[-1], target) for step, target in zip({read}, targets)]",
        f"    P = [{plan.said} for {plan.said}, _ in answers]",
        "    loss = sum(cost for _, cost in answers)",
        *((f"    {right(plan, wanted)}",) if plan.counts_right else ()),
        f"    grads = backward({_given_back(plan)})",
        f"    return loss, {f'grads, {state}' if plan.stream else good + 'grads'}",
    )


def told(plan: Plan) -> str:
    """What the function of one sequence makes."""
    if plan.stream:
        return f"A chunk from {plan.state}: its loss, its gradient, the last state."
    return f"One text: its loss,{' its right answers,' if plan.counts_right else ''} its gradient."


def targets(plan: Plan) -> str:
    """What is wanted, as the head's lines read it."""
    return plan.head.numpy_target.format(plan.wanted, plan.network.output_size(plan.layout))


def right(plan: Plan, wanted: str) -> str:
    """A line that counts right answers."""
    said = plan.head.numpy_class.format("p")
    return f"right = sum(int({said} == named) for p, named in zip(P, {wanted}))"
