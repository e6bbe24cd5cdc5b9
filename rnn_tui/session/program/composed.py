"""The equations of a network from its own lines: what only one line reads stands in that line."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace

from rnn_tui.equations.gates import gates
from rnn_tui.equations.lines import Line
from rnn_tui.equations.network import Block, Network
from rnn_tui.session.program.equations import equation


def equations(network: Network, *, once: bool, counts: bool = False) -> tuple[str, ...]:
    """`h_t = tanh(W_xh · x_t + W_hh · h_t-1 + b_h)`, `p = σ(W_hy · h_T-1 + b_y)`.

    Those of one layer, as all are alike, then that of the answer; `once` says whether there is
    one for all that is read, and `counts` whether h₁ is the state after t = 0, or else h_0. The
    loss has none here.
    """
    blocks = network.forward_blocks()
    layer = next(block for block in blocks if block.part == "layer")
    cell = network.layers[layer.depth].cell
    kept = {f"{state}_t" for state in cell.states} | {gate.name for gate in gates(cell)}
    before, after = ("t", "t+1") if counts else ("t-1", "t")
    states = {f"{state}_t": f"{state}_{after}" for state in cell.states}
    states |= {f"{state}_prev": f"{state}_{before}" for state in cell.states}
    told = list(_composed([layer], kept, states))
    if network.head.readout.is_linear:
        last = {"h_t": "h_T" if counts else "h_T-1"}
        answers = [block for block in blocks if block.at_outputs]
        told += _composed(answers, {network.head.answer}, last if once else states)
    return tuple(told)


def _composed(blocks: Sequence[Block], kept: set[str], symbols: Mapping[str, str]) -> Iterator[str]:
    """The lines that make what is `kept`, with those put in that they read."""
    made: dict[str, ast.expr] = {}
    for block in blocks:
        for line in block.lines:
            whole = _put_in(line, made)
            if line.target in kept:
                yield equation(whole, block.functions, symbols)
            else:
                made[line.target] = whole.value


def _put_in(line: Line, made: Mapping[str, ast.expr]) -> Line:
    statement = deepcopy(line.statement)
    statement.value = _PutIn(made).visit(statement.value)
    return replace(line, statement=statement)


class _PutIn(ast.NodeTransformer):
    """Puts expressions in the place of the variables that they make."""

    def __init__(self, made: Mapping[str, ast.expr]) -> None:
        self._made = made

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """A variable; one that nothing was put in for stays."""
        return deepcopy(self._made.get(node.id, node))
