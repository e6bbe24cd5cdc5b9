"""The states of all layers and their gates, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.spectrum.carousel import carousels
from rnn_tui.engine.spectrum.ledger import parts
from rnn_tui.equations.gates import Gate, gates
from rnn_tui.equations.lines import variables
from rnn_tui.equations.norms import l2_norm
from rnn_tui.present.plain.plain_words import amount, row
from rnn_tui.present.sentences.states import gate_text, opening
from rnn_tui.session.view import StepView


def states_after(view: StepView, t: int) -> str:
    """`h = …; c = …`, layer after layer."""
    said = []
    for layer in view.network.layers:
        for state in layer.cell.states:
            name = view.program.algorithm.called(state, layer.depth)
            said.append(f"{name} = {row(view.known.trace.layers[layer.depth][state][t + 1])}")
    return "; ".join(said)


def what_is_kept(view: StepView, t: int) -> str:
    """`f, the forget gate, how much is kept: most 0.62 in unit 1, least 0.31 in unit 0`.

    Of the gates that stand on the way along a state; nothing of a cell without such a way.
    """
    said: list[str] = []
    for layer in view.network.layers:
        ways = carousels(view.known.trace, layer.depth)
        names = {node.id for way in ways for node in variables(way.factor)}
        said += [
            _gate(view, gate, layer.depth, t) for gate in gates(layer.cell) if gate.name in names
        ]
    return "; ".join(said)


def _gate(view: StepView, gate: Gate, depth: int, t: int) -> str:
    values = view.known.trace.layers[depth][gate.name][t]
    name = view.program.algorithm.called(gate.name, depth)
    most, least = int(np.argmax(values)), int(np.argmin(values))
    text = f"{opening(view, gate, depth, t, most)} in unit {most}"
    if len(values) > 1:
        text = f"most {text}, least {opening(view, gate, depth, t, least)} in unit {least}"
    return f"{name}, {gate_text(gate)}: {text}"


def other_gradients(view: StepView, t: int) -> Iterator[str]:
    """`; |dc| = 0.29, through h 0.27, along c 0.03`: of the last layer's states but h, and of the
    layers below."""
    trace, top = view.known.trace, view.network.depth - 1
    for layer in reversed(view.network.layers):
        for state in layer.cell.states:
            if (layer.depth, state) == (top, "h"):
                continue
            norm = float(l2_norm(trace.layers[layer.depth][f"d{state}"][t]))
            here, later = (float(part[t]) for part in parts(trace, layer.depth, state))
            name = view.program.algorithm.called(f"d{state}", layer.depth)
            if state == "h":
                ways = (
                    f"from layer {layer.depth + 1} {amount(here)}, from the future {amount(later)}"
                )
            else:
                ways = f"through h {amount(here)}, along {state} {amount(later)}"
            yield f"; |{name}| = {amount(norm)}, {ways}"


def of_states(view: StepView, t: int) -> dict[str, Floats]:
    """The states after a token and their gradients, as far as they are known, by address."""
    made, known = {}, view.known
    for layer in view.network.layers:
        arrays = known.trace.layers[layer.depth]
        for state in layer.cell.states:
            name, back = (
                view.program.algorithm.called(one, layer.depth) for one in (state, f"d{state}")
            )
            if known.has(name, t):
                made[name] = arrays[state][t + 1]
            if known.has(back, t):
                made[back] = arrays[f"d{state}"][t]
    return made
