"""States, gates and layers in words, taken from the lines that make them."""

from __future__ import annotations

from rnn_tui.equations.gates import Gate
from rnn_tui.present.digits import signed, size
from rnn_tui.present.tables.states import GateTable
from rnn_tui.session.view import StepView

ONE_STATE, ONE_LAYER = "This cell has one state, h", "This network has one layer"


def state_in_words(view: StepView, state: str, layer: int = -1) -> str:
    """`Hidden state h`, `c  the memory`: a state's name, and what its line says of it."""
    if state == "h":
        return "Hidden state h"
    words = view.network.layers[layer].cell.forward_body.line(f"{state}_t").words
    what = words.partition(":")[0].removesuffix(" after a token")
    return f"{state}  {what}" if what else f"State {state}"


def layer_in_words(view: StepView, layer: int) -> str:
    """`layer 1 (top)`; nothing where there is one."""
    n = view.network.depth
    if n == 1:
        return ""
    depth = layer % n
    place = {0: " (bottom)", n - 1: " (top)"}.get(depth, "")
    return f"layer {depth}{place}"


def gate_in_words(view: StepView, table: GateTable, row: int, column: int) -> tuple[str, ...]:
    """`f[2,0] 0.36: the forget gate, how much is kept`; shorter ones for less room after it."""
    gate, head = table.gate(column), table.ref(row, column)
    if row < view.known.states_of(table.depth, gate.name):
        head += f" {opening(view, gate, table.depth, row, table.unit(column))}"
    return f"{head}: {gate_text(gate)}", f"{head}: {gate.words or gate.does}", head


def gate_text(gate: Gate) -> str:
    """What a gate is: its words, and what it says how much of."""
    return ", ".join(part for part in (gate.words, gate.does) if part)


def opening(view: StepView, gate: Gate, depth: int, t: int, unit: int) -> str:
    """Its number at a timestep, in two digits."""
    value = float(view.known.trace.layers[depth][gate.name][t, unit])
    return signed(value, 2) if gate.has_sign else size(value, 2)
