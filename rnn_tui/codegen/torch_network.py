"""A network as a module of torch in a program, and its first weights, the same as the engine's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from rnn_tui.codegen.plan import Plan
from rnn_tui.codegen.source import written
from rnn_tui.codegen.text import comment, listed, numbers, section
from rnn_tui.equations.first_state import first_of
from rnn_tui.equations.layer import Layer
from rnn_tui.equations.mathematics import Function
from rnn_tui.equations.torch_module import KINDS, blocks, module_of

ONE_BIAS = (
    "Torch adds two biases where one is enough. Trained both, their sum would move twice as far."
)
MODULES = ("rnn", "encoder")  # what the network calls its layers, and those of an encoder


def in_torch(functions: dict[str, Function]) -> dict[str, Function]:
    """Functions of lines by their expressions in a program in torch."""
    return {name: replace(one, numpy=f"torch.{one.name}({{0}})") for name, one in functions.items()}


def _stacks(plan: Plan) -> Iterator[tuple[str, Sequence[Layer]]]:
    stacks = (plan.network.layers, plan.network.encoder)
    return ((name, stack) for name, stack in zip(MODULES, stacks, strict=True) if stack)


def network(plan: Plan) -> str:
    """The class of the network, and of its layers where torch has none for them."""
    layout, net = plan.layout, plan.network
    I, H, O = net.input_size(layout), layout.hidden_size, net.output_size(layout)  # noqa: E741
    made = []
    if plan.learned:
        made.append(f"self.embedding = nn.Embedding({layout.learned_tokens}, {I})")
    for name, layers in reversed([*_stacks(plan)]):
        made.append(f"self.{name} = {_made(plan, layers, I, H)}")
    made += [f"self.{name} = nn.Parameter(torch.zeros({net.depth}, {H}))" for name in _firsts(plan)]
    readout = net.head.readout.is_linear
    if readout:
        made.append(f"self.fc = nn.Linear({H}, {O})")
    answered = "states" if plan.everywhere else "states[-1]"
    said = {True: "at each token", False: "after the last token"}[plan.everywhere]
    given = f"ids, {plan.torch_state}"
    return section(
        "Network",
        *(() if module_of(net.layers, layout) else _layer_class(plan)),
        "class Network(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        *(f"        {line}" for line in made),
        "",
        f"    def forward(self, {given}{', answers' if plan.encodes else ''}):",
        f'        """What is answered {"by the decoder" if plan.encodes else said}, and the last '
        'state."""',
        f"        x = {'self.embedding(torch.tensor(ids))' if plan.learned else 'inputs[ids]'}",
        *(f"        {line}" for line in _run(plan)),
        f"        return {f'self.fc({answered})' if readout else answered}, {plan.torch_state}",
    )


def _made(plan: Plan, layers: Sequence[Layer], inputs: int, units: int) -> str:
    module = module_of(layers, plan.layout)
    if module is None:
        return f"Layers({inputs}, {units}, {len(layers)})"
    name, given = module
    options = [f"num_layers={len(layers)}"] if len(layers) > 1 else []
    options += [f'{key}="{value}"' for key, value in given.items() if value != "tanh"]
    return f"nn.{name}({', '.join([str(inputs), str(units), *options])})"


def _run(plan: Plan) -> tuple[str, ...]:
    state = plan.torch_state
    if not plan.encodes:
        return (f"states, {state} = self.rnn(x, {state})",)
    return (
        "read = len(ids) - answers  # tokens of the text",
        f"_, {state} = self.encoder(x[:read], {state})",
        f"states, {state} = self.rnn(x[read:], {state})",
    )


def _layer_class(plan: Plan) -> tuple[str, ...]:
    """The cell's own lines, and layers of them with the face that torch's modules have."""
    layer = replace(plan.network.layers[0], suffix="", depth=0)
    cell = layer.cell
    places = {name: f"self.{name}" for name in cell.parameters}
    shapes = {"HI": "units, inputs", "HH": "units, units", "H": "units"}
    functions = in_torch(dict(layer.functions))
    first = [f"{one}_prev = {one}" for one in cell.states]
    last = [f"{one} = {one}_t" for one in cell.states]
    body = [written(line, functions, places) for line in layer.forward_body().lines]
    together = ", ".join(cell.states)
    several = len(cell.states) > 1
    return (
        "class Layer(nn.Module):",
        f'    """{cell.doc.splitlines()[0].split(":")[0]}, which torch has no module for."""',
        "",
        "    def __init__(self, inputs, units):",
        "        super().__init__()",
        *(f"        {places[name]} = nn.Parameter(torch.zeros({shapes[axes]}))"
          for name, axes in cell.parameters.items()),
        "",
        f"    def forward(self, x, {together}):",
        "        states = []",
        "        for x_t in x:",
        *(f"            {line}" for line in (*first, *body, *last)),
        "            states.append(h)",
        f"        return torch.stack(states), {'(' + together + ')' if several else '(h,)'}",
        "",
        "",
        "class Layers(nn.ModuleList):",
        "    def __init__(self, inputs, units, count):",
        "        super().__init__(Layer(units if at else inputs, units) for at in range(count))",
        "",
        "    def forward(self, x, state):",
        "        last = []",
        f"        for layer, *first in zip(self, {'*state' if several else 'state'}):",
        "            x, after = layer(x, *first)",
        "            last.append(after)",
        "        state = [torch.stack(every) for every in zip(*last)]",
        f"        return x, {'state' if several else 'state[0]'}",
        "",
        "",
    )  # fmt: skip


def same_weights(plan: Plan) -> str:
    """The engine's first weights in the network, and which of them are not trained."""
    copied, one_bias = [], False
    whole: list[str] = []
    for place, pieces in _places(plan).items():
        zeros = f"np.zeros({plan.layout.hidden_size})"
        parts = [name if name in plan.layout.shapes else zeros for name in pieces]
        one_bias |= zeros in parts
        if all(part == zeros for part in parts):
            copied.append(f"    {place}.zero_()")
        elif len(parts) == 1:
            copied.append(f"    {place}.copy_(torch.tensor({parts[0]}))")
        else:
            joined = "stack" if pieces[0] in plan.network.firsts else "concatenate"
            stacked = listed(f"np.{joined}([", parts, "])")
            copied.append(f"    {place}.copy_(torch.tensor({stacked}))")
        if all(_is_held(plan, name) for name in pieces):
            word = "  # frozen" if all(name in plan.settings.freeze for name in pieces) else ""
            whole.append(f"{place}.requires_grad = False{word}")
    return section(
        "The same first weights",
        "net = Network()",
        "with torch.no_grad():",
        *copied,
        *((comment(ONE_BIAS),) if one_bias else ()),
        *whole,
        "trained = [param for param in net.parameters() if param.requires_grad]",
    )


def held_rows(plan: Plan) -> tuple[str, ...]:
    """Lines that leave rows of an array where they are, of which others are trained."""
    found = []
    for place, pieces in _places(plan).items():
        H = _rows(plan, pieces)
        held = [_is_held(plan, name) for name in pieces]
        if any(held) and not all(held):
            found += [
                f"{place}.grad[{at * H} : {(at + 1) * H}] = 0.0  # {pieces[at]} is not trained"
                for at, one in enumerate(held)
                if one
            ]
    return tuple(found)


def _firsts(plan: Plan) -> dict[str, tuple[str, ...]]:
    """The module's parameter of each learned first state: those of the layers, a row each."""
    found: dict[str, tuple[str, ...]] = {}
    for name, (_, state) in plan.network.firsts.items():
        place = first_of(state)
        found[place] = (*found.get(place, ()), name)
    return found


def _rows(plan: Plan, pieces: Sequence[str]) -> int:
    """How many rows of an array in torch each of the parameters is that make it up."""
    return 1 if pieces[0] in plan.network.firsts else plan.layout.hidden_size


def _is_held(plan: Plan, name: str) -> bool:
    return name in plan.settings.freeze or name not in plan.layout.shapes


def _places(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Each array of the network in torch, and the parameters that are its rows, in order."""
    found: dict[str, tuple[str, ...]] = {}
    for module, layers in _stacks(plan):
        for layer in layers:
            if module_of(layers, plan.layout) is None:
                found |= {
                    f"net.{module}[{layer.depth}].{name}": (own,)
                    for name, own in layer.names.items()
                }
        if module_of(layers, plan.layout):
            for layer, kind in product(layers, KINDS):
                rows = tuple(name + layer.suffix for name in blocks(layer.cell, kind))
                found[f"net.{module}.{kind}_l{layer.depth}"] = rows
    found |= {f"net.{state}": names for state, names in _firsts(plan).items()}
    others = {"W_hy": "net.fc.weight", "b_y": "net.fc.bias", "E": "net.embedding.weight"}
    return found | {place: (name,) for name, place in others.items() if name in plan.layout.shapes}


def nothing(plan: Plan) -> str:
    """The state before the first token."""
    net, given = plan.network, plan.network.given_start
    parts = []
    for state in net.layers[0].cell.states:
        if net.learns_start:
            parts.append(f"net.{first_of(state)}")
            continue
        if given is None:
            parts.append(f"torch.zeros({net.depth}, {plan.layout.hidden_size})")
            continue
        places = [place for _, name, place in net.state_slices(plan.layout) if name == state]
        rows = [f"[{', '.join(numbers(given[place]))}]" for place in places]
        parts.append(f"torch.tensor([{', '.join(rows)}])")
    return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"


def detached(plan: Plan, state: str) -> str:
    """A state that no gradient leaves."""
    if len(plan.network.layers[0].cell.states) == 1:
        return f"{state}.detach()"
    return f"[one.detach() for one in {state}]"
