"""The sums of a pass by products of arrays: `+= outer(a, b)` is Aᵀ B, `+= a` a sum of rows."""

from __future__ import annotations

import ast
from typing import Any

from rnn_tui.arrays import add_rows
from rnn_tui.engine.passes.walking import Arrays, place_of
from rnn_tui.equations.lines import Line, evaluator
from rnn_tui.equations.network import Block, Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example

LONG = 2**22  # multiplications that the sums over a pass take, from which on products make them


def by_products(net: Network, params: Parameters, patches: tuple[object, ...], T: int) -> bool:
    """Whether the gradients of so many timesteps are added up by products of whole arrays.

    They are the same sums in another order, so not the same to the last bit. Where
    something was put in by hand, a fault or a value, only the lines that ran will do.
    """
    if net.fault is not None or patches:
        return False
    numbers = sum(params[name].size for layer in net.layers for name in layer.axes)
    sums = [(one, line) for one in net.backward_blocks() for line in one.lines if line.adds_up]
    return T * numbers >= LONG and all(_row_by_row(line.value, one) for one, line in sums)


def _row_by_row(node: ast.expr, block: Block) -> bool:
    """Whether an expression of rows is that of each row: an outer product, or number by number."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "outer":
        return all(number_by_number(argument, block) for argument in node.args)
    return number_by_number(node, block)


def number_by_number(node: ast.expr, block: Block) -> bool:
    """Whether each number of an expression hangs on the same number of its variables alone."""
    match node:
        case ast.Name() | ast.Constant():
            return True
        case ast.UnaryOp(operand=inner):
            return number_by_number(inner, block)
        case ast.BinOp(left=left, op=op, right=right):
            parts = (number_by_number(side, block) for side in (left, right))
            return not isinstance(op, ast.MatMult) and all(parts)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            plain = block.functions[name].kind == "elementwise"
            return plain and all(number_by_number(one, block) for one in arguments)
    return False


def add_products(
    net: Network, example: Example, arrays: Arrays, grads: Parameters, timesteps: range
) -> None:
    """Add to the gradients what a stretch of timesteps adds to them."""
    E = example.encoder_length if net.encoder else 0
    for encodes, first, end in ((True, 0, E), (False, E, example.length)):
        part = range(max(first, timesteps.start), min(end, timesteps.stop))
        for block in net.backward_blocks(encodes):
            if part and not block.at_outputs:
                _add_block(net, block, example, arrays, grads, part)
    for block in net.backward_blocks():
        if block.at_outputs:
            _add_block(net, block, example, arrays, grads, timesteps)


def _add_block(
    net: Network, block: Block, example: Example, arrays: Arrays, grads: Parameters, part: range
) -> None:
    for line in block.lines:
        if not line.adds_up:
            continue
        rows = rows_of(net, block, example, arrays, part, line)
        scope = rows | {name: block.functions[name].of for name in line.functions}
        gradient = grads[line.target.removeprefix("d")]
        if isinstance(line.value, ast.Call) and "outer" in line.functions:
            a, b = (eval(evaluator(one), scope) for one in line.value.args)
            gradient += a.T @ b
        elif line.row:
            ids = example.ids[part.start : part.stop]
            add_rows(gradient, ids, eval(evaluator(line.value), scope))
        else:
            gradient += eval(evaluator(line.value), scope).sum(axis=0)


def rows_of(
    net: Network, block: Block, example: Example, arrays: Arrays, part: range, line: Line
) -> dict[str, Any]:
    """The rows (n, …) of each variable that a line reads, of the timesteps in question.

    Parameters are none of them.
    """
    outputs = [k for k, t in enumerate(example.outputs) if t in part]
    own, states = arrays.layers[block.depth], net.layers[block.depth].cell.states
    found: dict[str, Any] = {}
    for name in line.reads:
        if name in net.axes:
            continue
        if block.at_outputs and name in arrays.outputs:
            found[name] = arrays.outputs[name][outputs]
            continue
        place = place_of(name, states)
        rows = own[place.array]
        if block.at_outputs:
            found[name] = rows[[example.outputs[k] + place.ahead for k in outputs]]
        else:
            found[name] = rows[part.start + place.ahead : part.stop + place.ahead]
    return found
