"""Several layers in a program, an encoder's too: the lines of a timestep once, for each of them."""

from __future__ import annotations

from rnn_tui.codegen.plan import Plan
from rnn_tui.codegen.source import helper, is_helper
from rnn_tui.codegen.text import INDENT, listed, section
from rnn_tui.codegen.timesteps import (
    all_written,
    answer,
    blocks_of,
    called,
    passed,
    start_back,
    state_lines,
    targets,
    told,
    unpacked,
)
from rnn_tui.equations.layer import Layer
from rnn_tui.equations.network import OUTPUTS

TIMESTEP = INDENT * 2


def forward(plan: Plan) -> str:
    """Functions for a layer, for all of them, and for an answer."""
    helpers = [helper(one.of) for one in called(plan) if is_helper(one)]
    return section(
        "Forward: each state from its input and the state before it",
        *_grouping(plan),
        "",
        "",
        f"def forward(X, {_state(plan)}, layer):",
        '    """What the way back reads of each timestep of a layer, h_t last; its last state."""',
        f"    {', '.join(plan.layer.cell.parameters)} = layer",
        *_unpacked_state(plan),
        "    steps = []",
        "    for x_t in X:",
        *state_lines(plan, "before", TIMESTEP),
        *all_written(blocks_of(plan, "forward", "layer"), TIMESTEP),
        f"        steps.append(({', '.join(passed(plan))}))",
        *state_lines(plan, "after", TIMESTEP),
        f"    return steps, {_together(plan, '{}')}",
        "",
        "",
        "def up(X, states, layers):",
        '    """All layers, each reading the h of the one below: their steps and last states."""',
        "    every, last = [], []",
        f"    for {_state(plan)}, layer in zip(states, layers):",
        f"        steps, {_state(plan)} = forward(X, {_state(plan)}, layer)",
        "        X = [step[-1] for step in steps]",
        "        every.append(steps)",
        f"        last.append({_state(plan)})",
        "    return every, last",
        *("\n\n" + text for text in helpers),
        "",
        "",
        *answer(plan),
    )


def backward(plan: Plan) -> str:
    """Functions for a layer back through time, and for all of them from the top."""
    names = [f"d{name}" for name in plan.layer.cell.parameters]
    used = [name for name in plan.layer.cell.parameters if name in _read_back(plan)]
    kept = [name if name in used else "_" for name in plan.layer.cell.parameters]
    futures = _together(plan, "d{}_next")
    return section(
        "Backward: the gradient of the loss, from the last state to the first",
        f"def backward(steps, dH, {_sent(plan)}, layer, grads):",
        '    """Of one layer dL/dx of each timestep, and what is sent to the state before them.',
        "",
        "    dH has what reaches each h_t from elsewhere than the timestep after it.",
        '    """',
        f"    {', '.join(kept)} = layer",
        unpacked(names, "grads", INDENT),
        *((f"    {futures[1:-1]} = {_sent(plan)}",) if len(plan.states) > 1 else ()),
        "    dX = []",
        "    for step, dh_local in zip(reversed(steps), reversed(dH)):",
        f"{TIMESTEP}{', '.join(passed(plan))} = step",
        *all_written(blocks_of(plan, "backward", "layer"), TIMESTEP),
        "        dX.append(dx_t)",
        f"    return dX[::-1], {futures}",
        "",
        "",
        "def down(every, dH, sent, layers, grads):",
        '    """All layers from the top: dL/dx, and what is sent to the states before them."""',
        "    before = []",
        "    for steps, to, layer, grad in zip(*map(reversed, (every, sent, layers, grads))):",
        "        dH, to = backward(steps, dH, to, layer, grad)",
        "        before.insert(0, to)",
        "    return dH, before",
    )


def run(plan: Plan) -> tuple[str, ...]:
    """A function for one sequence: up through the layers, its loss, and down again."""
    head, net = plan.head, plan.network
    start = "states" if plan.stream else plan.blank
    groups = "layers, encoder" if plan.encodes else "layers"
    steps = "range(len(top))" if plan.everywhere else "[len(top) - 1]"
    good, begin, named, wanted = "", "loss = 0.0", "", ""
    if plan.counts_right:
        good, begin, named = "right, ", "loss, right = 0.0, 0", ", named"
        wanted = f", {plan.wanted}"
    others = [name for name in plan.layout.shapes if not _of_layer(plan, name)]
    began = ["states", *plan.begins] if plan.stream else []
    said = head.numpy_class.format(plan.said)
    return (
        f"def run({', '.join(['ids', 'wanted', *began])}):",
        f'    """{told(plan)}"""',
        f"    {groups} = grouped(theta)",
        *_upwards(plan, start),
        f"    targets = {targets(plan)}",
        "    grads = np.zeros_like(theta)",
        f"    {', '.join('d_' + one for one in groups.split(', '))} = grouped(grads)",
        *_others(plan, others),
        "    top = every[-1]",
        "    dH = [0.0] * len(top)",
        f"    {begin}",
        f"    for t, target{named} in zip({steps}, targets{wanted}):",
        "        h_t = top[t][-1]",
        f"        {plan.said}, cost = answer(h_t, target)",
        "        loss += cost",
        *((f"        right += int({said} == named)",) if plan.counts_right else ()),
        *all_written(blocks_of(plan, "backward", "head", "readout"), TIMESTEP,
                     {OUTPUTS: "len(targets)"}),
        "        dH[t] = dh_local",
        *_downwards(plan),
        *start_back(plan, _sent_to_first(plan)),
        *(("    for token, dx_t in zip(ids, dX):",
           *all_written(blocks_of(plan, "backward", "embedding"), TIMESTEP))
          if net.learned else ()),
        f"    return loss, {'grads, states' if plan.stream else good + 'grads'}",
    )  # fmt: skip


def _upwards(plan: Plan, start: str) -> tuple[str, ...]:
    if not plan.encodes:
        return (f"    every, states = up({plan.table}[ids], {start}, layers)",)
    return (
        f"    X, read = {plan.table}[ids], len(ids) - len(wanted)",
        f"    encoded, states = up(X[:read], {start}, encoder)",
        "    every, states = up(X[read:], states, layers)  # goes on from the encoder's states",
    )


def _downwards(plan: Plan) -> tuple[str, ...]:
    got = "dX" if plan.learned else "_"
    first = "sent" if plan.network.learns_start else "_"
    if not plan.encodes:
        return (f"    {got}, {first} = down(every, dH, {plan.zeros}, layers, d_layers)",)
    both = ("    dX = dX_read + dX",) if plan.learned else ()
    read = "dX_read" if plan.learned else "_"
    return (
        f"    {got}, sent = down(every, dH, {plan.zeros}, layers, d_layers)",
        f"    {read}, {first} = down(encoded, [0.0] * read, sent, encoder, d_encoder)",
        *both,
    )


def _sent_to_first(plan: Plan) -> dict[tuple[int, str], str]:
    """What the first token sends back to each layer's states, in `sent`."""
    several = len(plan.states) > 1
    return {
        (depth, state): f"sent[{depth}]{f'[{at}]' if several else ''}"
        for depth in range(plan.network.depth)
        for at, state in enumerate(plan.states)
    }


def _grouping(plan: Plan) -> tuple[str, ...]:
    """The function that finds the layers in a vector."""
    net, names = plan.network, [*plan.layout.shapes]

    def row(layers: tuple[Layer, ...]) -> str:
        parts = []
        for layer in layers:
            first = names.index(next(iter(layer.axes)))
            parts.append(f"split[{first}:{first + len(layer.axes)}]")
        return listed("[", parts, "]")

    groups = [row(net.layers), *([row(net.encoder)] if net.encoder else [])]
    also = ", then those of the encoder" if net.encoder else ""
    return (
        "def grouped(vector):",
        f'    """The arrays of each layer, from the one that reads{also}."""',
        "    split = arrays(vector)",
        f"    return {', '.join(groups)}",
    )


def _of_layer(plan: Plan, name: str) -> bool:
    net = plan.network
    return any(name in layer.axes for layer in (*net.layers, *net.encoder))


def _others(plan: Plan, others: list[str]) -> list[str]:
    """The gradients of what belongs to no layer, under their names."""
    names = [*plan.layout.shapes]
    return [f"    d{name} = arrays(grads)[{names.index(name)}]" for name in others]


def _read_back(plan: Plan) -> set[str]:
    return {name for one in blocks_of(plan, "backward", "layer") for name in one.body.inputs}


def _state(plan: Plan) -> str:
    return plan.states[0] if len(plan.states) == 1 else "state"


def _sent(plan: Plan) -> str:
    return f"d{plan.states[0]}_next" if len(plan.states) == 1 else "sent"


def _together(plan: Plan, pattern: str) -> str:
    names = [pattern.format(one) for one in plan.states]
    return names[0] if len(names) == 1 else f"({', '.join(names)})"


def _unpacked_state(plan: Plan) -> tuple[str, ...]:
    return (f"    {', '.join(plan.states)} = state",) if len(plan.states) > 1 else ()
